// @ts-check
/**
 * Where somebody is in the sets and repetitions of what is shown: get ready, move, hold, rest, done. Pure; mirrors
 * `moment` in telesession/domain/playback.py and `dosed` in exercises.py.
 */
/** @import { Demonstration, Dosage, Side } from "../../messages.js" */
/** @import { Exercise, Step } from "./shelf.js" */
import { positionAt } from "./practice.js";

/** @typedef {"get_ready" | "move" | "hold" | "rest" | "done"} Phase */
/**
 * One instant of a counted exercise. Sets and repetitions count from 1; `cycle_s` is where the mannequin stands;
 * the phase lasts `lasts_s` seconds, of which `remaining_s` are left.
 * @typedef {{ phase: Phase, side: Side, set: number, rep: number, cycle_s: number, remaining_s: number, lasts_s: number }} Moment
 */
/**
 * A moment as people count: in whole seconds.
 * @typedef {{ number: number, phase: Phase, side: Side, set: number, rep: number, left_s: number, lasts_s: number }} Beat
 */
/** @typedef {Pick<Exercise, "timeline" | "held" | "laterality">} Counted */

/** The timeline of one repetition as a dosage asks for it. @param {Counted} exercise @param {Dosage} dosage @returns {Step[]} */
export function dosed({ timeline, held }, { tempo = 1, hold_s = 0 }) {
  return timeline.map((step) => {
    return { pose: step.pose, move_s: step.move_s / tempo, hold_s: held.includes(step.pose) ? hold_s : step.hold_s };
  });
}

/** The sides that work one after the other. @param {Counted} exercise @param {Side} side @returns {readonly Side[]} */
export function sidesInTurn({ laterality }, side) {
  if (side !== "both" || (laterality !== "left" && laterality !== "right")) return [side];
  return [laterality, laterality === "right" ? "left" : "right"];
}

/**
 * How a dosage lays an exercise out in time: a turn is the repetitions of one side, and the rest after them.
 * @typedef {{ moves: Step[], sides: readonly Side[], rep_s: number, block_s: number, turn_s: number, turns: number }} Layout
 */

/** @param {Counted} exercise @param {Dosage} dosage @returns {Layout} */
export function layoutOf(exercise, dosage) {
  const moves = dosed(exercise, dosage);
  const sides = sidesInTurn(exercise, dosage.side ?? "both");
  const rep_s = moves.reduce((sum, { move_s, hold_s }) => sum + move_s + hold_s, 0);
  const block_s = dosage.reps * rep_s;
  return { moves, sides, rep_s, block_s, turn_s: block_s + (dosage.rest_s ?? 0), turns: dosage.sets * sides.length };
}

/** @param {Counted} exercise @param {Dosage} dosage @param {number} position_s  since the first repetition began @returns {Moment} */
export function momentOf(exercise, dosage, position_s) {
  if (exercise.timeline.length === 0 && dosage.minutes) return timed(dosage.minutes * 60, dosage, position_s);
  const { moves, sides, rep_s, block_s, turn_s, turns } = layoutOf(exercise, dosage);
  const { sets, reps, rest_s = 0 } = dosage;
  const turn = turn_s > 0 ? Math.floor(position_s / turn_s) : 0;
  const within_s = turn_s > 0 ? position_s - turn * turn_s : 0;
  const number = Math.min(turn, turns - 1);
  const set = Math.floor(number / sides.length) + 1;
  const side = sides[number % sides.length] ?? "both";
  if (rep_s <= 0 || turn >= turns || (number === turns - 1 && within_s >= block_s)) {
    return { phase: "done", side, set: sets, rep: reps, cycle_s: 0, remaining_s: 0, lasts_s: 0 };
  }
  if (within_s >= block_s) {
    return { phase: "rest", side, set, rep: reps, cycle_s: 0, remaining_s: turn_s - within_s, lasts_s: rest_s };
  }
  const rep = Math.floor(within_s / rep_s);
  const cycle_s = within_s - rep * rep_s;
  return { ...phaseAt(moves, cycle_s), side, set, rep: rep + 1, cycle_s };
}

