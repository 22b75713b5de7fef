// @ts-check
/** How much of an exercise: in words, and one step more or less of it. Pure; the ranges mirror telesession/domain/dosage.py. */
/** @import { Dosage, Side } from "../../messages.js" */
import { n, number, share, t } from "../../lib/i18n.js";

/** @typedef {"sets" | "reps" | "hold_s" | "rest_s" | "tempo" | "effort" | "minutes" | "range_pct"} Amount */

/** From, up to, and one step. @type {Readonly<Record<Amount, readonly [number, number, number]>>} */
export const RANGES = {
  sets: [1, 10, 1],
  reps: [1, 50, 1],
  hold_s: [0, 120, 1],
  rest_s: [0, 300, 10],
  tempo: [0.25, 1.5, 0.25],
  effort: [0, 10, 1],
  minutes: [1, 120, 1],
  range_pct: [30, 100, 10],
};

/** What stands where nobody has said anything. @type {Partial<Record<Amount, number>>} */
const UNSAID = { tempo: 1, range_pct: 100 };

/** @param {Dosage} dosage @param {Amount} name @returns {number} */
export const amountOf = (dosage, name) => dosage[name] ?? UNSAID[name] ?? RANGES[name][0];

/** @param {Dosage} dosage @param {Amount} name @param {number} steps @returns {Dosage} so much more, or less, within the range */
export function stepped(dosage, name, steps) {
  const [low, high, step] = RANGES[name];
  const value = amountOf(dosage, name) + steps * step;
  return { ...dosage, [name]: Math.min(high, Math.max(low, value)) };
}

/** @param {Dosage} dosage @param {string} text  kilograms, or words such as "red band"; "" is no load @returns {Dosage} */
export function loaded(dosage, text) {
  const words = text.trim().slice(0, 64);
  const kilograms = Number(words.replace(/\s*kg$/iu, "").replace(",", "."));
  const isWeight = words !== "" && Number.isFinite(kilograms) && kilograms >= 0 && kilograms <= 200;
  return { ...dosage, load: words === "" ? null : isWeight ? kilograms : words };
}

/** @param {"both" | "alternating" | "left" | "right"} laterality @returns {readonly Side[]} those that may be asked for */
export function sidesOf(laterality) {
  return laterality === "left" || laterality === "right" ? ["left", "right", "both"] : [laterality];
}

/** @param {Side} side @returns {string} */
export function sideWords(side) {
  return {
    left: t("Left side"),
    right: t("Right side"),
    both: t("Both sides"),
    alternating: t("Side by side in turn"),
  }[side];
}

/**
 * "3 sets of 10 · hold 3 seconds · rest 60 seconds · left side"; what is usual goes without saying.
 * @param {Dosage} dosage @returns {string}
 */
export function doseWords({ sets, reps, hold_s = 0, rest_s = 0, tempo = 1, side, load, minutes, range_pct = 100 }) {
  const parts = [minutes ? n("{count} minute", "{count} minutes", minutes) : timesWords(sets, reps)];
  if (hold_s > 0) parts.push(n("hold {count} second", "hold {count} seconds", hold_s));
  if (rest_s > 0 && sets > 1) parts.push(n("rest {count} second", "rest {count} seconds", rest_s));
  if (side === "left") parts.push(t("left side"));
  if (side === "right") parts.push(t("right side"));
  if (typeof load === "number" && load > 0) parts.push(t("{weight} kg", { weight: number(load) }));
  if (typeof load === "string") parts.push(load);
  if (tempo < 1) parts.push(t("slowly"));
  if (tempo > 1) parts.push(t("briskly"));
  if (range_pct < 100) parts.push(t("{percent} of the way", { percent: share(range_pct / 100) }));
  return parts.join(" · ");
}

/** @param {number} sets @param {number} reps */
function timesWords(sets, reps) {
  if (sets === 1) return n("{count} time", "{count} times", reps);
  return n("{count} set of {reps}", "{count} sets of {reps}", sets, { reps: number(reps) });
}
