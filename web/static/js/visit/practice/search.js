// @ts-check
/** Finds exercises by the beginning of any word, as the service does. Pure; mirrors telesession/domain/exercise_search.py. */
/** @import { Card, Library } from "./shelf.js" */

const MOST_WORDS = 12;
/** A whole word counts this much more than its beginning. */
const WHOLE_WORD = 2;

/**
 * Which exercises may be found; "" is any. `spare` leaves out what has such a precaution.
 * @typedef {{ region: string, position: string, equipment: string, spare: string }} Wanted
 */

/** @type {Wanted} */
export const ANYTHING = { region: "", position: "", equipment: "", spare: "" };
/** Stands for "without equipment" among the equipment to filter by. */
export const NONE = "none";

/** @param {string} text @returns {string[]} its words without accents and case, in order */
export function folded(text) {
  const plain = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/gu, "");
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * The exercises that `query` means, best first; all that are wanted, in the library's order, for an empty query.
 * Every word has to be found; a filler counts only where some name has all words just as they are typed.
 * @param {Pick<Library, "exercises" | "fillers">} library @param {string} [query] @param {Wanted} [wanted] @returns {Card[]}
 */
export function search({ exercises, fillers }, query = "", wanted = ANYTHING) {
  const allowed = exercises.filter((card) => isWanted(card, wanted));
  const typed = folded(query);
  if (typed.length === 0) return allowed;
  const asked = typed.filter((word) => !fillers.includes(word)).slice(0, MOST_WORDS);
  const scored = allowed.map((card) => ({ card, weights: asked.map((word) => weightOf(card, word)) }));
  const hasFillers = typed.some((word) => fillers.includes(word));
  const asTyped = hasFillers ? scored.filter(({ card }) => isCalled(card, typed)) : [];
  const matched = scored.filter(({ weights }) => weights.length > 0 && weights.every((weight) => weight > 0));
  const found = asTyped.length > 0 ? asTyped : matched;
  return found.sort((a, b) => sum(b.weights) - sum(a.weights)).map(({ card }) => card);
}

/** @param {Card} card @param {readonly string[]} typed @returns {boolean} a name has these words side by side, the last one perhaps not finished */
function isCalled({ names, synonyms }, typed) {
  const called = [...Object.values(names), ...Object.values(synonyms).flat()];
  return called.some((name) => inARow(folded(name)).includes(inARow(typed)));
}

/** @param {readonly string[]} words */
const inARow = (words) => words.map((word) => ` ${word}`).join("");

/** @param {Card} card @param {string} word @returns {number} how much an exercise has to do with a word: nothing is 0 */
function weightOf({ terms }, word) {
  const forms = formsOf(word);
  const layers = Object.keys(terms).map(Number);
  for (const weight of layers.sort((a, b) => b - a)) {
    const known = (terms[weight] ?? "").split(" ");
    if (forms.some((form) => known.includes(form))) return weight * WHOLE_WORD;
    if (known.some((term) => forms.some((form) => term.startsWith(form)))) return weight;
  }
  return 0;
}

/** @param {string} word @returns {string[]} itself, and without what makes it plural in English or Spanish */
function formsOf(word) {
  const endings = ["s", "es"].filter((ending) => word.endsWith(ending) && word.length - ending.length > 2);
  return [word, ...endings.map((ending) => word.slice(0, -ending.length))];
}

/** @param {Card} card @param {Wanted} wanted */
function isWanted(card, { region, position, equipment, spare }) {
  const hasEquipment =
    equipment === "" || (equipment === NONE ? card.equipment.length === 0 : card.equipment.includes(equipment));
  return (
    (region === "" || card.regions.includes(region)) &&
    (position === "" || card.start_position === position) &&
    hasEquipment &&
    (spare === "" || !card.precaution_tags.includes(spare))
  );
}

/** @param {readonly number[]} numbers */
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);
