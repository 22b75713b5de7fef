// @ts-check
/** How much of an exercise: steppers, side and load. What they change is the caller's. */
import { number, share, t } from "../../lib/i18n.js";
import { html, live, nothing } from "../../../vendor/lit.js";
import { isClip } from "../clips/state.js";
import { amountOf, loaded, RANGES, sidesOf, sideWords, stepped } from "../practice/dose.js";
import { icon } from "../icon.js";
import { secondsWords } from "./words.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Dosage, Side } from "../../messages.js" */
/** @import { Amount } from "../practice/dose.js" */
/** @import { Card, Exercise } from "../practice/shelf.js" */

/**
 * @param {Card | Exercise} exercise @param {Dosage} dosage @param {(dosage: Dosage) => void} change
 * @returns {TemplateResult}
 */
export function dosage(exercise, dosage, change) {
  const isTimed = Boolean(dosage.minutes);
  const isHeld = "held" in exercise ? exercise.held.length > 0 : (exercise.dosage.hold_s ?? 0) > 0;
  const step = (/** @type {Amount} */ name, /** @type {string} */ label, /** @type {string} */ said) =>
    stepper(name, label, said, dosage, change);
  return html`<div class="dose" role="group" aria-label=${t("How much")}>
    ${isTimed ? step("minutes", t("Minutes"), number(dosage.minutes ?? 0)) : nothing}
    ${step("sets", t("Sets"), number(dosage.sets))}
    ${isTimed ? nothing : step("reps", t("Times"), number(dosage.reps))}
    ${isHeld ? step("hold_s", t("Hold"), secondsWords(dosage.hold_s ?? 0)) : nothing}
    ${step("rest_s", t("Rest"), secondsWords(dosage.rest_s ?? 0))}
    ${isTimed || isClip(exercise.slug) ? nothing : step("tempo", t("Tempo"), share(amountOf(dosage, "tempo")))}
    ${isTimed || isClip(exercise.slug) ? nothing : step("range_pct", t("How far"), share(amountOf(dosage, "range_pct") / 100))}
    ${step("effort", t("Effort, 0 to 10"), number(dosage.effort ?? 0))}
    ${side(exercise, dosage, change)} ${load(dosage, change)}
  </div>`;
}

/**
 * @param {Amount} name @param {string} label @param {string} said  the value in words @param {Dosage} dosage
 * @param {(dosage: Dosage) => void} change
 */
function stepper(name, label, said, dosage, change) {
  const [low, high] = RANGES[name];
  const value = amountOf(dosage, name);
  return html`<div class="stepper" role="group" aria-label=${label}>
    <span class="stepper-label small">${label}</span>
    <button
      type="button"
      class="button is-icon-only"
      aria-label=${t("{amount}: less", { amount: label })}
      aria-disabled=${value <= low}
      @click=${() => value > low && change(stepped(dosage, name, -1))}
    >${icon("minus")}</button>
    <output class="stepper-value number">${said}</output>
    <button
      type="button"
      class="button is-icon-only"
      aria-label=${t("{amount}: more", { amount: label })}
      aria-disabled=${value >= high}
      @click=${() => value < high && change(stepped(dosage, name, 1))}
    >${icon("plus")}</button>
  </div>`;
}

/** @param {Card | Exercise} exercise @param {Dosage} dosage @param {(dosage: Dosage) => void} change */
function side({ laterality }, dosage, change) {
  const sides = sidesOf(laterality);
  if (sides.length < 2) return nothing;
  return html`<label class="chooser">
    <span class="small">${t("Side")}</span>
    <select @change=${(/** @type {Event} */ event) => change({ ...dosage, side: /** @type {Side} */ (chosen(event)) })}>
      ${sides.map((one) => html`<option value=${one} .selected=${live(one === dosage.side)}>${sideWords(one)}</option>`)}
    </select>
  </label>`;
}

/** @param {Dosage} dosage @param {(dosage: Dosage) => void} change */
function load(dosage, change) {
  const value = dosage.load === null || dosage.load === undefined ? "" : String(dosage.load);
  return html`<label class="chooser">
    <span class="small">${t("Load: kg or words")}</span>
    <input
      type="text"
      maxlength="64"
      autocomplete="off"
      placeholder=${t("None")}
      .value=${value}
      @change=${(/** @type {Event} */ event) => change(loaded(dosage, chosen(event)))}
    />
  </label>`;
}

/** @param {Event} event @returns {string} */
export const chosen = (event) => /** @type {HTMLSelectElement | HTMLInputElement} */ (event.currentTarget).value;
