// @ts-check
/** What the therapist has at hand about the patient: asked for whenever it may have changed, forgotten with the visit. */
/** @import { Timers } from "../../lib/timers.js" */
/** @import { VisitState } from "../state.js" */
import { practiceOf, visitOf } from "./cast.js";

const AGAIN_MS = 4_000;

/**
 * As `domain/arrivals.py` has it; empty text where nobody knows.
 * @typedef {object} Patient
 * @property {string} name
 * @property {string | null} born_on  YYYY-MM-DD
 * @property {string} phone_ends  last digits, where there is no date of birth
 * @property {string} place
 * @property {string} phone
 * @property {string} contact_name
 * @property {string} contact_phone
 * @property {string | null} confirmed_at  when the patient said so; null: only the record does
 * @property {readonly string[]} not_agreed  parts of the consent that are missing
 */

/** @typedef {{ patient: Patient | null, isFailed: boolean }} Told  what is known so far, and whether the last question failed */

/**
 * @typedef {object} BedsideWorld
 * @property {(path: string) => Promise<unknown>} get
 * @property {Timers} timers
 */

export class Bedside {
  #world;
  #again;
  #path = "";
  /** @type {readonly string[]} */
  #reasons = [];
  #asked = 0;
  /** @type {(told: Told) => void} */
  #changed = () => {};
  /** @type {Told} */
  #told = { patient: null, isFailed: false };

  /** @param {BedsideWorld} world */
  constructor(world) {
    this.#world = world;
    this.#again = world.timers.one(() => void this.#ask());
  }

  /** After each drawing of the page. @param {VisitState} state @param {(told: Told) => void} changed */
  check(state, changed) {
    this.#changed = changed;
    this.#path = state.page.bedside_path;
    const reasons = reasonsOf(state);
    const isDue = reasons.some((one) => !this.#reasons.includes(one));
    this.#reasons = reasons;
    if (state.screen !== "visit") this.#forget();
    else if (isDue) void this.#ask();
  }

  async #ask() {
    this.#again.stop();
    const number = ++this.#asked;
    try {
      const patient = /** @type {Patient} */ (await this.#world.get(this.#path));
      if (number === this.#asked) this.#tell({ patient, isFailed: false });
    } catch {
      if (number !== this.#asked) return; // asked again meanwhile
      this.#tell({ ...this.#told, isFailed: true });
      this.#again.start(AGAIN_MS);
    }
  }

  #forget() {
    this.#again.stop();
    this.#asked += 1;
    if (this.#told.patient || this.#told.isFailed) this.#tell({ patient: null, isFailed: false });
  }

  /** @param {Told} told */
  #tell(told) {
    this.#told = told;
    this.#changed(told);
  }
}

/** A patient came or was admitted, Stop was pressed, the card was opened. @param {VisitState} state @returns {string[]} */
function reasonsOf(state) {
  const patients = visitOf(state)?.participants.filter(({ role }) => role === "patient") ?? [];
  const near = patients.filter(({ standing }) => standing === "waiting" || standing === "admitted");
  const stop = practiceOf(state)?.stop;
  return [
    ...near.map(({ id, standing, since }) => `${id} ${standing} ${since}`),
    ...(stop ? [`stopped ${stop.at}`] : []),
    ...(state.sheet === "emergency" ? ["opened"] : []),
  ];
}
