// @ts-check
/**
 * Draws what is shown where movement is wanted and possible, and says what becomes of it. One canvas is made, in advance
 * where a graphics card does the work, and hung wherever the screen has a place: the first picture costs most.
 */
/** @import { Demonstration, Rendering } from "../../messages.js" */
/** @import { Mannequin } from "../../mannequin/player.js" */
/** @import { Size } from "./posters.js" */
/** @import { Exercise } from "./shelf.js" */
/** @import { VisitState } from "../state.js" */
import { whenIdle } from "../../lib/idle.js";
import { visitOf } from "../people/cast.js";
import { stanceAt } from "./playback.js";
import { Posters, wishesOf } from "./posters.js";
import { keyOf } from "./shelf.js";

/** A graphics card that was taken away comes back at once, or not soon. */
const GONE_MS = 3_000;

/** @typedef {{ shown: Demonstration, exercise: Exercise }} Wanted */
/** @typedef {typeof import("../../mannequin/player.js")} Player */

export class Easel {
  #parts;
  /** @type {Element | null} */
  #place = null;
  /** @type {Wanted | null} */
  #wanted = null;
  /** @type {Player | null} */
  #player = null;
  #isLoading = false;
  /** This device cannot draw movement: no WebGL, or the code could not be had. */
  #isUnable = false;
  /** Number of the demonstration that has been drawn. @type {number | null} */
  #painted = null;
  /** Kept from one demonstration to the next. @type {{ canvas: HTMLCanvasElement, mannequin: Mannequin } | null} */
  #picture = null;
  #isHung = false;
  /** Since when the graphics card is gone. @type {number | null} */
  #gone_ms = null;
  /** @type {() => void} */
  #stop = () => {};
  #dressed = "";
  #drawn = "";
  #posters = new Posters();
  /** What is seen until the figure is drawn. @type {{ picture: HTMLCanvasElement, isSeen: boolean } | null} */
  #poster = null;
  #isMaking = false;
  /** Of the place where the figure was last; before, what most phones have. @type {Size | null} */
  #size = null;

  /**
   * @param {object} parts
   * @param {() => Promise<Player>} parts.load
   * @param {() => number} parts.now_ms  server time
   * @param {() => boolean} parts.isCalm  stills are wanted: less motion, or less to fetch
   * @param {() => boolean} parts.isHidden
   * @param {(rendering: Rendering | null) => void} parts.changed
   * @param {(run: () => void) => void} [parts.whenSeen]  once what has just been put on the page is on the screen
   * @param {(run: () => void) => void} [parts.whenIdle]
   */
  constructor(parts) {
    this.#parts = parts;
  }

