// @ts-check
/** Pain and effort after a set: two rows of numbers from 0 to 10 with faces and words. Plain radio buttons in a form. */
import { number, t } from "../../lib/i18n.js";
import { html, nothing, svg } from "../../../vendor/lit.js";
import { practiceOf } from "../people/cast.js";
import { sidesInTurn } from "./playback.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Beat } from "./playback.js" */
/** @import { Exercise } from "./shelf.js" */
/** @import { Demonstration } from "../../messages.js" */
/** @import { Actions, VisitState } from "../state.js" */

const SCALE = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/**
 * Pure: the set that is over and of which nobody has said yet how it was; null when there is nothing to ask.
 * @param {VisitState} state @param {Demonstration} shown @param {Exercise} exercise
 * @returns {number | null}
 */
export function setToAskFor(state, shown, exercise) {
  const { beat } = state;
  if (shown.mode !== "together" || !beat || (beat.phase !== "rest" && beat.phase !== "done")) return null;
  const sides = sidesInTurn(exercise, shown.dosage.side ?? "both");
  if (beat.side !== sides[sides.length - 1]) return null; // the other side is still to come
  if (state.exertion_settled === keyOfSet(shown, beat)) return null;
  const began_ms = Date.parse(shown.anchor_at) - (shown.anchor_s / shown.rate) * 1_000;
  const isSaid = practiceOf(state)?.exertions.some(
    (one) => one.exercise === shown.exercise && one.set === beat.set && Date.parse(one.at) >= began_ms,
  );
  return isSaid ? null : beat.set;
}

/** @param {Demonstration} shown @param {Pick<Beat, "set">} beat */
function keyOfSet({ number: of, anchor_at, mode }, { set }) {
  return `${of} ${mode === "together" ? anchor_at : ""} ${set}`;
}

/** @param {number} pain  0 to 10 @returns {string} */
export function painWords(pain) {
  if (pain === 0) return t("No pain");
  if (pain <= 3) return t("A little pain");
  if (pain <= 6) return t("Some pain");
  if (pain <= 9) return t("A lot of pain");
  return t("Worst pain");
}

/** @param {number} effort  0 to 10 @returns {string} */
export function effortWords(effort) {
  if (effort === 0) return t("No effort");
  if (effort <= 3) return t("Easy");
  if (effort <= 6) return t("Moderate");
  if (effort <= 9) return t("Hard");
  return t("As hard as I can");
}

/** @param {VisitState} state @param {Actions} act @param {Demonstration} shown @param {number} set @returns {TemplateResult} */
export function exertion(state, act, shown, set) {
  const settle = () => act.settleExertion(keyOfSet(shown, { set }));
  const send = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const said = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const [pain, effort] = ["pain", "effort"].map((name) => (said.has(name) ? Number(said.get(name)) : null));
    if (pain === null && effort === null) return settle();
    act.ask({ type: "exertion.report", demonstration: shown.number, set, pain, effort });
    settle();
  };
  return html`<form class="exertion" @submit=${send} aria-labelledby="exertion-title">
    <h3 id="exertion-title" class="subtitle">
      ${shown.dosage.sets > 1 ? t("How was set {set}?", { set: number(set) }) : t("How was it?")}
    </h3>
    ${scale("pain", t("Pain"), painWords)} ${scale("effort", t("Effort"), effortWords)}
    <div class="exertion-doors">
      <button type="submit" class="button is-primary is-exercise">${t("Tell {name}", { name: state.page.therapist_name })}</button>
      <button type="button" class="button is-exercise" @click=${settle}>${t("Not now")}</button>
    </div>
  </form>`;
}

/** @param {"pain" | "effort"} name @param {string} legend @param {(value: number) => string} words */
function scale(name, legend, words) {
  return html`<fieldset class="scale">
    <legend>
      ${legend}
      <span class="scale-ends small" aria-hidden="true">${number(0)} ${words(0)} · ${number(10)} ${words(10)}</span>
    </legend>
    <div class="scale-row">
      ${SCALE.map(
        (value) => html`<label class="scale-one" data-level=${level(value)}>
          <input type="radio" name=${name} value=${value} class="visually-hidden" />
          ${name === "pain" && value % 2 === 0 ? face(value) : nothing}
          <span class="number" aria-hidden="true">${number(value)}</span>
          <span class="visually-hidden">${number(value)}: ${words(value)}</span>
        </label>`,
      )}
    </div>
  </fieldset>`;
}

/** @param {number} value */
const level = (value) => (value <= 3 ? "low" : value <= 6 ? "middle" : "high");

/** Its mouth goes from a smile to its opposite. @param {number} pain */
function face(pain) {
  const bend = 17 + (5 - pain) * 1.1;
  return html`<svg class="face" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    ${svg`<circle cx="12" cy="12" r="10"></circle><path d=${`M7.5 16 Q12 ${bend} 16.5 16`}></path>
    <path d="M8.5 9v1M15.5 9v1"></path>`}
  </svg>`;
}
