// @ts-check
/** Round the figure, over it and nearer to it, a step at a time or as far as it is dragged, from the view it is seen from. Pure. */
/** @import { Aim, CameraView } from "../../messages.js" */
import { VIEWS } from "../../mannequin/camera.js";

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
/** Degrees for each pixel: across a panel it goes about half round. */
const DRAG_AROUND = 0.5;
const DRAG_ABOVE = 0.4;

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
      const next = within(view, above + (turn === "up" ? ABOVE : -ABOVE));
      return next === above ? null : { ...now, above: next };
    }
    default: {
      const to = Math.round(nearer * (turn === "nearer" ? NEARER : 1 / NEARER) * 100) / 100;
      const next = Math.min(Math.max(to, FAR), NEAR);
      return next === nearer ? null : { ...now, nearer: next };
    }
  }
}

/** @param {Aim} aim @param {number} x @param {number} y  pixels to the right and down @returns {Aim} the figure goes with the hand */
export function dragged(aim, x, y) {
  const { view, is_mirrored = false, around = 0, above = 0 } = aim;
  const right = is_mirrored ? -x : x;
  return { ...aim, around: wrapped(around - right * DRAG_AROUND), above: within(view, above + y * DRAG_ABOVE) };
}

/** @param {Aim} aim @param {number} times @returns {Aim} so many times nearer; below 1 farther away */
export function neared(aim, times) {
  return { ...aim, nearer: Math.min(Math.max((aim.nearer ?? 1) * times, FAR), NEAR) };
}

/** @param {Aim} aim @returns {Aim} in whole degrees, as it is told to others */
export function whole(aim) {
  const { around = 0, above = 0, nearer = 1 } = aim;
  return { ...aim, around: Math.round(around), above: Math.round(above), nearer: Math.round(nearer * 100) / 100 };
}

/** @param {Aim} aim @returns {boolean} seen otherwise than its view is */
export const isTurned = ({ around = 0, above = 0, nearer = 1 }) => around !== 0 || above !== 0 || nearer !== 1;

/** @param {CameraView} view @param {number} above @returns {number} as high or low as one gets from there */
function within(view, above) {
  const [, stands] = VIEWS[view];
  return Math.min(Math.max(above, DOWN, LOWEST - stands), UP, HIGHEST - stands);
}

/** @param {number} degrees @returns {number} the same direction, from -180 up to 180 */
const wrapped = (degrees) => ((((degrees + 180) % 360) + 360) % 360) - 180;
