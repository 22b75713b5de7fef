// @ts-check
/** The body as a few balls, for soft shade between its parts and on what it lies, sits or leans on. Pure. */
import { need, spot } from "./rig.js";

/** @import { Skeleton } from "./rig.js" */
/** @import { Point } from "./space.js" */

const MIDDLE = /** @type {[string, Point, number][]} */ ([
  ["head", [0, 0.11, 0.005], 0.09],
  ["neck", [0, 0.03, 0], 0.05],
  ["shoulders", [0.07, 0.03, 0], 0.1],
  ["shoulders", [-0.07, 0.03, 0], 0.1],
  ["chest", [0, 0.05, 0], 0.11],
  ["lumbar", [0, 0.05, 0], 0.1],
  ["pelvis", [0.06, 0.0, -0.01], 0.095],
  ["pelvis", [-0.06, 0.0, -0.01], 0.095],
]);

const LEFT = /** @type {[string, Point, number][]} */ ([
  ["thigh*", [0, -0.14, 0], 0.074],
  ["thigh*", [0, -0.31, 0], 0.06],
  ["shank*", [0, -0.09, -0.006], 0.05],
  ["shank*", [0, -0.26, 0], 0.042],
  ["foot*", [0, -0.03, 0], 0.036],
  ["foot*", [0, -0.042, 0.1], 0.036],
  ["arm*", [0, -0.07, 0], 0.05],
  ["arm*", [0, -0.22, 0], 0.041],
  ["forearm*", [0, -0.12, 0], 0.036],
  ["hand*", [-0.002, -0.08, 0], 0.036],
]);

/** @type {[string, Point, number][]} */
export const BALLS = [
  ...MIDDLE,
  ...["L", "R"].flatMap((side) =>
    LEFT.map(
      ([bone, [x, y, z], r]) =>
        /** @type {[string, Point, number]} */ ([bone.replace("*", side), [side === "L" ? x : -x, y, z], r]),
    ),
  ),
];

/** @param {Skeleton} skeleton @returns {number[][]} [x, y, z, radius] of every ball */
export const balls = (skeleton) => BALLS.map(([bone, at, r]) => [...spot(need(skeleton, bone), at), r]);

/** What the graphics card says too: the share of the sky that a place sees past the body. @param {readonly (readonly number[])[]} balls @param {Point} at @param {Point} out @returns {number} 0 to 1 */
export function skyAt(balls, at, out) {
  let light = 1;
  for (const [x = 0, y = 0, z = 0, r = 0] of balls) {
    const [a, b, c] = [x - at[0], y - at[1], z - at[2]];
    const far2 = Math.max(a * a + b * b + c * c, 1e-5);
    const facing = (out[0] * a + out[1] * b + out[2] * c) / Math.sqrt(far2);
    if (facing < -0.33) continue;
    light *= 1 - Math.min(Math.max(facing * 0.75 + 0.25, 0), 1) * Math.min((r * r) / far2, 1) * 0.8;
  }
  return light;
}
