// @ts-check
/** Speaks through the live regions. What was said goes again: whoever walks the page later meets no old sentence. */
import { browserTimers } from "../lib/timers.js";

/** @import { Timers } from "../lib/timers.js" */
/** @typedef {"status" | "alert"} Region */

/** Long enough to be taken up, though something else is being read. */
const STAYS_MS = 10_000;

export class Speaker {
  #regionOf;
  #clear;

  /** @param {Timers} timers @param {(region: Region) => Element | null} regionOf */
  constructor(timers, regionOf) {
    const clearing = (/** @type {Region} */ region) => timers.one(() => regionOf(region)?.replaceChildren());
    this.#regionOf = regionOf;
    this.#clear = { status: clearing("status"), alert: clearing("alert") };
  }

  /** @param {string} sentence @param {Region} [region] */
  say(sentence, region = "status") {
    const element = this.#regionOf(region);
    if (!element) return;
    // The same sentence twice must be heard twice: only a change is spoken.
    element.textContent = element.textContent === sentence ? `${sentence}\u00a0` : sentence;
    this.#clear[region].start(STAYS_MS);
  }
}

const speaker = new Speaker(browserTimers, (region) => document.querySelector(`#app [data-live="${region}"]`));

/** @param {string} sentence @param {Region} [region] */
export const say = (sentence, region) => speaker.say(sentence, region);
