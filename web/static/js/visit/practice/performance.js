// @ts-check
/** Plays what is shown on this screen: the moving figure, its preview, the count, tones and voice. */
/** @import { AnySignal, ParticipantId } from "../../messages.js" */
/** @import { Beat } from "./playback.js" */
/** @import { Exercise } from "./shelf.js" */
/** @import { VisitState } from "../state.js" */
/** @import { Board } from "../board.js" */
/** @import { Sounds } from "../media/sounds.js" */
/** @import { Timers } from "../../lib/timers.js" */
import { locale } from "../../lib/i18n.js";
import { company } from "../people/cast.js";
import { cueFor } from "./cues.js";
import { ClipPlayer } from "../clips/player.js";
import { Easel, isCalm } from "./easel.js";
import { Pacer } from "./pacer.js";
import { orbited, previewed } from "../panel/preview.js";
import { proofOf } from "./proof.js";
import { inLanguage } from "./shelf.js";
import { Told } from "../told.js";
import { participantOf } from "../view.js";
import { Voice } from "./voice.js";
import { randomNumber, sha256, WordsAloud } from "../words_aloud.js";

/** Higher to move, level to hold, lower to rest: what to do can be heard without words. */
const TONES_HZ = { tick: 660, move: 880, hold: 587.33, rest: 392, done: 1_046.5 };

/** Up when a recording begins, down when it stops. @type {[number, number]} */
const RECORDING_HZ = [523.25, 783.99];

/**
 * @typedef {object} Parts
 * @property {Board<VisitState>} board
 * @property {Sounds} sounds
 * @property {Timers} timers
 * @property {(to: ParticipantId, signal: AnySignal) => boolean} signal  to one of the others; false when it could not be sent
 * @property {() => number} now_ms  server time
 * @property {Element} root  of the page
 */

export class Performance {
  #parts;
  #easel;
  #preview;
  #clips;
  #pacer;
  #proof;
  #coming;
  #isRecording = false;
  /** What both sides can read aloud to know that nobody stands between. */
  words;
  #voice = new Voice(window.speechSynthesis, locale);

  /** @param {Parts} parts */
  constructor(parts) {
    const { board, timers, now_ms } = parts;
    const easel = { load: () => import("../../mannequin/player.js"), now_ms, isCalm, isHidden: () => document.hidden };
    this.#parts = parts;
    this.#proof = new Told(parts.signal);
    this.#coming = new Told(parts.signal);
    this.#easel = new Easel({ ...easel, changed: (rendering) => board.change({ rendering }) });
    this.#preview = new Easel({
      ...easel,
      changed: (rendering) => board.change({ panel: { ...board.state.panel, rendering } }),
    });
    this.#clips = new ClipPlayer({
      now_ms,
      isHidden: easel.isHidden,
      timers,
      changed: (rendering) => board.change({ rendering }),
    });
    this.words = new WordsAloud({
      signal: parts.signal,
      begins: (id) => this.#isImpolite(id),
      random: randomNumber,
      digest: sha256,
      changed: () => board.change({ spoken: this.words.spoken }),
      timers,
    });
    this.#pacer = new Pacer(
      now_ms,
      (beat) => board.change({ beat }),
      (...cue) => this.#cue(...cue),
      timers,
    );
  }

  /** The code that draws comes while nobody waits for it. */
  prepare() {
    this.#easel.prepare();
  }

  /** After each drawing. @param {VisitState} state */
  check(state) {
    const { root, board } = this.#parts;
    this.#easel.check(root.querySelector("[data-shown]"), orbited(state));
    this.#clips.check(root.querySelector("video[data-clip]"), state);
    state.desk?.clips.check(state, (clips) => board.change({ panel: { ...board.state.panel, clips } }));
    state.desk?.bedside.check(state, (bedside) => board.change({ bedside }));
    if (state.page.role === "therapist") {
      this.#preview.check(root.querySelector("[data-preview]"), previewed(state));
    }
    this.#pacer.check(state);
    this.words.setPresent(state.present);
    for (const { id } of company(state)) {
      const keys = state.peers[id]?.line?.keys;
      if (keys) this.words.connected(id, keys);
    }
    this.#sign(state);
    this.#proof.tell(state, proofOf(state));
    this.#coming.tell(state, state.desk?.comingOf(state) ?? null);
  }

  /** When recording begins and stops, everybody hears it. @param {VisitState} state */
  #sign(state) {
    const { view } = state;
    const isRecording = view?.type === "visit" && view.recording?.state === "running";
    if (isRecording === this.#isRecording) return;
    this.#isRecording = isRecording;
    const [first, second] = isRecording ? RECORDING_HZ : [RECORDING_HZ[1], RECORDING_HZ[0]];
    this.#parts.sounds.tone(first, 0);
    this.#parts.sounds.tone(second, 0.18);
  }

  /** Whether this side begins. @param {ParticipantId} id */
  #isImpolite(id) {
    const { view } = this.#parts.board.state;
    return view?.type === "visit" && participantOf(view, id)?.is_polite === false;
  }

  /** @param {Beat | null} before @param {Beat} after @param {number} in_s @param {Exercise} exercise */
  #cue(before, after, in_s, exercise) {
    const { board, sounds } = this.#parts;
    if (board.state.page.role === "therapist") return; // two voices at once help nobody
    const { say, tone } = cueFor(before, after, inLanguage(exercise.cues, locale()));
    if (tone) sounds.tone(TONES_HZ[tone], in_s);
    if (board.state.is_voice_on) this.#voice.say(say);
    else this.#voice.quiet();
  }
}
