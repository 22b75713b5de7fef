// @ts-check
/** The one `ClipDesk` of a therapist's page, with the browser's own network, recorder and timers. */
import { browserTimers as timers } from "../../lib/timers.js";
import { ClipDesk } from "./desk.js";
import { Recorder } from "./recorder.js";
import { say } from "../speaker.js";

const now_ms = () => performance.now();

export const clips = new ClipDesk({
  timers,
  upload: { ask, wait, now_ms, random: Math.random },
  recorder: (parts) =>
    new Recorder({
      timers,
      now_ms,
      isSupported: (type) => "MediaRecorder" in window && MediaRecorder.isTypeSupported(type),
      make: (stream, options) => new MediaRecorder(stream, options),
      bind: (tracks) => new MediaStream(tracks),
      ...parts,
    }),
  show: (film) => URL.createObjectURL(film),
  forget: (url) => URL.revokeObjectURL(url),
  say,
});

/**
 * @param {string} url @param {RequestInit} init @param {number} within_ms @param {AbortSignal} cancelled
 * @returns {Promise<import("./upload.js").Answer>} rejects when no whole answer comes in time
 */
async function ask(url, init, within_ms, cancelled) {
  const giveUp = new AbortController();
  const stop = () => giveUp.abort();
  const timer = setTimeout(stop, within_ms);
  cancelled.addEventListener("abort", stop);
  if (cancelled.aborted) stop();
  try {
    const answer = await fetch(url, { ...init, signal: giveUp.signal });
    return { status: answer.status, said: spoken(await answer.text()) };
  } finally {
    clearTimeout(timer);
    cancelled.removeEventListener("abort", stop);
  }
}

/** @param {string} text @returns {any} the JSON in it; {} for what is none, such as a proxy's own page */
function spoken(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** @param {number} ms @param {AbortSignal} cancelled @returns {Promise<void>} */
function wait(ms, cancelled) {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    cancelled.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    });
  });
}
