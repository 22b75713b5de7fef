// @ts-check
/**
 * The server's clock, estimated over the socket by four timestamps (RFC 5905 section 8): of the last exchanges the one
 * with the shortest way counts, since it leaves the least room for error. Pure: the local clock comes in as an argument.
 */
/** @import { ClockPong } from "../messages.js" */

const KEPT = 8;

/** Clocks drift a little, and are read in whole milliseconds here and there. */
const SLACK_MS = 20;

/** A sample without a round trip, such as the welcome's time, counts only until the first real one. */
const UNKNOWN_WAY_MS = Number.POSITIVE_INFINITY;

export class ServerClock {
  #now_ms;
  /** @type {{ offset_ms: number, way_ms: number }[]} */
  #samples = [];

  /** @param {() => number} now_ms  a local clock that never jumps, in milliseconds */
  constructor(now_ms) {
    this.#now_ms = now_ms;
  }

  /** The server's Unix time in milliseconds; the local clock's own reading until anything is known. */
  now_ms() {
    return this.#now_ms() + this.offset_ms;
  }

  get offset_ms() {
    return this.#best()?.offset_ms ?? 0;
  }

  /** How far the estimate can be off, in milliseconds. */
  get error_ms() {
    return (this.#best()?.way_ms ?? UNKNOWN_WAY_MS) / 2;
  }

  /** @param {number} server_time_ms  as the welcome says it */
  hear(server_time_ms) {
    if (this.#samples.length === 0) this.#keep(server_time_ms - this.#now_ms(), UNKNOWN_WAY_MS);
  }

  /** @param {ClockPong} pong */
  learn({ sent_ms, received_ms, answered_ms }) {
    const back_ms = this.#now_ms();
    const way_ms = back_ms - sent_ms - (answered_ms - received_ms);
    this.#keep((received_ms - sent_ms + answered_ms - back_ms) / 2, Math.max(0, way_ms));
  }

  #best() {
    let best = this.#samples[0];
    for (const sample of this.#samples) if (best && sample.way_ms < best.way_ms) best = sample;
    return best;
  }

  /** @param {number} offset_ms @param {number} way_ms */
  #keep(offset_ms, way_ms) {
    // Two true samples agree within half their ways. If not, the local clock stood still meanwhile, for instance while
    // the device slept, and what was known before is wrong.
    const agreeing = this.#samples.filter(
      (one) =>
        one.way_ms !== UNKNOWN_WAY_MS && Math.abs(one.offset_ms - offset_ms) <= (one.way_ms + way_ms) / 2 + SLACK_MS,
    );
    this.#samples = [...agreeing, { offset_ms, way_ms }].slice(-KEPT);
  }
}
