/** Films of one moment stay together. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { followed } from "../../web/static/js/lib/together.js";

const leader = (at, isPlaying = true) => ({ at, isPlaying });
const follower = (at, length = 60, isPlaying = true) => ({ at, length, isPlaying });

test("a film that is near enough is left alone, another one is brought there", () => {
  assert.deepEqual(followed(leader(10), follower(10.1)), { at: null, shouldPlay: true });
  assert.deepEqual(followed(leader(10), follower(9.5)), { at: 10, shouldPlay: true });
  assert.deepEqual(followed(leader(10, false), follower(12)), { at: 10, shouldPlay: false });
});

test("a film that is over waits at its end", () => {
  assert.deepEqual(followed(leader(61), follower(30)), { at: 60, shouldPlay: false });
  assert.deepEqual(followed(leader(61), follower(60)), { at: null, shouldPlay: false });
});

test("a film whose length is not known yet follows", () => {
  assert.deepEqual(followed(leader(5), follower(0, Number.NaN)), { at: 5, shouldPlay: true });
});
