// @ts-check
/** Where a demonstration stands in its sets and repetitions: get ready, move, hold, rest, done. Pure; seconds in, words out. */
import { cycleOf, dosed, placeAt } from "./motion.js";

/** @import { Movement, Place } from "./motion.js" */

/** @typedef {{ sets?: number, reps?: number, hold_s?: number, rest_s?: number, tempo?: number }} Dosage */
/** @typedef {"ready" | "move" | "hold" | "rest" | "done"} Phase */
/**
 * `set` and `repetition` count from 1; `left_s` is what remains of the phase; `place` is where the body is on its timeline.
 * @typedef {{ phase: Phase, set: number, repetition: number, left_s: number, place: Place }} Moment
 */

/** @type {Place} */
const START = { step: 0, t: 1 };

/**
 * @param {Movement} movement @param {Dosage} dosage
 * @param {number} position_s  since the first repetition began; before it, below 0, people get ready
 * @returns {Moment}
 */
export function momentAt(movement, dosage, position_s) {
  const { sets = 1, reps = 1, rest_s = 0 } = dosage;
  const timeline = dosed(movement, dosage);
  const cycle = cycleOf(timeline);
  if (position_s < 0) return { phase: "ready", set: 1, repetition: 1, left_s: -position_s, place: START };
  const lap = cycle * reps + rest_s;
  const set = Math.floor(position_s / lap);
  const inSet = position_s - set * lap;
  if (set >= sets || (set === sets - 1 && inSet >= cycle * reps)) {
    return { phase: "done", set: sets, repetition: reps, left_s: 0, place: START };
  }
  if (inSet >= cycle * reps)
    return { phase: "rest", set: set + 1, repetition: reps, left_s: lap - inSet, place: START };
  const repetition = Math.min(Math.floor(inSet / cycle), reps - 1);
  const inCycle = inSet - repetition * cycle;
  const place = placeAt(timeline, inCycle);
  return { ...phaseOf(movement, timeline, place, inCycle), set: set + 1, repetition: repetition + 1, place };
}

/** @param {Movement} movement @param {readonly { pose: string, move_s: number, hold_s: number }[]} timeline @param {Place} place @param {number} inCycle */
function phaseOf({ held = [] }, timeline, { step, t }, inCycle) {
  const isHeld = t >= 1 && held.includes(timeline[step]?.pose ?? "");
  /** @type {Phase} */
  const phase = isHeld ? "hold" : "move";
  let until = cycleOf(timeline.slice(0, step + 1));
  if (phase === "move" && held.includes(timeline[step]?.pose ?? "")) until -= timeline[step]?.hold_s ?? 0;
  return { phase, left_s: Math.max(until - inCycle, 0) };
}
