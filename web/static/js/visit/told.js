// @ts-check
/** What each of the others is told past the log: once for each change, and again to whoever comes later. */
/** @import { AnySignal, ParticipantId } from "../messages.js" */
/** @import { VisitState } from "./state.js" */
import { others } from "./view.js";

export class Told {
  #signal;
  /** @type {Map<ParticipantId, string>} what each was told last */
  #told = new Map();

  /** @param {(to: ParticipantId, signal: AnySignal) => boolean} signal  false when it could not be sent */
  constructor(signal) {
    this.#signal = signal;
  }

  /** Tells whoever does not know it yet. @param {VisitState} state @param {AnySignal | null} news  null: nothing holds now */
  tell(state, news) {
    if (news === null) return this.#told.clear();
    const here = others(state.view).filter(({ id }) => state.present.includes(id));
    for (const id of this.#told.keys()) if (!here.some((one) => one.id === id)) this.#told.delete(id);
    const now = JSON.stringify(news);
    for (const { id } of here) if (this.#told.get(id) !== now && this.#signal(id, news)) this.#told.set(id, now);
  }
}
