// @ts-check
/** Shows an exercise to the patient, by button or by key. */
/** @import { Draft } from "./state.js" */
/** @import { Actions, VisitState } from "../state.js" */
import { practiceOf } from "../people/cast.js";
import { isClip } from "../clips/state.js";
import { push } from "./commands.js";
import { usedLast } from "./state.js";

/** @param {VisitState} state @returns {boolean} somebody pressed Stop: nothing is shown or goes on until the therapist clears it */
export const isStopped = (state) => Boolean(practiceOf(state)?.stop);

/** @param {VisitState} state @param {Actions} act @param {Draft} draft */
export function show(state, act, draft) {
  if (isStopped(state)) return;
  act.ask(push(draft, draft.aim));
  const { recents } = state.panel;
  act.panel({
    draft: null,
    is_previewing: false,
    recents: isClip(draft.exercise) ? recents : usedLast(recents, draft.exercise), // a clip is of this visit alone
  });
}
