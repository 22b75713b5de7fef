// @ts-check
/**
 * The mannequin on a canvas: `show` an exercise, `draw` a moment of it. It has no clock: whoever asks says where the
 * demonstration stands, so every screen that is asked the same shows the same.
 */
import { AS_IS, eyeFor } from "./camera.js";
import { bodyAt, cycleOf, dosed, placeAt, track } from "./motion.js";
import { isSoftware, NoWebGl, prepare, Stage } from "./stage.js";
import { isMirrored, outline, viewOf } from "./pose_view.js";
import { clamp } from "./space.js";
import { thingsFor } from "./things.js";

/** @import { Look, ViewName } from "./camera.js" */
/** @import { Movement, Pace, Step, Track } from "./motion.js" */
/** @import { Point } from "./space.js" */
/** @import { Thing } from "./things.js" */

/**
 * How to show it: `side` works; `mirror` as in a looking-glass; `rom` shows a share of the movement, 0.3 to 1; `look`
 * turns it from its view.
 * @typedef {{ side?: string, mirror?: boolean, view?: string, rom?: number, dosage?: Pace, look?: Look }} Wishes
 */
/** @typedef {{ movement: Movement, timeline: Step[], track: Track, rom: number, view: ViewName, frame: Point[], mirror: boolean }} Showing */

const FRAMES_A_SECOND = 30;
const FINEST = 1.5;
const COARSEST = 0.6;
/** So many pictures in a row later than this, and the next ones are made of fewer pixels. */
const LATE_MS = 66;
const LATE_COUNT = 12;

export { isMirrored, isSoftware, NoWebGl, prepare };

export class Mannequin {
  #canvas;
  #dark;
  /** @type {Stage | null} */
  #stage;
  /** @type {Showing | null} */
  #showing = null;
  /** @type {Look} */
  #look = AS_IS;
  /** @type {readonly Thing[]} */
  #things = [];
  #position_s = 0;
  #lost = 0;
  #dpr = Math.min(globalThis.devicePixelRatio || 1, FINEST);

