// @ts-check
/** The proof that a demonstration plays: each screen tells the others what it does with what is shown. */
/** @import { ParticipantId, PlaybackReport, View } from "../../messages.js" */
/** @import { VisitState } from "../state.js" */

/** @param {View | null} view @returns {number | null} number of the demonstration that is shown */
const numberOf = (view) => (view?.type === "visit" ? (view.practice.demonstration?.number ?? null) : null);

/** @param {View | null} before @param {View | null} after */
export function isSameShown(before, after) {
  return numberOf(before) === numberOf(after);
}

/**
 * What the others' screens do, after one more report; a report about something else changes nothing.
 * @param {VisitState} state @param {ParticipantId} from @param {PlaybackReport} report
 * @returns {VisitState["renderings"]}
 */
export function heard({ view, renderings }, from, { demonstration, rendering }) {
  return demonstration === numberOf(view) ? { ...renderings, [from]: rendering } : renderings;
}

/** @param {VisitState} state @returns {PlaybackReport | null} what this screen does with what is shown */
export function proofOf({ view, rendering }) {
  const demonstration = numberOf(view);
  return demonstration === null || rendering === null ? null : { type: "playback.report", demonstration, rendering };
}
