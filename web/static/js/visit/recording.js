// @ts-check
/** The recording of a visit, as one person sees it. Pure. Mirrors `evolve_recording` in telesession/domain/recording.py. */
/** @import { Entry, Recording, RecordingEvent } from "../messages.js" */

/**
 * The recording after one more event of its own; an event about another recording changes nothing.
 * @param {Recording | null} recording @param {Entry} entry @param {RecordingEvent} event
 * @returns {Recording | null}
 */
export function record(recording, { seq, at }, event) {
  if (event.type === "recording.asked") {
    const { purpose, keep_days, by } = event;
    const answers = [{ participant: by, is_agreed: true, at }];
    return { ...UNASKED, number: seq, purpose, keep_days, asked_by: by, asked_at: at, answers };
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
    case "recording.ended":
      return { ...stoodStill(recording, at), state: "ended", pause: null, fault: event.fault ?? null };
    default:
      return recording;
  }
}

/** @type {Omit<Recording, "number" | "purpose" | "keep_days" | "asked_by" | "asked_at" | "answers">} */
const UNASKED = { state: "waiting", parts: 0, running_since: null, recorded_s: 0, pause: null, fault: null };

/** @param {Recording} recording @param {string} at @returns {Recording} */
function stoodStill(recording, at) {
  if (recording.running_since === null) return recording;
  const more_s = (Date.parse(at) - Date.parse(recording.running_since)) / 1_000;
  return { ...recording, running_since: null, recorded_s: recording.recorded_s + more_s };
}
