// @ts-check
/** The page of a visit: which screen the state asks for, and that screen drawn. */
import { html, nothing, ref } from "../../vendor/lit.js";
import { refusalBanner } from "./banners.js";
import { check } from "./check.js";
import { ending, loading } from "./ending.js";
import { settle } from "./settle.js";
import { waiting } from "./waiting.js";

export { screenOf } from "./screen_of.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Actions, VisitState } from "./state.js" */

/** Where a refusal has its place among other news. */
const HAVE_BANNERS = new Set(["waiting", "visit"]);

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} everything inside `#app` */
export function screen(state, act) {
  // The children are drawn after this element's own parts, so what looks at them waits a microtask.
  const settled = (/** @type {Element | undefined} */ element) => element && queueMicrotask(() => settle(state, act));
  return html`<div class=${`screen is-${state.screen} ${state.screen === "visit" ? "stage" : ""}`} ${ref(settled)}>
    ${HAVE_BANNERS.has(state.screen) ? nothing : refusalBanner(state, act)} ${drawn(state, act)} ${state.inside ? state.inside.sheet(state, act) : nothing}
    <p class="visually-hidden" role="status" data-live="status"></p>
    <p class="visually-hidden" role="alert" data-live="alert"></p>
  </div>`;
}

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} */
function drawn(state, act) {
  switch (state.screen) {
    case "loading":
      return loading();
    case "check":
      return check(state, act);
    case "waiting":
      return waiting(state, act);
    case "visit":
      return state.inside ? state.inside.visit(state, act) : loading();
    default:
      return ending(state, act);
  }
}
