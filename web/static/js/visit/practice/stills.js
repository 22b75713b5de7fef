// @ts-check
/** The exercise as a row of pictures with what each shows, where nothing moves. */
import { number, t } from "../../lib/i18n.js";
import { html, nothing, svg } from "../../../vendor/lit.js";
import { inLanguage } from "./shelf.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Demonstration } from "../../messages.js" */
/** @import { Figures } from "./figures.js" */
/** @import { Still } from "../../mannequin/stills.js" */
/** @import { Exercise } from "./shelf.js" */

/** Three and more side by side have little room: upright, the figure is as large as it can be. */
const UPRIGHT = 180;
const BROAD = 320;

/** @param {Exercise} exercise @returns {string[]} the poses that are shown, each once, in the order of the movement */
export function posesOf({ timeline, captions }) {
  return [...new Set(timeline.map(({ pose }) => pose))].filter((pose) => pose in (captions.en ?? {}));
}

/**
 * @param {Exercise} exercise @param {Pick<Demonstration, "dosage" | "aim">} shown @param {string} language
 * @param {Figures | null} [figures]  null until the code that draws has come: the words are there
 * @returns {TemplateResult}
 */
export function stills(exercise, { dosage, aim }, language, figures = null) {
  const captions = inLanguage(exercise.captions, language);
  const { side, range_pct = 100 } = dosage;
  const { view, is_mirrored: isMirrored = false, around = 0, above = 0, nearer = 1 } = aim;
  const poses = posesOf(exercise);
  const width = poses.length > 2 ? UPRIGHT : BROAD;
  const look = { around, above, nearer };
  const wishes = { view, isMirrored, rom: range_pct / 100, look, width, ...(side ? { side } : {}) };
  /** @param {string} pose */
  const picture = (pose) => {
    const still = figures?.figureOf(exercise, pose, wishes);
    return still ? drawing(still) : nothing;
  };
  return html`<ol class="stills" aria-label=${t("Step by step")}>
    ${poses.map(
      (pose, place) => html`<li class="still">
        ${picture(pose)}
        <p><b class="number" aria-hidden="true">${number(place + 1)}.</b> ${captions[pose] ?? nothing}</p>
      </li>`,
    )}
  </ol>`;
}

/** @param {Still} still @returns {TemplateResult} */
export function drawing({ width, height, shapes }) {
  return html`<svg class="drawing" viewBox="0 0 ${width} ${height}" aria-hidden="true" focusable="false">
    ${shapes.map(({ d, fill, opacity }) => svg`<path d=${d} fill=${fill} fill-opacity=${opacity}></path>`)}
  </svg>`;
}
