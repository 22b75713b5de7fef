// @ts-check
/** The therapist lets somebody in: one tap, or two where another device uses the same link. The service insists too. */
import { t } from "../../lib/i18n.js";
import { html, nothing } from "../../../vendor/lit.js";
import { icon } from "../icon.js";
import { otherDevice } from "./same_link.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { ParticipantView } from "../../messages.js" */
/** @import { Actions, VisitState } from "../state.js" */

/** @typedef {{ words: TemplateResult | string, look?: string, label?: string }} Door  what the button says */

/** @param {VisitState} state @param {ParticipantView} one @param {Actions} act @param {Door} door @returns {TemplateResult} */
export function wayIn(state, one, act, { words, look = "", label }) {
  const other = otherDevice(state, one);
  if (other) return secondThought(one, other === "in", act, { words, look, label });
  return html`<button type="button" class="button ${look}" aria-label=${label ?? nothing} @click=${() => act.admit(one.id)}>${words}</button>`;
}

/** @param {ParticipantView} one @param {boolean} isMove @param {Actions} act @param {Door} door */
function secondThought({ id, name }, isMove, act, { words, look = "", label }) {
  return html`<details class="sure">
    <summary class="button ${look.replace("is-primary", "")}" aria-label=${label ?? nothing}>${words}</summary>
    <p class="small">${t("Links can be passed on. Be sure that {name} is at this device.", { name })} ${isMove ? t("The other one has to leave.") : nothing}</p>
    <button type="button" class="button is-block is-danger" @click=${() => act.admit(id, true)}>${t("I am sure: let this device in")}</button>
  </details>`;
}

/** @param {VisitState} state @param {ParticipantView} one @returns {TemplateResult | typeof nothing} */
export function linkWarning(state, one) {
  const other = otherDevice(state, one);
  if (!other) return nothing;
  return html`<div class="banner is-caution">
    ${icon("triangle-alert")}
    <p class="small">
      ${
        other === "in"
          ? t("Another device uses the same link and is in the visit.")
          : t("Another device uses the same link and waits too.")
      }
    </p>
  </div>`;
}
