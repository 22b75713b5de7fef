// @ts-check
/** One icon of the sprite. Icons never speak: the word beside them does. */
import { html } from "../../vendor/lit.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */

const SPRITE = new URL("../../vendor/icons.svg", import.meta.url).pathname;

/** @param {string} name  a line of web/icons.txt @returns {TemplateResult} */
export function icon(name) {
  return html`<svg class="icon" aria-hidden="true" focusable="false"><use href="${SPRITE}#${name}"></use></svg>`;
}
