// @ts-check
/**
 * Knows when nobody is signed in here any more: the service is asked when the time of the session should be over, and
 * whenever somebody comes back to the page. Pure: what is asked, what is done and the timers are handed in.
 */
/** @import { Timers } from "./timers.js" */

const AGAIN_MS = 5_000;
const TRIES = 3;
const BUSY_EVERY_MS = 60_000;

/**
 * @typedef {object} Doors
 * @property {(isBusy: boolean) => Promise<number | null>} ask  ms that are left; null when nobody is signed in. Fails when
 *   the service cannot be reached. `isBusy`: somebody is there, which is to count
 * @property {() => void} lock  hide everything
 * @property {() => void} unlock  somebody has signed in again, in another tab
 */

export class Lock {
  #doors;
  #timer;
  #now;
  #failures = 0;
  #busy_ms;
  isLocked = false;

  /** @param {Doors} doors @param {Timers} timers @param {() => number} now  in ms */
  constructor(doors, timers, now) {
    this.#doors = doors;
    this.#now = now;
    this.#busy_ms = now();
    this.#timer = timers.one(() => void this.look());
  }

  /** @param {number} idle_ms  so long a session lasts in which nobody does anything */
  start(idle_ms) {
    this.#timer.start(idle_ms);
  }

  /** Somebody writes, or watches: they are there, though they ask for no page. */
  touched() {
    if (this.isLocked || this.#now() - this.#busy_ms < BUSY_EVERY_MS) return;
    this.#busy_ms = this.#now();
    void this.look(true);
  }

  async look(isBusy = false) {
    try {
      const left_ms = await this.#doors.ask(isBusy);
      this.#failures = 0;
      if (left_ms === null) return this.#lock();
      if (this.isLocked) return this.#doors.unlock();
      this.#timer.start(Math.max(1_000, left_ms));
    } catch {
      this.#failures += 1;
      if (this.#failures >= TRIES && !isBusy) return this.#lock(); // nobody knows: then nobody reads names either
      this.#timer.start(AGAIN_MS);
    }
  }

  #lock() {
    this.#timer.stop();
    if (this.isLocked) return;
    this.isLocked = true;
    this.#doors.lock();
  }
}
