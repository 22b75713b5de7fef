// @ts-check
/** The one `Bedside` of a therapist's page, with the browser's own network and timers. */
import { browserTimers as timers } from "../../lib/timers.js";
import { Bedside } from "./bedside.js";

const WITHIN_MS = 10_000;

export const bedside = new Bedside({ timers, get });

/** @param {string} path @returns {Promise<unknown>} rejects when no whole answer comes in time */
async function get(path) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(WITHIN_MS) });
  if (!answer.ok) throw new Error(`${answer.status} for ${path}`);
  return answer.json();
}
