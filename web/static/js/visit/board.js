// @ts-check
/** Holds the state of the page and draws it: at most once a frame, and also while the page is hidden. */

/**
 * @template {object} S
 */
export class Board {
  #state;
  #derive;
  #draw;
  #isDue = false;

  /**
   * @param {S} state
   * @param {(state: S) => S} derive  fills in what follows from the rest
   * @param {(state: S) => void} draw
   */
  constructor(state, derive, draw) {
    this.#state = derive(state);
    this.#derive = derive;
    this.#draw = draw;
  }

  get state() {
    return this.#state;
  }

  /** Replaces parts of the state; the drawing follows. @param {Partial<S>} parts */
  change(parts) {
    this.#state = this.#derive({ ...this.#state, ...parts });
    if (this.#isDue) return;
    this.#isDue = true;
    // A hidden page gets no frames, yet its title, its sound and its live regions must go on.
    if (document.hidden) setTimeout(() => this.draw());
    else requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.#isDue = false;
    this.#draw(this.#state);
  }
}
