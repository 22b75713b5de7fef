// @ts-check
/** Which camera, microphone and loudspeaker; and what to do when one of them does not work. */
import { t } from "../lib/i18n.js";
import { html, live, nothing } from "../../vendor/lit.js";
import { fixButton, here } from "./banners.js";
import { icon } from "./icon.js";
import { adviceFor } from "./problems.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Advice } from "./problems.js" */
/** @import { Actions, VisitState } from "./state.js" */

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} */
export function choices({ devices }, act) {
  const { camera, microphone, speaker } = devices;
  const advice = adviceFor(devices, here());
  return html`
    ${advice ? adviceCard(advice, act) : nothing}
    ${choice("camera", t("Camera"), camera, act)} ${choice("microphone", t("Microphone"), microphone, act)}
    ${speaker.can_choose ? choice("speaker", t("Sound comes from"), speaker, act) : nothing}
    <button type="button" class="button is-large" @click=${() => act.playChime()}>${icon("volume-2")}${t("Play a test sound")}</button>
  `;
}

/**
 * @param {"microphone" | "camera" | "speaker"} kind @param {string} label
 * @param {{ device_id: string, choices: { id: string, label: string }[] }} device @param {Actions} act
 */
function choice(kind, label, { device_id, choices: offered }, act) {
  return html`<div class="field">
    <label for="choose-${kind}">${label}</label>
    <select
      id="choose-${kind}"
      .value=${live(device_id)}
      @change=${(/** @type {Event} */ event) => act.chooseDevice(kind, /** @type {HTMLSelectElement} */ (event.currentTarget).value)}
    >
      ${offered.some(({ id }) => id === "") ? nothing : html`<option value="" ?selected=${device_id === ""}>${t("Chosen by the browser")}</option>`}
      ${offered.map((one, index) => html`<option value=${one.id} ?selected=${one.id === device_id}>${one.label || t("Device {number}", { number: index + 1 })}</option>`)}
    </select>
  </div>`;
}

/** @param {Advice} advice @param {Actions} act @returns {TemplateResult} what happened, what to do, the button that tries again */
export function adviceCard(advice, act) {
  return html`<section class="advice" aria-labelledby="advice-title">
    <h2 id="advice-title" class="advice-title">${icon("triangle-alert")}${advice.title}</h2>
    <p>${advice.text}</p>
    ${advice.steps.length ? html`<ol class="steps">${advice.steps.map((step) => html`<li>${step}</li>`)}</ol>` : nothing}
    ${fixButton(advice, act, "button is-large is-primary is-block")}
  </section>`;
}
