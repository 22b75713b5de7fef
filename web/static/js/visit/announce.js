// @ts-check
/** What somebody who cannot see the screen must be told when it changes. Pure: two states in, two sentences out. */
import { t } from "../lib/i18n.js";
import { practiceChanges } from "./practice/announce.js";
import { company, queue, visitOf } from "./people/cast.js";
import { cameraWords, lateWords, microphoneWords } from "./words.js";

/** @import { ParticipantView } from "../messages.js" */
/** @import { VisitState } from "./state.js" */

/**
 * @param {VisitState | null} before
 * @param {VisitState} after
 * @returns {{ polite: string, assertive: string }} "" when there is nothing to say
 */
export function announcement(before, after) {
  if (!before) return { polite: "", assertive: "" };
  const polite = [
    ...arrivals(before, after),
    ...comings(before, after),
    ...notices(before, after),
    ...lateness(before, after),
    ...link(before, after),
  ];
  const lost = before.link === "open" && after.link === "reconnecting";
  const practice = practiceChanges(before, after);
  const assertive = [
    ...practice.assertive,
    ...(after.inside?.recordingNews(before, after) ?? []),
    ...(lost ? [t("Connection lost. Reconnecting: you keep your place.")] : []),
  ];
  return { polite: [...polite, ...practice.polite].join(" "), assertive: assertive.join(" ") };
}

/** @param {VisitState} before @param {VisitState} after */
function arrivals(before, after) {
  const known = new Set(queue(before).map((one) => one.id));
  return queue(after)
    .filter((one) => !known.has(one.id))
    .map(({ name }) => t("{name} is in the waiting room.", { name }));
}

/** @param {VisitState} before @param {VisitState} after @returns {string[]} */
function comings(before, after) {
  if (!visitOf(before) || !visitOf(after)) return [];
  const was = new Map(company(before).map((one) => [one.id, one]));
  const is = new Map(company(after).map((one) => [one.id, one]));
  const joined = [...is.values()]
    .filter((one) => !was.has(one.id))
    .map(({ name }) => t("{name} is in the visit.", { name }));
  const left = [...was.values()].filter((one) => !is.has(one.id)).map(({ name }) => t("{name} has left.", { name }));
  const changed = [...is.values()].flatMap((one) => deviceChanges(was.get(one.id), one));
  return [...joined, ...left, ...changed];
}

/** @param {ParticipantView | undefined} before @param {ParticipantView} after @returns {string[]} */
function deviceChanges(before, after) {
  if (!before) return [];
  const said = [];
  if (before.camera !== after.camera) said.push(cameraWords(after) || t("{name}'s camera is on", { name: after.name }));
  if (before.microphone !== after.microphone) {
    said.push(microphoneWords(after) || t("{name}'s microphone is on", { name: after.name }));
  }
  return said.map((sentence) => `${sentence}.`);
}

/** @param {VisitState} before @param {VisitState} after @returns {string[]} */
function notices(before, after) {
  if (before.view?.type !== "outside" || after.view?.type !== "outside") return [];
  return after.view.notices.slice(before.view.notices.length).map((notice) => notice.text);
}

/** Also to whoever comes to the waiting room after it was said. @param {VisitState} before @param {VisitState} after */
function lateness(before, after) {
  if (after.screen !== "waiting") return [];
  const is_known = before.screen === "waiting" && before.late_minutes === after.late_minutes;
  return is_known ? [] : [lateWords(after)].filter(Boolean);
}

/** @param {VisitState} before @param {VisitState} after @returns {string[]} */
function link(before, after) {
  return before.link === "reconnecting" && after.link === "open" ? [t("Connected again.")] : [];
}
