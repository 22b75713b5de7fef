// @ts-check
/** Draws made-up states (`?state=patient-visit`), or the list of all. For looking, for screenshots and for axe; never shipped. */
import { use } from "/static/js/lib/i18n.js";
import { Easel } from "/static/js/visit/practice/easel.js";
import { screen } from "/static/js/visit/screen.js";
import { html, nothing, render } from "/static/vendor/lit.js";
import { NOW, STATES } from "./states.js";

const app = /** @type {HTMLElement} */ (document.querySelector("#app"));

const asked = new URLSearchParams(location.search);

/** The figure as in life, standing where the state says. */
const easel = new Easel({
  load: () => import("/static/js/mannequin/player.js"),
  now_ms: () => NOW,
  isCalm: () => asked.has("calm"), // nobody looks: no need to draw what costs most
  isHidden: () => false,
  changed: (rendering) => {
    drawn = { ...drawn, rendering };
    queueMicrotask(() => easel.check(document.querySelector("[data-shown]"), drawn));
  },
});
let drawn = /** @type {any} */ (null);

/** Every action only says that it was asked for. */
const act = new Proxy({}, { get: (_, verb) => (...words) => Promise.resolve(console.info(String(verb), ...words)) });

/** Every sentence longer and accented: what stays plain was forgotten, what breaks has too little room. */
const ACCENTS = { a: "á", e: "é", i: "í", o: "ó", u: "ú", n: "ñ" };
const stretch = (text) =>
  `⟦${text.replace(/\{\w+\}|[aeioun]/g, (one) => ACCENTS[one] ?? one)}${"·~".repeat(Math.ceil(text.length / 6))}⟧`;
const sentences = { get: (_, text) => (text.includes("{count}") ? [stretch(text)] : stretch(text)) };

/** The same for what exercises say, which comes with them and not from the catalogue. @param {any} part @returns {any} */
function stretched(part, isSaid = false) {
  if (typeof part === "string") return isSaid ? stretch(part) : part;
  if (Array.isArray(part)) return part.map((one) => stretched(one, isSaid));
  if (part === null || typeof part !== "object") return part;
  const entries = Object.entries(part);
  return Object.fromEntries(entries.map(([name, one]) => [name, stretched(one, isSaid || "en" in part)]));
}

/** @param {string} language "pseudo", the address of a catalogue, or "" for English */
async function speak(language) {
  const loaded =
    language === "pseudo"
      ? { locale: "en", messages: new Proxy({}, sentences) }
      : language
        ? await (await fetch(language)).json()
        : { locale: "en", messages: {} };
  use(loaded);
  document.documentElement.lang = loaded.locale;
}

/** @param {any} state */
function inPseudo(state) {
  const panel = { ...state.panel, library: stretched(state.panel.library) };
  return { ...state, exercises: stretched(state.exercises), panel };
}

/** @param {string} name @param {{ language?: string, text?: string }} [wishes] */
async function show(name, { language = "", text = "usual" } = {}) {
  await speak(language);
  document.documentElement.dataset.text = text;
  render(nothing, app);
  const state = language === "pseudo" ? inPseudo(STATES[name]()) : STATES[name]();
  // Two drawings: the first makes the page, the second is the change to this state, as in life.
  render(screen({ ...state, sheet: null, check_step: "ask" }, /** @type {any} */ (act)), app);
  await new Promise((resolve) => setTimeout(resolve));
  render(screen(state, /** @type {any} */ (act)), app);
  await new Promise((resolve) => setTimeout(resolve));
  drawn = state;
  easel.check(document.querySelector("[data-shown]"), state);
}

/** Straight from what is shown to another state, as a visit goes on. @param {string} name */
function turn(name) {
  drawn = STATES[name]();
  render(screen(drawn, /** @type {any} */ (act)), app);
  easel.check(document.querySelector("[data-shown]"), drawn);
}

/** @type {any} */ (window).gallery = { names: Object.keys(STATES), show, turn };
const name = asked.get("state");
if (name) await show(name, { language: asked.get("language") ?? "", text: asked.get("text") ?? "usual" });
else render(html`<ul>${Object.keys(STATES).map((one) => html`<li><a href="?state=${one}">${one}</a></li>`)}</ul>`, app);
