import assert from "node:assert/strict";
import { test } from "node:test";
import { momentOf, stanceAt } from "../../web/static/js/visit/practice/playback.js";
import { shiftFor } from "../../web/static/js/visit/practice/redose.js";

const NOW = Date.parse("2026-08-06T10:00:00Z");
const EXERCISE = {
  laterality: "left", held: ["P1"],
  timeline: [{ pose: "P0", move_s: 0, hold_s: 1 }, { pose: "P1", move_s: 2, hold_s: 3 }, { pose: "P0", move_s: 3, hold_s: 1 }],
};
const DOSE = { sets: 3, reps: 6, hold_s: 3, rest_s: 20, tempo: 1, side: "both" };
const shown = (anchor_s, more = {}) => ({
  number: 7, mode: "together", is_playing: false, rate: 1, anchor_at: "2026-08-06T09:00:00Z", anchor_s, dosage: DOSE, ...more,
});
const CHANGES = [{ reps: 8 }, { reps: 50 }, { rest_s: 60 }, { hold_s: 9 }, { tempo: 0.5 }, { tempo: 1.5, hold_s: 1 }, { sets: 9 }];

test("whoever is in the middle of it stays in the same set, side, repetition and phase when the dose changes", () => {
  for (const change of CHANGES) {
    const dosage = { ...DOSE, ...change };
    for (let position_s = 0.25; position_s < 3 * 2 * 80 - 21; position_s += 1.7) {
      const now_s = position_s + shiftFor(EXERCISE, shown(position_s), dosage, NOW);
      const [was, is] = [momentOf(EXERCISE, DOSE, position_s), momentOf(EXERCISE, dosage, now_s)];
      const where = ({ phase, set, side, rep }) => ({ phase, set, side, rep: phase === "rest" ? "all" : rep });
      assert.deepEqual(where(is), where(was), `${JSON.stringify(change)} at ${position_s} s`);
    }
  }
});

test("repetitions or sets that the new dose no longer has are over", () => {
  const at = (position_s, change) => {
    const dosage = { ...DOSE, ...change };
    return momentOf(EXERCISE, dosage, position_s + shiftFor(EXERCISE, shown(position_s), dosage, NOW));
  };
  const fifth_s = 4 * 10 + 2;
  assert.deepEqual([at(fifth_s, { reps: 3 }).phase, at(fifth_s, { reps: 3 }).set], ["rest", 1]);
  assert.equal(at(4 * 80 + 5, { sets: 2 }).phase, "done");
  assert.equal(at(9_000, { reps: 7 }).phase, "done");
});

test("another set after all of them begins with a rest, however long ago they were over", () => {
  const dosage = { ...DOSE, sets: 4 };
  const moment = momentOf(EXERCISE, dosage, 9_000 + shiftFor(EXERCISE, shown(9_000), dosage, NOW));
  assert.deepEqual([moment.phase, moment.set, moment.remaining_s], ["rest", 3, 20]);
});

test("a figure that repeats stays in its movement", () => {
  const watched = shown(23, { mode: "watch" });
  const dosage = { ...DOSE, tempo: 0.5 };
  const slower = { ...watched, dosage, anchor_s: 23 + shiftFor(EXERCISE, watched, dosage, NOW) };
  assert.deepEqual(stanceAt(watched, EXERCISE, NOW), { cycle_s: 3, side: "left" });
  assert.deepEqual(stanceAt(slower, EXERCISE, NOW), { cycle_s: 5, side: "left" });
});

test("in a count-in, and where there is nothing to count, nothing moves", () => {
  const counted_in = shown(0, { is_playing: true, anchor_at: "2026-08-06T10:00:03Z" });
  assert.equal(shiftFor(EXERCISE, counted_in, { ...DOSE, reps: 9 }, NOW), 0);
  assert.equal(shiftFor({ ...EXERCISE, timeline: [] }, shown(30), { ...DOSE, minutes: 4 }, NOW), 0);
});
