// @ts-check
/**
 * Four words that two people can read aloud to each other. They are the same on both screens only when nobody stands
 * between the two: whoever does has other keys, and the words come from the keys. Commit, then reveal, so that nobody can
 * look for keys that give the same words; a guess hits once in a million.
 */
/** @import { AnySignal, ParticipantId } from "../messages.js" */
/** @import { Timers } from "../lib/timers.js" */

/** The certificates of both ends, as the browser has checked them. @typedef {{ ours: string, theirs: string }} Keys */

/**
 * What is known of the line to one of the others.
 * @typedef {object} Spoken
 * @property {readonly number[] | null} words  four places in the list of words; null while they are made
 * @property {boolean} isNew  their key is another one than before, and nobody said that they would come back
 */

/**
 * One exchange. `mine` and `yours` are the two numbers, `commitment` what the impolite side has bound itself to.
 * @typedef {object} Exchange
 * @property {Keys} keys
 * @property {string} mine
 * @property {string} yours
 * @property {string} commitment
 * @property {number} begun
 * @property {boolean} isDone
 * @property {Spoken} spoken
 */

export const WORDS = 32;
const BITS = 5;
const COUNT = 4;
/** Each exchange is one more guess for whoever stands between. */
const MOST_EXCHANGES = 16;
const AGAIN_AFTER_MS = 4_000;

export class WordsAloud {
  #world;
  /** @type {Map<ParticipantId, Exchange>} */
  #exchanges = new Map();
  /** Those who went away since: a page that is loaded again has a new key. @type {Set<ParticipantId>} */
  #away = new Set();
  #again;

  /**
   * @param {object} world
   * @param {(to: ParticipantId, signal: AnySignal) => boolean} world.signal
   * @param {(id: ParticipantId) => boolean} world.begins  whether this side begins: the impolite one does
   * @param {() => string} world.random  32 bytes, in hexadecimal
   * @param {(text: string) => Promise<string>} world.digest  its SHA-256, in hexadecimal
   * @param {() => void} world.changed
   * @param {Timers} world.timers
   */
  constructor(world) {
    this.#world = world;
    this.#again = world.timers.one(() => this.#repeat());
  }

  /** What to say of each. @returns {Record<ParticipantId, Spoken>} */
  get spoken() {
    return Object.fromEntries([...this.#exchanges].map(([id, { spoken }]) => [id, spoken]));
  }

  /** Who has a line to the service now. @param {readonly ParticipantId[]} present */
  setPresent(present) {
    for (const id of this.#exchanges.keys()) if (!present.includes(id)) this.#away.add(id);
  }

  /** The line to `id` stands, with these keys. Safe to call again and again. @param {ParticipantId} id @param {Keys} keys */
  connected(id, keys) {
    const before = this.#exchanges.get(id);
    if (before && before.keys.ours === keys.ours && before.keys.theirs === keys.theirs) return;
    const isSurprise = before !== undefined && before.keys.theirs !== keys.theirs && !this.#away.has(id);
    const spoken = { words: null, isNew: isSurprise || (before?.spoken.isNew ?? false) };
    this.#away.delete(id);
    this.#exchanges.set(id, { keys, mine: "", yours: "", commitment: "", begun: 0, isDone: false, spoken });
    this.#world.changed();
    if (this.#world.begins(id)) void this.#begin(id);
  }

  /** The person has read that the key is new. @param {ParticipantId} id */
  seen(id) {
    const exchange = this.#exchanges.get(id);
    if (!exchange) return;
    exchange.spoken = { ...exchange.spoken, isNew: false };
    this.#world.changed();
  }

  /** @param {ParticipantId} from @param {AnySignal} signal */
  async hear(from, signal) {
    const exchange = this.#exchanges.get(from);
    if (!exchange) return; // not connected here yet: they try again
    const begins = this.#world.begins(from);
    if (signal.type === "words.committed" && !begins) this.#answer(from, exchange, signal.commitment);
    else if (signal.type === "words.answered" && begins) await this.#reveal(from, exchange, signal);
    else if (signal.type === "words.revealed" && !begins) await this.#learn(exchange, signal.nonce);
  }

  /** What got lost is said again. */
  #repeat() {
    for (const [id, exchange] of this.#exchanges) {
      if (this.#world.begins(id)) void this.#begin(id);
      else if (exchange.commitment) this.#sayAnswer(id, exchange);
    }
  }

  /** @param {ParticipantId} id */
  async #begin(id) {
    const exchange = this.#exchanges.get(id);
    if (!exchange || exchange.isDone || exchange.begun >= MOST_EXCHANGES) return;
    exchange.begun += 1;
    exchange.mine ||= this.#world.random();
    exchange.commitment = await this.#world.digest(exchange.mine);
    this.#world.signal(id, { type: "words.committed", commitment: exchange.commitment });
    this.#again.start(AGAIN_AFTER_MS);
  }

  /** Once it is done nobody can make it begin again. @param {ParticipantId} id @param {Exchange} exchange @param {string} commitment */
  #answer(id, exchange, commitment) {
    if (exchange.isDone || exchange.begun >= MOST_EXCHANGES) return;
    if (commitment !== exchange.commitment) {
      exchange.begun += 1;
      exchange.commitment = commitment;
      exchange.mine = this.#world.random();
    }
    this.#sayAnswer(id, exchange);
  }

  /** @param {ParticipantId} id @param {Exchange} exchange */
  #sayAnswer(id, { isDone, commitment, mine }) {
    if (isDone) return;
    this.#world.signal(id, { type: "words.answered", commitment, nonce: mine });
    this.#again.start(AGAIN_AFTER_MS);
  }

  /** @param {ParticipantId} id @param {Exchange} exchange @param {{ commitment: string, nonce: string }} answer */
  async #reveal(id, exchange, { commitment, nonce }) {
    const { keys, mine, yours, isDone } = exchange;
    if (commitment !== exchange.commitment || (isDone && nonce !== yours)) return;
    this.#world.signal(id, { type: "words.revealed", nonce: mine });
    if (isDone) return;
    exchange.isDone = true;
    exchange.yours = nonce;
    await this.#settle(exchange, `${keys.ours} ${keys.theirs} ${mine} ${nonce}`);
  }

  /** @param {Exchange} exchange @param {string} nonce */
  async #learn(exchange, nonce) {
    const { keys, mine, commitment } = exchange;
    if (exchange.isDone || commitment === "" || (await this.#world.digest(nonce)) !== commitment) return;
    if (exchange.isDone || exchange.commitment !== commitment) return; // meanwhile
    exchange.isDone = true;
    await this.#settle(exchange, `${keys.theirs} ${keys.ours} ${nonce} ${mine}`);
  }

  /** @param {Exchange} exchange @param {string} text  the impolite side's key first, then both numbers */
  async #settle(exchange, text) {
    const bits = Number.parseInt((await this.#world.digest(`telesession words 1 ${text}`)).slice(0, 5), 16);
    const words = Array.from({ length: COUNT }, (_, place) => (bits >> (BITS * (COUNT - 1 - place))) % WORDS);
    exchange.spoken = { ...exchange.spoken, words };
    this.#world.changed();
  }
}

/** @param {string} text @returns {Promise<string>} its SHA-256, in hexadecimal */
export async function sha256(text) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

/** @returns {string} 32 bytes that nobody can foresee, in hexadecimal */
export function randomNumber() {
  return hex(crypto.getRandomValues(new Uint8Array(32)));
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
