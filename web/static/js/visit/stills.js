// @ts-check
/** The exercise as a row of pictures with what each shows, where nothing moves. */
import { t } from "../lib/i18n.js";
import { html, nothing } from "../../vendor/lit.js";
import { number } from "./dose.js";
import { inLanguage } from "./shelf.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Demonstration } from "../messages.js" */
/** @import { Exercise } from "./shelf.js" */

/** @param {Exercise} exercise @returns {string[]} the poses that are shown, each once, in the order of the movement */
export function posesOf({ timeline, captions }) {
  return [...new Set(timeline.map(({ pose }) => pose))].filter((pose) => pose in (captions.en ?? {}));
}

/** @param {Exercise} exercise @param {Demonstration} _shown @param {string} language @returns {TemplateResult} */
export function stills(exercise, _shown, language) {
  const captions = inLanguage(exercise.captions, language);
  return html`<ol class="stills" aria-label=${t("Step by step")}>
    ${posesOf(exercise).map(
      (pose, place) => html`<li class="still">
        <span class="still-number number" aria-hidden="true">${number(place + 1)}</span>
        <p>${captions[pose] ?? nothing}</p>
      </li>`,
    )}
  </ol>`;
}
