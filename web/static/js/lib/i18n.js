// @ts-check
/**
 * Sentences in the reader's language. English is the source and the key; the page's catalogue has the rest.
 * `t` and `n` are also what Babel looks for: their arguments must be literal strings.
 */

/**
 * @typedef {object} Catalogue
 * @property {string} locale  BCP 47
 * @property {Record<string, string | string[]>} messages  one string, or one for each plural form in CLDR's order
 */

/** @type {Catalogue} */
let catalogue = { locale: "en", messages: {} };

/** CLDR's order of plural categories, in which the server writes the forms. */
const ORDER = ["zero", "one", "two", "few", "many", "other"];

/** How people here count and write numbers. Made once a language: each making takes a tenth of a millisecond and more. */
let counting = countingIn("en");

/** @param {string} locale */
function countingIn(locale) {
  const rules = new Intl.PluralRules(locale);
  const known = /** @type {string[]} */ (rules.resolvedOptions().pluralCategories);
  return {
    rules,
    categories: ORDER.filter((name) => known.includes(name)),
    numbers: new Intl.NumberFormat(locale),
    shares: new Intl.NumberFormat(locale, { style: "percent" }),
  };
}

/** @param {Catalogue} loaded */
export function use(loaded) {
  catalogue = loaded;
  counting = countingIn(loaded.locale);
}

/**
 * Use the catalogue that the page names in `<html data-catalogue>`. Await it before the first sentence is drawn.
 * English has none, and a catalogue that cannot be had leaves the page in English: it still works.
 * @returns {Promise<void>}
 */
export async function load() {
  const { lang, dataset } = document.documentElement;
  use({ locale: lang, messages: {} });
  if (!dataset.catalogue) return;
  try {
    const answer = await fetch(dataset.catalogue);
    if (answer.ok) use({ locale: lang, messages: await answer.json() });
  } catch (error) {
    console.warn("No catalogue:", error);
  }
}

/** @returns {string} BCP 47, for Intl */
export function locale() {
  return catalogue.locale;
}

/** @param {string} text @param {Readonly<Record<string, unknown>>} values @returns {string} */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * The sentence, with each `{name}` filled in.
 * @param {string} text  English
 * @param {Readonly<Record<string, unknown>>} [values]
 * @returns {string}
 */
export function t(text, values = {}) {
  const found = catalogue.messages[text];
  const said = Array.isArray(found) ? found[0] : found; // said elsewhere with a number too: gettext's first form
  return fill(said ?? text, values);
}

/**
 * A sentence that the server sent in English, such as why it refused something.
 * @param {string} text
 * @returns {string}
 */
export function translate(text) {
  return t(text);
}

/**
 * The sentence for this many; `{count}` is filled in with the number as people here write it.
 * @param {string} one  English, for 1
 * @param {string} other  English, for any other number
 * @param {number} count
 * @param {Readonly<Record<string, unknown>>} [values]
 * @returns {string}
 */
export function n(one, other, count, values = {}) {
  const { rules, categories } = counting;
  const found = catalogue.messages[one];
  const forms = Array.isArray(found) ? found : [one, other];
  const form = Array.isArray(found)
    ? (forms[categories.indexOf(rules.select(count))] ?? forms[forms.length - 1])
    : forms[count === 1 ? 0 : 1];
  return fill(form ?? other, { count: number(count), ...values });
}

/** @param {number} amount @returns {string} as people here write it */
export function number(amount) {
  return counting.numbers.format(amount);
}

/** @param {number} amount  1 is the whole @returns {string} in percent, as people here write it */
export function share(amount) {
  return counting.shares.format(amount);
}
