import assert from "node:assert/strict";
import { test } from "node:test";
import { doseWords, loaded, RANGES, sidesOf, stepped } from "../../web/static/js/visit/practice/dose.js";

const DOSE = { sets: 3, reps: 10, hold_s: 0, rest_s: 60, tempo: 1, side: "both", load: null, effort: 6, minutes: null };

test("steps stay within the range", () => {
  for (const [name, [low, high]] of Object.entries(RANGES)) {
    for (const steps of [-1000, -1, 1, 1000]) {
      const value = stepped(DOSE, name, steps)[name];
      assert.ok(value >= low && value <= high, `${name} ${steps}: ${value}`);
    }
  }
  assert.equal(stepped(DOSE, "reps", 1).reps, 11);
  assert.equal(stepped(DOSE, "tempo", -1).tempo, 0.75);
  assert.equal(stepped(DOSE, "range_pct", -1).range_pct, 90);
  assert.equal(stepped({ sets: 1, reps: 1 }, "tempo", -1).tempo, 0.75);
});

test("a load is kilograms where it is a number, else words, else nothing", () => {
  assert.equal(loaded(DOSE, "2,5 kg").load, 2.5);
  assert.equal(loaded(DOSE, " red band ").load, "red band");
  assert.equal(loaded(DOSE, "").load, null);
  assert.equal(loaded(DOSE, "900").load, "900");
});

test("a dose is said in words, and what is usual goes without saying", () => {
  assert.equal(doseWords(DOSE), "3 sets of 10 · rest 60 seconds");
  assert.equal(doseWords({ ...DOSE, sets: 1, reps: 1 }), "1 time");
  assert.equal(doseWords({ ...DOSE, hold_s: 1, side: "left", load: 2.5, tempo: 0.5 }), "3 sets of 10 · hold 1 second · rest 60 seconds · left side · 2.5 kg · slowly");
  assert.equal(doseWords({ ...DOSE, sets: 1, reps: 1, minutes: 12 }), "12 minutes");
  assert.equal(doseWords({ ...DOSE, sets: 1, reps: 1, range_pct: 60 }), "1 time · 60% of the way");
});

test("only an exercise for one side lets the side be chosen", () => {
  assert.deepEqual(sidesOf("right"), ["left", "right", "both"]);
  assert.deepEqual(sidesOf("alternating"), ["alternating"]);
});
