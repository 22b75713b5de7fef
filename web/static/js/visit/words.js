// @ts-check
/** What happens, in words that a person reads. Pure: from the state to sentences, nothing is drawn here. */
import { locale, t } from "../lib/i18n.js";
import { isPresent } from "./cast.js";

/** @import { DeviceState, ParticipantView, Quality } from "../messages.js" */
/** @import { PeerState, VisitState } from "./state.js" */

/**
 * A state in words with an icon; `tone` colours it, and never says anything the words do not.
 * @typedef {{ text: string, icon: string, tone: "good" | "weak" | "bad" | "quiet" }} Words
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
export function linkWords(state) {
  if (state.link === "open") return null;
  if (state.link === "connecting") return { text: t("Connecting…"), icon: "wifi", tone: "quiet" };
  return { text: t("Reconnecting: you keep your place"), icon: "wifi-off", tone: "bad" };
}

/** @param {PeerState} peer @returns {Quality | null} the worse of both directions */
export function worst(peer) {
  const order = /** @type {const} */ (["poor", "weak", "good"]);
  return order.find((quality) => peer.receiving === quality || peer.sending === quality) ?? null;
}

/** @param {VisitState} state @param {ParticipantView} one @returns {Words} how the connection with somebody is */
export function connectionWords(state, one) {
  const { name } = one;
  const peer = state.peers[one.id];
  const connected = peer?.status === "connected";
  if (state.link === "reconnecting" && !connected) return /** @type {Words} */ (linkWords(state));
  if (!connected && state.link === "open" && !isPresent(state, one.id)) {
    return { text: t("{name} has lost the connection and keeps their place", { name }), icon: "wifi-off", tone: "bad" };
  }
  if (!peer || peer.status === "connecting") {
    return { text: t("Connecting to {name}…", { name }), icon: "wifi", tone: "quiet" };
  }
  if (peer.status === "interrupted") {
    return { text: t("Reconnecting: you keep your place"), icon: "wifi-off", tone: "bad" };
  }
  if (peer.status === "lost") {
    return { text: t("Connection lost. We keep trying"), icon: "wifi-off", tone: "bad" };
  }
  return qualityWords(peer);
}

/** @param {PeerState} peer  connected @returns {Words} */
function qualityWords(peer) {
  if (peer.is_audio_only) {
    return { text: t("Weak connection: sound first, picture paused"), icon: "signal-low", tone: "weak" };
  }
  switch (worst(peer)) {
    case "poor":
      return { text: t("Very weak connection: sound first"), icon: "signal-low", tone: "bad" };
    case "weak":
      return { text: t("Weak connection: sound first"), icon: "signal-medium", tone: "weak" };
    default:
      return { text: t("Good connection"), icon: "signal-high", tone: "good" };
  }
}

/** @param {PeerState | undefined} peer @param {string} name @returns {string} both directions, for the therapist */
export function bothWays(peer, name) {
  if (peer?.status !== "connected") return "";
  const lines = [];
  if (peer.receiving && peer.receiving !== "good") lines.push(t("{name} reaches you badly.", { name }));
  if (peer.sending && peer.sending !== "good") lines.push(t("You reach {name} badly.", { name }));
  if (peer.path === "relay") lines.push(t("By way of a relay."));
  return lines.join(" ");
}

/** @param {DeviceState} state @returns {boolean} it fails, rather than being switched off */
export function isTrouble(state) {
  return state === "blocked" || state === "missing" || state === "busy" || state === "interrupted";
}
