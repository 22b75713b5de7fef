import assert from "node:assert/strict";
import { test } from "node:test";
import { AS_SEEN, isTurned, turned } from "../../web/static/js/visit/practice/turning.js";

const VIEWS = ["oblique", "front", "rear", "lateral_left", "lateral_right", "top", "foot_end"];
const times = (count, aim, turn) => Array.from({ length: count }).reduce((now) => ({ ...now, ...(turned(now, turn) ?? {}) }), aim);

test("twelve steps round the figure come back to where they began", () => {
  for (const turn of ["left", "right"]) {
    assert.equal(times(12, { view: "front" }, turn).around, 0);
    assert.ok(Math.abs(times(7, { view: "front" }, turn).around) <= 180);
  }
});

test("a mirror turns the picture round, and not its buttons", () => {
  assert.equal(turned({ view: "front" }, "right").around, -turned({ view: "front", is_mirrored: true }, "right").around);
});

test("a step back undoes a step, from every view", () => {
  for (const view of VIEWS) {
    for (const [there, back] of [["left", "right"], ["nearer", "farther"]]) {
      const aim = { view, ...AS_SEEN };
      assert.deepEqual(times(1, times(1, aim, there), back), aim);
      assert.ok(isTurned(times(1, aim, there)));
    }
  }
});

test("whoever is at the end of the way goes no further, and comes back with the first press", () => {
  for (const view of VIEWS) {
    for (const [there, back] of [["up", "down"], ["down", "up"], ["nearer", "farther"], ["farther", "nearer"]]) {
      const end = times(40, { view }, there);
      assert.equal(turned(end, there), null);
      assert.notDeepEqual(turned(end, back), end);
      assert.ok(end.above === undefined || (end.above >= -60 && end.above <= 80));
      assert.ok(end.nearer === undefined || (end.nearer >= 0.6 && end.nearer <= 2.5));
    }
  }
});
