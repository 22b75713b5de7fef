// @ts-check
/** What the therapist reads about an exercise: names, where it stands, what the patient's screen does, what the patient said. */
import { locale, number, t } from "../../lib/i18n.js";
import { answerWords } from "../practice/answer_words.js";
import { company, isPresent } from "../people/cast.js";
import { clipCards } from "../clips/card.js";
import { inLanguage } from "../practice/shelf.js";

/** @import { Answer, CameraView, Exertion, ParticipantView, Planned, Rendering } from "../../messages.js" */
/** @import { Beat } from "../practice/playback.js" */
/** @import { Card, Exercise, Said } from "../practice/shelf.js" */
/** @import { VisitState } from "../state.js" */
/** @import { Words } from "../words.js" */

/** @template T @param {Said<T>} said @returns {T} in the page's language */
export const spoken = (said) => inLanguage(said, locale());

/** @param {VisitState} state @param {string} slug @returns {Card | undefined} also of a clip */
export const cardOf = ({ panel }, slug) =>
  [...(panel.library?.exercises ?? []), ...clipCards(panel.clips.list)].find((card) => card.slug === slug);

/** @param {VisitState} state @param {Pick<Planned, "exercise" | "version">} one @returns {Exercise | undefined} */
export const entryOf = ({ exercises }, { exercise, version }) => exercises[`${exercise}.${version}`];

/** @param {VisitState} state @param {Pick<Planned, "exercise" | "clip">} one @returns {string | undefined} of a clip */
function clipTitle({ panel }, { exercise, clip }) {
  return clip?.title ?? panel.clips.list?.find((other) => other.clip === exercise)?.title;
}

/**
 * @param {VisitState} state @param {Pick<Planned, "exercise" | "version" | "clip">} one
 * @returns {string}
 */
export function nameOf(state, one) {
  const title = clipTitle(state, one);
  if (title !== undefined) return title;
  const names = entryOf(state, one)?.names ?? cardOf(state, one.exercise)?.names;
  return names ? spoken(names) : t("Exercise");
}

/** @param {VisitState} state @returns {ParticipantView | undefined} the patient, if in the visit */
export const patientOf = (state) => company(state).find((one) => one.role === "patient");

/** @param {VisitState} state @returns {string} */
export const patientName = (state) => patientOf(state)?.name ?? t("the patient");

/** @param {VisitState} state @returns {Words} what the patient's screen does with what is shown */
export function renderingWords(state) {
  const patient = patientOf(state);
  if (!patient) return { text: t("The patient is not in the visit yet"), more: "", icon: "hourglass", tone: "weak" };
  const { name } = patient;
  if (!isPresent(state, patient.id)) {
    return {
      text: t("{name} has lost the connection, and sees it when back", { name }),
      more: "",
      icon: "wifi-off",
      tone: "weak",
    };
  }
  const rendering = state.renderings[patient.id];
  if (!rendering) return { text: t("Sent to {name}…", { name }), more: "", icon: "send", tone: "quiet" };
  return wordsFor(rendering, name);
}

/** @param {Rendering} rendering @param {string} name @returns {Words} */
function wordsFor(rendering, name) {
  switch (rendering) {
    case "loaded":
      return { text: t("{name} sees it, standing still", { name }), more: "", icon: "circle-check", tone: "good" };
    case "playing":
      return { text: t("{name} sees this", { name }), more: "", icon: "circle-check", tone: "good" };
    case "hidden":
      return { text: t("{name} is looking at another tab or app", { name }), more: "", icon: "eye-off", tone: "weak" };
    case "stills":
      return { text: t("{name} sees pictures instead of movement", { name }), more: "", icon: "image", tone: "good" };
    case "failed":
      return {
        text: t("{name}'s device could not load it yet", { name }),
        more: "",
        icon: "triangle-alert",
        tone: "bad",
      };
  }
}

/** @param {Beat} beat @param {{ sets: number, reps: number }} dosage @returns {string} "Hold 3 · 5 of 10 · set 2 of 3" */
export function beatWords({ phase, rep, set, left_s, side }, { sets, reps }) {
  const left = number(left_s);
  const now = {
    get_ready: t("Get ready: {left}", { left }),
    move: t("Move"),
    hold: t("Hold: {left}", { left }),
    rest: t("Rest: {left}", { left }),
    done: t("Done"),
  }[phase];
  if (phase === "done") return now;
  const parts = [now, t("{rep} of {reps}", { rep: number(rep), reps: number(reps) })];
  if (sets > 1) parts.push(t("set {set} of {sets}", { set: number(set), sets: number(sets) }));
  if (side === "left") parts.push(t("left side"));
  if (side === "right") parts.push(t("right side"));
  return parts.join(" · ");
}

/** @type {Readonly<Record<Answer, Pick<Words, "icon" | "tone">>>} */
const ANSWERED = {
  got_it: { icon: "circle-check", tone: "good" },
  again: { icon: "rotate-ccw", tone: "weak" },
  hurts: { icon: "triangle-alert", tone: "bad" },
  too_hard: { icon: "circle-alert", tone: "weak" },
};

/** @param {Answer} answer @param {string} name @returns {Words} what the patient says of it */
export function saidWords(answer, name) {
  return { ...ANSWERED[answer], text: t("{name} says: {answer}", { name, answer: answerWords(answer) }), more: "" };
}

/** @param {Exertion} exertion @returns {string} "Set 1: pain 3, effort 6" */
export function exertionWords({ set, pain, effort }) {
  const parts = [];
  if (pain !== null) parts.push(t("pain {score} of 10", { score: number(pain) }));
  if (effort !== null) parts.push(t("effort {score} of 10", { score: number(effort) }));
  return t("Set {set}: {said}", { set: number(set), said: parts.join(", ") });
}

/** @returns {Readonly<Record<CameraView, string>>} */
export const viewWords = () => ({
  oblique: t("Front and side"),
  front: t("Front"),
  rear: t("Behind"),
  lateral_left: t("Left"),
  lateral_right: t("Right"),
  top: t("Above"),
  foot_end: t("The feet"),
});

/** @param {number} s @returns {string} short enough for a stepper */
export const secondsWords = (s) => t("{seconds} s", { seconds: number(s) });
