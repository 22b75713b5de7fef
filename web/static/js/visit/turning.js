// @ts-check
/** Round the figure, over it and nearer to it, a step at a time, from the view it is seen from. Pure. */
/** @import { Aim } from "../messages.js" */
import { VIEWS } from "../mannequin/camera.js";

/** @typedef {"left" | "right" | "up" | "down" | "nearer" | "farther"} Turn */

/** The view itself: not turned, no nearer. */
export const AS_SEEN = Object.freeze({ around: 0, above: 0, nearer: 1 });
const AROUND = 30;
const ABOVE = 15;
const NEARER = 1.25;
/** What the eye can do (mannequin/camera.js), what the wire allows, and how near there is still a body to see. */
const [LOWEST, HIGHEST] = [2, 88];
const [FAR, NEAR] = [0.6, 2.5];
const [DOWN, UP] = [-60, 80];

/** @param {Aim} aim @param {Turn} turn @returns {Pick<Required<Aim>, "around" | "above" | "nearer"> | null} null when it goes no further */
export function turned({ view, is_mirrored = false, around = 0, above = 0, nearer = 1 }, turn) {
  const now = { around, above, nearer };
  const right = is_mirrored ? -AROUND : AROUND; // the picture is the other way round, its buttons are not
  switch (turn) {
    case "left":
      return { ...now, around: wrapped(around - right) };
    case "right":
      return { ...now, around: wrapped(around + right) };
    case "up":
    case "down": {
      const [, stands] = VIEWS[view];
      const to = above + (turn === "up" ? ABOVE : -ABOVE);
      const next = Math.min(Math.max(to, DOWN, LOWEST - stands), UP, HIGHEST - stands);
      return next === above ? null : { ...now, above: next };
    }
    default: {
      const to = Math.round(nearer * (turn === "nearer" ? NEARER : 1 / NEARER) * 100) / 100;
      const next = Math.min(Math.max(to, FAR), NEAR);
      return next === nearer ? null : { ...now, nearer: next };
    }
  }
}

/** @param {Aim} aim @returns {boolean} seen otherwise than its view is */
export const isTurned = ({ around = 0, above = 0, nearer = 1 }) => around !== 0 || above !== 0 || nearer !== 1;

/** @param {number} degrees @returns {number} the same direction, from -180 up to 180 */
const wrapped = (degrees) => ((((degrees + 180) % 360) + 360) % 360) - 180;
