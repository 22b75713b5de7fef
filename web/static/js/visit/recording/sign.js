// @ts-check
/** Whether this visit is recorded, on every screen and all the time, and the one button that ends it for this person. */
import { t } from "../../lib/i18n.js";
import { html, nothing } from "../../../vendor/lit.js";
import { visitOf } from "../people/cast.js";
import { icon } from "../icon.js";
import { answer, ownAnswer, recordedMs, recordingWords } from "./words.js";
import { duration } from "../words.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Recording } from "../../messages.js" */
/** @import { Actions, VisitState } from "../state.js" */

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult | typeof nothing} */
export function recordingSign(state, act) {
  const recording = visitOf(state)?.recording ?? null;
  const words = recordingWords(state);
  if (!recording || !words) return nothing;
  if (recording.state === "ended") return fault(state, act, recording, words);
  const isRunning = recording.state === "running";
  return html`<section class="recording ${isRunning ? "is-running" : ""}" aria-label=${t("Recording of this visit")}>
    ${isRunning ? html`<span class="recording-dot" aria-hidden="true"></span>` : icon("pause")}
    <p class="recording-words">
      <b>${words}</b>
      ${isRunning ? html`<span class="number">${duration(recordedMs(recording, state.now_ms))}</span>` : nothing}
      ${isRunning ? html`<span class="small recording-to">${t("encrypted to the server")}</span>` : nothing}
    </p>
    ${door(state, act, recording)}
  </section>`;
}

/** @param {VisitState} state @param {Actions} act @param {Recording} recording */
function door(state, act, { number, parts, state: stands }) {
  const isOn = parts > 0 || stands !== "waiting";
  if (state.page.role === "therapist") {
    return press(isOn ? t("Stop recording") : t("Do not record"), () =>
      act.ask({ type: "recording.stop", recording: number }),
    );
  }
  if (ownAnswer(state) === null) return nothing; // the card asks
  if (ownAnswer(state) === false) return press(t("Change my mind"), () => act.show("record"));
  return press(isOn ? t("Stop recording") : t("Take back my yes"), () => answer(act, number, false));
}

/** @param {string} label @param {() => void} run */
function press(label, run) {
  return html`<button type="button" class="button" @click=${run}>${label}</button>`;
}

/** @param {VisitState} state @param {Actions} act @param {Recording} recording @param {string} words */
function fault(state, act, { number }, words) {
  if (state.recording_read === number) return nothing;
  return html`<div class="banner is-stop" role="alert">
    ${icon("triangle-alert")}
    <p>${words}</p>
    <button type="button" class="button" @click=${() => act.readRecording(number)}>${t("OK")}</button>
  </div>`;
}
