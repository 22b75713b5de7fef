// @ts-check
/** What a patient says of an exercise with one press, large enough for a hand that is not near. */
import { t } from "../../lib/i18n.js";
import { html, nothing, repeat } from "../../../vendor/lit.js";
import { answerWords } from "./answer_words.js";
import { icon } from "../icon.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Answer, Demonstration } from "../../messages.js" */
/** @import { Actions, VisitState } from "../state.js" */

const ICONS = /** @type {const} */ ({ got_it: "thumbs-up", again: "repeat", hurts: "zap", too_hard: "dumbbell" });

/**
 * @param {VisitState} state @param {Actions} act @param {Demonstration} shown
 * @param {readonly Answer[]} offered
 * @returns {TemplateResult}
 */
export function answers(state, act, shown, offered) {
  const press = (/** @type {Answer} */ answer) =>
    act.ask({ type: "demonstration.answer", demonstration: shown.number, answer });
  return html`<div class="answers" role="group" aria-label=${t("Say how it is")}>
    <p class="answers-told small" role="status">${
      shown.answer
        ? t("{name} sees: {answer}", { name: state.page.therapist_name, answer: answerWords(shown.answer) })
        : nothing
    }</p>
    ${repeat(
      offered,
      (answer) => answer, // a button that is being pressed never becomes another
      (answer) => html`<button
        type="button"
        class="button is-answer is-${answer}"
        aria-pressed=${shown.answer === answer}
        @click=${() => press(answer)}
      >
        ${icon(shown.answer === answer ? "check" : ICONS[answer])}<span>${answerWords(answer)}</span>
      </button>`,
    )}
  </div>`;
}
