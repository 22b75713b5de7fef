// @ts-check
/** Keeps the screen lit while a visit goes on. The browser drops the lock whenever the page is hidden: it is asked again. */

export class WakeLock {
  #isWanted = false;
  /** @type {WakeLockSentinel | null} */
  #held = null;

  /** @param {boolean} isWanted */
  want(isWanted) {
    this.#isWanted = isWanted;
    void this.check();
  }

  /** Brings the lock in line with what is wanted; call it when the page is shown again. */
  async check() {
    if (!this.#isWanted) {
      const held = this.#held;
      this.#held = null;
      return held?.release();
    }
    if (this.#held || document.visibilityState !== "visible" || !navigator.wakeLock) return;
    try {
      const held = await navigator.wakeLock.request("screen");
      held.onrelease = () => {
        if (this.#held === held) this.#held = null;
      };
      this.#held = held;
      if (!this.#isWanted) await this.check();
    } catch {
      // A low battery refuses it: the screen then sleeps as it would without us.
    }
  }
}
