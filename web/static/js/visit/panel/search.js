// @ts-check
/** Finding an exercise: words, filters, ready sets, favourites and what was used last. */
import { n, t } from "../../lib/i18n.js";
import { html, live, nothing, repeat } from "../../../vendor/lit.js";
import { practiceOf } from "../people/cast.js";
import { clipCards } from "../clips/card.js";
import { partOf } from "../clips/shown.js";
import { isClip } from "../clips/state.js";
import { doseWords } from "../practice/dose.js";
import { icon } from "../icon.js";
import { chosen } from "./dose.js";
import { isSparing } from "../practice/easel.js";
import { draftOf } from "./state.js";
import { spoken } from "./words.js";
import { ANYTHING, NONE, search } from "../practice/search.js";
import { keyOf } from "../practice/shelf.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Wanted } from "../practice/search.js" */
/** @import { Card, Library } from "../practice/shelf.js" */
/** @import { Panel } from "./state.js" */
/** @import { Actions, VisitState } from "../state.js" */

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} */
export function finder(state, act) {
  const { library, query, wanted, ready_set } = state.panel;
  if (!library) return html`<p class="quiet">${t("The exercises are on their way…")}</p>`;
  const isAsked = query !== "" || ready_set !== "" || Object.values(wanted).some((one) => one !== "");
  return html`<div class="finder">
    <label class="finder-search">
      <span class="visually-hidden">${t("Find an exercise")}</span>
      ${icon("search")}
      <input
        type="search"
        id="exercise-search"
        autocomplete="off"
        spellcheck="false"
        maxlength="80"
        placeholder=${t("Find an exercise")}
        .value=${live(query)}
        @input=${(/** @type {Event} */ event) => act.panel({ query: chosen(event) })}
      />
    </label>
    <details class="filters">
      <summary>${t("Narrow down")}</summary>
      <div class="dose">${filters(library, state.panel, act)}</div>
    </details>
    ${isAsked ? nothing : shortcuts(state, library, act)} ${results(state, library, act, isAsked)}
  </div>`;
}

/** @param {Library} library @param {Panel} panel @param {Actions} act */
function filters({ labels, ready_sets }, { wanted, ready_set }, act) {
  /** @param {keyof Wanted} name @param {string} label @param {[string, string][]} choices */
  const filter = (name, label, choices) =>
    choice(label, wanted[name], choices, (value) => act.panel({ wanted: { ...wanted, [name]: value } }));
  const all = (/** @type {keyof Library["labels"]} */ name) =>
    Object.entries(labels[name]).map(([one, said]) => /** @type {[string, string]} */ ([one, spoken(said)]));
  return html`${choice(
    t("Ready set"),
    ready_set,
    ready_sets.map(({ slug, names }) => [slug, spoken(names)]),
    (value) => act.panel({ ready_set: value }),
  )}
  ${filter("region", t("Part of the body"), all("regions"))} ${filter("position", t("Position"), all("positions"))}
  ${filter("equipment", t("Needs"), [[NONE, t("Nothing")], ...all("equipment")])}
  ${filter("spare", t("Leave out, because of"), all("precautions"))}`;
}

/** @param {string} label @param {string} value @param {[string, string][]} choices @param {(value: string) => void} change */
function choice(label, value, choices, change) {
  return html`<label class="chooser">
    <span class="small">${label}</span>
    <select @change=${(/** @type {Event} */ event) => change(chosen(event))}>
      <option value="" .selected=${live(value === "")}>${t("Any")}</option>
      ${choices.map(([one, words]) => html`<option value=${one} .selected=${live(one === value)}>${words}</option>`)}
    </select>
  </label>`;
}

/** @param {VisitState} state @param {Library} library @param {Actions} act @returns {TemplateResult} what this device remembers */
function shortcuts(state, { exercises }, act) {
  const { favourites, recents } = state.panel;
  const cards = (/** @type {readonly string[]} */ slugs) => exercises.filter(({ slug }) => slugs.includes(slug));
  const sorted = (/** @type {readonly string[]} */ slugs) =>
    cards(slugs).sort((a, b) => slugs.indexOf(a.slug) - slugs.indexOf(b.slug));
  const last = sorted(recents.filter((slug) => !favourites.includes(slug)));
  return html`${favourites.length ? list(t("Favourites"), sorted(favourites), state, act, favourites) : nothing}
  ${last.length ? list(t("Used last"), last, state, act) : nothing}`;
}

