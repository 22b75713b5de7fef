// @ts-check
/** Tells the room what one's own devices do: once for each change, and again if the room does not know it. */
/** @import { DeviceState, View } from "../../messages.js" */
import { participantOf } from "../view.js";

/** @typedef {{ microphone: DeviceState, camera: DeviceState }} Report */

export class Reporter {
  #send;
  /** @type {Report | null} */
  #last = null;
  #isSending = false;
  /** @type {{ view: View | null, report: Report } | null} */
  #next = null;

  /** @param {(report: Report) => Promise<unknown>} send */
  constructor(send) {
    this.#send = send;
  }

  /** What the room knows may be different from what it was told: after a reconnect, for instance. */
  forget() {
    this.#last = null;
  }

  /** @param {View | null} view  what the room knows @param {Report} report  what is */
  async report(view, report) {
    if (this.#isSending) {
      this.#next = { view, report };
      return;
    }
    const known = knownIn(view) ?? this.#last;
    if (!mayReport(view) || isSame(known, report)) return;
    this.#isSending = true;
    try {
      await this.#send(report);
      this.#last = report;
    } catch {
      // The room has moved on (left, ended): the next view says whether there is still something to tell.
      this.#last = null;
    } finally {
      this.#isSending = false;
    }
    const next = this.#next;
    this.#next = null;
    if (next && !isSame(report, next.report)) await this.report(next.view, next.report);
  }
}

/** @param {View | null} view */
function mayReport(view) {
  return view !== null && (view.type === "visit" || (view.standing === "waiting" && !view.is_ended));
}

/** @param {View | null} view @returns {Report | null} */
function knownIn(view) {
  return view?.type === "visit" ? (participantOf(view, view.you) ?? null) : null;
}

/** @param {Report | null} one @param {Report} other */
function isSame(one, other) {
  return one !== null && one.microphone === other.microphone && one.camera === other.camera;
}
