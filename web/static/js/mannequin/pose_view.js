// @ts-check
/** From where, and how much of, an exercise is looked at. Pure. */
import { VIEWS } from "./camera.js";
import { POINT_NAMES, point } from "./rig.js";

/** @import { ViewName } from "./camera.js" */
/** @import { Movement } from "./motion.js" */
/** @import { Skeleton } from "./rig.js" */
/** @import { Point } from "./space.js" */

/** @param {Movement} movement @param {string} [side] @returns {boolean} whether the poses show the other side than the one that shall work */
export function isMirrored({ laterality }, side) {
  return (laterality === "left" && side === "right") || (laterality === "right" && side === "left");
}

/** @param {string | undefined} view @param {boolean} otherSide @returns {ViewName} the named view; from the other side when the body is mirrored */
export function viewOf(view, otherSide) {
  const known = /** @type {ViewName} */ (view && view in VIEWS ? view : "oblique");
  if (!otherSide) return known;
  return known === "lateral_left" ? "lateral_right" : known === "lateral_right" ? "lateral_left" : known;
}

/** @param {Skeleton} body @param {boolean} upper  only what is above the hips @returns {Point[]} what has to be in the picture */
export function outline(body, upper) {
  const hips = point(body, "root")[1];
  const points = POINT_NAMES.map((name) => point(body, name)).filter((one) => !upper || one[1] > hips - 0.05);
  return points.flatMap(([x, y, z]) => {
    /** @type {Point[]} */
    const around = [
      [x, Math.max(y - 0.06, 0), z],
      [x, y + 0.06, z],
    ];
    return around;
  });
}
