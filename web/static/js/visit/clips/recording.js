// @ts-check
/** Recording a demonstration: what the camera sees, whether with sound, the count-in, and how long it has been. */
import { number, t } from "../../lib/i18n.js";
import { html, nothing, ref } from "../../../vendor/lit.js";
import { clips } from "./page.js";
import { arrive, back } from "./places.js";
import { MOST_S } from "./recorder.js";
import { icon } from "../icon.js";
import { duration } from "../words.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Recording } from "./recorder.js" */
/** @import { VisitState } from "../state.js" */

/** @param {VisitState} state @param {Recording} recording @returns {TemplateResult} */
export function recorder(state, recording) {
  const { phase, left } = recording;
  return html`<section class="clip-card" aria-labelledby="recorder-title">
    <h4 id="recorder-title" class="panel-title" tabindex="-1" ${ref(arrive)}>${t("Record a demonstration")}</h4>
    <div class="clip-sight">
      <video class="clip-film" autoplay playsinline muted .muted=${true} .srcObject=${state.devices.stream} aria-label=${t("What your camera sees")}></video>
      ${phase === "counting" ? html`<p class="clip-count number" role="status">${number(left)}</p>` : nothing}
      ${phase === "recording" ? clock(recording) : nothing}
    </div>
    ${phase === "ready" ? wishes(state) : running(phase)}
  </section>`;
}

/** @param {Recording} recording */
function clock({ elapsed_s }) {
  const [at, most] = [duration(elapsed_s * 1_000), duration(MOST_S * 1_000)];
  return html`<p class="clip-clock small number"><span class="clip-dot" aria-hidden="true"></span>${t("Recording: {at} of {length}", { at, length: most })}</p>`;
}

/** @param {VisitState} state */
function wishes(state) {
  const { stream } = state.devices;
  const begin = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const said = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    if (stream) clips.record(stream, said.has("sound"));
  };
  return html`<form class="clip-form" @submit=${begin}>
    <p class="small quiet">${t("After 3, 2, 1 your own camera is recorded, for 3 minutes at most.")}</p>
    ${
      stream?.getAudioTracks().length
        ? html`<label class="relation"><input type="checkbox" name="sound" /><span>${t("With sound: all that your microphone hears")}</span></label>`
        : nothing
    }
    <div class="clip-doors">
      <button type="submit" class="button is-primary">${icon("camera")}${t("Start recording")}</button>
      <button type="button" class="button" @click=${back(() => clips.closeRecorder())}>${icon("x")}${t("Cancel")}</button>
    </div>
  </form>`;
}

/** @param {Recording["phase"]} phase */
function running(phase) {
  return html`<div class="clip-doors">
    ${phase === "recording" ? html`<button type="button" class="button is-danger" @click=${() => clips.stopRecording()}>${icon("circle-stop")}${t("Stop recording")}</button>` : nothing}
    <button type="button" class="button" @click=${back(() => clips.closeRecorder())}>${icon("x")}${t("Cancel")}</button>
  </div>`;
}
