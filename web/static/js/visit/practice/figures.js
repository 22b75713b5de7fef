// @ts-check
/**
 * Key poses as drawings for the visit's screens, each made once: a screen is drawn again far more often than it changes.
 * Fetched only where stills are shown.
 */
/** @import { CameraView, Side } from "../../messages.js" */
/** @import { Look } from "../../mannequin/camera.js" */
/** @import { Still } from "../../mannequin/stills.js" */
/** @import { Exercise } from "./shelf.js" */
import { whenIdle } from "../../lib/idle.js";
import { theBody } from "../../mannequin/body.js";
import { AS_IS } from "../../mannequin/camera.js";
import { still } from "../../mannequin/stills.js";

/** As many as one long exercise has, seen from both sides. */
const KEPT = 24;
/** @type {Map<string, Still>} */
const made = new Map();

/** @typedef {{ side?: Side, view: CameraView, isMirrored?: boolean, rom?: number, look?: Look, width?: number }} Wishes */
/** What draws, at once or soon. @typedef {{ figureOf: (exercise: Exercise, pose: string, wishes: Wishes) => Still | null }} Figures */

/** @param {Exercise} exercise @param {string} pose @param {Wishes} wishes */
const keyOf = ({ slug, version }, pose, { side, view, isMirrored = false, rom = 1, look = AS_IS, width = 320 }) =>
  JSON.stringify([slug, version, pose, side, view, isMirrored, rom, look, width]);

/**
 * @param {Exercise} exercise @param {string} pose  one of its timeline
 * @param {Wishes} wishes
 * @returns {Still}
 */
export function figureOf(exercise, pose, wishes) {
  const key = keyOf(exercise, pose, wishes);
  const known = made.get(key);
  if (known) return known;
  const { side, view, isMirrored = false, rom = 1, look = AS_IS, width = 320 } = wishes;
  const drawn = still(exercise, { pose, view, mirror: isMirrored, rom, look, width, ...(side ? { side } : {}) });
  const oldest = made.keys().next().value;
  if (made.size >= KEPT && oldest !== undefined) made.delete(oldest);
  made.set(key, drawn);
  return drawn;
}

/**
 * Draws only while nothing else is to be done, the figure first of all and then one drawing at a time: words and buttons
 * do not wait for pictures.
 * @param {(figures: Figures) => void} changed  there is one more to be seen
 * @param {(run: () => void) => void} [idle]
 */
export function soon(changed, idle = whenIdle) {
  /** @type {Map<string, () => Still>} by what they show, as last asked for */
  const asked = new Map();
  let isDue = false;
  /** @param {() => unknown} run */
  const queue = (run) => {
    isDue = true;
    idle(() => {
      isDue = false;
      run();
      asked.clear(); // what is still wanted is asked for again
      changed(figures);
    });
  };
  const drawFirst = () => asked.values().next().value?.();
  /** @type {Figures} */
  const figures = {
    figureOf(exercise, pose, wishes) {
      const key = keyOf(exercise, pose, wishes);
      const known = made.get(key);
      if (known) return known;
      asked.set(key, () => figureOf(exercise, pose, wishes));
      if (!isDue) queue(drawFirst);
      return null;
    },
  };
  queue(theBody);
}
