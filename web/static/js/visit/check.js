// @ts-check
/** The device check: is there a picture, is there sound, do you hear us. It can always be skipped, and never keeps anybody out. */
import { t } from "../lib/i18n.js";
import { html, nothing } from "../../vendor/lit.js";
import { goOnButton, here } from "./banners.js";
import { adviceCard, choices } from "./choices.js";
import { icon } from "./icon.js";
import { adviceFor } from "./problems.js";
import { selfView } from "./stage.js";
import { phoneWords } from "./words.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Actions, VisitState } from "./state.js" */

/** To the waiting room. Not a default in the signature, where Babel overlooks what is to be translated. */
function doorsOfAVisit() {
  return { go: t("I'm ready"), leave: t("Skip the check") };
}

/**
 * @param {VisitState} state @param {Actions} act @param {{ go: string, leave: string }} [doors]  where it leads, in words
 * @returns {TemplateResult}
 */
export function check(state, act, doors = doorsOfAVisit()) {
  const advice = adviceFor(state.devices, here());
  const asks = state.check_step === "ask" && !state.devices.stream;
  return html`<main class="check">
    <h1 class="title" tabindex="-1">${t("Check your camera and sound")}</h1>
    ${state.devices.is_asking ? asking() : asks && !advice ? priming(act) : advice ? troubled(state, advice, act) : tests(state, act)}
    <div class="check-doors">
      <button type="button" class="button is-large ${asks || advice ? "" : "is-primary"}" @click=${() => act.knock()}>${doors.go}</button>
      <button type="button" class="button is-plain is-large" @click=${() => act.knock()}>${doors.leave}</button>
    </div>
  </main>`;
}

/** @param {Actions} act @returns {TemplateResult} what the browser is about to ask, before it asks */
function priming(act) {
  return html`<section class="card check-card">
      <span class="check-picture">${icon("video")}${icon("mic")}</span>
      <p class="lead">${t("Your browser will ask whether this page may use your camera and microphone. Please choose Allow.")}</p>
      <p class="quiet">${t("Nobody sees or hears you before your therapist lets you in.")}</p>
      <button type="button" class="button is-large is-primary is-block" @click=${() => act.askForDevices()}>${t("Use my camera and microphone")}</button>
    </section>`;
}

/** @returns {TemplateResult} while the browser's question is open */
function asking() {
  return html`<section class="card check-card is-asking">
    <span class="check-picture">${icon("hand")}</span>
    <p class="lead">${t("Please choose Allow in the question of your browser.")}</p>
    <p class="quiet">${t("It is at the top of the page, or in the middle of a phone's screen.")}</p>
  </section>`;
}

/** @param {VisitState} state @param {import("./problems.js").Advice} advice @param {Actions} act */
function troubled(state, advice, act) {
  return html`<div class="card check-card">${adviceCard(advice, act)}
    <div class="check-goon">${goOnButton(state, act)}</div>
    ${phoneLine(state.page.clinic_phone)}
  </div>`;
}

/** @param {string} phone */
function phoneLine(phone) {
  if (!phone) return nothing;
  return html`<p class="small quiet">${t("You can always join by sound, by chat, or phone the clinic: {phone}", { phone: phoneWords(phone) })}</p>`;
}

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} */
function tests(state, act) {
  const { devices } = state;
  return html`<div class="check-tests">
    <div class="check-self">${selfView(devices, false)}</div>
    <ul class="card check-list">
      <li class="check-item">
        ${icon(devices.camera.state === "on" ? "circle-check" : "video-off")}
        <p><b>${devices.camera.state === "on" ? t("Can you see yourself?") : t("Your camera is off")}</b>
          <span class="small quiet">${devices.camera.state === "on" ? t("Light from the front is best.") : t("That is fine. You can join with sound.")}</span></p>
      </li>
      <li class="check-item" data-voice="">
        <span class="check-mark">${icon("mic")}${icon("circle-check")}</span>
        <div><p><b>${t("Say hello")}</b> <span class="small quiet">${t("The bar moves when we hear you.")}</span></p>${levelBar(devices.level)}</div>
      </li>
      <li class="check-item">
        ${icon(state.check_step === "ready" ? "circle-check" : "volume-2")}
        <div>${speakerTest(state, act)}</div>
      </li>
    </ul>
    ${state.inside ? state.inside.lineTest(state, act) : nothing}
    <details class="check-choices" @toggle=${inSight}><summary>${icon("settings")}${t("Use another camera or microphone")}</summary><div class="stack">${choices(state, act)}</div></details>
  </div>`;
}

/** What was just opened is below. @param {Event} event */
const inSight = ({ currentTarget }) => /** @type {Element} */ (currentTarget).scrollIntoView({ block: "nearest" });

const BARS = 16;

/** @param {number} level  0..1 @returns {TemplateResult} */
export function levelBar(level) {
  const lit = Math.round(Math.min(1, level * 1.6) * BARS);
  return html`<div class="level" role="meter" aria-label=${t("Loudness of your microphone")} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(level * 100)}>
    ${Array.from({ length: BARS }, (_, index) => html`<i class=${index < lit ? "is-lit" : ""}></i>`)}
  </div>`;
}

/** @param {VisitState} state @param {Actions} act */
function speakerTest(state, act) {
  const play = () => {
    act.playChime();
    act.checkStep("speaker");
  };
  if (state.check_step === "ready") return html`<p><b>${t("You hear us")}</b></p>`;
  if (state.check_step !== "speaker") {
    return html`<p><b>${t("Do you hear us?")}</b></p>
      <button type="button" class="button" @click=${play}>${t("Play a test sound")}</button>`;
  }
  return html`<p><b>${t("Did you hear it?")}</b> <span class="small quiet">${t("If not, turn up the volume and play it again.")}</span></p>
    <div class="row is-tight">
      <button type="button" class="button" @click=${() => act.checkStep("ready")}>${icon("check")}${t("Yes, I heard it")}</button>
      <button type="button" class="button" @click=${play}>${icon("refresh-cw")}${t("Play it again")}</button>
    </div>`;
}
