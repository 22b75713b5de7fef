// @ts-check
/**
 * How exercises begin, each as one picture made while nobody waits. Where a processor has to draw the figure, this is
 * what is seen until it has done so: the same figure in the same pose, seen from the same side.
 */
/** @import { Aim, Dosage, Side } from "../../messages.js" */
/** @import { Mannequin, Wishes } from "../../mannequin/player.js" */
/** @import { Exercise, Exercises } from "./shelf.js" */
import { sidesInTurn } from "./playback.js";
import { keyOf } from "./shelf.js";

/** @typedef {{ width: number, height: number }} Size  in CSS pixels */
/** @typedef {{ picture: HTMLCanvasElement, size: Size }} Poster */

/** As many as are likely prepared for one visit; each is half a megabyte on a phone. */
const KEPT = 8;
/** From here on the figure has visibly left the pose in which it begins. */
const BEGINNING_S = 0.4;

/** @param {Aim} aim @param {Dosage} dosage @param {Side} side @returns {Wishes} how the figure is to show it */
export function wishesOf({ view, is_mirrored: mirror = false, around = 0, above = 0, nearer = 1 }, dosage, side) {
  const { hold_s = 0, tempo = 1, range_pct = 100 } = dosage;
  return { side, view, mirror, rom: range_pct / 100, look: { around, above, nearer }, dosage: { hold_s, tempo } };
}

/** @param {Exercise} exercise @param {Wishes} wishes */
const nameOf = ({ slug, version }, { side, view, mirror, rom, look }) =>
  JSON.stringify([keyOf(slug, version), side, view, mirror, rom, look]);

/** @param {Exercise} exercise @returns {Wishes} how it is shown unless the therapist wishes otherwise */
function usual(exercise) {
  const { dosage, views } = exercise;
  const [side = "both"] = sidesInTurn(exercise, dosage.side ?? "both");
  return wishesOf({ view: views[0] ?? "oblique" }, dosage, side);
}

export class Posters {
  /** @type {Map<string, Poster>} */
  #made = new Map();

  /** @param {Exercise} exercise @param {Wishes} wishes @param {number} cycle_s @returns {HTMLCanvasElement | null} what it looks like now */
  find(exercise, wishes, cycle_s) {
    return cycle_s < BEGINNING_S ? (this.#made.get(nameOf(exercise, wishes))?.picture ?? null) : null;
  }

  /** @param {Exercises} exercises @param {Size} size @returns {Exercise | undefined} one that has no picture of that size yet */
  missing(exercises, { width, height }) {
    const latest = Object.values(exercises).slice(-KEPT);
    return latest.find((one) => {
      const size = this.#made.get(nameOf(one, usual(one)))?.size;
      return one.timeline.length > 0 && (size?.width !== width || size.height !== height);
    });
  }

  /** @param {Exercise} exercise @param {Mannequin} mannequin @param {Size} size */
  make(exercise, mannequin, size) {
    const wishes = usual(exercise);
    mannequin.show(exercise, wishes);
    const picture = mannequin.picture(size);
    picture.style.objectFit = "contain"; // should the place be another than was thought
    const name = nameOf(exercise, wishes);
    this.#made.delete(name);
    this.#made.set(name, { picture, size });
    const oldest = this.#made.keys().next().value;
    if (this.#made.size > KEPT && oldest !== undefined) this.#made.delete(oldest);
  }
}
