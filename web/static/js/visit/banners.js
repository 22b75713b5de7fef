// @ts-check
/** What went wrong on this side, above the picture: one plain sentence, one button that mends it, a way to go on. */
import { t } from "../lib/i18n.js";
import { html, nothing } from "../../vendor/lit.js";
import { icon } from "./icon.js";
import { adviceFor, browserOf, concerned } from "./problems.js";
import { linkWords } from "./words.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Advice, Browser } from "./problems.js" */
/** @import { Actions, VisitState } from "./state.js" */

/** @returns {Browser} where this page is open */
export function here() {
  return browserOf(navigator.userAgent, navigator.maxTouchPoints);
}

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult | typeof nothing} */
export function banners(state, act) {
  const parts = [linkBanner(state), refusalBanner(state, act), deviceBanner(state, act)].filter((part) => part !== nothing);
  return parts.length ? html`<div class="banners">${parts}</div>` : nothing;
}

/** @param {VisitState} state */
function linkBanner(state) {
  const words = linkWords(state);
  if (!words || state.link === "connecting") return nothing;
  return html`<div class="banner is-caution">${icon(words.icon)}<p>${words.text}</p></div>`;
}

/** @param {VisitState} state @param {Actions} act */
function refusalBanner({ refusal }, act) {
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
    <div class="row is-tight">
      ${fixButton(advice, act, "button is-primary")}
      ${advice.steps.length ? html`<button type="button" class="button" @click=${() => act.show("devices")}>${t("Show me how")}</button>` : nothing}
      ${goOnButton(state, act)}
    </div>
  </div>`;
}

/** @param {Advice} advice @param {Actions} act @param {string} classes @returns {TemplateResult | typeof nothing} */
export function fixButton({ fix, label }, act, classes) {
  if (!fix) return nothing;
  const press = { ask: () => act.askForDevices(), retry: () => act.retryDevices(), choose: () => act.show("devices") }[fix];
  return html`<button type="button" class=${classes} @click=${press}>${icon(fix === "choose" ? "mic" : "refresh-cw")}${label}</button>`;
}

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult | typeof nothing} on with what still works */
export function goOnButton({ devices }, act) {
  if (devices.problem === "silent") return nothing;
  const what = concerned(devices);
  const soundOnly = what === "camera";
  const press = () => {
    act.setCamera(false);
    if (!soundOnly) act.setMicrophone(false);
  };
  return html`<button type="button" class="button" @click=${press}>
    ${soundOnly ? t("Go on with sound only") : t("Go on with chat only")}
  </button>`;
}
