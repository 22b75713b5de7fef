// @ts-check
/** The exercises this page has fetched: whole entries one by one, and the library's index for whoever searches. */
/** @import { CameraView, Dosage, Planned, View } from "../../messages.js" */
/** @import { Pose } from "../../mannequin/rig.js" */
/** @import { Timers } from "../../lib/timers.js" */
import { isClip } from "../clips/state.js";

/** A text, or a list of texts, by language. @template T @typedef {Readonly<Record<string, T>>} Said */
/** @typedef {{ pose: string, move_s: number, hold_s: number }} Step  reach `pose` in `move_s` seconds, stay `hold_s` */
/** @typedef {{ exercise: string } | { text: Said<string> }} Alternative */

/**
 * One whole entry, as `exercises/<slug>.<version>.json` has it (docs/reference/exercises.md).
 * @typedef {object} Exercise
 * @property {string} slug
 * @property {number} version
 * @property {Said<string>} names
 * @property {Said<string>} purpose
 * @property {readonly string[]} regions
 * @property {string} category
 * @property {string} start_position
 * @property {readonly string[]} equipment
 * @property {"both" | "alternating" | "left" | "right"} laterality
 * @property {readonly CameraView[]} views  best first
 * @property {"whole_body" | "upper_body"} framing
 * @property {Readonly<Record<string, Pose>>} poses
 * @property {Said<Readonly<Record<string, string>>>} captions  what each `P` pose shows
 * @property {readonly Step[]} timeline  empty where an exercise is only timed
 * @property {readonly string[]} held
 * @property {Readonly<Record<string, readonly string[]>>} contacts
 * @property {readonly string[]} pins
 * @property {{ effort: readonly [number, number] | null, per_day: number, days_per_week: number, note: Said<string> }} default_dose
 * @property {Said<readonly string[]>} cues
 * @property {Said<readonly string[]>} mistakes
 * @property {Said<string>} breathing
 * @property {Said<readonly string[]>} stop_rules
 * @property {readonly string[]} precaution_tags
 * @property {readonly Alternative[]} easier
 * @property {readonly Alternative[]} harder
 * @property {readonly Alternative[]} off_floor
 * @property {Dosage} dosage  the default one
 */

/**
 * What a list and its filters show of an exercise.
 * @typedef {object} Card
 * @property {string} slug
 * @property {number} version
 * @property {Said<string>} names
 * @property {Said<readonly string[]>} synonyms
 * @property {readonly string[]} regions
 * @property {string} category
 * @property {string} start_position
 * @property {readonly string[]} equipment
 * @property {"both" | "alternating" | "left" | "right"} laterality
 * @property {readonly CameraView[]} views
 * @property {readonly string[]} precaution_tags
 * @property {Dosage} dosage
 * @property {boolean} is_pictured  `<slug>.<version>.svg` is a picture of it
 * @property {Readonly<Record<string, string>>} terms  by weight, words with spaces between them
 */

/**
 * `exercises/index.json`.
 * @typedef {object} Library
 * @property {readonly Card[]} exercises
 * @property {readonly { slug: string, names: Said<string>, purpose: Said<string>, exercises: readonly string[] }[]} ready_sets
 * @property {readonly string[]} fillers
 * @property {Readonly<Record<"regions" | "categories" | "positions" | "equipment" | "precautions", Readonly<Record<string, Said<string>>>>>} labels
 */

/** @typedef {Readonly<Record<string, Exercise>>} Exercises  by `<slug>.<version>` */

const AGAIN_MS = 4_000;

/** @param {string} slug @param {number} version @returns {string} where `VisitState.exercises` has it */
export const keyOf = (slug, version) => `${slug}.${version}`;

/** @template T @param {Said<T>} said @param {string} language  BCP 47 @returns {T} in that language, or in English */
export function inLanguage(said, language) {
  return /** @type {T} */ (said[language] ?? said[language.split("-")[0] ?? ""] ?? said.en);
}

/**
 * Every exercise that a view shows, plans or gives to take home; what is shown comes first.
 * @param {View | null} view @returns {Pick<Planned, "exercise" | "version">[]}
 */
export function exercisesOf(view) {
  if (view?.type !== "visit") return [];
  const { demonstration, planned, programme } = view.practice;
  const all = [...(demonstration ? [demonstration] : []), ...planned, ...programme];
  return all.filter(({ exercise }) => !isClip(exercise));
}

export class Shelf {
  #url;
  #get;
  #changed;
  #retry;
  /** @type {Exercises} */
  #exercises = {};
  /** @type {Set<string>} on their way */
  #coming = new Set();
  /** @type {Set<string>} */
  #missing = new Set();
  /** @type {Promise<Library> | null} */
  #library = null;

  /**
   * @param {string} url  a folder, ends in a slash
   * @param {(url: string) => Promise<any>} get  JSON, or a rejected promise
   * @param {(exercises: Exercises, missing: ReadonlySet<string>) => void} changed  an entry came, or could not be had (we go on trying)
   * @param {Timers} timers
   */
  constructor(url, get, changed, timers) {
    this.#url = url;
    this.#get = get;
    this.#changed = changed;
    this.#retry = timers.one(() => {
      for (const key of this.#missing) void this.#fetch(key);
    });
  }

  /** @param {readonly Pick<Planned, "exercise" | "version">[]} wanted */
  want(wanted) {
    for (const { exercise, version } of wanted) {
      const key = keyOf(exercise, version);
      if (!(key in this.#exercises) && !this.#coming.has(key) && !this.#missing.has(key)) void this.#fetch(key);
    }
  }

  /** The index, fetched once; fetched again if it could not be had. @returns {Promise<Library>} */
  library() {
    this.#library ??= this.#get(`${this.#url}index.json`).catch((error) => {
      this.#library = null;
      throw error;
    });
    return /** @type {Promise<Library>} */ (this.#library);
  }

  /** @param {string} key */
  async #fetch(key) {
    this.#coming.add(key);
    try {
      const exercise = await this.#get(`${this.#url}${key}.json`);
      this.#exercises = { ...this.#exercises, [key]: exercise };
      this.#missing.delete(key);
    } catch (error) {
      console.warn("No exercise:", error);
      this.#missing.add(key);
      this.#retry.start(AGAIN_MS);
    } finally {
      this.#coming.delete(key);
    }
    this.#changed(this.#exercises, this.#missing);
  }
}

/** @param {string} url @returns {Promise<unknown>} what lies there; rejects whatever is not it */
export async function getJson(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status} for ${url}`);
  return answer.json();
}
