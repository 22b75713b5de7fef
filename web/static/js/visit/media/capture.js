// @ts-check
/** What is asked of a camera or microphone, and what a refusal means. Pure: no device is touched here. */
/** @import { DeviceState } from "../../messages.js" */
/** @import { DeviceProblem } from "../state.js" */

/** @typedef {"microphone" | "camera"} Kind */

/**
 * A voice without the echo of the other side's. From afar nothing is filtered out: counting aloud and breathing count.
 * @param {string} device_id  "" for the browser's default
 * @param {boolean} isFar  the person stands some metres away
 * @returns {MediaTrackConstraints}
 */
export function soundFrom(device_id, isFar) {
  return {
    echoCancellation: { ideal: true },
    noiseSuppression: { ideal: !isFar },
    autoGainControl: { ideal: true },
    ...chosen(device_id),
  };
}

/**
 * @param {string} device_id  "" for the one that faces `facing`
 * @param {"user" | "environment"} facing
 * @returns {MediaTrackConstraints} smooth enough for movement; never `exact`, a smaller picture beats none
 */
export function pictureFrom(device_id, facing) {
  return {
    width: { ideal: 1_280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
    ...(device_id ? chosen(device_id) : { facingMode: { ideal: facing } }),
  };
}

/** @param {string} device_id @returns {MediaTrackConstraints} */
function chosen(device_id) {
  return device_id ? { deviceId: { ideal: device_id } } : {};
}

/**
 * Why this page can capture nothing at all; null when it can try.
 * @param {{ isSecure: boolean, canAsk: boolean, isInApp: boolean }} page
 * @returns {DeviceProblem | null}
 */
export function pageProblem({ isSecure, canAsk, isInApp }) {
  if (canAsk) return null;
  if (!isSecure) return "insecure";
  return isInApp ? "in_app" : "missing";
}

/**
 * What a failed `getUserMedia` means to a person.
 * @param {unknown} error
 * @param {{ permission: PermissionState | null, isInApp: boolean }} known  what the browser says about its own permission
 * @returns {DeviceProblem}
 */
export function problemOf(error, { permission, isInApp }) {
  const { name, message } = error instanceof Error ? error : { name: "", message: "" };
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      // Chromium says "by system"; elsewhere a page that is allowed and yet refused was refused by the system.
      if (/system/i.test(message) || permission === "granted") return "refused_by_system";
      return isInApp ? "in_app" : "refused";
    case "NotFoundError":
    case "OverconstrainedError":
    case "TypeError":
      return "missing";
    default:
      return "busy"; // NotReadableError, AbortError: the device is there and does not start
  }
}

/** @param {DeviceProblem} problem @returns {DeviceState} what the others are told */
export function stateOf(problem) {
  switch (problem) {
    case "missing":
    case "insecure":
      return "missing";
    case "busy":
      return "busy";
    case "interrupted":
      return "interrupted";
    case "silent":
      return "on";
    default:
      return "blocked";
  }
}
