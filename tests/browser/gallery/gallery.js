// @ts-check
/** Draws one made-up state (`?state=patient-visit`), or the list of all. For looking, for screenshots and for axe; never shipped. */
import { use } from "/static/js/lib/i18n.js";
import { screen } from "/static/js/visit/screen.js";
import { html, render } from "/static/vendor/lit.js";
import { STATES } from "./states.js";

const asked = new URLSearchParams(location.search);
const name = asked.get("state") ?? "";
const app = /** @type {HTMLElement} */ (document.querySelector("#app"));

/** Every action only says that it was asked for. */
const act = new Proxy({}, { get: (_, verb) => (...words) => Promise.resolve(console.info(String(verb), ...words)) });

if (asked.get("text") === "large") document.documentElement.dataset.text = "large";
const catalogue = asked.get("catalogue");
if (catalogue) {
  const loaded = await (await fetch(catalogue)).json();
  use(loaded);
  document.documentElement.lang = loaded.locale;
}
if (asked.has("pseudo")) {
  // Every sentence longer and accented: what stays plain was forgotten, what breaks has too little room.
  const accents = { a: "á", e: "é", i: "í", o: "ó", u: "ú", n: "ñ" };
  const stretch = (text) => `⟦${text.replace(/\{\w+\}|[aeioun]/g, (one) => accents[one] ?? one)}${"·~".repeat(Math.ceil(text.length / 6))}⟧`;
  use({ locale: "en", messages: new Proxy({}, { get: (_, text) => (typeof text === "string" ? stretch(text) : undefined) }) });
}
const make = STATES[name];
if (make) {
  const state = make();
  // Two drawings: the first makes the page, the second is the change to this state, as in life.
  render(screen({ ...state, sheet: null }, /** @type {any} */ (act)), app);
  await Promise.resolve();
  render(screen(state, /** @type {any} */ (act)), app);
} else {
  render(html`<ul>${Object.keys(STATES).map((one) => html`<li><a href="?state=${one}">${one}</a></li>`)}</ul>`, app);
}
document.body.dataset.drawn = name;
/** @type {any} */ (window).galleryNames = Object.keys(STATES);
