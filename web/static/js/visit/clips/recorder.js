// @ts-check
/**
 * Records a demonstration with the camera that the page has: it works on copies of its tracks, and asks for none. The
 * microphone takes part only if that was chosen; what is recorded stays on this device until somebody keeps it.
 */
/** @import { Timers } from "../../lib/timers.js" */
import { recordedType } from "./rules.js";

export const MOST_S = 180;
const COUNT_FROM = 3;
const LOOK_EVERY_MS = 250;
/** Enough for 1280 by 720, and three minutes of it stay far below the limit. */
const BITS_PER_S = 2_500_000;

/**
 * @typedef {object} Recording
 * @property {"ready" | "counting" | "recording"} phase
 * @property {number} left  of the count-in
 * @property {number} elapsed_s
 */
/**
 * @typedef {object} RecorderWorld
 * @property {Timers} timers
 * @property {() => number} now_ms
 * @property {(type: string) => boolean} isSupported
 * @property {(stream: MediaStream, options: MediaRecorderOptions) => MediaRecorder} make
 * @property {(tracks: MediaStreamTrack[]) => MediaStream} bind
 * @property {(recording: Recording | null) => void} changed
 * @property {(film: Blob) => void} done  something was recorded
 */

export class Recorder {
  #world;
  #timer;
  /** @type {Recording | null} */
  #recording = null;
  /** The camera's own track, of which a copy is recorded. @type {MediaStreamTrack | null} */
  #source = null;
  /** @type {MediaStream | null} */
  #copies = null;
  /** @type {MediaRecorder | null} */
  #machine = null;
  #began_ms = 0;
  #has_sound = false;

  /** @param {RecorderWorld} world */
  constructor(world) {
    this.#world = world;
    this.#timer = world.timers.one(() => this.#next());
  }

  /** Whether this browser can record at all. */
  get isPossible() {
    return recordedType(false, this.#world.isSupported) !== null;
  }

  /** Looks at the camera first: nothing is recorded yet. */
  open() {
    this.#show({ phase: "ready", left: 0, elapsed_s: 0 });
  }

  /** Counts in, then records. @param {MediaStream} stream  the page's own @param {boolean} has_sound */
  begin(stream, has_sound) {
    this.#source = stream.getVideoTracks()[0] ?? null;
    if (!this.#source) return this.cancel();
    this.#has_sound = has_sound;
    this.#copies = this.#world.bind(copiesOf(stream, has_sound));
    this.#show({ phase: "counting", left: COUNT_FROM, elapsed_s: 0 });
    this.#timer.start(1_000);
  }

  /** Ends it; what was recorded is handed over. Before it began, nothing was. */
  stop() {
    if (!this.#machine) return this.cancel();
    if (this.#machine.state !== "inactive") this.#machine.stop(); // else it is about to hand over
  }

  /** Ends it, and nothing is left of it. */
  cancel() {
    const machine = this.#machine;
    this.#machine = null; // whatever it still has is nobody's
    if (machine && machine.state !== "inactive") machine.stop();
    this.#letGo();
  }

  /** A camera that was switched off or changed is not recorded any longer. @param {MediaStream | null} stream  the page's own, now */
  follow(stream) {
    if (!this.#source || stream?.getVideoTracks()[0] === this.#source) return;
    this.stop();
  }

  #next() {
    const { phase, left } = this.#recording ?? { phase: "ready", left: 0 };
    if (phase === "counting" && left > 1) {
      this.#show({ phase, left: left - 1, elapsed_s: 0 });
      return this.#timer.start(1_000);
    }
    if (phase === "counting") return this.#start();
    if (phase !== "recording") return;
    const elapsed_s = (this.#world.now_ms() - this.#began_ms) / 1_000;
    if (elapsed_s >= MOST_S) return this.stop();
    this.#show({ phase, left: 0, elapsed_s });
    this.#timer.start(LOOK_EVERY_MS);
  }

  #start() {
    const type = recordedType(this.#has_sound, this.#world.isSupported);
    if (!this.#copies || !type) return this.cancel();
    const machine = this.#world.make(this.#copies, { mimeType: type, videoBitsPerSecond: BITS_PER_S });
    /** @type {Blob[]} */
    const pieces = [];
    machine.ondataavailable = ({ data }) => pieces.push(data);
    machine.onstop = () => this.#finished(machine, new Blob(pieces, { type: type.split(";")[0] ?? type }));
    machine.start(1_000);
    this.#machine = machine;
    this.#began_ms = this.#world.now_ms();
    this.#show({ phase: "recording", left: 0, elapsed_s: 0 });
    this.#timer.start(LOOK_EVERY_MS);
  }

  /** @param {MediaRecorder} machine @param {Blob} film */
  #finished(machine, film) {
    if (machine !== this.#machine) return; // cancelled
    this.#letGo();
    if (film.size > 0) this.#world.done(film);
  }

  #letGo() {
    this.#timer.stop();
    for (const track of this.#copies?.getTracks() ?? []) track.stop();
    this.#copies = null;
    this.#source = null;
    this.#machine = null;
    this.#show(null);
  }

  /** @param {Recording | null} recording */
  #show(recording) {
    if (recording === this.#recording) return;
    this.#recording = recording;
    this.#world.changed(recording);
  }
}

/** @param {MediaStream} stream @param {boolean} has_sound @returns {MediaStreamTrack[]} */
function copiesOf(stream, has_sound) {
  const [video, audio] = [stream.getVideoTracks()[0], has_sound ? stream.getAudioTracks()[0] : undefined];
  const copies = [video, audio].filter((track) => track !== undefined).map((track) => track.clone());
  for (const copy of copies) copy.enabled = true; // whoever is muted for the others, and wants sound here, is heard here
  return copies;
}
