// @ts-check
/** The therapist's exercises: beside the picture on a desk, in its place below on smaller screens. */
import { t } from "../../lib/i18n.js";
import { html, nothing } from "../../../vendor/lit.js";
import { practiceOf } from "../people/cast.js";
import { clipsDoor, ownDemonstrations } from "../clips/list.js";
import { icon } from "../icon.js";
import { draftCard, draftFoot } from "./draft.js";
import { cameraCards, homeProgramme, plan, soFar } from "./plan.js";
import { finder } from "./search.js";
import { shownCard } from "./shown.js";

export { identity, whereabouts } from "../people/bedside_card.js";
export { bedside } from "../people/bedside_page.js";
export { clips } from "../clips/page.js";
export { comingOf } from "./commands.js";
export { onPanelKey } from "./keys.js";
export { shownStrip } from "./shown.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Actions, VisitState } from "../state.js" */

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
