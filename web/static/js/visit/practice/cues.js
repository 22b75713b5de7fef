// @ts-check
/** What is said and sounded while people count together. Pure: two beats in, a sentence and a tone out. */
import { t } from "../../lib/i18n.js";

/** @import { Beat, Phase } from "./playback.js" */

/** @typedef {"tick" | "move" | "hold" | "rest" | "done"} Tone */
/** @typedef {{ say: string, tone: Tone | null }} Cue */

/** A stop shorter than this is part of the movement: nobody can say "hold" in it. */
const SHORT_S = 2;
/** A hold that is long enough to be counted out. */
const LONG_S = 5;
const LAST_SECONDS = 3;

/** @type {Cue} */
const SILENCE = { say: "", tone: null };

/** @param {Pick<Beat, "phase" | "lasts_s">} beat @returns {Phase} as people feel it: a short stop is no hold */
export function phaseFelt({ phase, lasts_s }) {
  return phase === "hold" && lasts_s < SHORT_S ? "move" : phase;
}

/**
 * @param {Beat | null} before  null when counting begins or goes on after a pause
 * @param {Beat} after
 * @param {readonly string[]} cues  of the exercise, in the listener's language
 * @returns {Cue}
 */
export function cueFor(before, after, cues) {
  const phase = phaseFelt(after);
  const isNewRep = !before || before.rep !== after.rep || before.set !== after.set || before.side !== after.side;
  const isNewPhase = !before || phaseFelt(before) !== phase;
  switch (phase) {
    case "get_ready":
      return countdown(after, isNewPhase ? t("Get ready") : "");
    case "move":
      return isNewRep || before?.phase === "get_ready" || before?.phase === "rest"
        ? { say: repetition(before, after, cues), tone: "move" }
        : isNewPhase
          ? { say: "", tone: "move" }
          : SILENCE;
    case "hold":
      if (isNewPhase) return { say: t("Hold"), tone: "hold" };
      return after.lasts_s >= LONG_S ? countdown(after, "") : SILENCE;
    case "rest":
      return isNewPhase ? { say: t("Rest"), tone: "rest" } : countdown(after, after.left_s === 6 ? t("Get ready") : "");
    case "done":
      return isNewPhase ? { say: t("Well done. That was all."), tone: "done" } : SILENCE;
  }
}

/** @param {Beat} beat @param {string} otherwise @returns {Cue} the last three seconds, counted out */
function countdown({ left_s }, otherwise) {
  if (otherwise || left_s > LAST_SECONDS || left_s < 1) return { say: otherwise, tone: null };
  return { say: String(left_s), tone: "tick" };
}

/** @param {Beat | null} before @param {Beat} after @param {readonly string[]} cues @returns {string} its number; sides when they change; in the first set also a cue */
function repetition(before, { set, rep, side }, cues) {
  const turned = before && before.side !== side ? sideCue(side) : "";
  const cue = set === 1 && rep > 1 ? (cues[rep - 2] ?? "") : "";
  return [turned, `${rep}.`, cue].filter(Boolean).join(" ");
}

/** @param {Beat["side"]} side */
function sideCue(side) {
  return side === "left" ? t("Now the left side.") : side === "right" ? t("Now the right side.") : "";
}
