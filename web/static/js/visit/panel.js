// @ts-check
/** The therapist's exercises: beside the picture on a desk, in its place below on smaller screens. */
import { t } from "../lib/i18n.js";
import { html, nothing } from "../../vendor/lit.js";
import { practiceOf } from "./cast.js";
import { clipsDoor, ownDemonstrations } from "./clip_list.js";
import { icon } from "./icon.js";
import { draftCard, draftFoot } from "./panel_draft.js";
import { cameraCards, homeProgramme, plan, soFar } from "./panel_plan.js";
import { finder } from "./panel_search.js";
import { shownCard } from "./panel_shown.js";

export { identity, whereabouts } from "./bedside_card.js";
export { bedside } from "./bedside_page.js";
export { clips } from "./clip_page.js";
export { comingOf } from "./panel_commands.js";
export { onPanelKey } from "./panel_keys.js";
export { shownStrip } from "./panel_shown.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Actions, VisitState } from "./state.js" */

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult | typeof nothing} */
export function panel(state, act) {
  const practice = practiceOf(state);
  if (state.page.role !== "therapist" || !practice) return nothing;
  const { draft, clips } = state.panel;
  const { demonstration } = practice;
  return html`<aside class="panel" aria-labelledby="panel-title">
    <div class="panel-head">
      <h2 id="panel-title" class="subtitle" tabindex="-1">${t("Exercises")}</h2>
      <button type="button" class="button is-plain exercises-close" @click=${() => act.show(null)}>${icon("x")}${t("Close")}</button>
    </div>
    <div class="panel-body">
      ${demonstration ? shownCard(state, act, demonstration) : nothing}
      ${draft ? draftCard(state, act, draft) : html`${plan(state, act, practice)}${clipsDoor()}${finder(state, act)}`}
      ${draft && !clips.recording ? nothing : ownDemonstrations(state, act)}
      ${homeProgramme(state, act, practice)} ${soFar(state, practice)} ${cameraCards(state, act, practice)}
    </div>
    ${draft ? draftFoot(state, act, draft) : nothing}
  </aside>`;
}
