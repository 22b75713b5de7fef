// @ts-check
/** What this person may see now. Pure: no DOM, no socket, no clock. Mirrors `apply` in telesession/domain/view.py. */
/** @import { AnyEvent, Entry, OutsideView, ParticipantId, ParticipantView, RecordingEvent, View, VisitView } from "../messages.js" */
import { practise } from "./practice/practice.js";
import { record } from "./recording/recording.js";

/**
 * The view after one more event. An event for which a view has no place leaves it as it was: the server sends a fresh
 * view whenever applying the event would not be enough.
 * @param {View} view @param {Entry} entry @returns {View}
 */
export function apply(view, entry) {
  return view.type === "visit" ? inside(view, entry) : outside(view, entry);
}

/** @param {OutsideView} view @param {Entry} entry @returns {OutsideView} */
function outside(view, { at, event }) {
  if (event.type !== "notice.sent") return view;
  return { ...view, notices: [...view.notices, { at, text: event.text }] };
}

/** @param {VisitView} view @param {Entry} entry @returns {VisitView} */
function inside(view, { seq, at, event }) {
  switch (event.type) {
    case "chat.sent": {
      const name = participantOf(view, event.participant)?.name ?? "";
      return { ...view, chat: [...view.chat, { seq, at, participant: event.participant, name, text: event.text }] };
    }
    case "devices.reported":
      return change(view, event.participant, { microphone: event.microphone, camera: event.camera });
    case "participant.admitted": {
      const { role } = participantOf(view, event.participant) ?? {};
      const isFirst = view.began_at === null && (role === "patient" || role === "guest");
      const begun = isFirst ? { ...view, began_at: at } : view;
      return change(begun, event.participant, { standing: "admitted", since: at, away_since: null });
    }
    case "participant.returned":
      return change(view, event.participant, { standing: "admitted", since: at, away_since: null });
    case "participant.declined":
      return change(view, event.participant, { standing: "declined", since: at, away_since: null });
    case "participant.removed":
      return change(view, event.participant, { standing: "removed", since: at, away_since: null });
    case "participant.left":
      return change(view, event.participant, { standing: "left", since: at, away_since: null });
    case "participant.away":
      return change(view, event.participant, { away_since: at });
    case "participant.back":
      return change(view, event.participant, { away_since: null });
    case "participant.knocked":
    case "notice.sent":
    case "visit.ended":
      return view;
    default:
      if (isOfRecording(event)) return { ...view, recording: record(view.recording, seq, at, event) };
      return { ...view, practice: practise(view.practice, { seq, at, event, type: "event" }, event) };
  }
}

/**
 * @param {AnyEvent} event
 * @returns {event is RecordingEvent}
 */
function isOfRecording(event) {
  return event.type.startsWith("recording.");
}

/** @param {VisitView} view @param {ParticipantId} id @param {Partial<ParticipantView>} changes @returns {VisitView} */
function change(view, id, changes) {
  return { ...view, participants: view.participants.map((one) => (one.id === id ? { ...one, ...changes } : one)) };
}

/** @param {VisitView} view @param {ParticipantId} id */
export function participantOf(view, id) {
  return view.participants.find((one) => one.id === id);
}

/**
 * Everybody in the visit but oneself: those with whom there is a media connection. With the recorder there is one only
 * while everybody has agreed to be recorded; else nothing goes there, whatever it would like.
 * @param {View | null} view @returns {readonly ParticipantView[]}
 */
export function others(view) {
  if (view?.type !== "visit") return [];
  const { state } = view.recording ?? {};
  const isRecorded = state === "ready" || state === "running";
  return view.participants.filter(
    (one) => one.standing === "admitted" && one.id !== view.you && (one.role !== "recorder" || isRecorded),
  );
}

/** @param {ParticipantView} one @returns {boolean} they wait, and are there to be let in */
export const isWaiting = (one) => one.standing === "waiting" && !one.away_since;

/**
 * Those who wait for this person's decision.
 * @param {View | null} view @returns {readonly ParticipantView[]}
 */
export function waiting(view) {
  return view?.type === "visit" ? view.participants.filter(isWaiting) : [];
}
