// @ts-check
/** What the last check of this device said: where it is weak, a visit soon after starts with sound. */
import { keep, recall } from "../lib/kept.js";

const NAME = "precall";
const GOOD_FOR_MS = 3 * 60 * 60_000;

/** @param {string} verdict @param {number} now_ms */
export function keepVerdict(verdict, now_ms) {
  keep(NAME, { verdict, at_ms: now_ms });
}

/** @param {number} now_ms @returns {boolean} whether a visit on this device had better start with sound alone */
export function startsWithSound(now_ms) {
  const kept = /** @type {{ verdict?: unknown, at_ms?: unknown } | null} */ (recall(NAME));
  const age_ms = now_ms - Number(kept?.at_ms);
  return kept?.verdict === "weak" && age_ms >= 0 && age_ms < GOOD_FOR_MS;
}