/** @param {number} lasts_s @param {Dosage} dosage @param {number} position_s @returns {Moment} of an exercise without repetitions, such as walking */
function timed(lasts_s, { sets, side = "both" }, position_s) {
  const remaining_s = Math.max(0, lasts_s - position_s);
  return { phase: remaining_s > 0 ? "move" : "done", side, set: sets, rep: 1, cycle_s: 0, remaining_s, lasts_s };
}

/** @param {readonly Step[]} moves @param {number} cycle_s @returns {Pick<Moment, "phase" | "remaining_s" | "lasts_s">} */
function phaseAt(moves, cycle_s) {
  let end_s = 0;
  for (const { move_s, hold_s } of moves) {
    for (const [phase, lasts_s] of /** @type {const} */ ([
      ["move", move_s],
      ["hold", hold_s],
    ])) {
      end_s += lasts_s;
      if (cycle_s < end_s) return { phase, remaining_s: end_s - cycle_s, lasts_s };
    }
  }
  return { phase: "move", remaining_s: 0, lasts_s: 0 };
}

/**
 * Where a demonstration that is done together stands; before it begins, people get ready.
 * @param {Demonstration} shown @param {Counted} exercise @param {number} now_ms  server time @returns {Moment}
 */
export function momentAt(shown, exercise, now_ms) {
  const moment = momentOf(exercise, shown.dosage, positionAt(shown, now_ms));
  const lead_s = shown.is_playing ? (Date.parse(shown.anchor_at) - now_ms) / 1_000 : 0;
  if (lead_s <= 0 || moment.phase === "done") return moment;
  return { ...moment, phase: "get_ready", remaining_s: lead_s, lasts_s: LEAD_S };
}

/** How long people usually get to be ready. */
const LEAD_S = 5;
/** Just before the end of a repetition: its end is the beginning of the next. */
const JUST_S = 0.001;

/**
 * Seconds of exercise after which the mannequin is drawn, and the side it works with. Watched, it repeats one
 * repetition for ever, or stands at the end of it; done together, it is where everybody counts.
 * @param {Demonstration} shown @param {Counted} exercise @param {number} now_ms  server time
 * @returns {{ cycle_s: number, side: Side }}
 */
export function stanceAt(shown, exercise, now_ms) {
  if (shown.mode === "together") return momentAt(shown, exercise, now_ms);
  const { rep_s, sides } = layoutOf(exercise, shown.dosage);
  const end_s = shown.mode === "once" ? rep_s * sides.length - JUST_S : Number.POSITIVE_INFINITY;
  const position_s = Math.min(positionAt(shown, now_ms), end_s);
  const turn = rep_s > 0 ? Math.floor(position_s / rep_s) : 0;
  return { cycle_s: position_s - turn * rep_s, side: sides[turn % sides.length] ?? "both" };
}

/** @param {Demonstration} shown @param {Counted} exercise @param {number} now_ms @returns {boolean} shown once, and that is over */
export function isShownOut(shown, exercise, now_ms) {
  const { rep_s, sides } = layoutOf(exercise, shown.dosage);
  return shown.mode === "once" && positionAt(shown, now_ms) >= rep_s * sides.length;
}

/** @param {Demonstration} shown @param {Counted} exercise @param {number} now_ms @returns {Beat | null} null while it is only watched */
export function beatAt(shown, exercise, now_ms) {
  if (shown.mode !== "together") return null;
  const { phase, side, set, rep, remaining_s, lasts_s } = momentAt(shown, exercise, now_ms);
  return { number: shown.number, phase, side, set, rep, left_s: Math.ceil(remaining_s / shown.rate - 1e-6), lasts_s };
}

/** @param {Beat | null} one @param {Beat | null} other */
export function isSameBeat(one, other) {
  if (!one || !other) return one === other;
  return /** @type {(keyof Beat)[]} */ (Object.keys(one)).every((key) => one[key] === other[key]);
}
