import assert from "node:assert/strict";
import { test } from "node:test";
import { Recorder } from "../../web/static/js/visit/clips/recorder.js";
import { Time } from "./fakes.mjs";

class Track {
  isStopped = false;
  enabled = true;
  copies = [];
  constructor(kind) { this.kind = kind; }
  clone() {
    const copy = new Track(this.kind);
    copy.enabled = this.enabled;
    this.copies.push(copy);
    return copy;
  }
  stop() { this.isStopped = true; }
}

/** A page's camera and microphone, and a recorder that hands over one piece when it stops. */
function studio() {
  const [time, camera, microphone] = [new Time(), new Track("video"), new Track("audio")];
  const streamOf = (tracks) => ({
    getTracks: () => tracks,
    getVideoTracks: () => tracks.filter(({ kind }) => kind === "video"),
    getAudioTracks: () => tracks.filter(({ kind }) => kind === "audio"),
  });
  const seen = { phases: [], films: [], recorded: [], machine: null };
  const make = (stream, options) => {
    seen.recorded = stream.getTracks().map(({ kind }) => kind);
    seen.machine = {
      state: "inactive", options,
      start() { this.state = "recording"; },
      stop() {
        this.state = "inactive";
        seen.hand = () => {
          this.ondataavailable({ data: new Blob(["film"]) });
          this.onstop();
        };
        if (!seen.isSlow) seen.hand();
      },
    };
    return seen.machine;
  };
  const recorder = new Recorder({
    timers: time.timers, now_ms: () => time.now_ms, isSupported: (type) => type.startsWith("video/webm"), make, bind: streamOf,
    changed: (recording) => seen.phases.push(recording && (recording.phase === "counting" ? recording.left : recording.phase)),
    done: (film) => seen.films.push(film),
  });
  return { time, camera, microphone, recorder, seen, stream: streamOf([camera, microphone]), streamOf };
}

test("it counts in, records copies of what the page has, and lets go of them", () => {
  const { time, camera, microphone, recorder, seen, stream } = studio();
  recorder.open();
  recorder.begin(stream, false);
  time.pass(3_000);
  assert.deepEqual(seen.phases, ["ready", 3, 2, 1, "recording"]);
  assert.deepEqual(seen.recorded, ["video"]);
  assert.equal(microphone.copies.length, 0);
  recorder.stop();
  assert.equal(seen.films.length, 1);
  assert.equal(seen.films[0].type, "video/webm");
  assert.equal(seen.phases.at(-1), null);
  assert.deepEqual([camera.isStopped, camera.copies[0].isStopped], [false, true]);
});

test("sound is recorded only when it was chosen, and then also of whoever is muted for the others", () => {
  const { time, microphone, recorder, seen, stream } = studio();
  microphone.enabled = false;
  recorder.begin(stream, true);
  time.pass(3_000);
  assert.deepEqual(seen.recorded, ["video", "audio"]);
  assert.deepEqual([microphone.enabled, microphone.copies[0].enabled], [false, true]);
});

test("it ends by itself after three minutes", () => {
  const { time, recorder, seen, stream } = studio();
  recorder.begin(stream, false);
  time.pass(3_000 + 179_000);
  assert.equal(seen.films.length, 0);
  time.pass(2_000);
  assert.equal(seen.films.length, 1);
});

test("a camera that is switched off or changed ends it, and what there is is kept", () => {
  for (const after of ["off", "other"]) {
    const { time, recorder, seen, stream, streamOf, camera } = studio();
    recorder.begin(stream, false);
    time.pass(4_000);
    recorder.follow(stream);
    assert.equal(seen.films.length, 0);
    recorder.follow(after === "off" ? null : streamOf([new Track("video")]));
    assert.equal(seen.films.length, 1);
    assert.equal(camera.copies[0].isStopped, true);
  }
});

test("a recorder that takes its time to stop loses nothing, however often it is asked", () => {
  const { time, recorder, seen, stream } = studio();
  seen.isSlow = true;
  recorder.begin(stream, false);
  time.pass(4_000);
  recorder.follow(null);
  recorder.follow(null);
  recorder.stop();
  time.pass(1_000);
  seen.hand();
  assert.deepEqual([seen.films.length, seen.phases.at(-1)], [1, null]);
});

test("nothing is left of what was cancelled, before or while it is recorded", () => {
  for (const after_ms of [1_500, 5_000]) {
    const { time, recorder, seen, stream, camera } = studio();
    recorder.begin(stream, false);
    time.pass(after_ms);
    recorder.cancel();
    time.pass(400_000);
    assert.deepEqual([seen.films.length, seen.phases.at(-1), camera.copies[0].isStopped], [0, null, true]);
  }
});
