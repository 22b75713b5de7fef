// @ts-check
/** Somebody pressed Stop: what to do now, on every screen, until the therapist goes on. */
import { t } from "../../lib/i18n.js";
import { html, nothing } from "../../../vendor/lit.js";
import { practiceOf, visitOf } from "../people/cast.js";
import { icon } from "../icon.js";
import { phoneLink, phoneWords } from "../words.js";
import { participantOf } from "../view.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Actions, VisitState } from "../state.js" */

/** @param {Actions} act @returns {TemplateResult} the red button, on every screen while something is shown */
export function stopButton(act) {
  return html`<button type="button" class="button is-danger is-exercise stop-button" @click=${() => act.ask({ type: "exercise.stop" })}>
    ${icon("octagon-x")}${t("Stop")}
  </button>`;
}

/**
 * @param {VisitState} state @param {Actions} act
 * @returns {TemplateResult | typeof nothing} the therapist's one, whatever is open; with nothing to stop, the way to help
 */
export function deskStop(state, act) {
  const practice = practiceOf(state);
  if (state.page.role !== "therapist" || !practice || practice.stop) return nothing;
  if (!practice.demonstration) {
    return html`<button type="button" class="button desk-stop" @click=${() => act.show("emergency")}>
      ${icon("phone")}${t("Emergency")}
    </button>`;
  }
  return html`<button type="button" class="button is-danger desk-stop" @click=${() => act.ask({ type: "exercise.stop" })}>
    ${icon("octagon-x")}${t("Stop")}
  </button>`;
}

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult | typeof nothing} */
export function emergency(state, act) {
  const stop = practiceOf(state)?.stop;
  if (!stop) return nothing;
  const isTherapist = state.page.role === "therapist";
  const view = visitOf(state);
  const by = view && stop.by !== view.you ? (participantOf(view, stop.by)?.name ?? "") : "";
  return html`<section class="emergency" role="alertdialog" aria-labelledby="emergency-title" aria-describedby="emergency-steps">
    <h2 id="emergency-title" class="title" tabindex="-1">
      ${icon("octagon-x")}<span>${by ? t("{name} pressed Stop", { name: by }) : t("You pressed Stop")}</span>
    </h2>
    ${isTherapist ? help(state) : nothing}
    <ol id="emergency-steps" class="emergency-steps">
      ${(isTherapist ? stepsForTherapist(state) : stepsFor(state)).map((step) => html`<li>${step}</li>`)}
    </ol>
    ${isTherapist ? nothing : wait(state)}
    <div class="emergency-doors">${isTherapist ? goOn(act) : phones(state)}</div>
  </section>`;
}

/** @param {VisitState} state @returns {TemplateResult} the same for the therapist, before anybody presses Stop */
export function emergencySheet(state) {
  return html`<div class="sheet-body">
    ${help(state)}
    <ol class="emergency-steps">${stepsForTherapist(state).map((step) => html`<li>${step}</li>`)}</ol>
  </div>`;
}

/** @param {VisitState} state @returns {TemplateResult} where it has to go and whom to phone */
function help(state) {
  return state.desk ? state.desk.whereabouts(state, phones(state)) : phones(state);
}

/** @param {Actions} act */
function goOn(act) {
  return html`<button type="button" class="button is-primary is-exercise" @click=${() => act.ask({ type: "exercise.clear" })}>
    ${t("All is well: go on")}
  </button>`;
}

/** @param {VisitState} state */
function wait({ page }) {
  return html`<p class="emergency-wait">${t("{name} goes on with you when all is well.", { name: page.therapist_name })}</p>`;
}

/** @param {VisitState} state @returns {TemplateResult} whom one may need now; therapists are at the clinic */
function phones({ page }) {
  const { emergency_number, role } = page;
  const clinic_phone = role === "therapist" ? "" : page.clinic_phone;
  return html`${emergency_number ? phone(emergency_number, t("Emergency: phone {phone}", { phone: phoneWords(emergency_number) })) : nothing}
    ${clinic_phone ? phone(clinic_phone, t("Phone the clinic: {phone}", { phone: phoneWords(clinic_phone) })) : nothing}`;
}

/** @param {string} number @param {string} words */
function phone(number, words) {
  return html`<a class="button is-exercise" href=${phoneLink(number)}>${icon("phone")}<span>${words}</span></a>`;
}

/** @param {VisitState} state */
function stepsFor({ page }) {
  const phone = page.emergency_number;
  return [
    t("Stop moving. Sit or lie down where you are safe."),
    t("Breathe calmly and tell {name} how you feel.", { name: page.therapist_name }),
    phone
      ? t(
          "Chest pain, trouble breathing, fainting, sudden weakness, or trouble speaking or seeing: phone {phone} at once.",
          { phone },
        )
      : t(
          "Chest pain, trouble breathing, fainting, sudden weakness, or trouble speaking or seeing: phone the emergency number of your country at once.",
        ),
  ];
}

/** @param {VisitState} state */
function stepsForTherapist({ page }) {
  const phone = page.emergency_number;
  return [
    t("Ask what happened, and have them sit or lie down where they are safe."),
    t("Keep the visit open. Ask who is with them and where exactly they are."),
    phone
      ? t(
          "Chest pain, trouble breathing, fainting, sudden weakness, or trouble speaking or seeing: have them phone {phone}, or phone it for where they are.",
          { phone },
        )
      : t(
          "Chest pain, trouble breathing, fainting, sudden weakness, or trouble speaking or seeing: have them phone the emergency number, or phone it for where they are.",
        ),
  ];
}
