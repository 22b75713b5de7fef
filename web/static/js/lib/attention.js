// @ts-check
/** Calls this person back to the page: a chime that repeats while somebody waits, the page's tab, a buzz on admission. */
/** @import { Timers } from "./timers.js" */
import { n } from "./i18n.js";
import { showWaiting } from "./tab.js";

const AGAIN_MS = 20_000;
const TIMES = 6;

export class Attention {
  #chime;
  #show;
  #waiting = 0;
  #left = 0;
  #again;

  /** @param {() => void} chime @param {Timers} timers @param {typeof showWaiting} [show] */
  constructor(chime, timers, show = showWaiting) {
    this.#chime = chime;
    this.#show = show;
    this.#again = timers.one(() => this.#ring());
  }

  /** @param {number} waiting  how many wait for this person's decision */
  waiting(waiting) {
    if (waiting === this.#waiting) return;
    const isMore = waiting > this.#waiting;
    this.#waiting = waiting;
    this.#show(waiting, n("Somebody is waiting", "{count} people are waiting", waiting));
    if (waiting === 0) return this.#again.stop();
    if (!isMore) return;
    this.#left = TIMES;
    this.#ring();
  }

  /** The door has opened for this person. */
  admitted() {
    this.#chime();
    navigator.vibrate?.([120, 80, 120]);
  }

  #ring() {
    this.#chime();
    this.#left -= 1;
    if (this.#left > 0) this.#again.start(AGAIN_MS);
  }
}
