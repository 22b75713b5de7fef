// @ts-check
/** Asking whether a visit may be recorded, and answering. Comes with the visit itself, after the waiting room. */
import { n, t } from "../../lib/i18n.js";
import { html, nothing } from "../../../vendor/lit.js";
import { company, recorderOf } from "../people/cast.js";
import { icon } from "../icon.js";
import { answer, openRecording, ownAnswer, recordingWords } from "./words.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Purpose, Recording } from "../../messages.js" */
/** @import { Actions, VisitState } from "../state.js" */

/** @returns {[Purpose, string][]} */
const purposes = () => [
  ["movement", t("To look at the movements again")],
  ["documentation", t("For the patient's record")],
  ["teaching", t("For teaching")],
];

/** @param {Purpose} purpose */
const purposeWords = (purpose) => purposes().find(([value]) => value === purpose)?.[1] ?? "";

/** @param {number} days */
function keptWords(days) {
  return days === 0
    ? t("Until the clinic deletes it")
    : n("{count} day, then deleted", "{count} days, then deleted", days);
}

/** What one agrees to: `WORDINGS` in telesession/domain/consent.py, whose version the answer names. */
const agreement = () => [
  t("I agree that picture and sound of this visit are recorded, for the purpose and the time shown here."),
  t("I can say no or stop it at any time. My treatment goes on just the same."),
];

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult | typeof nothing} the question, for whoever has not answered it */
export function consentCard(state, act) {
  const recording = openRecording(state);
  if (!recording || ownAnswer(state) !== null) return nothing;
  return html`<section class="consent" aria-labelledby="consent-title">
    <h2 id="consent-title" class="subtitle">${t("May this visit be recorded?")}</h2>
    ${question(state, recording)} ${answers(act, recording)}
  </section>`;
}

/** @param {VisitState} state @param {Recording} recording */
function question(state, { asked_by, purpose, keep_days }) {
  const name = company(state).find((one) => one.id === asked_by)?.name ?? state.page.therapist_name;
  return html`<p>${t("{name} would like to record picture and sound of everybody here.", { name })}</p>
    <dl class="consent-facts">
      <div><dt>${t("What for")}</dt><dd>${purposeWords(purpose)}</dd></div>
      <div><dt>${t("Kept")}</dt><dd>${keptWords(keep_days)}</dd></div>
      <div><dt>${t("Seen by")}</dt><dd>${t("Staff of the clinic")}</dd></div>
    </dl>
    ${agreement().map((sentence) => html`<p>${sentence}</p>`)}`;
}

/** Saying no is as easy as saying yes. @param {Actions} act @param {Recording} recording */
function answers(act, { number }) {
  return html`<div class="consent-doors">
    <button type="button" class="button is-large" @click=${() => answer(act, number, true)}>${icon("check")}${t("I agree")}</button>
    <button type="button" class="button is-large" @click=${() => answer(act, number, false)}>${icon("x")}${t("No")}</button>
  </div>`;
}

/** @param {VisitState} state @param {Actions} act @returns {{ title: string, body: TemplateResult }} what opens from "More" */
export function recordSheet(state, act) {
  const recording = openRecording(state);
  if (recording) return { title: t("Recording of this visit"), body: standing(state, act, recording) };
  return { title: t("Record this visit?"), body: ask(state, act) };
}

/** @param {VisitState} state @param {Actions} act @param {Recording} recording */
function standing(state, act, recording) {
  const own = { true: t("You have agreed."), false: t("You said no."), null: "" }[`${ownAnswer(state)}`];
  return html`<div class="sheet-body">
      ${[recordingWords(state), own].filter(Boolean).map((words) => html`<p><b>${words}</b></p>`)}
      ${question(state, recording)} ${whoIsHere(state)}
    </div>
    <div class="sheet-foot">${door(state, act, recording)}</div>`;
}

/** @param {VisitState} state @param {Actions} act @param {Recording} recording */
function door(state, act, { number }) {
  const isTherapist = state.page.role === "therapist";
  const mayAgree = !isTherapist && ownAnswer(state) !== true;
  const run = () => {
    if (isTherapist) void act.ask({ type: "recording.stop", recording: number });
    else answer(act, number, mayAgree);
    act.show(null);
  };
  return html`<button type="button" class="button is-large" @click=${run}>
    ${icon(mayAgree ? "check" : "circle-stop")}${mayAgree ? t("I agree") : t("Stop recording")}
  </button>`;
}

/** @param {VisitState} state */
function whoIsHere(state) {
  const here = company(state).map((one) => one.name);
  return html`<div>
    <p class="small quiet">${t("In the visit, besides you")}</p>
    <ul class="consent-people">
      ${here.map((name) => html`<li>${icon("user")}<bdi>${name}</bdi></li>`)}
      ${recorderOf(state) ? html`<li>${icon("video")}<span>${t("Recorder")}</span></li>` : nothing}
    </ul>
  </div>`;
}

/** @param {VisitState} state @param {Actions} act */
function ask(state, act) {
  const others = company(state);
  if (others.length === 0) {
    return html`<div class="sheet-body"><p>${t("Nobody else is here yet. Ask when everybody is in the visit.")}</p></div>`;
  }
  return html`<form @submit=${(/** @type {SubmitEvent} */ event) => submit(event, act)}>
    <div class="sheet-body">
      <fieldset class="field">
        <legend>${t("What for?")}</legend>
        ${purposes().map(
          ([value, label], index) =>
            html`<label class="relation"><input type="radio" name="purpose" value=${value} ?checked=${index === 0} />${label}</label>`,
        )}
      </fieldset>
      <dl class="consent-facts">
        <div><dt>${t("Who must agree")}</dt><dd>${others.map((one, place) => html`${place > 0 ? ", " : ""}<bdi>${one.name}</bdi>`)}</dd></div>
        <div><dt>${t("Kept")}</dt><dd>${keptWords(state.page.keep_recordings_days ?? 0)}</dd></div>
      </dl>
      <p>${t("Nothing is recorded before everybody has agreed. It pauses when somebody comes who has not, and as soon as somebody says no.")}</p>
      <p class="small quiet">${t("While it records, picture and sound also go to the clinic's server, encrypted on the way and where they are kept.")}</p>
    </div>
    <div class="sheet-foot">
      <button type="submit" class="button is-large is-primary">${icon("video")}${t("Ask everybody")}</button>
      <button type="button" class="button is-large" @click=${() => act.show(null)}>${t("Do not record")}</button>
    </div>
  </form>`;
}

/** @param {SubmitEvent} event @param {Actions} act */
function submit(event, act) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  const purpose = /** @type {Purpose} */ (new FormData(form).get("purpose"));
  act.show(null);
  void act.ask({ type: "recording.ask", purpose });
}
