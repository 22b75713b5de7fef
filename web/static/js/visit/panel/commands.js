// @ts-check
/** What the therapist's buttons and keys ask of the room. Pure: from what is shown now to one command. */
/** @import { Aim, Demonstration, Dosage, ExerciseComing, Planned } from "../../messages.js" */
/** @import { Asked } from "../connection.js" */
/** @import { Counted } from "../practice/playback.js" */
/** @import { Draft } from "./state.js" */
/** @import { Card } from "../practice/shelf.js" */
/** @import { VisitState } from "../state.js" */
import { practiceOf } from "../people/cast.js";
import { isClip } from "../clips/state.js";
import { isShownOut, layoutOf } from "../practice/playback.js";
import { positionAt } from "../practice/practice.js";
import { shiftFor } from "../practice/redose.js";

/** How long everybody gets to be ready before starting together. */
const COUNT_IN_S = 5;

/** @param {Draft | Planned} one @param {Aim} aim @returns {Asked} */
export function push({ exercise, version, dosage }, aim) {
  return { type: "demonstration.push", exercise, version, dosage, aim };
}

/**
 * Goes on as it is, but for `changes`, from where it stands now.
 * @param {Demonstration} shown @param {number} now_ms  server time
 * @param {Partial<Pick<Demonstration, "mode" | "is_playing" | "rate">> & { position_s?: number, lead_s?: number }} changes
 * @returns {Asked}
 */
export function steer(shown, now_ms, changes) {
  const { number, mode, is_playing, rate } = shown;
  const now = { demonstration: number, mode, is_playing, rate, position_s: positionAt(shown, now_ms) };
  return { type: "demonstration.steer", ...now, ...changes };
}

/** @param {Demonstration} shown @param {number} now_ms @returns {Asked} the whole dose, counted, from its beginning */
export function together(shown, now_ms) {
  return steer(shown, now_ms, { mode: "together", is_playing: true, position_s: 0, lead_s: COUNT_IN_S });
}

/** @param {Demonstration} shown @param {number} now_ms @returns {Asked} one repetition again and again */
export function watched(shown, now_ms) {
  return steer(shown, now_ms, { mode: "watch", is_playing: true, position_s: 0 });
}

/**
 * One repetition for ever, or to its end; it goes on in the repetition where it stands.
 * @param {Counted} exercise @param {Demonstration} shown @param {number} now_ms @returns {Asked}
 */
export function loopOrNot(exercise, shown, now_ms) {
  const length_s = lengthOf(exercise, shown);
  const position_s = isShownOut(shown, exercise, now_ms) ? 0 : positionAt(shown, now_ms) % (length_s || 1);
  return steer(shown, now_ms, { mode: shown.mode === "watch" ? "once" : "watch", position_s });
}

/**
 * @param {Demonstration} shown @param {Counted | undefined} exercise  undefined until it has come @param {number} now_ms
 * @returns {Asked} from its beginning, if it has come to its end
 */
export function playOrPause(shown, exercise, now_ms) {
  if (exercise && isShownOut(shown, exercise, now_ms)) return steer(shown, now_ms, { is_playing: true, position_s: 0 });
  return { type: shown.is_playing ? "demonstration.pause" : "demonstration.resume", demonstration: shown.number };
}

/**
 * @param {Demonstration} shown @param {Dosage} dosage @param {Counted | undefined} exercise  undefined until it has come
 * @param {number} now_ms @returns {Asked} nobody is put back or forward in what they are doing
 */
export function dose(shown, dosage, exercise, now_ms) {
  const shift_s = exercise ? shiftFor(exercise, shown, dosage, now_ms) : 0;
  return { type: "demonstration.dose", demonstration: shown.number, dosage, shift_s };
}

/** @param {Demonstration} shown @param {Partial<Aim>} changes @returns {Asked} */
export function aim({ number, aim: now }, changes) {
  return { type: "demonstration.aim", demonstration: number, aim: { ...now, ...changes } };
}

/** @param {Counted} exercise @param {Pick<Demonstration, "dosage" | "mode">} shown @returns {number} seconds that a scrubber spans */
export function lengthOf(exercise, { dosage, mode }) {
  if (exercise.timeline.length === 0) return (dosage.minutes ?? 1) * 60;
  const { rep_s, sides, turns, turn_s, block_s } = layoutOf(exercise, dosage);
  return mode === "together" ? (turns - 1) * turn_s + block_s : rep_s * sides.length;
}

/** @param {readonly Planned[]} planned @param {Demonstration | null} shown @returns {Planned | null} what comes after what is shown */
export function nextOf(planned, shown) {
  const place = planned.findIndex(({ exercise }) => exercise === shown?.exercise);
  return planned[place + 1] ?? null;
}

/**
 * @param {VisitState} state @returns {ExerciseComing | null} what is likely shown next: the others' browsers may fetch it now.
 * What is being prepared comes before what is planned.
 */
export function comingOf(state) {
  const practice = practiceOf(state);
  const next = state.panel.draft ?? (practice && nextOf(practice.planned, practice.demonstration));
  if (!next || isClip(next.exercise)) return null;
  return { type: "exercise.coming", exercise: next.exercise, version: next.version };
}

/** @param {readonly Planned[]} planned @param {number} from @param {number} to @returns {Planned[]} */
export function moved(planned, from, to) {
  const [one] = planned.slice(from, from + 1);
  const rest = planned.filter((_, place) => place !== from);
  return one ? [...rest.slice(0, to), one, ...rest.slice(to)] : [...planned];
}

/** @param {readonly Card[]} cards @param {Pick<Planned, "exercise">} one @returns {Aim} as it is best seen */
export function bestAim(cards, { exercise }) {
  return { view: cards.find(({ slug }) => slug === exercise)?.views[0] ?? "oblique" };
}
