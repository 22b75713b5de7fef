// @ts-check
/** What opens over a visit: more, leave, end, people, devices, help, invite a guest, emergency. One `<dialog>` shows one of them. */
import { t } from "../lib/i18n.js";
import { html, nothing } from "../../vendor/lit.js";
import { movePicture, toggleText } from "./arrangement.js";
import { choices } from "./choices.js";
import { emergencySheet } from "./practice/emergency.js";
import { help } from "./help.js";
import { icon } from "./icon.js";
import { invite } from "./people/invite.js";
import { people } from "./people/people.js";
import { recordSheet } from "./recording/page.js";
import { openRecording } from "./recording/words.js";
import { trust } from "./trust.js";
import { phoneLink, phoneWords } from "./words.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Actions, VisitState } from "./state.js" */

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} the dialog; empty and closed when nothing is open */
export function sheet(state, act) {
  const content = contentOf(state, act);
  return html`<dialog
    class="sheet"
    aria-labelledby="sheet-title"
    @cancel=${(/** @type {Event} */ event) => {
      event.preventDefault();
      act.show(null);
    }}
    @click=${(/** @type {Event} */ event) => event.target === event.currentTarget && act.show(null)}
  >
    ${
      content
        ? html`<div class="sheet-inside">
          <div class="sheet-head">
            <h2 id="sheet-title" class="subtitle" tabindex="-1">${content.title}</h2>
            ${
              content.isQuestion
                ? nothing
                : html`<button type="button" class="button is-plain" @click=${() => act.show(null)}>${icon("x")}${t("Close")}</button>`
            }
          </div>
          ${content.body}
        </div>`
        : nothing
    }
  </dialog>`;
}

/** @typedef {{ title: string, body: TemplateResult, isQuestion?: boolean }} Content */

/** @param {VisitState} state @param {Actions} act @returns {Content | null} */
function contentOf(state, act) {
  switch (state.sheet) {
    case "more":
      return { title: t("More"), body: more(state, act) };
    case "people":
      return {
        title: t("People"),
        body: html`<div class="sheet-body">${people(state, act, "people-sheet-title")}</div>`,
      };
    case "leave":
      return { title: t("Leave the visit?"), body: leave(act), isQuestion: true };
    case "end":
      return { title: t("End the visit for everybody?"), body: end(act), isQuestion: true };
    case "devices":
      return { title: t("Camera and sound"), body: html`<div class="sheet-body">${choices(state, act)}</div>` };
    case "help":
      return { title: t("I can't hear or see"), body: html`<div class="sheet-body">${help(state, act)}</div>` };
    case "invite":
      return { title: t("Invite a guest"), body: invite(state, act) };
    case "emergency":
      return { title: t("If something happens"), body: emergencySheet(state) };
    case "trust":
      return { title: t("How this visit is protected"), body: trust(state) };
    case "record":
      return recordSheet(state, act);
    default:
      return null;
  }
}

/** @param {Actions} act */
function leave(act) {
  return html`<div class="sheet-body"><p>${t("You can come back with the same link until the visit is ended.")}</p></div>
    <div class="sheet-foot">
      <button type="button" class="button is-large is-danger" @click=${() => act.leave()}>${icon("log-out")}${t("Leave")}</button>
      <button type="button" class="button is-large" @click=${() => act.show(null)}>${t("Stay")}</button>
    </div>`;
}

/** @param {Actions} act */
function end(act) {
  return html`<div class="sheet-body"><p>${t("Everybody is told, and nobody can come back. To step out for a moment, leave instead.")}</p></div>
    <div class="sheet-foot">
      <button type="button" class="button is-large is-danger" @click=${() => act.end()}>${t("End visit")}</button>
      <button type="button" class="button is-large" @click=${() => act.show(null)}>${t("Go on with the visit")}</button>
    </div>`;
}

/** @param {string} name @param {string} label @param {() => void} press @param {boolean} [pressed] */
function item(name, label, press, pressed) {
  return html`<li>
    <button type="button" class="item" aria-pressed=${pressed ?? nothing} @click=${press}>
      ${icon(name)}<span>${label}</span>${pressed ? icon("check") : nothing}
    </button>
  </li>`;
}

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} */
function more(state, act) {
  const { devices, page } = state;
  const close = (/** @type {() => void} */ press) => () => {
    press();
    act.show(null);
  };
  const isLarge = document.documentElement.dataset.text === "large";
  return html`<ul class="items sheet-body">
    ${page.role === "therapist" ? item("phone", t("Emergency"), () => act.show("emergency")) : nothing}
    ${page.role === "therapist" ? item("users", t("People and guests"), () => act.show("people")) : nothing}
    ${item("settings", t("Camera, microphone and sound"), () => act.show("devices"))}
    ${
      devices.camera.can_flip
        ? item(
            "switch-camera",
            t("Flip the camera"),
            close(() => act.flipCamera()),
          )
        : nothing
    }
    ${item(
      "volume-2",
      t("Sound only, no pictures"),
      close(() => act.setAudioOnly(!state.is_audio_only)),
      state.is_audio_only,
    )}
    ${item("move", t("Move my own picture"), close(movePicture))}
    ${item("zoom-in", t("Bigger text"), close(toggleText), isLarge)}
    ${
      page.role === "patient"
        ? item(
            "maximize-2",
            t("Step back: large picture, no controls"),
            close(() => act.setStepBack(true)),
          )
        : nothing
    }
    ${openRecording(state) ? item("video", t("Recording of this visit"), () => act.show("record")) : nothing}
    ${page.keep_recordings_days !== null && !openRecording(state) ? item("video", t("Record this visit"), () => act.show("record")) : nothing}
    ${item("circle-help", t("I can't hear or see"), () => act.show("help"))}
    ${item("shield-check", t("How this visit is protected"), () => act.show("trust"))}
    ${phoneItem(page.clinic_phone)}
  </ul>`;
}

/** @param {string} phone */
function phoneItem(phone) {
  if (!phone) return nothing;
  return html`<li><a class="item" href=${phoneLink(phone)}>${icon("phone")}<span>${t("Phone the clinic: {phone}", { phone: phoneWords(phone) })}</span></a></li>`;
}
