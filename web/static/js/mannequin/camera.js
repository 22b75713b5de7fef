// @ts-check
/** Where the eye is: presets around the body, turned and brought nearer by whoever looks. Pure. */
import { add, clamp, cross, dot, times, unit } from "./space.js";

/** @import { Point } from "./space.js" */
/** @typedef {"lateral_left" | "lateral_right" | "front" | "rear" | "oblique" | "top" | "foot_end"} ViewName */
/** @typedef {{ around: number, above: number, nearer: number }} Look  degrees to the left and up, and times nearer */
/** @typedef {{ eye: Point, target: Point }} Eye */

/** Degrees around from the front to the body's left, and above the horizon. @type {Record<ViewName, readonly [number, number]>} */
export const VIEWS = {
  front: [0, 8],
  oblique: [40, 16],
  lateral_left: [82, 9],
  rear: [154, 14],
  lateral_right: [-82, 9],
  top: [0, 84],
  foot_end: [28, 24],
};

/** @type {Look} */
export const AS_IS = { around: 0, above: 0, nearer: 1 };
/** Degrees from top to bottom of the picture. */
export const FIELD = 24;

/**
 * The eye far enough for every point to be in the picture with a little air.
 * @param {readonly Point[]} points @param {ViewName} view @param {number} aspect  width by height @param {Look} [look] @returns {Eye}
 */
export function eyeFor(points, view, aspect, look = AS_IS) {
  const [around, above] = VIEWS[view];
  const away = direction(around + look.around, clamp(above + look.above, 2, 88));
  const right = unit(cross([0, 1, 0], away));
  const up = cross(away, right);
  const seen = points.map((one) => /** @type {Point} */ ([dot(one, right), dot(one, up), dot(one, away)]));
  const middle = (/** @type {0 | 1 | 2} */ axis) => {
    const values = seen.map((one) => one[axis]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  };
  const [x, y, z] = [middle(0), middle(1), middle(2)];
  const tangent = Math.tan((FIELD * Math.PI) / 360) * 0.88;
  const far = seen.map((one) => one[2] - z + Math.max(Math.abs(one[1] - y), Math.abs(one[0] - x) / aspect) / tangent);
  const target = add(add(times(right, x), times(up, y)), times(away, z));
  return { eye: add(target, times(away, Math.max(...far) / look.nearer)), target };
}

/** @param {number} around @param {number} above @returns {Point} */
function direction(around, above) {
  const [a, e] = [(around * Math.PI) / 180, (above * Math.PI) / 180];
  return [Math.sin(a) * Math.cos(e), Math.sin(e), Math.cos(a) * Math.cos(e)];
}
