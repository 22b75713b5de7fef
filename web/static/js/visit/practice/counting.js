// @ts-check
/** The count, large: what to do now in word and shape, how often or how long, and where in the dose. */
import { number, t } from "../../lib/i18n.js";
import { html, nothing, svg } from "../../../vendor/lit.js";
import { phaseFelt } from "./cues.js";
import { sideWords } from "./dose.js";
import { icon } from "../icon.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Demonstration } from "../../messages.js" */
/** @import { Beat, Phase } from "./playback.js" */

/** @param {Beat} beat @param {Demonstration} shown @returns {TemplateResult} */
export function counting(beat, { dosage, is_playing }) {
  const phase = phaseFelt(beat);
  const isTimed = Boolean(dosage.minutes);
  const { big, unit } = isTimed ? clockOf(beat) : amount(beat, phase, dosage.reps);
  return html`<div class="count" data-phase=${phase}>
    <p class="count-phase">${is_playing || phase === "done" ? phaseWords(phase) : t("Paused")}</p>
    <div class="count-ring">
      ${ring(beat, phase)}
      <p class="count-number number ${isTimed && big ? "is-clock" : ""}">${phase === "done" ? icon("check") : big}<span class="count-unit">${unit}</span></p>
    </div>
    <p class="count-where number">${isTimed || phase === "done" ? nothing : phase === "rest" ? next(beat, dosage) : where(beat, dosage)}</p>
  </div>`;
}

/** @param {Phase} phase @returns {string} */
export function phaseWords(phase) {
  return {
    get_ready: t("Get ready"),
    move: t("Move"),
    hold: t("Hold"),
    rest: t("Rest"),
    done: t("Well done"),
  }[phase];
}

/** @param {Beat} beat @param {Phase} phase @param {number} reps @returns {{ big: string, unit: string }} repetitions while moving, else seconds */
function amount({ rep, left_s }, phase, reps) {
  if (phase === "done") return { big: "", unit: "" };
  if (phase === "move") return { big: number(rep), unit: t("of {total}", { total: number(reps) }) };
  return { big: number(left_s), unit: t("sec") };
}

/** @param {Beat} beat @returns {{ big: string, unit: string }} minutes and seconds that are left */
function clockOf({ left_s, phase }) {
  if (phase === "done") return { big: "", unit: "" };
  if (phase === "get_ready") return { big: number(left_s), unit: t("sec") };
  return { big: `${Math.floor(left_s / 60)}:${String(left_s % 60).padStart(2, "0")}`, unit: t("to go") };
}

/** @param {Beat} beat @param {Demonstration["dosage"]} dosage each part on one line, if there is room */
function where({ set, rep, side }, { sets, reps }) {
  const parts = [t("Repetition {rep} of {reps}", { rep: number(rep), reps: number(reps) })];
  if (sets > 1) parts.push(t("Set {set} of {sets}", { set: number(set), sets: number(sets) }));
  if (side === "left" || side === "right") parts.push(sideWords(side));
  return parts.map((part, place) => html`${place > 0 ? " · " : nothing}<span class="count-part">${part}</span>`);
}

/** @param {Beat} beat  of a rest @param {Demonstration["dosage"]} dosage @returns {string} what comes after it */
function next({ set }, { sets }) {
  return set < sets
    ? t("Next: set {set} of {sets}", { set: number(set + 1), sets: number(sets) })
    : t("Next: the other side");
}

/** A ring while moving, a square while holding, a broken ring before it begins: the shape says it too. @param {Beat} beat @param {Phase} phase */
function ring({ left_s, lasts_s }, phase) {
  const part =
    lasts_s > 0 ? Math.min(100, Math.max(0, ((lasts_s - left_s + 1) / Math.max(1, Math.ceil(lasts_s))) * 100)) : 100;
  const shape = (/** @type {string} */ name, /** @type {string} */ dashes) =>
    phase === "hold"
      ? svg`<rect class=${name} x="7" y="7" width="106" height="106" rx="18" pathLength="100" stroke-dasharray=${dashes}></rect>`
      : svg`<circle class=${name} cx="60" cy="60" r="53" pathLength="100" stroke-dasharray=${dashes}></circle>`;
  return html`<svg class="ring" viewBox="0 0 120 120" aria-hidden="true" focusable="false">
    ${shape("ring-track", phase === "get_ready" ? "2 2" : "100 0")}${shape("ring-part", `${part} 100`)}
  </svg>`;
}
