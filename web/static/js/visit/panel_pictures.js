// @ts-check
/**
 * The small pictures in the list of exercises: only of what is in sight, and one after the other while the page has
 * nothing else to do. An entry's movement is fetched for its picture, and what draws comes with the first.
 */
import { html, nothing } from "../../vendor/lit.js";
import { isSparing } from "./easel.js";
import { nextToDraw } from "./panel_state.js";
import { drawing } from "./stills.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Still } from "../mannequin/stills.js" */
/** @import { Panel } from "./panel_state.js" */
/** @import { Card, Exercise } from "./shelf.js" */
/** @import { Actions, VisitState } from "./state.js" */

/** @param {Panel} panel @param {Card} card @returns {TemplateResult} its place, until it is there; a timed exercise has none */
export function picture({ pictures }, { slug, version, still }) {
  const drawn = pictures[slug];
  return html`<span class="exercise-picture" data-slug=${still ? slug : nothing} data-version=${version}>
    ${drawn ? drawing(drawn) : nothing}
  </span>`;
}

/** Draws them on one page. */
class Pictures {
  /** @type {WeakSet<Element>} */
  #watched = new WeakSet();
  /** @type {Set<HTMLElement>} */
  #seen = new Set();
  /** @type {Readonly<Record<string, Still>>} */
  #drawn = {};
  #isBusy = false;
  #isUnable = false;
  /** @type {Actions | null} */
  #act = null;
  /** @type {IntersectionObserver | null} */
  #watcher = null;

  /** Called after each drawing of the panel. @param {Element} root @param {VisitState} state @param {Actions} act */
  check(root, { panel, exercises }, act) {
    this.#act = act;
    if (this.#isUnable || isSparing()) return;
    for (const place of root.querySelectorAll("[data-slug]")) this.#watch(place);
    const next = this.#isBusy ? null : nextToDraw(panel, exercises);
    if (!next) return;
    this.#isBusy = true;
    whenIdle(() => void this.#draw(next));
  }

  /** @param {Element} place */
  #watch(place) {
    if (this.#watched.has(place)) return;
    this.#watched.add(place);
    this.#watcher ??= new IntersectionObserver((changes) => this.#look(changes));
    this.#watcher.observe(place);
  }

  /** @param {IntersectionObserverEntry[]} changes */
  #look(changes) {
    for (const { target, isIntersecting } of changes) {
      if (isIntersecting) this.#seen.add(/** @type {HTMLElement} */ (target));
      else this.#seen.delete(/** @type {HTMLElement} */ (target));
    }
    whenIdle(() => this.#act?.panel({ in_sight: [...this.#seen].map(seenAt) }));
  }

  /** @param {Exercise} exercise */
  async #draw(exercise) {
    try {
      const { stampOf } = await import("./figures.js");
      this.#drawn = { ...this.#drawn, [exercise.slug]: stampOf(exercise, /** @type {string} */ (exercise.still)) };
    } catch (error) {
      console.warn("No pictures:", error);
      this.#isUnable = true;
    }
    this.#isBusy = false;
    this.#act?.panel({ pictures: this.#drawn });
  }
}

export const pictures = new Pictures();

/** @param {HTMLElement} place */
const seenAt = ({ dataset }) => ({ exercise: dataset["slug"] ?? "", version: Number(dataset["version"]) });

/** @param {() => void} run  once nothing else is to be done */
function whenIdle(run) {
  if ("requestIdleCallback" in window) requestIdleCallback(run, { timeout: 2_000 });
  else setTimeout(run, 200);
}
