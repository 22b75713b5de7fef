// @ts-check
/** Where a clip stands on the room's clock, and how a video that plays by itself is brought there. Pure. */
/** @import { Demonstration, ShownClip } from "../../messages.js" */
/** @import { Counted } from "../practice/playback.js" */
import { positionAt } from "../practice/practice.js";

/** Further away than this, it jumps. */
const JUMP_S = 0.25;
/** Nearer than this, it is there: a third of a picture's time. */
const THERE_S = 0.01;
/** A picture that stands still stands at the same place everywhere. */
const STILL_S = 0.02;
/** It catches up within about a second, and never so fast that anybody sees it. */
const CATCH_UP_S = 1;
const MOST_BEND = 0.1;
/** Of the end itself some browsers have no picture. */
const LAST_S = 0.05;

/** Where it should be: `target_s` into the clip, moving or not. @typedef {{ target_s: number, isRunning: boolean, loops: boolean }} Stand */

/** @param {ShownClip} clip @returns {Counted} what plays and scrubs exercises takes it for one movement, as long as it is */
export function asCounted({ duration_s }) {
  return { timeline: [{ pose: "", move_s: duration_s, hold_s: 0 }], held: [], laterality: "both" };
}

/**
 * @param {Pick<Demonstration, "mode" | "is_playing" | "anchor_at" | "anchor_s" | "rate">} shown
 * @param {Pick<ShownClip, "duration_s">} clip @param {number} now_ms  server time @returns {Stand}
 */
export function standAt(shown, { duration_s }, now_ms) {
  const position_s = positionAt(shown, now_ms);
  const loops = shown.mode !== "once";
  const isOver = !loops && position_s >= duration_s;
  const target_s = loops ? within(position_s, duration_s) : Math.min(position_s, duration_s - LAST_S);
  return { target_s: Math.max(0, target_s), isRunning: shown.is_playing && !isOver, loops };
}

/**
 * What to do with a video that is at `at_s` now.
 * @param {Stand} stand @param {number} at_s @param {number} length_s @param {number} rate  of the room
 * @param {number} lag_s  of the clip, that pass until a jump is done
 * @returns {{ jump_s: number | null, rate: number }} where to jump, if so; how fast to play
 */
export function follow({ target_s, isRunning, loops }, at_s, length_s, rate, lag_s) {
  const away_s = loops && isRunning ? shortest(target_s - at_s, length_s) : target_s - at_s;
  if (!isRunning) return { jump_s: Math.abs(away_s) > STILL_S ? target_s : null, rate };
  if (Math.abs(away_s) > JUMP_S) {
    const ahead_s = target_s + lag_s;
    return { jump_s: loops ? within(ahead_s, length_s) : Math.min(ahead_s, length_s - LAST_S), rate };
  }
  if (Math.abs(away_s) <= THERE_S) return { jump_s: null, rate };
  const bend = Math.min(MOST_BEND, Math.max(-MOST_BEND, away_s / CATCH_UP_S));
  return { jump_s: null, rate: rate * (1 + bend) };
}

/** @param {number} position_s @param {number} length_s */
const within = (position_s, length_s) => position_s - Math.floor(position_s / length_s) * length_s;

/** The way round is short where the end is also the beginning. @param {number} away_s @param {number} length_s */
const shortest = (away_s, length_s) => away_s - Math.round(away_s / length_s) * length_s;
