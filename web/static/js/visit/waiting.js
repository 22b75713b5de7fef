// @ts-check
/** The waiting room: you are in the right place, somebody knows, and here is how you look. */
import { t } from "../lib/i18n.js";
import { html, nothing } from "../../vendor/lit.js";
import { banners } from "./banners.js";
import { cameraControl, microphoneControl } from "./controls.js";
import { icon } from "./icon.js";
import { selfView } from "./stage.js";
import { lateWords, timeOfDay } from "./words.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Notice } from "../messages.js" */
/** @import { Actions, VisitState } from "./state.js" */

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} */
export function waiting(state, act) {
  const { page, view } = state;
  const notices = view?.type === "outside" ? view.notices : [];
  return html`<main class="waiting">
    <div class="waiting-head">
      <h1 class="title" tabindex="-1">${t("You are in the waiting room")}</h1>
      <p class="lead">${t("{name} sees your name and lets you in. There is nothing more to do.", { name: page.therapist_name })}</p>
    </div>
    ${banners(state, act)} ${lateness(state)} ${notices.length ? noticeList(notices, page.therapist_name) : nothing}
    <section class="waiting-self" aria-label=${t("How you will be seen")}>
      ${selfView(state.devices, false)}
      <div class="bar">${microphoneControl(state, act)} ${cameraControl(state, act)}</div>
    </section>
    <section class="card is-sunken" aria-labelledby="while-title">
      <h2 id="while-title" class="small">${t("While you wait")}</h2>
      <ul class="ready-list">
        <li>${icon("smartphone")}<span>${t("Stand your phone or tablet somewhere firm, so that both hands are free.")}</span></li>
        <li>${icon("maximize-2")}<span>${t("Make some room: about two big steps around you.")}</span></li>
        <li>${icon("volume-2")}<span>${t("Turn up the volume. We chime when it is your turn.")}</span></li>
      </ul>
    </section>
    ${state.inside ? state.inside.lineTest(state, act) : nothing}
    <div class="waiting-foot">
      <p class="small quiet">${icon("shield-check")}<span>${t("Nobody sees or hears you before you are let in. Keep this page open: you do not lose your place.")}</span></p>
      <button type="button" class="button is-plain" @click=${() => act.leave()}>${t("Stop waiting")}</button>
    </div>
  </main>`;
}

/** @param {VisitState} state */
function lateness(state) {
  const words = lateWords(state);
  return words ? html`<div class="banner is-info" id="late">${icon("hourglass")}<p><b>${words}</b></p></div>` : nothing;
}

/** @param {readonly Notice[]} notices @param {string} name */
function noticeList(notices, name) {
  return html`<section class="notices" aria-label=${t("Messages from {name}", { name })}>
    ${notices.map(({ at, text }) => html`<div class="banner is-info">${icon("message-circle")}<p><b dir="auto">${text}</b> <span class="small">${name}, <time datetime=${at}>${timeOfDay(at)}</time></span></p></div>`)}
  </section>`;
}
