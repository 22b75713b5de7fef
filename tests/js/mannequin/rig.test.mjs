import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { mirrored, opposite, POINT_NAMES, point, skeleton } from "../../../web/static/js/mannequin/rig.js";
import { distance } from "../../../web/static/js/mannequin/space.js";
import { LIBRARY } from "./library.mjs";

const { poses } = JSON.parse(readFileSync(new URL("joints.json", import.meta.url), "utf8"));

test("every joint is within a millimetre of where another rig puts it", () => {
  assert.ok(poses.length > 30);
  for (const pose of poses) {
    const body = skeleton(pose);
    for (const [joint, at] of Object.entries(pose.joints)) {
      const off = distance(point(body, joint), at);
      assert.ok(off < 0.001, `${pose.name}: ${joint} is ${(off * 1000).toFixed(2)} mm off`);
    }
  }
});

test("a mirrored pose is the picture in a looking-glass", () => {
  for (const exercise of LIBRARY) {
    for (const pose of Object.values(exercise.poses)) {
      const [body, other] = [skeleton(pose), skeleton(mirrored(pose))];
      for (const name of POINT_NAMES) {
        const [x, y, z] = point(body, name);
        assert.ok(distance(point(other, opposite(name)), [-x, y, z]) < 1e-9, `${exercise.slug}: ${name}`);
      }
    }
  }
});

test("to mirror twice is to leave as it was", () => {
  for (const exercise of LIBRARY) {
    for (const pose of Object.values(exercise.poses)) {
      const twice = mirrored(mirrored(pose));
      assert.deepEqual(skeleton(twice), skeleton(pose));
    }
  }
});

test("a point that the body does not have is an error with its name", () => {
  assert.throws(() => point(skeleton({ root_m: [0, 0.9, 0], channels_deg: {} }), "tailL"), /tailL/);
});
