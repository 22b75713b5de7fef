// @ts-check
/** How the recording of a visit stands, in words, for this person. Pure. */
import { locale, t } from "../../lib/i18n.js";
import { company, visitOf } from "../people/cast.js";

/** @import { Recording } from "../../messages.js" */
/** @import { Actions, VisitState } from "../state.js" */

/** Version of what one agrees to, in `page.js`: `WORDINGS` in telesession/domain/consent.py. */
const AGREEMENT = "2026-12";

/** @param {Actions} act @param {number} recording @param {boolean} is_agreed */
export function answer(act, recording, is_agreed) {
  void act.ask({ type: "recording.answer", recording, is_agreed, text_version: AGREEMENT, language: locale() });
}

/** @param {VisitState} state @returns {Recording | null} the one that is asked for or runs */
export function openRecording(state) {
  const recording = visitOf(state)?.recording ?? null;
  return recording?.state === "ended" ? null : recording;
}

/** @param {VisitState} state @returns {boolean} picture and sound may go to the server: then it is no longer end to end */
export function isRecorded(state) {
  const recording = openRecording(state);
  return recording?.state === "ready" || recording?.state === "running";
}

/** @param {VisitState} state @returns {boolean | null} what this person has said of the open recording; null when nothing */
export function ownAnswer(state) {
  const own = visitOf(state)?.you;
  return openRecording(state)?.answers.find((one) => one.participant === own)?.is_agreed ?? null;
}

/** @param {VisitState} state @returns {{ silent: string[], against: string[] }} names of the others who have not agreed */
function missing(state) {
  const answers = openRecording(state)?.answers ?? [];
  const said = (/** @type {string} */ id) => answers.find((one) => one.participant === id)?.is_agreed;
  const names = (/** @type {boolean | undefined} */ what) =>
    company(state)
      .filter((one) => said(one.id) === what)
      .map((one) => one.name);
  return { silent: names(undefined), against: names(false) };
}

/** @param {VisitState} state @returns {string} what of the recording everybody has to know now; "" when nothing */
export function recordingWords(state) {
  const recording = visitOf(state)?.recording ?? null;
  switch (recording?.state) {
    case "running":
      return t("Recording");
    case "ready":
      return recording.pause === "recorder_lost"
        ? t("Recording paused: the recorder was lost. It starts again by itself.")
        : t("The recording starts…");
    case "waiting":
      return recording.parts > 0 ? pausedWords(state, recording) : askedWords(state);
    case "ended":
      return recording.fault ? faultWords(recording.fault) : "";
    default:
      return "";
  }
}

/** @param {VisitState} state @param {Recording} recording */
function pausedWords(state, recording) {
  const { silent, against } = missing(state);
  if (ownAnswer(state) === false) return t("Recording paused: you said no.");
  if (ownAnswer(state) === null) return t("Recording paused until you have agreed.");
  if (against[0]) return t("Recording paused: {name} does not want to be recorded.", { name: against[0] });
  if (silent[0]) return t("Recording paused: {name} has not agreed yet.", { name: silent[0] });
  return recording.pause === "therapist_left"
    ? t("Recording paused while {name} is away.", { name: state.page.therapist_name })
    : t("Recording paused");
}

/** Before anything was recorded: whoever asked sees how it stands, whoever said no is left alone. @param {VisitState} state */
function askedWords(state) {
  const { silent, against } = missing(state);
  if (ownAnswer(state) !== true) return "";
  if (against[0]) return t("{name} does not want to be recorded.", { name: against[0] });
  return silent[0] ? t("Not recording: {name} has not agreed yet.", { name: silent[0] }) : "";
}

/** @param {NonNullable<Recording["fault"]>} fault */
function faultWords(fault) {
  switch (fault) {
    case "disk_full":
      return t(
        "The recording has stopped: the clinic's disk is full. What was recorded before is kept. The visit goes on.",
      );
    case "no_media":
      return t("The recording has stopped: neither picture nor sound arrived. The visit goes on.");
    default:
      return t("The recording has stopped: the recorder failed. What was recorded before is kept. The visit goes on.");
  }
}

/** @param {Recording} recording @param {number} now_ms @returns {number} what is recorded by now, in milliseconds */
export function recordedMs({ recorded_s, running_since }, now_ms) {
  return 1_000 * recorded_s + (running_since === null ? 0 : Math.max(0, now_ms - Date.parse(running_since)));
}

/**
 * What somebody who cannot see the screen must be told of the recording.
 * @param {VisitState} before @param {VisitState} after @returns {string[]}
 */
export function recordingNews(before, after) {
  const [was, is] = [visitOf(before)?.recording ?? null, visitOf(after)?.recording ?? null];
  if (!is || was === is || !visitOf(before)) return [];
  if (is.state === "ended") {
    if (was?.state === "ended") return [];
    return is.parts > 0 ? [recordingWords(after) || t("The recording has ended.")] : [t("This visit is not recorded.")];
  }
  if (was?.number !== is.number && ownAnswer(after) === null) {
    const name = company(after).find((one) => one.id === is.asked_by)?.name ?? after.page.therapist_name;
    return [t("{name} asks whether this visit may be recorded.", { name })];
  }
  const words = recordingWords(after);
  const own = ownAnswer(after);
  if (!words && own !== null && own !== ownAnswer(before)) return [own ? t("You have agreed.") : t("You said no.")];
  if (words === recordingWords(before) || !words) return [];
  return [is.state === "running" ? t("This visit is being recorded.") : words];
}
