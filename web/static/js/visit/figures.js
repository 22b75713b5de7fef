// @ts-check
/**
 * Key poses as drawings for the visit's screens, each made once: a screen is drawn again far more often than it changes.
 * Fetched only where stills are shown.
 */
/** @import { CameraView, Side } from "../messages.js" */
/** @import { Look } from "../mannequin/camera.js" */
/** @import { Still } from "../mannequin/stills.js" */
/** @import { Exercise } from "./shelf.js" */
import { AS_IS } from "../mannequin/camera.js";
import { still } from "../mannequin/stills.js";

/** As many as one long exercise has, seen from both sides. */
const KEPT = 24;
/** @type {Map<string, Still>} */
const made = new Map();

/**
 * @param {Exercise} exercise @param {string} pose  one of its timeline
 * @param {{ side?: Side, view: CameraView, isMirrored?: boolean, look?: Look }} wishes
 * @returns {Still}
 */
export function figureOf(exercise, pose, { side, view, isMirrored = false, look = AS_IS }) {
  const key = JSON.stringify([exercise.slug, exercise.version, pose, side, view, isMirrored, look]);
  const known = made.get(key);
  if (known) return known;
  const drawn = still(exercise, { pose, view, mirror: isMirrored, look, ...(side ? { side } : {}) });
  const oldest = made.keys().next().value;
  if (made.size >= KEPT && oldest !== undefined) made.delete(oldest);
  made.set(key, drawn);
  return drawn;
}
