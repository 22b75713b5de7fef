// @ts-check
/** What a therapist has open among the exercises, and what this device remembers of it: slugs only, nothing of anybody's. */
/** @import { Aim, Dosage, Rendering } from "../../messages.js" */
/** @import { Clips } from "../clips/state.js" */
/** @import { Wanted } from "../practice/search.js" */
/** @import { Card, Library } from "../practice/shelf.js" */
import { keep, recall } from "../../lib/kept.js";
import { NO_CLIPS } from "../clips/state.js";
import { ANYTHING } from "../practice/search.js";

/** An exercise being prepared, before anybody sees it. @typedef {{ exercise: string, version: number, dosage: Dosage, aim: Aim }} Draft */

/**
 * @typedef {object} Panel
 * @property {Library | null} library  null until it has come
 * @property {string} query
 * @property {Wanted} wanted
 * @property {string} ready_set  slug of the one to choose from; "" is the whole library
 * @property {Draft | null} draft
 * @property {boolean} is_previewing
 * @property {Rendering | null} rendering  what this screen does with the preview
 * @property {{ at_s: number, sent_ms: number } | null} scrub  while the scrubber is dragged
 * @property {{ number: number, aim: Aim } | null} orbit  as this screen shows a demonstration that is being turned by hand
 * @property {Clips} clips  the clinic's own demonstrations
 * @property {readonly string[]} favourites  in the order of Alt+1 to Alt+9
 * @property {readonly string[]} recents  the last one shown comes first
 */

const KEPT = /** @type {const} */ (["favourites", "recents"]);
const MOST_FAVOURITES = 9;
const MOST_RECENTS = 6;

const NOTHING = { rendering: null, scrub: null, orbit: null, clips: NO_CLIPS };

/** @returns {Panel} as it opens on this device */
export function openedPanel() {
  const remembered = { favourites: remember("favourites"), recents: remember("recents") };
  return {
    library: null,
    query: "",
    wanted: ANYTHING,
    ready_set: "",
    draft: null,
    is_previewing: false,
    ...NOTHING,
    ...remembered,
  };
}

/** @param {"favourites" | "recents"} name @returns {readonly string[]} */
function remember(name) {
  const slugs = recall(`exercises.${name}`);
  return Array.isArray(slugs) ? slugs.filter((one) => typeof one === "string") : [];
}

/** Keeps on this device what shall be there next time. @param {Partial<Panel>} parts */
export function keepPanel(parts) {
  for (const name of KEPT) if (parts[name]) keep(`exercises.${name}`, parts[name]);
}

/** @param {readonly string[]} favourites @param {string} slug @returns {string[]} with it, or without it if it was there */
export function starred(favourites, slug) {
  if (favourites.includes(slug)) return favourites.filter((one) => one !== slug);
  return [...favourites, slug].slice(-MOST_FAVOURITES);
}

/** @param {readonly string[]} recents @param {string} slug @returns {string[]} */
export function usedLast(recents, slug) {
  return [slug, ...recents.filter((one) => one !== slug)].slice(0, MOST_RECENTS);
}

/** @param {Card} card @returns {Draft} as the library proposes it */
export function draftOf({ slug, version, dosage, views }) {
  return { exercise: slug, version, dosage, aim: { view: views[0] ?? "oblique" } };
}
