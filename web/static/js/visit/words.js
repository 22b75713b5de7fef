// @ts-check
/** What happens, in words that a person reads. Pure: from the state to sentences, nothing is drawn here. */
import { locale, n, t } from "../lib/i18n.js";
import { isPresent } from "./people/cast.js";

/** @import { DeviceState, ParticipantView, Quality } from "../messages.js" */
/** @import { PeerState, VisitState } from "./state.js" */

/**
 * A state in words with an icon, and a whole sentence when there is something to know.
 * `tone` colours it, and never says anything the words do not.
 * @typedef {{ text: string, more: string, icon: string, tone: "good" | "weak" | "bad" | "quiet" }} Words
 */

/** @param {number} ms @returns {string} minutes and seconds, "4:05", or "1:04:05" */
export function duration(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60];
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** @param {string} at  ISO 8601 @returns {string} the hour and minute where the reader is */
export function timeOfDay(at) {
  return new Intl.DateTimeFormat(locale(), { hour: "numeric", minute: "2-digit" }).format(new Date(at));
}

/** @param {VisitState} state @returns {string} for whoever waits: how late the therapist is; "" when nobody has said so */
export function lateWords({ late_minutes, page }) {
  const name = page.therapist_name;
  if (!late_minutes) return "";
  return n(
    "{name} is running about {count} minute late. You keep your place.",
    "{name} is running about {count} minutes late. You keep your place.",
    late_minutes,
    { name },
  );
}

/** @param {string} name @returns {string} one or two letters that stand for somebody without a picture */
export function initials(name) {
  const parts = name.trim().split(/\s+/u);
  const first = [...(parts[0] ?? "")][0] ?? "?";
  const last = parts.length > 1 ? ([...(parts.at(-1) ?? "")][0] ?? "") : "";
  return `${first}${last}`.toLocaleUpperCase();
}

/** @param {ParticipantView} one @returns {string} what they are to the visit */
export function roleWords(one) {
  if (one.role === "therapist") return t("Therapist");
  if (one.role === "patient") return t("Patient");
  switch (one.relation) {
    case "interpreter":
      return t("Interpreter");
    case "student":
      return t("Student");
    default:
      return t("Relative");
  }
}

/** @param {ParticipantView} one @returns {string} why there is no picture of them; "" when their camera is on */
export function cameraWords({ name, camera }) {
  switch (camera) {
    case "on":
      return "";
    case "off":
      return t("{name}'s camera is off", { name });
    case "blocked":
      return t("{name}'s camera is blocked", { name });
    case "missing":
      return t("{name} has no camera", { name });
    case "busy":
      return t("{name}'s camera is in use by another app", { name });
    case "interrupted":
      return t("{name}'s camera has stopped", { name });
  }
}

/** @param {ParticipantView} one @returns {string} why there is no sound from them; "" when their microphone is on */
export function microphoneWords({ name, microphone }) {
  switch (microphone) {
    case "on":
      return "";
    case "off":
      return t("{name} is muted", { name });
    case "blocked":
      return t("{name}'s microphone is blocked", { name });
    case "missing":
      return t("{name} has no microphone", { name });
    case "busy":
      return t("{name}'s microphone is in use by another app", { name });
    case "interrupted":
      return t("{name}'s microphone has stopped", { name });
  }
}

/** @param {VisitState} state @returns {Words | null} what is wrong with our own link to the clinic, if anything is */
export function linkWords({ link }) {
  if (link === "open") return null;
  if (link === "connecting") return { text: t("Connecting…"), more: "", icon: "wifi", tone: "quiet" };
  return reconnecting();
}

/** @returns {Words} */
function reconnecting() {
  return { text: t("Reconnecting…"), more: t("Reconnecting: you keep your place"), icon: "wifi-off", tone: "bad" };
}

/** @param {PeerState} peer @returns {Quality | null} the worse of both directions */
function worst(peer) {
  const order = /** @type {const} */ (["poor", "weak", "good"]);
  return order.find((quality) => peer.receiving === quality || peer.sending === quality) ?? null;
}

/** @param {VisitState} state @param {ParticipantView} one @returns {Words} how the connection with somebody is */
export function connectionWords(state, one) {
  const peer = state.peers[one.id];
  if (peer?.status === "connected") return qualityWords(peer);
  if (state.link === "reconnecting") return reconnecting();
  if (state.link === "open" && !isPresent(state, one.id)) return away(one.name);
  switch (peer?.status) {
    case "interrupted":
      return reconnecting();
    case "lost":
      return {
        text: t("Connection lost"),
        more: t("Connection lost. We keep trying, and you keep your place"),
        icon: "wifi-off",
        tone: "bad",
      };
    default:
      return { text: t("Connecting…"), more: "", icon: "wifi", tone: "quiet" };
  }
}

/** @param {string} name @returns {Words} */
function away(name) {
  const more = t("{name} has lost the connection. Their place is kept", { name });
  return { text: t("Connection lost"), more, icon: "wifi-off", tone: "bad" };
}

/** @param {PeerState} peer  connected @returns {Words} */
function qualityWords(peer) {
  if (peer.is_audio_only) {
    const more = t("Weak connection: sound first, picture paused");
    return { text: t("Weak connection"), more, icon: "circle-alert", tone: "weak" };
  }
  switch (worst(peer)) {
    case "poor":
      return { text: t("Very weak connection"), more: "", icon: "circle-alert", tone: "bad" };
    case "weak":
      return { text: t("Weak connection"), more: "", icon: "signal-medium", tone: "weak" };
    default:
      return { text: t("Good connection"), more: "", icon: "signal-high", tone: "good" };
  }
}

/** @param {PeerState | undefined} peer @param {string} name @returns {string} both directions, for the therapist; "" when good */
export function bothWays(peer, name) {
  if (peer?.status !== "connected") return "";
  const { receiving, sending } = peer;
  const parts = [];
  if (receiving && receiving !== "good")
    parts.push(t("from {name}: {quality}", { name, quality: qualityWord(receiving) }));
  if (sending && sending !== "good") parts.push(t("to {name}: {quality}", { name, quality: qualityWord(sending) }));
  if (parts.length && peer.path === "relay") parts.push(t("over a relay"));
  return parts.join(" · ");
}

/** @param {Quality} quality */
function qualityWord(quality) {
  return { good: t("good"), weak: t("weak"), poor: t("very weak") }[quality];
}

/** @param {string} phone @returns {string} kept on one line */
export function phoneWords(phone) {
  return phone.replaceAll(" ", "\u00a0");
}

/** @param {string} phone @returns {string} a link that dials it */
export function phoneLink(phone) {
  return `tel:${phone.replace(/[^+\d]/gu, "")}`;
}

/** @param {DeviceState} state @returns {boolean} it fails, rather than being switched off */
export function isTrouble(state) {
  return state === "blocked" || state === "missing" || state === "busy" || state === "interrupted";
}
