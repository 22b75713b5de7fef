// @ts-check
/** Shows an exercise to the patient, by button or by key. */
/** @import { Draft } from "./panel_state.js" */
/** @import { Actions, VisitState } from "./state.js" */
import { push } from "./panel_commands.js";
import { usedLast } from "./panel_state.js";

/** @param {VisitState} state @param {Actions} act @param {Draft} draft */
export function show({ panel }, act, draft) {
  act.ask(push(draft, draft.aim));
  act.panel({ draft: null, is_previewing: false, recents: usedLast(panel.recents, draft.exercise) });
}
