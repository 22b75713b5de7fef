// @ts-check
/** How an exercise is seen: view, mirror, and round, over and nearer to the figure from there. What it changes is the caller's. */
import { t } from "../../lib/i18n.js";
import { html, live } from "../../../vendor/lit.js";
import { icon } from "../icon.js";
import { chosen } from "./dose.js";
import { viewWords } from "./words.js";
import { AS_SEEN, isTurned, turned } from "../practice/turning.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Aim, CameraView } from "../../messages.js" */
/** @import { Turn } from "../practice/turning.js" */

/** @param {Aim} aim @param {(changes: Partial<Aim>) => void} change @returns {TemplateResult} */
export function aiming(aim, change) {
  const seenFrom = (/** @type {Event} */ event) =>
    change({ view: /** @type {CameraView} */ (chosen(event)), ...AS_SEEN });
  return html`<div class="aim">
    <label class="chooser">
      <span class="small">${t("Seen from")}</span>
      <select @change=${seenFrom}>
        ${Object.entries(viewWords()).map(([view, words]) => html`<option value=${view} .selected=${live(view === aim.view)}>${words}</option>`)}
      </select>
    </label>
    <button
      type="button"
      class="button"
      aria-pressed=${aim.is_mirrored ?? false}
      @click=${() => change({ is_mirrored: !(aim.is_mirrored ?? false) })}
    >${icon("flip-horizontal")}${t("As in a mirror")}</button>
    ${turning(aim, change)}
  </div>`;
}

/** @param {Aim} aim @param {(changes: Partial<Aim>) => void} change */
function turning(aim, change) {
  /** @param {string} name @param {string} label @param {Turn} turn */
  const door = (name, label, turn) => {
    const next = turned(aim, turn);
    return html`<button
      type="button"
      class="button is-icon-only"
      aria-label=${label}
      title=${label}
      aria-disabled=${next === null}
      @click=${() => next && change(next)}
    >${icon(name)}</button>`;
  };
  return html`<div class="turning" role="group" aria-label=${t("Turn the figure")}>
    ${door("arrow-left", t("From further left"), "left")} ${door("arrow-right", t("From further right"), "right")}
    ${door("arrow-up", t("From higher up"), "up")} ${door("arrow-down", t("From lower down"), "down")}
    ${door("plus", t("Nearer"), "nearer")} ${door("minus", t("Farther away"), "farther")}
    <button type="button" class="button is-wide" aria-disabled=${!isTurned(aim)} @click=${() => isTurned(aim) && change(AS_SEEN)}>
      ${icon("rotate-ccw")}${t("As at first")}
    </button>
  </div>`;
}
