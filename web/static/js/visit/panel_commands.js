// @ts-check
/** What the therapist's buttons and keys ask of the room. Pure: from what is shown now to one command. */
/** @import { Aim, Demonstration, Dosage, Planned } from "../messages.js" */
/** @import { Asked } from "./connection.js" */
/** @import { Counted } from "./playback.js" */
/** @import { Draft } from "./panel_state.js" */
/** @import { Card } from "./shelf.js" */
import { dosed, sidesInTurn } from "./playback.js";
import { positionAt } from "./practice.js";

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

/** @param {Demonstration} shown @returns {Asked} */
export function playOrPause({ number, is_playing }) {
  return { type: is_playing ? "demonstration.pause" : "demonstration.resume", demonstration: number };
}

/** @param {Demonstration} shown @param {Dosage} dosage @returns {Asked} */
export function dose({ number }, dosage) {
  return { type: "demonstration.dose", demonstration: number, dosage };
}

/** @param {Demonstration} shown @param {Partial<Aim>} changes @returns {Asked} */
export function aim({ number, aim: now }, changes) {
  return { type: "demonstration.aim", demonstration: number, aim: { ...now, ...changes } };
}

/** @param {Counted} exercise @param {Pick<Demonstration, "dosage" | "mode">} shown @returns {number} seconds that a scrubber spans */
export function lengthOf(exercise, { dosage, mode }) {
  if (exercise.timeline.length === 0) return (dosage.minutes ?? 1) * 60;
  const rep_s = dosed(exercise, dosage).reduce((sum, { move_s, hold_s }) => sum + move_s + hold_s, 0);
  const sides = sidesInTurn(exercise, dosage.side ?? "both").length;
  if (mode === "watch") return rep_s * sides;
  const turns = dosage.sets * sides;
  return turns * dosage.reps * rep_s + (turns - 1) * (dosage.rest_s ?? 0);
}

/** @param {readonly Planned[]} planned @param {Demonstration | null} shown @returns {Planned | null} what comes after what is shown */
export function nextOf(planned, shown) {
  const place = planned.findIndex(({ exercise }) => exercise === shown?.exercise);
  return planned[place + 1] ?? null;
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
