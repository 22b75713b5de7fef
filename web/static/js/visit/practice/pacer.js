// @ts-check
/** Follows what is done together: a beat for the screen each second and each phase, and cues that are due in time. */
/** @import { Timers } from "../../lib/timers.js" */
/** @import { Beat } from "./playback.js" */
/** @import { Exercise } from "./shelf.js" */
/** @import { VisitState } from "../state.js" */
import { wantedOf } from "./easel.js";
import { beatAt, isSameBeat, momentAt } from "./playback.js";

const LOOK_EVERY_MS = 100;
/** Cues are known so long before they are due that the audio clock can keep them to the millisecond. */
const AHEAD_MS = 150;

export class Pacer {
  #now_ms;
  #changed;
  #cue;
  #timer;
  /** @type {VisitState | null} */
  #state = null;
  /** @type {Beat | null} */
  #cued = null;

  /**
   * @param {() => number} now_ms  server time
   * @param {(beat: Beat | null) => void} changed
   * @param {(before: Beat | null, after: Beat, in_s: number, exercise: Exercise) => void} cue
   * @param {Timers} timers
   */
  constructor(now_ms, changed, cue, timers) {
    this.#now_ms = now_ms;
    this.#changed = changed;
    this.#cue = cue;
    this.#timer = timers.one(() => this.#look());
  }

  /** @param {VisitState} state  as drawn */
  check(state) {
    this.#state = state;
    if (!this.#timer.isRunning) this.#look();
  }

  #look() {
    const state = this.#state;
    if (!state) return;
    const wanted = wantedOf(state);
    if (wanted?.shown.mode !== "together") {
      this.#cued = null;
      if (state.beat) this.#show(null);
      return;
    }
    const { shown, exercise } = wanted;
    const now_ms = this.#now_ms();
    const beat = beatAt(shown, exercise, now_ms);
    if (!isSameBeat(beat, state.beat)) this.#show(beat);
    if (!shown.is_playing) {
      this.#cued = null;
      return;
    }
    const ahead = beatAt(shown, exercise, now_ms + AHEAD_MS * shown.rate);
    if (ahead && !isSameBeat(ahead, this.#cued)) {
      const isDue = isSameBeat(ahead, beat);
      const { remaining_s } = momentAt(shown, exercise, now_ms);
      const in_s = isDue ? 0 : Math.max(0, remaining_s / shown.rate - ((beat?.left_s ?? 1) - 1));
      this.#cue(this.#cued, ahead, in_s, exercise);
      this.#cued = ahead;
    }
    if (beat?.phase !== "done") this.#timer.start(LOOK_EVERY_MS);
  }

  /** @param {Beat | null} beat */
  #show(beat) {
    if (this.#state) this.#state = { ...this.#state, beat };
    this.#changed(beat);
  }
}
