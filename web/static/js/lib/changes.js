// @ts-check
/** Hears what the service tells of changes, for as long as the page is open: whatever ends the line, it is tried again. */
/** @import { Timers } from "./timers.js" */

const AGAIN_MS = 5_000;

/**
 * The part of an `EventSource` that is used here.
 * @typedef {object} Line
 * @property {((event: MessageEvent<string>) => void) | null} onmessage
 * @property {((event: Event) => void) | null} onerror
 * @property {number} readyState
 * @property {() => void} close
 */

const CLOSED = 2;

export class Changes {
  #dial;
  #tell;
  #again;

  /**
   * @param {() => Line} dial
   * @param {{ heard: (news: string) => void, lost: () => void }} tell  `lost`: the line was refused, until it stands again
   * @param {Timers} timers
   */
  constructor(dial, tell, timers) {
    this.#dial = dial;
    this.#tell = tell;
    this.#again = timers.one(() => this.start());
  }

  start() {
    const line = this.#dial();
    line.onmessage = ({ data }) => this.#tell.heard(data);
    line.onerror = () => {
      // A line that broke is dialled again by the browser. One that was refused, such as by a proxy while the service
      // restarts, or to somebody who was signed out, is not.
      if (line.readyState !== CLOSED) return;
      line.close();
      this.#tell.lost();
      this.#again.start(AGAIN_MS);
    };
  }
}
