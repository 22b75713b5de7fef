/** The exercises that move, as the library has them. */
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../../telesession/exercises/", import.meta.url);

export const LIBRARY = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")))
  .filter((exercise) => exercise.timeline.length > 0);

/** @param {string} slug */
export const entry = (slug) => LIBRARY.find((exercise) => exercise.slug === slug);

/** Times all over one repetition. */
export function* moments(total_s, count) {
  for (let i = 0; i <= count; i += 1) yield (total_s * i) / count;
}
