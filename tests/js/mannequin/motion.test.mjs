import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyAt, cycleOf, dosed, minimumJerk, placeAt, track } from "../../../web/static/js/mannequin/motion.js";
import { BONES, FOREARM, point, SHANK, skeleton } from "../../../web/static/js/mannequin/rig.js";
import { add, distance, dot, minus, times } from "../../../web/static/js/mannequin/space.js";
import { entry, LIBRARY, moments } from "./library.mjs";
import { skinned } from "./skinned.mjs";

const mm = (metres) => `${(metres * 1000).toFixed(1)} mm`;

test("there are thirty exercises that move", () => assert.equal(LIBRARY.length, 30));

for (const otherSide of [false, true]) {
  test(`what is pinned stays where it is through the whole repetition${otherSide ? ", mirrored" : ""}`, () => {
    for (const exercise of LIBRARY) {
      const ready = track(exercise, otherSide);
      const pins = exercise.pins.map((pin) => (otherSide ? pin.replace(/[LR]$/, (s) => (s === "L" ? "R" : "L")) : pin));
      const start = bodyAt(ready, { step: 0, t: 1 });
      for (const at_s of moments(cycleOf(exercise.timeline), 80)) {
        const body = bodyAt(ready, placeAt(exercise.timeline, at_s));
        for (const pin of pins) {
          const drift = distance(point(body, pin), point(start, pin));
          assert.ok(drift < 0.005, `${exercise.slug}: ${pin} drifts ${mm(drift)} at ${at_s.toFixed(2)} s`);
        }
      }
    }
  });
}

for (const rom of [1, 0.6, 0.3]) {
  test(`no part of the skin is more than a centimetre under the floor, going ${rom * 100} % of the way`, () => {
    for (const exercise of LIBRARY) {
      const ready = track(exercise);
      for (const at_s of moments(cycleOf(exercise.timeline), 14)) {
        for (const { at, bone } of skinned(bodyAt(ready, placeAt(exercise.timeline, at_s), rom))) {
          assert.ok(at[1] > -0.0105, `${exercise.slug}: ${bone} is at ${mm(at[1])} at ${at_s.toFixed(2)} s`);
        }
      }
    }
  });
}

test("limbs keep their length whatever holds them", () => {
  for (const exercise of LIBRARY) {
    const ready = track(exercise);
    for (const at_s of moments(cycleOf(exercise.timeline), 40)) {
      const body = bodyAt(ready, placeAt(exercise.timeline, at_s));
      for (const side of ["L", "R"]) {
        assert.ok(Math.abs(distance(point(body, `knee${side}`), point(body, `ank${side}`)) - SHANK) < 1e-6);
        assert.ok(Math.abs(distance(point(body, `elb${side}`), point(body, `wri${side}`)) - FOREARM) < 1e-6);
      }
    }
  }
});

test("nothing jumps: in a sixtieth of a second no joint moves more than four centimetres", () => {
  for (const exercise of LIBRARY) {
    const ready = track(exercise);
    const total_s = cycleOf(exercise.timeline);
    let before = bodyAt(ready, { step: 0, t: 1 });
    for (const at_s of moments(total_s, Math.ceil(total_s * 60))) {
      const body = bodyAt(ready, placeAt(exercise.timeline, at_s));
      for (const bone of BONES) {
        const moved = distance(body[bone].at, before[bone].at);
        assert.ok(moved < 0.04, `${exercise.slug}: ${bone} moves ${mm(moved)} at ${at_s.toFixed(2)} s`);
      }
      before = body;
    }
  }
});

test("a key pose is reached as it was drawn", () => {
  for (const exercise of LIBRARY) {
    const ready = track(exercise);
    exercise.timeline.forEach(({ pose }, step) => {
      const [body, drawn] = [bodyAt(ready, { step, t: 1 }), skeleton(exercise.poses[pose])];
      for (const bone of BONES) {
        const off = distance(body[bone].at, drawn[bone].at);
        assert.ok(off < 0.015, `${exercise.slug} ${pose}: ${bone} is ${mm(off)} off`);
      }
    });
  }
});

test("an ankle that lies on the other thigh neither sinks into it nor leaves it", () => {
  const exercise = entry("figure-4-stretch");
  const ready = track(exercise);
  for (const at_s of moments(cycleOf(exercise.timeline), 40)) {
    const body = bodyAt(ready, placeAt(exercise.timeline, at_s));
    const [hip, knee, ankle] = ["hipL", "kneeL", "ankR"].map((name) => point(body, name));
    const thigh = minus(knee, hip);
    const along = times(thigh, dot(minus(ankle, hip), thigh) / dot(thigh, thigh));
    const off = distance(ankle, add(hip, along));
    assert.ok(Math.abs(off - 0.086) < 0.01, `${mm(off)} from the middle of the thigh at ${at_s.toFixed(2)} s`);
  }
});

test("movement starts and ends at rest, half way at half time", () => {
  assert.equal(minimumJerk(0), 0);
  assert.equal(minimumJerk(1), 1);
  assert.equal(minimumJerk(0.5), 0.5);
  assert.ok(minimumJerk(0.01) < 1e-5);
});

test("the same time always gives the same body", () => {
  const exercise = entry("sit-to-stand");
  const once = bodyAt(track(exercise), placeAt(exercise.timeline, 3.21));
  assert.deepEqual(bodyAt(track(exercise), placeAt(exercise.timeline, 3.21)), once);
});

test("a smaller range of motion goes the same way less far, and the feet still stay", () => {
  const exercise = entry("wall-squat-mini");
  const ready = track(exercise);
  const hips = (rom) => point(bodyAt(ready, { step: 1, t: 1 }, rom), "root")[1];
  const start = point(bodyAt(ready, { step: 0, t: 1 }), "root")[1];
  assert.ok(start > hips(0.3) && hips(0.3) > hips(0.6) && hips(0.6) > hips(1));
  const off = distance(point(bodyAt(ready, { step: 1, t: 1 }, 0.5), "heelL"), point(bodyAt(ready, { step: 0, t: 1 }), "heelL"));
  assert.ok(off < 0.005, mm(off));
});

test("tempo changes the moves and the dosage's hold replaces the held one", () => {
  const exercise = entry("bridge");
  const [start, up, down] = dosed(exercise, { tempo: 0.5, hold_s: 7 });
  assert.deepEqual([start.move_s, up.move_s, down.move_s], exercise.timeline.map((step) => step.move_s * 2));
  assert.deepEqual([start.hold_s, up.hold_s, down.hold_s], [1, 7, 1]);
});

test("a place on the timeline tells move from hold", () => {
  const timeline = [{ pose: "P0", move_s: 0, hold_s: 1 }, { pose: "P1", move_s: 2, hold_s: 3 }];
  assert.deepEqual(placeAt(timeline, 0.5), { step: 0, t: 1 });
  assert.deepEqual(placeAt(timeline, 2), { step: 1, t: 0.5 });
  assert.deepEqual(placeAt(timeline, 4), { step: 1, t: 1 });
  assert.deepEqual(placeAt(timeline, 99), { step: 1, t: 1 });
});
