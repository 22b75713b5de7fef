// @ts-check
/** Says cues aloud where the browser can, in the language of the page. Never more than one sentence at a time. */

export class Voice {
  #synthesis;
  #language;

  /** @param {SpeechSynthesis | undefined} synthesis @param {() => string} language  BCP 47 */
  constructor(synthesis, language) {
    this.#synthesis = synthesis;
    this.#language = language;
  }

  /** @param {string} sentence  said at once; what was being said is broken off, since its moment has passed */
  say(sentence) {
    if (!this.#synthesis || !sentence) return;
    const utterance = new SpeechSynthesisUtterance(sentence);
    utterance.lang = this.#language();
    utterance.rate = 1.05;
    this.#synthesis.cancel();
    this.#synthesis.speak(utterance);
  }

  quiet() {
    this.#synthesis?.cancel();
  }
}
