// @ts-check
/** The recording of a visit, as one person sees it. Pure. Mirrors `evolve_recording` in telesession/domain/recording.py. */
/** @import { Recording, RecordingEvent } from "../../messages.js" */

/**
 * The recording after one more event of its own; an event about another recording changes nothing.
 * @param {Recording | null} recording @param {number} seq @param {string} at @param {RecordingEvent} event
 * @returns {Recording | null}
 */
export function record(recording, seq, at, event) {
  if (event.type === "recording.asked") {
    const { purpose, keep_days, by, text_version } = event;
    const answers = [{ participant: by, is_agreed: true, at }];
    const asked = {
      number: seq,
      purpose,
      keep_days,
      asked_by: by,
      asked_at: at,
      answers,
      parts: 0,
      recorded_s: 0,
      is_attended: true,
    };
    return { ...asked, state: "waiting", running_since: null, pause: null, fault: null, text_version };
  }
  if (recording?.number !== event.recording) return recording;
  switch (event.type) {
    case "recording.answered": {
      const { participant, is_agreed } = event;
      const others = recording.answers.filter((one) => one.participant !== participant);
      return { ...recording, answers: [...others, { participant, is_agreed, at }] };
    }
    case "recording.ready":
      return { ...recording, state: "ready", pause: null };
    case "recording.part_began":
      return { ...recording, state: "running", parts: event.part, running_since: at, pause: null };
    case "recording.paused": {
      const state = event.reason === "recorder_lost" ? "ready" : "waiting";
      return { ...stoodStill(recording, at), state, pause: event.reason };
    }
    case "recording.attended":
      return { ...recording, is_attended: event.is_attended };
    default:
      return { ...stoodStill(recording, at), state: "ended", pause: null, fault: event.fault };
  }
}

/** @param {Recording} recording @param {string} at @returns {Recording} */
function stoodStill(recording, at) {
  const { running_since, recorded_s } = recording;
  const more_s = running_since === null ? 0 : (Date.parse(at) - Date.parse(running_since)) / 1_000;
  return { ...recording, running_since: null, recorded_s: recorded_s + more_s };
}
