// @ts-check
/**
 * Makes the others' pictures and sound play. Browsers may refuse sound before the first tap, and pause it after an
 * interruption: the attribute `autoplay` alone is never relied on. Sound plays through the media elements, since the
 * browser's echo cancellation hears nothing else.
 */

export class Hearing {
  #root;
  #refused;
  #speaker_id = "";
  #isRefused = false;

  /** @param {Element} root @param {(isRefused: boolean) => void} refused  told when a tap is needed, and when it no longer is */
  constructor(root, refused) {
    this.#root = root;
    this.#refused = refused;
  }

  /**
   * Starts whatever should play and does not. Call it after each drawing. What was refused is tried again: browsers
   * allow sound without a tap as soon as the page captures, which after a reload comes later than the pictures.
   */
  check() {
    const silent = this.#elements().filter((element) => element.srcObject && element.paused);
    if (silent.length === 0) this.#set(false);
    for (const element of silent) void this.#play(element);
  }

  /** Plays everything; from a tap. */
  async hear() {
    this.#set(false);
    await Promise.all(this.#elements().map((element) => this.#play(element)));
  }

  /** @param {string} id  "" for the browser's default */
  async speakThrough(id) {
    if (id === this.#speaker_id) return;
    this.#speaker_id = id;
    await Promise.all(this.#elements().map((element) => this.#lead(element)));
  }

  /** A loudspeaker that cannot be had keeps nobody from hearing. @param {HTMLVideoElement} element */
  async #lead(element) {
    try {
      if ((element.sinkId ?? "") !== this.#speaker_id) await element.setSinkId?.(this.#speaker_id);
    } catch (error) {
      console.warn("The sound stays where it is:", error);
    }
  }

  #elements() {
    return [...this.#root.querySelectorAll("video[data-participant]")].filter((one) => one instanceof HTMLVideoElement);
  }

  /** @param {HTMLVideoElement} element */
  async #play(element) {
    try {
      await this.#lead(element);
      await element.play();
    } catch (error) {
      // AbortError: another picture took its place meanwhile.
      if (error instanceof DOMException && error.name === "NotAllowedError") this.#set(true);
    }
  }

  /** @param {boolean} isRefused */
  #set(isRefused) {
    if (isRefused === this.#isRefused) return;
    this.#isRefused = isRefused;
    this.#refused(isRefused);
  }
}
