// @ts-check
/**
 * The proof that a demonstration plays: each screen tells the others what it does with what is shown, once for each
 * change and again to whoever comes later.
 */
/** @import { ParticipantId, PlaybackReport, Rendering, View } from "../messages.js" */
/** @import { VisitState } from "./state.js" */
import { visitOf } from "./cast.js";
import { others } from "./view.js";

/** @param {View | null} view @returns {number | null} number of the demonstration that is shown */
const numberOf = (view) => (view?.type === "visit" ? (view.practice.demonstration?.number ?? null) : null);

/** @param {View | null} before @param {View | null} after */
export function isSameShown(before, after) {
  return numberOf(before) === numberOf(after);
}

/**
 * What the others' screens do, after one more report; a report about something else changes nothing.
 * @param {VisitState} state @param {ParticipantId} from @param {PlaybackReport} report
 * @returns {VisitState["renderings"]}
 */
export function heard({ view, renderings }, from, { demonstration, rendering }) {
  return demonstration === numberOf(view) ? { ...renderings, [from]: rendering } : renderings;
}

export class Proof {
  #signal;
  /** @type {Map<ParticipantId, string>} what each was told last */
  #told = new Map();

  /** @param {(to: ParticipantId, signal: PlaybackReport) => boolean} signal  false when it could not be sent */
  constructor(signal) {
    this.#signal = signal;
  }

  /** Tells whoever does not know it yet. @param {VisitState} state */
  check(state) {
    const number = numberOf(state.view);
    const { rendering } = state;
    if (number === null || rendering === null || !visitOf(state)) return this.#told.clear();
    const here = others(state.view).filter(({ id }) => state.present.includes(id));
    for (const id of this.#told.keys()) if (!here.some((one) => one.id === id)) this.#told.delete(id);
    for (const { id } of here) this.#tell(id, number, rendering);
  }

  /** @param {ParticipantId} id @param {number} demonstration @param {Rendering} rendering */
  #tell(id, demonstration, rendering) {
    const now = `${demonstration} ${rendering}`;
    if (this.#told.get(id) === now) return;
    if (this.#signal(id, { type: "playback.report", demonstration, rendering })) this.#told.set(id, now);
  }
}
