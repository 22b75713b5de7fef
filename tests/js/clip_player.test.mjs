import assert from "node:assert/strict";
import { test } from "node:test";
import { ClipPlayer } from "../../web/static/js/visit/clips/player.js";
import { Time } from "./fakes.mjs";

globalThis.HTMLMediaElement = { HAVE_METADATA: 1, HAVE_CURRENT_DATA: 2 };

/** A video that plays while the time passes, as far as the test lets it. */
class Video extends EventTarget {
  readyState = 0;
  error = null;
  paused = true;
  playbackRate = 1;
  loop = false;
  dataset = {};
  loads = 0;
  mayPlay = true;
  #at_s = 0;
  #time;
  #since_ms;
  constructor(time) {
    super();
    this.#time = time;
    this.#since_ms = time.now_ms;
  }
  get currentTime() {
    return this.paused ? this.#at_s : this.#at_s + (this.playbackRate * (this.#time.now_ms - this.#since_ms)) / 1_000;
  }
  set currentTime(s) {
    [this.#at_s, this.#since_ms] = [s, this.#time.now_ms];
    this.dispatchEvent(new Event("seeked"));
  }
  async play() {
    if (!this.mayPlay) throw new DOMException("no", "NotAllowedError");
    if (this.paused) this.#since_ms = this.#time.now_ms;
    this.paused = false;
  }
  pause() {
    this.#at_s = this.currentTime;
    this.paused = true;
  }
  load() { this.loads += 1; }
}

const shown = (time, changes = {}) => ({
  number: 3, exercise: "clip-1", mode: "watch", is_playing: true, rate: 1, anchor_at: new Date(time.now_ms).toISOString(), anchor_s: 4,
  clip: { title: "Squat", duration_s: 60, width: 64, height: 48 }, ...changes,
});

function cinema(changes) {
  const time = new Time();
  const seen = { renderings: [], isHidden: false };
  const video = new Video(time);
  const player = new ClipPlayer({
    now_ms: () => time.now_ms, isHidden: () => seen.isHidden, timers: time.timers, changed: (one) => seen.renderings.push(one),
  });
  const check = (demonstration, rendering = seen.renderings.at(-1) ?? null) =>
    player.check(demonstration ? video : null, { view: { type: "visit", practice: { demonstration } }, rendering });
  return { time, seen, video, check, demonstration: shown(time, changes) };
}

test("it plays from where the room is, and says so once there is a picture", () => {
  const { time, seen, video, check, demonstration } = cinema();
  check(demonstration);
  assert.deepEqual(seen.renderings, []);
  time.pass(1_000);
  video.readyState = 4;
  time.pass(200);
  check(demonstration);
  assert.equal(seen.renderings.at(-1), "playing");
  time.pass(800);
  assert.ok(Math.abs(video.currentTime - 6) < 0.05, `${video.currentTime}`);
});

test("paused, it stands at the room's picture; withdrawn, it is looked after no more", () => {
  const { time, seen, video, check, demonstration } = cinema({ is_playing: false });
  video.readyState = 4;
  check(demonstration);
  time.pass(1_000);
  check(demonstration);
  assert.deepEqual([video.paused, video.currentTime, seen.renderings.at(-1)], [true, 4, "loaded"]);
  check(null);
  video.currentTime = 9;
  time.pass(1_000);
  assert.equal(video.currentTime, 9);
});

test("a page that nobody looks at plays nothing and says that it is hidden", () => {
  const { time, seen, video, check, demonstration } = cinema();
  video.readyState = 4;
  check(demonstration);
  seen.isHidden = true;
  time.pass(200);
  check(demonstration);
  assert.deepEqual([video.paused, seen.renderings.at(-1)], [true, "hidden"]);
  seen.isHidden = false;
  time.pass(400);
  check(demonstration);
  assert.deepEqual([video.paused, seen.renderings.at(-1)], [false, "playing"]);
});

test("a clip that does not come is told of and tried again", () => {
  const { time, seen, video, check, demonstration } = cinema();
  check(demonstration);
  video.error = { code: 4 };
  video.dispatchEvent(new Event("error"));
  assert.equal(seen.renderings.at(-1), "failed");
  time.pass(10_000);
  assert.ok(video.loads >= 1 && video.loads <= 3, `${video.loads}`);
});

test("a phone that plays nothing by itself gets a button, until it plays", async () => {
  const { time, video, check, demonstration } = cinema();
  video.mayPlay = false;
  video.readyState = 4;
  check(demonstration);
  await new Promise(setImmediate);
  assert.equal("blocked" in video.dataset, true);
  video.mayPlay = true;
  time.pass(200);
  await new Promise(setImmediate);
  assert.equal("blocked" in video.dataset, false);
});

test("shown once, it stands at its end", () => {
  const { time, video, check, demonstration } = cinema({ mode: "once", anchor_s: 59 });
  video.readyState = 4;
  check(demonstration);
  time.pass(3_000);
  assert.equal(video.paused, true);
  assert.ok(video.currentTime > 59.9 && video.currentTime < 60.2);
});
