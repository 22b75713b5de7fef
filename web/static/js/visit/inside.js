// @ts-check
/** The visit itself, and what opens over it. Fetched while one waits: nothing of it is needed before. */
import { t } from "../lib/i18n.js";
import { html, nothing } from "../../vendor/lit.js";
import { banners } from "./banners.js";
import { cameraCard } from "./practice/camera_card.js";
import { company, isStepBack, visitOf } from "./people/cast.js";
import { chatPanel } from "./chat.js";
import { controls, exits } from "./controls.js";
import { demonstration, shownTo } from "./practice/demonstration.js";
import { deskStop, emergency } from "./practice/emergency.js";
import { icon } from "./icon.js";
import { arrivals, people } from "./people/people.js";
import { consentCard } from "./recording/page.js";
import { recordingSign } from "./recording/sign.js";
import { stage } from "./stage.js";
import { trustBanner } from "./trust.js";
import { bothWays, connectionWords, duration, linkWords } from "./words.js";

export { lineTest, lineTester } from "./line_test.js";
export { Performance } from "./practice/performance.js";
export { recordingNews } from "./recording/words.js";
export { sheet } from "./sheets.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Actions, VisitState } from "./state.js" */

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} */
export function visit(state, act) {
  const { role } = state.page;
  const isTherapist = role === "therapist";
  const side = chatPanel(state, act);
  return html`<div class="room is-${role} ${state.sheet === "chat" ? "is-chatting" : ""} ${state.sheet === "exercises" ? "is-exercising" : ""} ${isStepBack(state) ? "is-step-back" : ""} ${shownTo(state) ? "is-showing" : ""}">
    ${status(state)} ${deskStop(state, act)} ${exits(state, act)} ${banners(state, act, recordingSign(state, act), trustBanner(state, act))} ${arrivals(state, act)} ${demonstration(state, act)} ${stage(state, act)}
    ${cameraCard(state, act)} ${consentCard(state, act)} ${emergency(state, act)}
    ${state.desk ? html`${state.desk.shownStrip(state, act)}${state.desk.panel(state, act)}` : nothing}
    ${isTherapist || side !== nothing ? html`<aside class="side" aria-label=${t("Beside the picture")}>${isTherapist ? people(state, act, "people-title") : nothing}${side}</aside>` : nothing}
    ${controls(state, act)}
  </div>`;
}

/** @param {VisitState} state @returns {TemplateResult} with whom, how well, and for the therapist how long */
function status(state) {
  const [other] = company(state);
  const words = (other ? connectionWords(state, other) : linkWords(state)) ?? CONNECTED();
  const isTherapist = state.page.role === "therapist";
  return html`<header class="status">
    <h1 class="status-who" tabindex="-1">
      ${other ? html`<span class="visually-hidden">${t("Video visit with")}</span> <bdi>${other.name}</bdi>` : t("Your visit")}
    </h1>
    <p class="condition small">
      <span class="status-words is-${words.tone}">${icon(words.icon)}${words.text}</span>
      ${isTherapist ? clock(state) : nothing}
      ${isTherapist && other ? html`<span class="quiet">${bothWays(state.peers[other.id], other.name)}</span>` : nothing}
    </p>
  </header>`;
}

/** @returns {import("./words.js").Words} */
const CONNECTED = () => ({ text: t("Connected"), more: "", icon: "wifi", tone: "quiet" });

/** @param {VisitState} state @returns {TemplateResult | typeof nothing} since they met, also while one of them is away for a moment */
function clock(state) {
  const began_at = visitOf(state)?.began_at;
  if (!began_at) return nothing;
  return html`<span class="status-clock number">
    ${icon("clock")}<span class="visually-hidden">${t("In the visit for")}</span> ${duration(state.now_ms - Date.parse(began_at))}
  </span>`;
}
