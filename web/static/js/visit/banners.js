// @ts-check
/** What went wrong on this side, above the picture: one plain sentence, one button that mends it, a way to go on. */
import { t } from "../lib/i18n.js";
import { html, nothing } from "../../vendor/lit.js";
import { company } from "./people/cast.js";
import { icon } from "./icon.js";
import { adviceFor, browserOf, concerned } from "./problems.js";
import { connectionWords, linkWords } from "./words.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Advice, Browser } from "./problems.js" */
/** @import { Actions, VisitState } from "./state.js" */

/** @returns {Browser} where this page is open */
export function here() {
  return browserOf(navigator.userAgent, navigator.maxTouchPoints);
}

/**
 * @param {VisitState} state @param {Actions} act @param {TemplateResult | typeof nothing} [first] @param {TemplateResult | typeof nothing} [more]
 * @returns {TemplateResult | typeof nothing}
 */
export function banners(state, act, first = nothing, more = nothing) {
  const own = [connectionBanner(state), refusalBanner(state, act), deviceBanner(state, act)];
  const parts = [first, ...own, more].filter((part) => part !== nothing);
  return parts.length ? html`<div class="banners">${parts}</div>` : nothing;
}

/** @param {VisitState} state */
function connectionBanner(state) {
  const [other] = company(state);
  const words = linkWords(state) ?? (other ? connectionWords(state, other) : null);
  if (!words?.more) return nothing;
  const goesOn = state.link !== "open" && other && state.peers[other.id]?.status === "connected";
  const text = goesOn ? t("Picture and sound go on. The rest is reconnecting: you keep your place") : words.more;
  return html`<div class="banner is-caution">${icon(words.icon)}<p>${text}</p></div>`;
}

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult | typeof nothing} what the server said no to */
export function refusalBanner({ refusal }, act) {
  if (!refusal) return nothing;
  return html`<div class="banner is-caution" role="alert">
    ${icon("circle-alert")}
    <p>${refusal}</p>
    <button type="button" class="button" @click=${() => act.dismissRefusal()}>${t("OK")}</button>
  </div>`;
}

/** @param {VisitState} state @param {Actions} act */
function deviceBanner(state, act) {
  const advice = adviceFor(state.devices, here());
  if (!advice) return nothing;
  return html`<div class="banner is-caution">
    ${icon("triangle-alert")}
    <p><b>${advice.title}.</b> ${advice.steps.length === 0 ? advice.text : nothing}</p>
    <div class="banner-doors">
      ${fixButton(advice, act, "button is-primary")}
      ${advice.steps.length ? html`<button type="button" class="button" @click=${() => act.show("devices")}>${t("Show me how")}</button>` : nothing}
      ${goOnButton(state, act, "is-plain")}
    </div>
  </div>`;
}

/** @param {Advice} advice @param {Actions} act @param {string} classes @returns {TemplateResult | typeof nothing} */
export function fixButton({ fix, label }, act, classes) {
  if (!fix) return nothing;
  const press = { ask: () => act.askForDevices(), retry: () => act.retryDevices(), choose: () => act.show("devices") }[
    fix
  ];
  return html`<button type="button" class=${classes} @click=${press}>${label}</button>`;
}

/**
 * @param {VisitState} state @param {Actions} act @param {string} [classes]
 * @returns {TemplateResult | typeof nothing} on with what still works
 */
export function goOnButton({ devices, screen }, act, classes = "") {
  if (devices.problem === "silent") return nothing;
  const what = concerned(devices);
  const words = {
    camera: t("Go on with sound only"),
    microphone: t("Go on with picture and chat"),
    both: t("Go on with chat only"),
  }[what];
  const press = () => {
    if (what !== "microphone") act.setCamera(false);
    if (what === "camera") return;
    act.setMicrophone(false);
    if (screen === "visit") act.show("chat");
    if (screen === "check") act.knock();
  };
  return html`<button type="button" class="button ${classes}" @click=${press}>${words}</button>`;
}
