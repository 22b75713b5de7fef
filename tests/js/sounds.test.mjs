import assert from "node:assert/strict";
import { test } from "node:test";
import { Sounds } from "../../web/static/js/visit/media/sounds.js";

/** A sound card that begins when it is asked to; `played` are the times of its notes. */
function card(played, state = "suspended") {
  const ramp = { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} };
  const node = () => ({ connect: (next) => next, frequency: {}, gain: ramp, start: (at_s) => played.push(at_s), stop() {} });
  return class {
    state = state;
    currentTime = 7;
    destination = {};
    createOscillator = node;
    createGain = node;
    async resume() {
      this.state = "running";
    }
  };
}

test("whoever loads the page again in the middle of a set hears the next tone, by the clock of the sound card", async (t) => {
  const played = [];
  globalThis.AudioContext = card(played);
  t.after(() => delete globalThis.AudioContext);
  const sounds = new Sounds();
  sounds.tone(660, 0.1);
  await new Promise((resolve) => setImmediate(resolve));
  sounds.tone(880, 0.25);
  assert.deepEqual(played, [7.25]);
});
