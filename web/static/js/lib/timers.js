// @ts-check
/** Timers that can be handed in, so that tests decide what time it is. */

/**
 * One timer: starting it again forgets the earlier start.
 * @typedef {object} Timer
 * @property {(after_ms: number) => void} start
 * @property {() => void} stop
 * @property {boolean} isRunning
 */

/**
 * @typedef {object} Timers
 * @property {(run: () => void) => Timer} one
 */

/** @type {Timers} */
export const browserTimers = {
  one(run) {
    /** @type {ReturnType<typeof setTimeout> | null} */
    let id = null;
    return {
      start(after_ms) {
        if (id !== null) clearTimeout(id);
        id = setTimeout(() => {
          id = null;
          run();
        }, after_ms);
      },
      stop() {
        if (id !== null) clearTimeout(id);
        id = null;
      },
      get isRunning() {
        return id !== null;
      },
    };
  },
};
