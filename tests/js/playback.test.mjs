import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { beatAt, isSameBeat, isShownOut, momentAt, momentOf, stanceAt } from "../../web/static/js/visit/practice/playback.js";

const CASES = JSON.parse(readFileSync(new URL("../vectors/moments.json", import.meta.url), "utf8"));
const NOW = Date.parse("2026-08-06T10:00:00Z");
const EXERCISE = { laterality: "both", held: ["P1"], timeline: [{ pose: "P0", move_s: 0, hold_s: 1 }, { pose: "P1", move_s: 2, hold_s: 3 }, { pose: "P0", move_s: 3, hold_s: 1 }] };
const shown = (more = {}) => ({
  number: 7, exercise: "bridge", version: 1, dosage: { sets: 2, reps: 3, hold_s: 3, rest_s: 20, side: "both" }, mode: "together", is_playing: true, rate: 1,
  aim: { view: "front" }, anchor_at: new Date(NOW).toISOString(), anchor_s: 0, answer: null, ...more,
});

test("the browser counts as the server does", () => {
  for (const { exercise, dosage, moments } of CASES) {
    for (const [at_s, expected] of moments) {
      const { lasts_s, ...found } = momentOf(exercise, dosage, at_s);
      assert.ok(lasts_s + 1e-9 >= found.remaining_s);
      for (const name of ["cycle_s", "remaining_s"]) {
        assert.ok(Math.abs(found[name] - expected[name]) < 1e-6, `${name} at ${at_s} s: ${found[name]}, ${expected[name]}`);
      }
      assert.deepEqual({ ...found, cycle_s: 0, remaining_s: 0 }, { ...expected, cycle_s: 0, remaining_s: 0 });
    }
  }
});

test("before it begins, people get ready and the mannequin stands at the start", () => {
  const later = shown({ anchor_at: new Date(NOW + 5_000).toISOString() });
  assert.deepEqual(
    [0, 1_200, 4_990, 5_000].map((ms) => [momentAt(later, EXERCISE, NOW + ms).phase, beatAt(later, EXERCISE, NOW + ms).left_s]),
    [["get_ready", 5], ["get_ready", 4], ["get_ready", 1], ["hold", 1]],
  );
  assert.equal(stanceAt(later, EXERCISE, NOW + 1_200).cycle_s, 0);
});

test("a beat is new with each second and each phase, and only then", () => {
  let beats = 0;
  let last = null;
  for (let ms = 0; ms < 10_000; ms += 100) {
    const beat = beatAt(shown(), EXERCISE, NOW + ms);
    if (!isSameBeat(beat, last)) beats += 1;
    last = beat;
  }
  assert.equal(beats, 10);
});

test("what is only watched repeats one repetition and is not counted", () => {
  const watched = shown({ mode: "watch" });
  assert.equal(beatAt(watched, EXERCISE, NOW), null);
  assert.ok(Math.abs(stanceAt(watched, EXERCISE, NOW + 23_000).cycle_s - 3) < 1e-9);
});

test("what is shown once stands at its end, and is over", () => {
  const once = shown({ mode: "once" });
  assert.ok(Math.abs(stanceAt(once, EXERCISE, NOW + 4_000).cycle_s - 4) < 1e-9);
  const { cycle_s } = stanceAt(once, EXERCISE, NOW + 90_000);
  assert.ok(cycle_s < 10 && cycle_s > 9.9);
  assert.deepEqual([9_999, 10_000].map((ms) => isShownOut(once, EXERCISE, NOW + ms)), [false, true]);
  assert.equal(isShownOut(shown({ mode: "watch" }), EXERCISE, NOW + 90_000), false);
  assert.equal(stanceAt(once, { ...EXERCISE, laterality: "left" }, NOW + 90_000).side, "right");
});

test("an exercise for one side, watched on both, changes sides with each repetition", () => {
  const both = shown({ mode: "watch" });
  const one = { ...EXERCISE, laterality: "left" };
  assert.deepEqual([1_000, 11_000, 21_000].map((ms) => stanceAt(both, one, NOW + ms).side), ["left", "right", "left"]);
});

test("a timed exercise counts down its minutes", () => {
  const walk = shown({ dosage: { sets: 1, reps: 1, minutes: 10 } });
  const still = { laterality: "both", held: [], timeline: [] };
  assert.deepEqual([beatAt(walk, still, NOW + 60_000).left_s, beatAt(walk, still, NOW + 600_000).phase], [540, "done"]);
});

test("paused, it stands", () => {
  const paused = shown({ is_playing: false, anchor_s: 12.5 });
  assert.deepEqual(momentAt(paused, EXERCISE, NOW), momentAt(paused, EXERCISE, NOW + 90_000));
});
