// @ts-check
/** What is planned for this visit, what goes home, what was said of each set, and where the patient puts the phone. */
import { n, t } from "../../lib/i18n.js";
import { html, nothing, repeat } from "../../../vendor/lit.js";
import { doseWords } from "../practice/dose.js";
import { icon } from "../icon.js";
import { bestAim, moved } from "./commands.js";
import { isStopped, show } from "./show.js";
import { exertionWords, nameOf, patientName } from "./words.js";
import { timeOfDay } from "../words.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { CameraCard, Exertion, Planned, Practice } from "../../messages.js" */
/** @import { Actions, VisitState } from "../state.js" */

/** @param {VisitState} state @param {Actions} act @param {Practice} practice @returns {TemplateResult | typeof nothing} */
export function plan(state, act, { planned }) {
  if (planned.length === 0) return nothing;
  return html`<section aria-labelledby="plan-title">
    <h3 id="plan-title" class="panel-title">${t("Plan of this visit")}</h3>
    <ol class="plan">${repeat(
      planned,
      ({ exercise }) => exercise,
      (one, place) => step(state, act, planned, one, place),
    )}</ol>
  </section>`;
}

/** @param {VisitState} state @param {Actions} act @param {readonly Planned[]} planned @param {Planned} one @param {number} place */
function step(state, act, planned, one, place) {
  const name = nameOf(state, one);
  const set = (/** @type {readonly Planned[]} */ changed) => act.ask({ type: "plan.set", planned: changed });
  const cards = state.panel.library?.exercises ?? [];
  return html`<li class="planned">
    <p><b><bdi>${name}</bdi></b><span class="small quiet">${doseWords(one.dosage)}</span></p>
    <div class="planned-doors">
      <button type="button" class="button is-shown" aria-disabled=${isStopped(state)} @click=${() => show(state, act, { ...one, aim: bestAim(cards, one) })}>${icon("eye")}${t("Show")}<bdi class="visually-hidden">${name}</bdi></button>
      ${mover("arrow-up", t("Earlier: {name}", { name }), place > 0, () => set(moved(planned, place, place - 1)))}
      ${mover("arrow-down", t("Later: {name}", { name }), place < planned.length - 1, () => set(moved(planned, place, place + 1)))}
      ${mover("x", t("Take {name} out of the plan", { name }), true, () => set(planned.filter((other) => other !== one)))}
    </div>
  </li>`;
}

/** @param {string} name @param {string} label @param {boolean} may @param {() => void} press */
function mover(name, label, may, press) {
  return html`<button type="button" class="button is-icon-only" aria-label=${label} title=${label} aria-disabled=${!may} @click=${() => may && press()}>${icon(name)}</button>`;
}

/** @param {VisitState} state @param {Actions} act @param {Practice} practice @returns {TemplateResult | typeof nothing} */
export function homeProgramme(state, act, { programme }) {
  if (programme.length === 0) return nothing;
  return html`<section aria-labelledby="programme-title">
    <h3 id="programme-title" class="panel-title">${t("Home programme")}</h3>
    <ul class="plan">${repeat(
      programme,
      ({ exercise }) => exercise,
      (one) => html`<li class="planned">
        <p><b><bdi>${nameOf(state, one)}</bdi></b><span class="small quiet">${doseWords(one.dosage)}</span></p>
        <div class="planned-doors">${mover("x", t("Take {name} out of the home programme", { name: nameOf(state, one) }), true, () => act.ask({ type: "programme.remove", exercise: one.exercise }))}</div>
      </li>`,
    )}</ul>
  </section>`;
}

/**
 * What goes into the therapist's note: everything that was shown, how often, and pain and effort of each set.
 * @param {VisitState} state @param {Practice} practice @returns {TemplateResult | typeof nothing}
 */
export function soFar(state, { shown, exertions }) {
  if (shown.length === 0) return nothing;
  return html`<details class="so-far">
    <summary>${t("So far in this visit")}<span class="small quiet">${n("{count} exercise", "{count} exercises", shown.length)}</span></summary>
    <ul class="plan">${repeat(
      shown,
      ({ exercise }) => exercise,
      (one) => html`<li class="planned">
        <p><b><bdi>${nameOf(state, one)}</bdi></b><span class="small quiet">${n("shown {count} time", "shown {count} times", one.times)}</span></p>
        ${exertions.filter(({ exercise }) => exercise === one.exercise).map(said)}
      </li>`,
    )}</ul>
  </details>`;
}

/** @param {Exertion} one */
function said(one) {
  const words = t("{time}: {said}", { time: timeOfDay(one.at), said: exertionWords(one) });
  return html`<p class="small ${(one.pain ?? 0) >= 7 ? "is-bad" : ""}">${words}</p>`;
}

/** @param {VisitState} state @param {Actions} act @param {Practice} practice @returns {TemplateResult} */
export function cameraCards(state, act, { camera_card, is_step_back }) {
  /** @type {[CameraCard, string][]} */
  const cards = [
    ["sitting", t("Sitting")],
    ["standing", t("Standing")],
    ["lying", t("Lying")],
    ["hands_and_knees", t("Hands and knees")],
  ];
  return html`<details ?open=${camera_card !== null}>
    <summary>${t("Where {name} puts the phone", { name: patientName(state) })}</summary>
    <div class="camera-cards">
      ${cards.map(
        ([card, words]) => html`<button
          type="button"
          class="button"
          aria-pressed=${camera_card === card}
          @click=${() => act.ask({ type: "camera_card.set", card: camera_card === card ? null : card })}
        >${icon("camera")}${words}</button>`,
      )}
      <button type="button" class="button is-wide" aria-pressed=${is_step_back} @click=${() => act.ask({ type: "step_back.set", is_on: !is_step_back })}>
        ${icon("maximize-2")}${t("Large screen, to step back")}
      </button>
    </div>
    ${camera_card ? html`<p class="small panel-note">${icon("eye")}${t("The card is on the patient's screen. Press again to take it away.")}</p>` : nothing}
  </details>`;
}
