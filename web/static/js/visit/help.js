// @ts-check
/** "I can't hear or see": the few things that help, each with its button, and a person to phone at the end. */
import { t } from "../lib/i18n.js";
import { html, nothing } from "../../vendor/lit.js";
import { icon } from "./icon.js";
import { phoneLink, phoneWords } from "./words.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Actions, VisitState } from "./state.js" */

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} */
export function help({ page }, act) {
  return html`
    ${question(
      t("I hear nothing"),
      [t("Turn up the volume of your device."), t("Take off headphones, or connect them again.")],
      html`${button("volume-2", t("Play a test sound"), () => act.playChime())}${button("volume-2", t("Tap to hear"), () => act.hear())}`,
    )}
    ${question(
      t("I see no picture"),
      [
        t("The other person may have switched the camera off: it says so in place of the picture."),
        t("With a weak connection the picture pauses first, and the sound goes on."),
      ],
      button("volume-2", t("Go on with sound only"), () => act.setAudioOnly(true)),
    )}
    ${question(
      t("Nobody hears me"),
      [t("See whether the button says Unmute: press it."), t("Choose another microphone.")],
      button("mic", t("Choose a microphone"), () => act.show("devices")),
    )}
    ${question(
      t("Nobody sees me"),
      [t("See whether the button says Turn camera on: press it."), t("Close other apps that use the camera.")],
      button("video", t("Start my camera again"), () => act.retryDevices()),
    )}
    ${page.role === "therapist" ? keyboard() : nothing}
    ${
      page.clinic_phone
        ? html`<p class="help-phone">${icon("phone")}<span>${t("Still stuck? Phone the clinic:")} <a href=${phoneLink(page.clinic_phone)}>${phoneWords(page.clinic_phone)}</a></span></p>`
        : nothing
    }
  `;
}

/** What the keyboard does, for the therapist. */
function keyboard() {
  return question(
    t("The keyboard"),
    [
      t("Alt and 1 to 9: show the first to ninth favourite exercise."),
      t("Alt and space: pause or go on with what is shown."),
      t("Alt and the arrows up and down: more or fewer repetitions."),
      t("Alt and the full stop: show the next exercise of the plan."),
      t("Control and D: microphone. Control and E: camera. Control, shift and M: chat."),
    ],
    nothing,
  );
}

/** @param {string} title @param {string[]} steps @param {TemplateResult | typeof nothing} buttons */
function question(title, steps, buttons) {
  return html`<details class="question">
    <summary>${title}</summary>
    <ul class="steps">${steps.map((step) => html`<li>${step}</li>`)}</ul>
    <div class="row is-tight">${buttons}</div>
  </details>`;
}

/** @param {string} name @param {string} label @param {() => void} press */
function button(name, label, press) {
  return html`<button type="button" class="button" @click=${press}>${icon(name)}${label}</button>`;
}