  /** The code comes while nobody waits for it; a failure shows when it is needed. */
  prepare() {
    if (!this.#parts.isCalm()) this.#load();
  }

  /** @param {Element | null} place  for the canvas, if the screen has one @param {VisitState} state */
  check(place, state) {
    this.#wanted = wantedOf(state);
    if (place !== this.#place) this.#takeDown();
    this.#place = place;
    if (this.#wanted && place && !this.#isStill()) this.#hang(place);
    if (state.goodbye !== null) this.#letGo();
    else if (!this.#wanted && state.page.role !== "therapist") this.#makePosters(state);
    const rendering = this.#rendering(state);
    if (rendering !== state.rendering) this.#parts.changed(rendering);
  }

  #isStill() {
    return this.#isUnable || this.#parts.isCalm();
  }

  /** @param {VisitState} state @returns {Rendering | null} */
  #rendering(state) {
    const shown = visitOf(state)?.practice.demonstration;
    if (!shown) return null;
    if (shown.clip) return state.rendering; // played, not drawn: clip_player.js says
    if (this.#parts.isHidden()) return "hidden";
    if (!this.#wanted) return state.missing.has(keyOf(shown.exercise, shown.version)) ? "failed" : null;
    if (this.#wanted.exercise.timeline.length === 0) return "playing";
    if (this.#isStill()) return "stills";
    if (this.#painted !== shown.number) return null;
    return shown.is_playing ? "playing" : "loaded";
  }

  #load() {
    if (this.#player || this.#isLoading) return;
    this.#isLoading = true;
    this.#parts.load().then(
      (player) => {
        this.#player = player;
        player.prepare();
        if (!player.isSoftware()) this.#made(player)?.mannequin.warm();
        this.#parts.changed(null); // draws again
      },
      (error) => this.#giveUp(error),
    );
  }

  /** @param {unknown} error */
  #giveUp(error) {
    console.warn("No mannequin:", error);
    this.#isUnable = true;
    this.#parts.changed("stills");
  }

  /** @param {Element} place */
  #hang(place) {
    if (this.#isHung || this.#wanted?.exercise.timeline.length === 0) return;
    if (!this.#player) return this.#load();
    const picture = this.#made(this.#player);
    if (!picture) return;
    this.#poster ??= this.#putUp(place);
    if (this.#poster && !this.#poster.isSeen) return;
    const { canvas, mannequin } = picture;
    place.append(canvas);
    this.#isHung = true;
    this.#dressed = "";
    this.#drawn = "";
    this.#stop = this.#player.follow(canvas, mannequin, () => this.#pose(picture));
    this.#poster?.picture.remove();
    const { clientWidth: width, clientHeight: height } = canvas;
    if (width && height) this.#size = { width, height };
  }

  /** @param {Element} place @returns {{ picture: HTMLCanvasElement, isSeen: boolean } | null} */
  #putUp(place) {
    if (!this.#wanted) return null;
    const { shown, exercise } = this.#wanted;
    const { cycle_s, side } = stanceAt(shown, exercise, this.#parts.now_ms());
    const picture = this.#posters.find(exercise, wishesOf(shown.aim, shown.dosage, side), cycle_s);
    if (!picture) return null;
    place.append(picture);
    const poster = { picture, isSeen: false };
    (this.#parts.whenSeen ?? whenSeen)(() => {
      poster.isSeen = true;
      if (this.#poster === poster) this.#hang(place);
    });
    return poster;
  }

  /** One at a time, of what was fetched ahead; a graphics card needs none. @param {VisitState} state */
  #makePosters({ exercises }) {
    if (this.#isMaking || this.#isStill() || !this.#player?.isSoftware()) return;
    const size = this.#size ?? { width: innerWidth - 16, height: Math.round(innerHeight * 0.35) };
    const exercise = this.#posters.missing(exercises, size);
    const picture = exercise && this.#made(this.#player);
    if (!picture) return;
    this.#isMaking = true;
    (this.#parts.whenIdle ?? whenIdle)(() => {
      this.#isMaking = false;
      if (this.#wanted || this.#picture !== picture) return;
      this.#posters.make(exercise, picture.mannequin, size);
      this.#parts.changed(null); // is there another?
    });
  }

  /** @param {Player} player @returns {{ canvas: HTMLCanvasElement, mannequin: Mannequin } | null} null where nothing can be drawn */
  #made({ Mannequin, NoWebGl }) {
    if (this.#picture) return this.#picture;
    const canvas = document.createElement("canvas");
    try {
      this.#picture = { canvas, mannequin: new Mannequin(canvas, { theme: "dark" }) };
    } catch (error) {
      if (!(error instanceof NoWebGl)) throw error;
      this.#giveUp(error);
    }
    return this.#picture;
  }

  /**
   * Called for each frame.
   * @param {{ canvas: HTMLCanvasElement, mannequin: Mannequin }} picture
   * @returns {number | null} seconds into the repetition, to be drawn
   */
  #pose({ canvas, mannequin }) {
    if (!this.#wanted || this.#isGone(mannequin)) return null;
    const { shown, exercise } = this.#wanted;
    const { cycle_s, side } = stanceAt(shown, exercise, this.#parts.now_ms());
    const dress = JSON.stringify([shown.number, side, shown.aim, shown.dosage]);
    if (dress !== this.#dressed) {
      this.#dressed = dress;
      mannequin.show(exercise, wishesOf(shown.aim, shown.dosage, side));
    }
    if (this.#painted !== shown.number) {
      this.#painted = shown.number;
      this.#parts.changed(shown.is_playing ? "playing" : "loaded");
    }
    const { clientWidth, clientHeight } = canvas;
    return this.#isNew(`${dress} ${cycle_s} ${clientWidth} ${clientHeight} ${mannequin.lost}`) ? cycle_s : null;
  }

  /** Nobody looks at an empty place for long: then stills are shown, and the therapist is told. @param {Mannequin} mannequin */
  #isGone(mannequin) {
    if (mannequin.canDraw) {
      this.#gone_ms = null;
      return false;
    }
    const now_ms = this.#parts.now_ms();
    this.#gone_ms ??= now_ms;
    if (now_ms - this.#gone_ms >= GONE_MS) this.#giveUp(new Error("The graphics card is gone."));
    return true;
  }

  /** Whoever pauses spares the battery: the same picture is not drawn twice. @param {string} frame */
  #isNew(frame) {
    const isNew = frame !== this.#drawn;
    this.#drawn = frame;
    return isNew;
  }

  #takeDown() {
    this.#stop();
    this.#stop = () => {};
    this.#picture?.canvas.remove();
    this.#picture?.mannequin.rest();
    this.#poster?.picture.remove();
    this.#poster = null;
    this.#isHung = false;
    this.#painted = null;
  }

  /** The visit is over: the graphics card is for others. */
  #letGo() {
    this.#takeDown();
    this.#picture?.mannequin.close();
    this.#picture = null;
  }
}

/** @param {() => void} run  two frames on, the first of them is on the screen */
function whenSeen(run) {
  requestAnimationFrame(() => requestAnimationFrame(run));
}

/** @param {VisitState} state @returns {Wanted | null} what is shown, once its entry is here */
export function wantedOf(state) {
  const shown = visitOf(state)?.practice.demonstration;
  const exercise = shown && state.exercises[keyOf(shown.exercise, shown.version)];
  return shown && exercise ? { shown, exercise } : null;
}

/** @returns {boolean} this person, or this connection, is better off with stills */
export function isCalm() {
  return isSparing() || matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** @returns {boolean} this person wants little to be fetched */
export function isSparing() {
  return /** @type {any} */ (navigator).connection?.saveData === true;
}