/** @param {VisitState} state @param {Library} library @param {Actions} act @param {boolean} isAsked */
function results(state, library, act, isAsked) {
  const { query, wanted, ready_set } = state.panel;
  const set = library.ready_sets.find(({ slug }) => slug === ready_set);
  const known = { ...library, exercises: [...library.exercises, ...ownCards(state.panel)] };
  const found = search(known, query, wanted).filter(({ slug }) => !set || set.exercises.includes(slug));
  const title = isAsked ? n("{count} exercise found", "{count} exercises found", found.length) : t("All exercises");
  const reset = () => act.panel({ query: "", wanted: ANYTHING, ready_set: "" });
  return html`${set ? html`<p class="small quiet">${spoken(set.purpose)}</p>${planAll(state, act, found)}` : nothing}
    ${list(title, found, state, act)}
    ${isAsked ? html`<button type="button" class="button" @click=${reset}>${icon("x")}${t("Show all exercises")}</button>` : nothing}`;
}

/** @param {Panel} panel @returns {Card[]} own demonstrations with them; what filters ask for, nobody knows of these */
function ownCards({ query, wanted, clips }) {
  const isFiltered = Object.values(wanted).some((one) => one !== "");
  return query === "" || isFiltered ? [] : clipCards(clips.list);
}

/** @param {VisitState} state @param {Actions} act @param {readonly Card[]} cards  a whole ready set, as the library proposes it */
function planAll(state, act, cards) {
  const planned = practiceOf(state)?.planned ?? [];
  const missing = cards.filter(({ slug }) => !planned.some(({ exercise }) => exercise === slug));
  const added = missing.map(({ slug, version, dosage }) => ({ exercise: slug, version, dosage }));
  if (added.length === 0) return nothing;
  const press = () => act.ask({ type: "plan.set", planned: [...planned, ...added] });
  return html`<button type="button" class="button" @click=${press}>${icon("list-plus")}${t("Add all to the plan")}</button>`;
}

/** @param {string} title @param {Card[]} cards @param {VisitState} state @param {Actions} act @param {readonly string[]} [numbered]  slugs that Alt and a digit shows */
function list(title, cards, state, act, numbered = []) {
  return html`<h3 class="small quiet panel-title">${title}</h3>
    <ul class="exercises">${repeat(
      cards,
      ({ slug }) => slug,
      (card) => item(card, state, act, numbered.indexOf(card.slug) + 1),
    )}</ul>`;
}

/** @param {Card} card @param {VisitState} state @param {Actions} act @param {number} digit  0 for none */
function item(card, state, act, digit) {
  return html`<li>
    <button type="button" class="exercise" @click=${() => act.panel({ draft: draftOf(card), is_previewing: false })}>
      ${picture(state, card)}
      <span class="exercise-words"><b><bdi>${spoken(card.names)}</bdi></b><span class="small quiet">${isClip(card.slug) ? t("Your own demonstration") : doseWords(card.dosage)}</span></span>
      ${digit ? html`<kbd class="small">Alt+${digit}</kbd>` : nothing}${icon("chevron-right")}
    </button>
  </li>`;
}

/** @param {VisitState} state @param {Card} card @returns {TemplateResult} its place; empty where it has none, or data shall be saved */
function picture(state, { slug, version, is_pictured }) {
  const drawing = is_pictured ? `${state.page.exercises_url}${keyOf(slug, version)}.svg` : "";
  const url = isSparing() ? "" : isClip(slug) ? partOf(state, slug, "poster") : drawing;
  return html`<span class="exercise-picture">
    ${url ? html`<img src=${url} alt="" loading="lazy" width="64" height="48" />` : nothing}
  </span>`;
}
