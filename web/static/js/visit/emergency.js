// @ts-check
/** Somebody pressed Stop: what to do now, on every screen, until the therapist goes on. */
import { t } from "../lib/i18n.js";
import { html, nothing } from "../../vendor/lit.js";
import { practiceOf, visitOf } from "./cast.js";
import { icon } from "./icon.js";
import { phoneLink, phoneWords } from "./words.js";
import { participantOf } from "./view.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Actions, VisitState } from "./state.js" */

/** @param {Actions} act @returns {TemplateResult} the red button, on every screen while something is shown */
export function stopButton(act) {
  return html`<button type="button" class="button is-danger is-exercise stop-button" @click=${() => act.ask({ type: "exercise.stop" })}>
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
    <ol id="emergency-steps" class="emergency-steps">
      ${(isTherapist ? stepsForTherapist() : stepsFor(state.page.therapist_name)).map((step) => html`<li>${step}</li>`)}
    </ol>
    ${
      state.page.clinic_phone
        ? html`<a class="button is-exercise" href=${phoneLink(state.page.clinic_phone)}>
          ${icon("phone")}<span>${t("Phone the clinic: {phone}", { phone: phoneWords(state.page.clinic_phone) })}</span>
        </a>`
        : nothing
    }
    ${
      isTherapist
        ? html`<button type="button" class="button is-primary is-exercise" @click=${() => act.ask({ type: "exercise.clear" })}>
          ${t("All is well: go on")}
        </button>`
        : html`<p class="emergency-wait">${t("{name} goes on with you when all is well.", { name: state.page.therapist_name })}</p>`
    }
  </section>`;
}

/** @param {string} name  the therapist's */
function stepsFor(name) {
  return [
    t("Stop moving. Sit or lie down where you are safe."),
    t("Breathe calmly and tell {name} how you feel.", { name }),
    t(
      "Chest pain, trouble breathing, fainting, sudden weakness, or trouble speaking or seeing: phone the emergency number of your country at once.",
    ),
  ];
}

function stepsForTherapist() {
  return [
    t("Ask what happened, and have them sit or lie down where they are safe."),
    t("Keep the visit open. Ask who is with them and where exactly they are."),
    t(
      "Chest pain, trouble breathing, fainting, sudden weakness, or trouble speaking or seeing: have them phone the emergency number, or phone it for where they are.",
    ),
  ];
}
