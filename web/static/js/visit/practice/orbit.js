// @ts-check
/**
 * A hand on the figure: dragging goes round it, two fingers or a pinch on a trackpad come nearer. One's own screen follows at
 * once, the others' now and then and at the end. The buttons of `panel/aim.js` do the same without a hand.
 */
/** @import { Aim } from "../../messages.js" */
/** @import { Timers } from "../../lib/timers.js" */
import { dragged, neared, whole } from "./turning.js";

/** @typedef {{ x: number, y: number }} Point  in CSS pixels */
/** Who follows: `seen` at once, `told` now and then, `ended` when the hand is gone. @typedef {Readonly<Record<"seen" | "told" | "ended", (aim: Aim) => void>>} Audience */

const TELL_EVERY_MS = 250;
/** A wheel does not say that it is done. */
const WHEEL_RESTS_MS = 300;
/** So much of a wheel is e times nearer. */
const WHEEL = 200;

export class Orbit {
  /** @type {Map<number, Point>} */
  #fingers = new Map();
  /** What is being turned, with fractions of a degree. @type {{ aim: Aim, audience: Audience, hasTurned: boolean } | null} */
  #held = null;
  #isTold = true;
  #pause;
  #rest;

  /** @param {Timers} timers */
  constructor(timers) {
    this.#pause = timers.one(() => this.#isTold || this.#tell());
    this.#rest = timers.one(() => this.#letGo());
  }

  get isHeld() {
    return this.#held !== null;
  }

  /** @param {number} finger @param {Point} point @param {Aim} aim  as it is seen now @param {Audience} audience */
  take(finger, point, aim, audience) {
    this.#hold(aim, audience);
    this.#fingers.set(finger, point);
  }

  /** @param {number} finger @param {Point} point */
  move(finger, point) {
    const before = this.#fingers.get(finger);
    if (!before || !this.#held) return;
    this.#fingers.set(finger, point);
    const other = [...this.#fingers].find(([one]) => one !== finger)?.[1];
    const { aim } = this.#held;
    if (other) this.#turn(neared(aim, apart(point, other) / Math.max(1, apart(before, other))));
    else this.#turn(dragged(aim, point.x - before.x, point.y - before.y));
  }

  /** @param {number} finger  lifted, or taken by the browser to scroll */
  leave(finger) {
    if (this.#fingers.delete(finger) && this.#fingers.size === 0) this.#letGo();
  }

  /** @param {number} delta  down is away @param {Aim} aim @param {Audience} audience */
  wheel(delta, aim, audience) {
    this.#hold(aim, audience);
    if (this.#held) this.#turn(neared(this.#held.aim, Math.exp(-delta / WHEEL)));
    if (this.#fingers.size === 0) this.#rest.start(WHEEL_RESTS_MS);
  }

  /** @param {Aim} aim @param {Audience} audience */
  #hold(aim, audience) {
    this.#held ??= { aim, audience, hasTurned: false };
  }

  /** @param {Aim} aim */
  #turn(aim) {
    if (!this.#held) return;
    this.#held = { ...this.#held, aim, hasTurned: true };
    this.#isTold = false;
    this.#held.audience.seen(whole(aim));
    if (!this.#pause.isRunning) this.#tell();
  }

  #tell() {
    this.#isTold = true;
    this.#held?.audience.told(whole(this.#held.aim));
    this.#pause.start(TELL_EVERY_MS);
  }

  #letGo() {
    const held = this.#held;
    this.#held = null;
    this.#isTold = true;
    this.#pause.stop();
    this.#rest.stop();
    if (held?.hasTurned) held.audience.ended(whole(held.aim));
  }
}

/** @param {Point} a @param {Point} b */
const apart = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);
