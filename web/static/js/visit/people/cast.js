// @ts-check
/** Who is who in what one person sees. Pure. */
import { isWaiting } from "../view.js";
/** @import { ParticipantView, Practice, VisitView } from "../../messages.js" */
/** @import { VisitState } from "../state.js" */

/** @param {VisitState} state @returns {VisitView | null} the view of somebody admitted */
export function visitOf(state) {
  return state.view?.type === "visit" ? state.view : null;
}

/** @param {VisitState} state @returns {Practice | null} the exercise part of the visit */
export function practiceOf(state) {
  return visitOf(state)?.practice ?? null;
}

/** @param {VisitState} state @returns {boolean} this screen is to be read from far away: chosen here, or by the therapist */
export function isStepBack(state) {
  return state.is_step_back || (state.page.role === "patient" && practiceOf(state)?.is_step_back === true);
}

/** @param {VisitState} state @returns {ParticipantView[]} everybody else that this person may see; a recorder is nobody */
function others(state) {
  const visit = visitOf(state);
  return visit ? visit.participants.filter((one) => one.id !== visit.you && one.role !== "recorder") : [];
}

/** @param {VisitState} state @returns {ParticipantView | undefined} what records, while it is in */
export function recorderOf(state) {
  return visitOf(state)?.participants.find((one) => one.role === "recorder" && one.standing === "admitted");
}

/** @param {VisitState} state @returns {ParticipantView[]} the others who are in, whom to look at first coming first */
export function company(state) {
  const first = state.page.role === "therapist" ? "patient" : "therapist";
  const rank = (/** @type {ParticipantView} */ one) => (one.role === first ? 0 : one.role === "guest" ? 2 : 1);
  return others(state)
    .filter((one) => one.standing === "admitted")
    .sort((a, b) => rank(a) - rank(b));
}

/** @param {VisitState} state @returns {ParticipantView[]} who waits to be admitted, the longest wait first */
export function queue(state) {
  return others(state)
    .filter(isWaiting)
    .sort((a, b) => Date.parse(a.since) - Date.parse(b.since));
}

/** @param {VisitState} state @returns {string | undefined} the invitation that this person came by */
function ownInvitation(state) {
  const visit = visitOf(state);
  return visit?.participants.find((one) => one.id === visit.you)?.invitation;
}

/**
 * Somebody who came on several devices is one person: where they are now counts, or where they were last.
 * @param {VisitState} state @returns {ParticipantView[]} who was here and is not now
 */
export function absent(state) {
  const here = [...company(state), ...queue(state), ...justDeclined(state)].map((one) => one.invitation);
  const shown = new Set([ownInvitation(state), ...here]);
  const gone = others(state).filter((one) => isAway(one) || ["declined", "removed", "left"].includes(one.standing));
  const lastFirst = gone.sort((a, b) => Date.parse(b.since) - Date.parse(a.since));
  return lastFirst.filter((one) => !shown.has(one.invitation) && shown.add(one.invitation));
}

/** @param {ParticipantView} one @returns {boolean} they waited, and are no longer in touch */
const isAway = (one) => one.standing === "waiting" && Boolean(one.away_since);

/**
 * Who has just given up waiting, or lost their line: to be phoned, perhaps. Not who is back on another device.
 * @param {VisitState} state @returns {ParticipantView[]}
 */
export function gone(state) {
  return absent(state).filter(isAway);
}

/** @param {VisitState} state @returns {boolean} somebody else has been here before */
export function hasHadCompany(state) {
  const own = ownInvitation(state);
  return others(state).some((one) => ["removed", "left"].includes(one.standing) && one.invitation !== own);
}

/** How long a decline offers to be taken back where the card was. */
const UNDO_MS = 20_000;

/** @param {VisitState} state @returns {ParticipantView[]} declined so lately that a slip of the finger is likely */
export function justDeclined(state) {
  return others(state).filter((one) => one.standing === "declined" && state.now_ms - Date.parse(one.since) < UNDO_MS);
}

/** @param {VisitState} state @param {string} participant @returns {boolean} their page is open and in touch */
export function isPresent(state, participant) {
  return state.present.includes(/** @type {any} */ (participant));
}
