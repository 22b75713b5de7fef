import assert from "node:assert/strict";
import { test } from "node:test";
import { isOnTheWay, MAX_BYTES, nextPieceBytes, recordedType, refusalOf, titleFrom, waitMs } from "../../web/static/js/visit/clips/rules.js";
import { isClip } from "../../web/static/js/visit/clips/state.js";

const file = (name, type = "video/mp4", size = 1_000) => ({ name, type, size });

test("videos are taken by their type, or by their name where a system knows no type", () => {
  for (const one of [file("a.mp4"), file("A.MOV", ""), file("a.webm", "application/octet-stream"), file("noname", "video/quicktime")]) {
    assert.equal(refusalOf(one), "");
  }
});

test("what is no video, is empty or is too large is refused in words before a byte goes out", () => {
  for (const one of [file("a.txt", "text/plain"), file("a.mp4", "text/plain"), file("a.mkv", ""), file("a.mp4", "video/mp4", 0)]) {
    assert.match(refusalOf(one), /not a video/);
  }
  assert.equal(refusalOf(file("a.mp4", "video/mp4", MAX_BYTES)), "");
  assert.match(refusalOf(file("a.mp4", "video/mp4", MAX_BYTES + 1)), /200 MB/);
});

test("a title is what people would call the file", () => {
  assert.equal(titleFrom("heel_slide  left.v2.mp4"), "heel slide left.v2");
  assert.equal(titleFrom("Puente.MOV"), "Puente");
  assert.equal(titleFrom(".mp4"), "");
  assert.equal(titleFrom(`${"a".repeat(300)}.mp4`).length, 100);
});

test("pieces come to last about two seconds on any line, and never more than the server takes", () => {
  for (const bytes_per_s of [2_000, 20_000, 200_000, 50_000_000]) {
    let bytes = 131_072;
    for (let i = 0; i < 30; i += 1) {
      const next = nextPieceBytes(bytes, (bytes / bytes_per_s) * 1_000, 1_000_000);
      assert.ok(next <= Math.min(1_000_000, 2 * Math.max(bytes, 8_192)), "never more than twice as much");
      bytes = next;
    }
    assert.ok(Math.abs(bytes - Math.min(1_000_000, Math.max(16_384, 2 * bytes_per_s))) <= 2, `${bytes}`);
  }
});

test("waits grow to half a minute, and two browsers do not wait alike", () => {
  const longest = [1, 2, 3, 4, 5, 6, 20].map((failures) => waitMs(failures, 1));
  assert.deepEqual(longest, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  for (let failures = 1; failures < 40; failures += 1) assert.equal(waitMs(failures, 0), waitMs(failures, 1) / 2);
});

test("only what is being checked changes by itself", () => {
  const clip = (state) => ({ state });
  assert.equal(isOnTheWay(["ready", "refused", "uploading"].map(clip)), false);
  assert.equal(isOnTheWay(["ready", "checking"].map(clip)), true);
});

test("recorded is what the server need not change, or what every browser plays, or nothing", () => {
  assert.equal(recordedType(false, () => true), "video/mp4;codecs=avc1.42E01F");
  assert.equal(recordedType(true, (type) => type.includes("webm")), "video/webm;codecs=vp8,opus");
  assert.equal(recordedType(true, () => false), null);
});

test("a clip is known by its id", () => {
  assert.equal(isClip("clip-5d0c2f6ab13e4d7f5d0c2f6ab13e4d7f"), true);
  assert.equal(isClip("clamshell"), false);
});
