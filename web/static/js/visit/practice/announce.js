// @ts-check
/** What somebody who cannot see the screen must be told of the exercises. Pure: two states in, two lists of sentences out. */
import { locale, t } from "../../lib/i18n.js";
import { answerWords } from "./answer_words.js";
import { practiceOf, visitOf } from "../people/cast.js";
import { inLanguage, keyOf } from "./shelf.js";
import { participantOf } from "../view.js";

/** @import { Practice } from "../../messages.js" */
/** @import { VisitState } from "../state.js" */

/** @param {VisitState} before @param {VisitState} after @returns {{ polite: string[], assertive: string[] }} */
export function practiceChanges(before, after) {
  const [was, is] = [practiceOf(before), practiceOf(after)];
  if (!is) return { polite: [], assertive: [] };
  const polite = [...shownChanges(before, after), ...(was ? cardChanges(was, is, after) : [])];
  return { polite, assertive: is.stop && !was?.stop ? [`${stopWords(after, is.stop.by)}.`] : [] };
}

/** @param {VisitState} state @param {string} by */
function stopWords(state, by) {
  const view = visitOf(state);
  if (view?.you === by) return t("You pressed Stop");
  return t("{name} pressed Stop", { name: (view && participantOf(view, by)?.name) ?? "" });
}

/** @param {VisitState} state @returns {string} of what is shown, once its entry is here */
function exerciseOf(state) {
  const shown = practiceOf(state)?.demonstration;
  if (shown?.clip) return shown.clip.title;
  const exercise = shown && state.exercises[keyOf(shown.exercise, shown.version)];
  return exercise ? inLanguage(exercise.names, locale()) : "";
}

/** @param {VisitState} before @param {VisitState} after @returns {string[]} */
function shownChanges(before, after) {
  const [was, is] = [practiceOf(before)?.demonstration ?? null, practiceOf(after)?.demonstration ?? null];
  const name = exerciseOf(after);
  if (!is) return was ? [t("The exercise is no longer shown.")] : [];
  if (name && (was?.number !== is.number || exerciseOf(before) === "")) {
    return [t("An exercise is shown: {exercise}.", { exercise: name })];
  }
  if (was?.number !== is.number) return [];
  if (is.answer && was.answer !== is.answer && after.page.role === "therapist") {
    return [t("The patient says: {answer}.", { answer: answerWords(is.answer) })];
  }
  if (was.is_playing !== is.is_playing)
    return [is.is_playing ? t("The exercise goes on.") : t("The exercise is paused.")];
  return [];
}

/** @param {Practice} was @param {Practice} is @param {VisitState} after @returns {string[]} */
function cardChanges(was, is, { page }) {
  if (page.role === "therapist") return [];
  return is.camera_card && was.camera_card !== is.camera_card
    ? [t("Your therapist shows you where to put your camera.")]
    : [];
}