  /** Raises `NoWebGl`: show stills instead. @param {HTMLCanvasElement} canvas @param {{ theme?: "light" | "dark" }} [options] */
  constructor(canvas, { theme = "light" } = {}) {
    this.#canvas = canvas;
    this.#dark = theme === "dark";
    this.#stage = this.#staged();
    canvas.addEventListener("webglcontextlost", this.#onLost);
    canvas.addEventListener("webglcontextrestored", this.#onRestored);
  }

  /** Let the graphics card get ready, on a canvas that nobody sees yet. */
  warm() {
    this.#stage?.warm();
  }

  /** How often the graphics card was taken away and given back. */
  get lost() {
    return this.#lost;
  }

  /** Whether the graphics card is there now. */
  get canDraw() {
    return this.#stage !== null;
  }

  /** @param {Movement} movement @param {Wishes} [wishes] */
  show(movement, { side, mirror = false, view, rom = 1, dosage = {}, look = AS_IS } = {}) {
    const otherSide = isMirrored(movement, side);
    const ready = track(movement, otherSide);
    const keys = movement.timeline.map((_, step) => bodyAt(ready, { step, t: 1 }));
    const share = clamp(rom, 0.3, 1);
    const upper = movement.framing === "upper_body";
    const frame = keys.flatMap((body) => outline(body, upper));
    const seenFrom = viewOf(view ?? movement.views?.[0], otherSide && view === undefined);
    this.#showing = {
      movement,
      timeline: dosed(movement, dosage),
      track: ready,
      rom: share,
      view: seenFrom,
      frame,
      mirror,
    };
    this.#look = look;
    this.#canvas.style.transform = mirror ? "scaleX(-1)" : "";
    this.#things = thingsFor(movement, keys, otherSide);
    this.#stage?.furnish(this.#things);
  }

  /** Seconds of one repetition of what is shown. */
  get cycle_s() {
    return this.#showing ? cycleOf(this.#showing.timeline) : 0;
  }

  /** @param {number} position_s  since the first repetition began; it goes round; before it, below 0, the start is shown */
  draw(position_s) {
    this.#position_s = position_s;
    this.#paint(position_s, { width: this.#canvas.clientWidth, height: this.#canvas.clientHeight });
  }

  /** How what is shown begins, as a picture that stays. @param {{ width: number, height: number }} size  in CSS pixels @returns {HTMLCanvasElement} */
  picture(size) {
    this.#paint(0, size);
    const kept = document.createElement("canvas");
    kept.width = this.#canvas.width;
    kept.height = this.#canvas.height;
    kept.getContext("2d")?.drawImage(this.#canvas, 0, 0); // at once: what WebGL has drawn is gone with the next frame
    return kept;
  }

  /** @param {number} position_s @param {{ width: number, height: number }} size */
  #paint(position_s, { width, height }) {
    const showing = this.#showing;
    if (!showing || !this.#stage || !width || !height) return;
    this.#stage.resize(width, height);
    const within = position_s < 0 ? 0 : position_s % (this.cycle_s || 1);
    const body = bodyAt(showing.track, placeAt(showing.timeline, within), showing.rom);
    this.#stage.draw(body, eyeFor(showing.frame, showing.view, width / height, this.#look));
  }

  /** @param {number} around @param {number} above  degrees by which to go round the figure */
  orbit(around, above) {
    const turned = this.#showing?.mirror ? -around : around;
    this.#look = { ...this.#look, around: this.#look.around + turned, above: clamp(this.#look.above + above, -60, 80) };
    this.draw(this.#position_s);
  }

  /** @param {number} times  nearer; below 1 farther */
  zoom(times) {
    this.#look = { ...this.#look, nearer: clamp(this.#look.nearer * times, 0.6, 3.5) };
    this.draw(this.#position_s);
  }

  /** Back to the view that the exercise is best seen from. */
  reset() {
    this.#look = AS_IS;
    this.draw(this.#position_s);
  }

  /** Fewer pixels from now on, for a device that does not keep up. */
  coarser() {
    this.#dpr = Math.max(this.#dpr * 0.75, COARSEST);
    if (this.#stage) this.#stage.dpr = this.#dpr;
  }

  /** Nobody looks any more: the last picture is not left to be made when the next one is waited for. */
  rest() {
    this.#stage?.flush();
  }

  /** Let the graphics card go. */
  close() {
    this.#canvas.removeEventListener("webglcontextlost", this.#onLost);
    this.#canvas.removeEventListener("webglcontextrestored", this.#onRestored);
    this.#stage?.close();
    this.#stage = null;
  }

  #staged() {
    return new Stage(this.#canvas, { dark: this.#dark, dpr: this.#dpr });
  }

  #onLost = (/** @type {Event} */ event) => {
    event.preventDefault();
    this.#lost += 1;
    this.#stage = null;
  };

  #onRestored = () => {
    try {
      this.#stage = this.#staged();
    } catch (error) {
      if (error instanceof NoWebGl) return; // not back after all
      throw error;
    }
    this.#stage.furnish(this.#things);
    this.draw(this.#position_s);
  };
}

/**
 * Draw what `position` says, at most 30 times a second, only while the canvas can be seen. Returns how to stop.
 * @param {HTMLCanvasElement} canvas @param {Mannequin} mannequin
 * @param {() => number | null} position  seconds, or null while nothing is to be drawn
 */
export function follow(canvas, mannequin, position) {
  let drawn_ms = 0;
  let frame = 0;
  let visible = true;
  let late = 0;
  const next = () => {
    frame = visible && !document.hidden ? requestAnimationFrame(each) : 0;
  };
  const each = (/** @type {number} */ now_ms) => {
    const since_ms = now_ms - drawn_ms;
    if (since_ms >= 1000 / FRAMES_A_SECOND - 4) {
      drawn_ms = now_ms;
      late = since_ms > LATE_MS && since_ms < 1000 ? late + 1 : 0;
      if (late === LATE_COUNT) mannequin.coarser();
      late %= LATE_COUNT;
      const at_s = position();
      if (at_s !== null) mannequin.draw(at_s);
    }
    next();
  };
  const wake = () => {
    if (!frame) next();
  };
  const watch = new IntersectionObserver(([entry]) => {
    visible = entry?.isIntersecting ?? true;
    wake();
  });
  watch.observe(canvas);
  document.addEventListener("visibilitychange", wake);
  if (!document.hidden) each(performance.now()); // within the frame that shows the canvas: else it has what was drawn last
  return () => {
    cancelAnimationFrame(frame);
    visible = false;
    watch.disconnect();
    document.removeEventListener("visibilitychange", wake);
  };
}

/**
 * Let a pointer turn the figure and two fingers or the wheel bring it nearer; arrow keys, + and - and 0 do the same.
 * @param {HTMLCanvasElement} canvas  focusable @param {Mannequin} mannequin @param {AbortSignal} signal  ends it
 */
export function handle(canvas, mannequin, signal) {
  /** @type {Map<number, PointerEvent>} */
  const down = new Map();
  canvas.addEventListener(
    "pointerdown",
    (event) => {
      down.set(event.pointerId, event);
      canvas.setPointerCapture(event.pointerId);
    },
    { signal },
  );
  canvas.addEventListener(
    "pointermove",
    (event) => {
      const before = down.get(event.pointerId);
      if (!before) return;
      const other = [...down.values()].find((one) => one.pointerId !== event.pointerId);
      if (other) mannequin.zoom(apart(event, other) / Math.max(apart(before, other), 1));
      else mannequin.orbit((before.clientX - event.clientX) * 0.5, (event.clientY - before.clientY) * 0.4);
      down.set(event.pointerId, event);
    },
    { signal },
  );
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => down.delete(/** @type {PointerEvent} */ (event).pointerId), { signal });
  }
  canvas.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      mannequin.zoom(Math.exp(-event.deltaY / 200));
    },
    { signal, passive: false },
  );
  canvas.addEventListener(
    "keydown",
    (event) => {
      const does = KEYS[event.key];
      if (!does || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      does(mannequin);
    },
    { signal },
  );
}

/** @type {Record<string, (mannequin: Mannequin) => void>} */
const KEYS = {
  ArrowLeft: (mannequin) => mannequin.orbit(-15, 0),
  ArrowRight: (mannequin) => mannequin.orbit(15, 0),
  ArrowUp: (mannequin) => mannequin.orbit(0, 10),
  ArrowDown: (mannequin) => mannequin.orbit(0, -10),
  "+": (mannequin) => mannequin.zoom(1.2),
  "=": (mannequin) => mannequin.zoom(1.2),
  "-": (mannequin) => mannequin.zoom(1 / 1.2),
  0: (mannequin) => mannequin.reset(),
};

/** @param {PointerEvent} a @param {PointerEvent} b */
const apart = (a, b) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
