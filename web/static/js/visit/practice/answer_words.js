// @ts-check
/** What a patient's one press means, in words for both sides. */
/** @import { Answer } from "../../messages.js" */
import { t } from "../../lib/i18n.js";

/** @param {Answer} answer @returns {string} */
export function answerWords(answer) {
  return { got_it: t("I get it"), again: t("Show again"), hurts: t("It hurts"), too_hard: t("Too hard") }[answer];
}
