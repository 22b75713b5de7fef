// @ts-check
/** A clip as the panel's lists have exercises: found by its title, planned, given to take home. Pure. */
/** @import { Clip } from "./rules.js" */
/** @import { Card } from "../practice/shelf.js" */
import { folded } from "../practice/search.js";

/** Its title finds it as well as its name finds an exercise (telesession/domain/exercise_search.py). */
const NAMED = 8;

/** @param {Pick<Clip, "clip" | "title">} clip @returns {Card} once, as long as nobody says how often */
export function clipCard({ clip, title }) {
  return {
    slug: clip,
    version: 1,
    names: { en: title },
    synonyms: {},
    regions: [],
    category: "",
    start_position: "",
    equipment: [],
    laterality: "both",
    views: [],
    precaution_tags: [],
    dosage: { sets: 1, reps: 1 },
    is_pictured: false,
    terms: { [NAMED]: folded(title).join(" ") },
  };
}

/** @param {readonly Clip[] | null} clips @returns {Card[]} of those that can be shown */
export const clipCards = (clips) => (clips ?? []).filter(({ state }) => state === "ready").map(clipCard);
