import assert from "node:assert/strict";
import { test } from "node:test";
import { asCounted, follow, standAt } from "../../web/static/js/visit/clips/follow.js";
import { lengthOf } from "../../web/static/js/visit/panel/commands.js";

const NOW = Date.parse("2026-08-06T10:00:10Z");
const CLIP = { title: "Heel slide", duration_s: 12, width: 640, height: 360 };
const SHOWN = { mode: "watch", is_playing: true, rate: 1, anchor_at: "2026-08-06T10:00:00Z", anchor_s: 5 };

/** A small generator, so that a failure can be seen again. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** A video that plays as it is told, and is as late after a jump as `lag_s`. */
function played(stand, start_s, length_s, rate, lag_s, seconds) {
  const STEP_S = 0.2;
  let [at_s, target_s, jumps] = [start_s, stand.target_s, 0];
  for (let time_s = 0; time_s < seconds; time_s += STEP_S) {
    const told = follow({ ...stand, target_s }, at_s, length_s, rate, lag_s * rate);
    if (told.jump_s !== null) {
      jumps += 1;
      at_s = told.jump_s - (stand.isRunning ? lag_s * rate : 0);
    }
    if (!stand.isRunning) continue;
    at_s = (at_s + told.rate * STEP_S) % length_s;
    target_s = (target_s + rate * STEP_S) % length_s;
  }
  const away_s = target_s - at_s;
  return { away_s: Math.abs(away_s - (stand.isRunning ? Math.round(away_s / length_s) * length_s : 0)), jumps };
}

test("it stands where the room's clock is: round and round while watched, at its end once", () => {
  assert.deepEqual(standAt(SHOWN, CLIP, NOW), { target_s: 3, isRunning: true, loops: true });
  assert.deepEqual(standAt({ ...SHOWN, is_playing: false }, CLIP, NOW), { target_s: 5, isRunning: false, loops: true });
  const once = standAt({ ...SHOWN, mode: "once" }, CLIP, NOW);
  assert.deepEqual([once.isRunning, once.target_s < 12, once.target_s > 11.9], [false, true, true]);
  assert.deepEqual(standAt({ ...SHOWN, rate: 0.5 }, CLIP, NOW).target_s, 10);
});

test("wherever a video is, it comes to within 20 ms of the clock and stays there, by one jump at most", () => {
  const random = numbers(7);
  for (let i = 0; i < 500; i += 1) {
    const length_s = 1 + random() * 100;
    const rate = 0.25 + random() * 1.25;
    const stand = { target_s: random() * length_s, isRunning: true, loops: true };
    const { away_s, jumps } = played(stand, random() * length_s, length_s, rate, random() * 0.2, 15);
    assert.ok(away_s < 0.02, `${away_s}`);
    assert.ok(jumps <= 1);
  }
});

test("a small difference is caught up with unseen: never more than a tenth faster or slower", () => {
  const random = numbers(11);
  for (let i = 0; i < 500; i += 1) {
    const [target_s, rate] = [1 + random() * 8, 0.25 + random() * 1.25];
    const away_s = (random() - 0.5) * 0.499;
    const told = follow({ target_s, isRunning: true, loops: true }, target_s - away_s, 12, rate, 0.1);
    assert.equal(told.jump_s, null);
    assert.ok(told.rate >= rate * 0.9 - 1e-9 && told.rate <= rate * 1.1 + 1e-9);
    if (Math.abs(away_s) > 0.01) assert.equal(told.rate > rate, away_s > 0);
  }
});

test("past a quarter of a second it jumps ahead by as long as a jump takes", () => {
  const far = { target_s: 6, isRunning: true, loops: true };
  assert.equal(follow(far, 5.7, 12, 1, 0.2).jump_s, 6.2);
  assert.ok(Math.abs((follow({ ...far, target_s: 11.9 }, 6, 12, 1, 0.2).jump_s ?? 0) - 0.1) < 1e-9);
  assert.ok((follow({ ...far, target_s: 11.9, loops: false }, 6, 12, 1, 0.5).jump_s ?? 99) < 12);
});

test("the end of a loop is its beginning: nothing jumps there", () => {
  assert.equal(follow({ target_s: 0.05, isRunning: true, loops: true }, 11.95, 12, 1, 0).jump_s, null);
  assert.notEqual(follow({ target_s: 0.05, isRunning: true, loops: false }, 11.95, 12, 1, 0).jump_s, null);
});

test("what stands still stands at the same picture everywhere", () => {
  const still = { target_s: 4, isRunning: false, loops: true };
  assert.equal(follow(still, 4.1, 12, 1, 0.3).jump_s, 4);
  assert.equal(follow(still, 4.01, 12, 1, 0.3).jump_s, null);
});

test("the scrubber spans the clip", () => {
  assert.equal(lengthOf(asCounted(CLIP), { mode: "watch", dosage: { sets: 1, reps: 1 } }), 12);
});
