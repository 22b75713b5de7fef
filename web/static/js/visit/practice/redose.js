// @ts-check
/** A dose changes in the middle of it: the same set, repetition and part of the movement, in the new dose. Pure. */
/** @import { Demonstration, Dosage } from "../../messages.js" */
/** @import { Counted, Layout } from "./playback.js" */
/** @import { Step } from "./shelf.js" */
import { layoutOf } from "./playback.js";
import { positionAt } from "./practice.js";

/**
 * How much further a demonstration stands so that nobody notices the other dose; what the new one no longer has is over.
 * @param {Counted} exercise @param {Demonstration} shown @param {Dosage} dosage  the new one
 * @param {number} now_ms  server time @returns {number} seconds, below 0 when it stands earlier
 */
export function shiftFor(exercise, shown, dosage, now_ms) {
  if (exercise.timeline.length === 0) return 0;
  const [was, is] = [layoutOf(exercise, shown.dosage), layoutOf(exercise, dosage)];
  if (was.rep_s <= 0 || is.rep_s <= 0) return 0;
  const position_s = positionAt(shown, now_ms);
  return (shown.mode === "together" ? counted(was, is, position_s) : repeated(was, is, position_s)) - position_s;
}

/** @param {Layout} was @param {Layout} is @param {number} position_s */
function repeated(was, is, position_s) {
  const turn = Math.floor(position_s / was.rep_s);
  return turn * is.rep_s + sameInRepetition(was.moves, is.moves, position_s - turn * was.rep_s);
}

/** @param {Layout} was @param {Layout} is @param {number} position_s */
function counted(was, is, position_s) {
  const turn = Math.min(Math.floor(position_s / was.turn_s), was.turns - 1);
  const within_s = position_s - turn * was.turn_s;
  const set = Math.floor(turn / was.sides.length);
  const side = is.sides.findIndex((one) => one === was.sides[turn % was.sides.length]);
  const now = set * is.sides.length + Math.max(0, side);
  if (now >= is.turns) return (is.turns - 1) * is.turn_s + is.block_s;
  if (within_s >= was.block_s) {
    const rested_s = turn === was.turns - 1 ? 0 : within_s - was.block_s; // another set begins with a rest
    return now * is.turn_s + is.block_s + Math.min(rested_s, is.turn_s - is.block_s);
  }
  const rep = Math.floor(within_s / was.rep_s);
  const same_s = rep * is.rep_s + sameInRepetition(was.moves, is.moves, within_s - rep * was.rep_s);
  return now * is.turn_s + Math.min(same_s, is.block_s);
}

/** @param {readonly Step[]} was @param {readonly Step[]} is  the same steps at another pace @param {number} cycle_s */
function sameInRepetition(was, is, cycle_s) {
  let [from_s, to_s] = [0, 0];
  for (const [place, { move_s, hold_s }] of was.entries()) {
    const now = /** @type {Step} */ (is[place]);
    for (const [before_s, after_s] of /** @type {const} */ ([
      [move_s, now.move_s],
      [hold_s, now.hold_s],
    ])) {
      if (cycle_s < from_s + before_s) return to_s + ((cycle_s - from_s) / before_s) * after_s;
      from_s += before_s;
      to_s += after_s;
    }
  }
  return to_s;
}
