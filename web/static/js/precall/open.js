// @ts-check
/** Puts a pre-call check together with the browser that it runs in; fetched when somebody asks for one. */
import { card, equip } from "./card.js";
import { Precall } from "./precall.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */

/**
 * @param {import("./card.js").Tools} tools
 * @param {string} socket_path
 * @param {() => Promise<MediaStreamTrack | null>} microphone  a track of its own; null without one
 * @param {(verdict: string, now_ms: number) => void} keep  remembers what came out
 * @param {() => void} changed
 */
export function openPrecall(tools, socket_path, microphone, keep, changed) {
  equip(tools);
  const aloud = new Audio();
  aloud.autoplay = true;
  const check = new Precall({
    dial: () => new WebSocket(new URL(socket_path, location.href.replace(/^http/, "ws")), "telesession.check.v1"),
    connect: "RTCPeerConnection" in window ? (configuration) => new RTCPeerConnection(configuration) : null,
    microphone,
    play(stream) {
      aloud.srcObject = stream;
      if (stream) aloud.play().catch((error) => console.warn("No sound:", error));
    },
    now_ms: () => performance.now(),
    changed({ outcome }) {
      if (outcome) keep(outcome.verdict, Date.now());
      changed();
    },
  });
  return {
    start: () => void check.start(),
    stop: () => check.stop(),
    get state() {
      return check.state;
    },
    /**
     * @param {string} phone @param {(() => void) | null} [startWithSound]
     * @returns {TemplateResult}
     */
    draw(phone, startWithSound = null) {
      const act = {
        start() {
          stay();
          void check.start();
        },
        stop() {
          stay();
          check.stop();
        },
        heard(/** @type {boolean} */ is_heard) {
          stay();
          check.heard(is_heard);
        },
        startWithSound,
      };
      return card(check.state, phone, act);
    },
  };
}

/** The button that was pressed goes with its step: the keyboard goes to the head of the card, not of the page. */
function stay() {
  document.getElementById("precall-title")?.focus({ preventScroll: true });
}

/** Asks for the microphone, from a click; whoever says no tests the line alone. */
export async function askForMicrophone() {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    return stream.getAudioTracks()[0] ?? null;
  } catch {
    return null; // none, busy, refused or not on this page: the line can be tested without
  }
}
