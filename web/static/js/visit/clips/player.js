// @ts-check
/** Plays the clip that is shown on the page's video, on the room's clock, and says what becomes of it. */
/** @import { Demonstration, Rendering, ShownClip } from "../../messages.js" */
/** @import { Timers } from "../../lib/timers.js" */
/** @import { VisitState } from "../state.js" */
import { visitOf } from "../people/cast.js";
import { follow, standAt } from "./follow.js";

const LOOK_EVERY_MS = 200;
const AGAIN_MS = 4_000;
/** A jump that took longer than this says nothing about the next one. */
const LONGEST_LAG_MS = 1_000;

export class ClipPlayer {
  #parts;
  /** @type {HTMLVideoElement | null} */
  #video = null;
  /** @type {(Demonstration & { clip: ShownClip }) | null} */
  #shown = null;
  /** Number of the demonstration of which a picture has been seen. @type {number | null} */
  #painted = null;
  /** Server time at which the last jump began; null while none is under way. @type {number | null} */
  #jumping_ms = null;
  #lag_ms = 0;
  #failed_ms = 0;
  #look;

  /**
   * @param {object} parts
   * @param {() => number} parts.now_ms  server time
   * @param {() => boolean} parts.isHidden
   * @param {Timers} parts.timers
   * @param {(rendering: Rendering | null) => void} parts.changed
   */
  constructor(parts) {
    this.#parts = parts;
    this.#look = parts.timers.one(() => this.#keepUp());
  }

  /** After each drawing. @param {HTMLVideoElement | null} video  the page's, if there is one @param {VisitState} state */
  check(video, state) {
    const shown = visitOf(state)?.practice.demonstration ?? null;
    this.#shown = shown?.clip ? { ...shown, clip: shown.clip } : null;
    if (video !== this.#video) this.#take(video);
    if (!this.#shown) return this.#look.stop();
    if (!this.#look.isRunning) this.#keepUp();
    const rendering = this.#rendering(this.#shown);
    if (rendering !== state.rendering) this.#parts.changed(rendering);
  }

  /** @param {HTMLVideoElement | null} video */
  #take(video) {
    this.#video = video;
    this.#painted = null;
    this.#jumping_ms = null;
    if (!video) return;
    const again = () => this.#parts.changed(this.#shown && this.#rendering(this.#shown));
    for (const event of ["loadeddata", "playing", "pause", "error"]) video.addEventListener(event, again);
    video.addEventListener("seeked", () => this.#jumped());
    video.addEventListener("emptied", () => this.#jumped()); // another clip: no jump of this one will end
  }

  #jumped() {
    if (this.#jumping_ms === null) return;
    this.#lag_ms = Math.min(LONGEST_LAG_MS, this.#parts.now_ms() - this.#jumping_ms);
    this.#jumping_ms = null;
    this.#keepUp();
  }

  #keepUp() {
    const [video, shown] = [this.#video, this.#shown];
    if (!shown) return;
    this.#look.start(LOOK_EVERY_MS);
    if (!video) return;
    if (video.error) return this.#tryAgain(video);
    if (this.#parts.isHidden()) return video.pause();
    if (video.readyState < HTMLMediaElement.HAVE_METADATA || this.#jumping_ms !== null) return;
    this.#steer(video, shown);
  }

  /** @param {HTMLVideoElement} video @param {Demonstration & { clip: ShownClip }} shown */
  #steer(video, shown) {
    const now_ms = this.#parts.now_ms();
    const stand = standAt(shown, shown.clip, now_ms);
    const lag_s = (this.#lag_ms / 1_000) * shown.rate;
    const { jump_s, rate } = follow(stand, video.currentTime, shown.clip.duration_s, shown.rate, lag_s);
    video.loop = stand.loops;
    video.playbackRate = rate;
    if (jump_s !== null) {
      this.#jumping_ms = now_ms;
      video.currentTime = jump_s;
    }
    if (stand.isRunning && video.paused) void this.#play(video);
    if (!stand.isRunning && !video.paused) video.pause();
  }

  /** Some phones that spare their battery play nothing without a tap: then there is a button for it. @param {HTMLVideoElement} video */
  async #play(video) {
    try {
      await video.play();
      delete video.dataset["blocked"];
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      if (error.name === "NotAllowedError") video.dataset["blocked"] = ""; // else paused again meanwhile, or not there
    }
  }

  /** @param {HTMLVideoElement} video */
  #tryAgain(video) {
    const now_ms = this.#parts.now_ms();
    if (now_ms - this.#failed_ms < AGAIN_MS) return;
    if (this.#failed_ms !== 0) video.load();
    this.#failed_ms = now_ms;
  }

  /** @param {Demonstration} shown @returns {Rendering | null} null until there is a picture */
  #rendering({ number, is_playing }) {
    const video = this.#video;
    if (this.#parts.isHidden()) return "hidden";
    if (!video) return null;
    if (video.error) return "failed";
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) this.#painted = number;
    if (this.#painted !== number) return null;
    return is_playing && !video.paused ? "playing" : "loaded";
  }
}
