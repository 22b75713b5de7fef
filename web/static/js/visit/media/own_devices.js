// @ts-check
/** This browser's own camera, microphone and loudspeaker, with what it remembers of their choice. */
import { isInApp } from "../../lib/in_app.js";
import { keep, recall } from "../../lib/kept.js";
import { browserTimers as timers } from "../../lib/timers.js";
import { Devices } from "./devices.js";

/** @param {() => void} changed @returns {Devices} */
export function ownDevices(changed) {
  return new Devices({
    media: navigator.mediaDevices,
    permission: async (kind) => {
      try {
        return (await navigator.permissions.query({ name: /** @type {PermissionName} */ (kind) })).state;
      } catch {
        return null; // this browser does not say
      }
    },
    isSecure: isSecureContext,
    isInApp: isInApp(navigator.userAgent),
    canChooseSpeaker: "setSinkId" in HTMLMediaElement.prototype,
    timers,
    isVisible: () => !document.hidden,
    recall: (kind) => String(recall(`devices.${kind}`) ?? ""),
    keep: (kind, id) => keep(`devices.${kind}`, id),
    changed,
  });
}
