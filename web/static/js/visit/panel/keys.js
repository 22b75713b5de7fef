// @ts-check
/** The therapist's hands stay on the keyboard: always with Alt, so that typing and speech control stay safe. */
import { practiceOf } from "../people/cast.js";
import { stepped } from "../practice/dose.js";
import { bestAim, dose, nextOf, playOrPause } from "./commands.js";
import { isStopped, show } from "./show.js";
import { draftOf } from "./state.js";
import { entryOf } from "./words.js";

/** @import { Actions, VisitState } from "../state.js" */

/**
 * @param {KeyboardEvent} event @param {VisitState} state @param {Actions} act
 * @returns {boolean} whether the key meant an exercise
 */
export function onPanelKey(event, state, act) {
  const { altKey, ctrlKey, metaKey, shiftKey, code } = event;
  if (!altKey || ctrlKey || metaKey || shiftKey || state.page.role !== "therapist") return false;
  const press = pressFor(code, state, act);
  if (!press) return false;
  event.preventDefault();
  press();
  return true;
}

/** @param {string} code @param {VisitState} state @param {Actions} act @returns {(() => void) | null} */
function pressFor(code, state, act) {
  const practice = practiceOf(state);
  if (!practice) return null;
  const shown = practice.demonstration;
  const cards = state.panel.library?.exercises ?? [];
  if (/^Digit[1-9]$/u.test(code)) {
    const slug = state.panel.favourites[Number(code.at(-1)) - 1];
    const card = cards.find((one) => one.slug === slug);
    return card ? () => show(state, act, draftOf(card)) : null;
  }
  if (code === "Space" && shown) {
    return () => isStopped(state) || act.ask(playOrPause(shown, entryOf(state, shown), act.now_ms()));
  }
  if (code === "ArrowUp" || code === "ArrowDown") return repetitions(code === "ArrowUp" ? 1 : -1, state, act);
  const next = code === "Period" ? nextOf(practice.planned, shown) : null;
  return next ? () => show(state, act, { ...next, aim: bestAim(cards, next) }) : null;
}

/** @param {number} more @param {VisitState} state @param {Actions} act of what is being prepared, or else of what is shown */
function repetitions(more, state, act) {
  const { draft } = state.panel;
  const shown = practiceOf(state)?.demonstration;
  if (draft) return () => act.panel({ draft: { ...draft, dosage: stepped(draft.dosage, "reps", more) } });
  if (!shown) return null;
  return () => act.ask(dose(shown, stepped(shown.dosage, "reps", more), entryOf(state, shown), act.now_ms()));
}
