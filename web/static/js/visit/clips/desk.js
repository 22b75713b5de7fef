// @ts-check
/**
 * The clinic's own demonstrations, as a therapist's page has them: what is there, what is chosen or recorded, what is on
 * its way. Holds what `list.js` draws and does what its buttons ask; one a page, since one file goes out at a time.
 */
/** @import { VisitState } from "../state.js" */
/** @import { Timers } from "../../lib/timers.js" */
/** @import { Clip } from "./rules.js" */
/** @import { Clips, Sending } from "./state.js" */
/** @import { Recorder, RecorderWorld } from "./recorder.js" */
/** @import { UploadWorld } from "./upload.js" */
import { t } from "../../lib/i18n.js";
import { isOnTheWay, refusalOf, titleFrom } from "./rules.js";
import { NO_CLIPS } from "./state.js";
import { announce, ClipRefused, deliver } from "./upload.js";

const LOOK_EVERY_MS = 1_500;
const AGAIN_MS = 4_000;
const WITHIN_MS = 15_000;

const WENT_WRONG = () => t("That did not work. Please check your connection and try again.");

/**
 * @typedef {object} DeskWorld
 * @property {Timers} timers
 * @property {UploadWorld} upload
 * @property {(parts: Pick<RecorderWorld, "changed" | "done">) => Recorder} recorder
 * @property {(film: Blob) => string} show  an address for what was recorded
 * @property {(url: string) => void} forget
 * @property {(sentence: string) => void} say  to whoever does not see it
 */

export class ClipDesk {
  #world;
  #clips = NO_CLIPS;
  /** @type {(clips: Clips) => void} */
  #changed = () => {};
  #path = "";
  #timer;
  #recorder;
  /** @type {AbortController | null} of what is being sent */
  #cancelling = null;

  /** @param {DeskWorld} world */
  constructor(world) {
    this.#world = world;
    this.#timer = world.timers.one(() => void this.#load());
    this.#recorder = world.recorder({
      changed: (recording) => this.#change({ recording }),
      done: (film) => this.#change({ chosen: { file: film, title: "", url: world.show(film) }, refusal: "" }),
    });
  }

  /** After each drawing of the page. @param {VisitState} state @param {(clips: Clips) => void} changed */
  check({ page, screen, devices }, changed) {
    this.#changed = changed;
    if (screen !== "visit") return this.#recorder.follow(null);
    this.#recorder.follow(devices.stream);
    if (this.#path !== "") return;
    this.#path = page.clips_path;
    this.#change({ canRecord: this.#recorder.isPossible });
    void this.#load();
  }

  /** @param {File | undefined} file  from a disk */
  choose(file) {
    if (!file || this.#clips.sending) return;
    this.#dropChosen();
    const refusal = refusalOf(file);
    this.#change(refusal ? { refusal } : { chosen: { file, title: titleFrom(file.name), url: "" }, refusal });
  }

  /** Neither sent nor kept. */
  discard() {
    this.#dropChosen();
    this.#change({ refusal: "" });
  }

  /** @param {string} title  of what is chosen */
  async send(title) {
    const { chosen } = this.#clips;
    if (!chosen || this.#clips.sending) return;
    const cancelling = new AbortController();
    this.#cancelling = cancelling;
    this.#change({ sending: { clip: "", title, progress: 0, isWaiting: false }, refusal: "" });
    const refusal = await this.#sendAll({ file: chosen.file, title }, cancelling.signal);
    if (refusal === "") this.#dropChosen();
    this.#cancelling = null;
    this.#change({ sending: null, refusal });
    await this.#load();
  }

  /** Stops what is being sent; what is there of it goes away. */
  async cancel() {
    const clip = this.#clips.sending?.clip;
    this.#cancelling?.abort();
    if (!clip) return;
    await this.#remove(clip);
    await this.#load();
  }

  /** The first press asks, the second deletes for good. @param {string} clip */
  async delete(clip) {
    if (this.#clips.deleting !== clip) return this.#change({ deleting: clip });
    this.#change({ deleting: "", refusal: await this.#remove(clip) });
    await this.#load();
  }

  keep() {
    this.#change({ deleting: "" });
  }

  /** Asks for the title that all visits read; "" asks no longer. @param {string} clip */
  offer(clip) {
    this.#change({ giving: clip, refusal: "" });
  }

  /** To the clinic, for all visits. @param {string} clip @param {string} title */
  async give(clip, title) {
    const headers = { "content-type": "application/json", accept: "application/json" };
    const url = `${this.#path}/${clip}/clinic`;
    const { status, said } = await this.#ask(url, { method: "POST", headers, body: JSON.stringify({ title }) });
    if (status !== 204) return this.#change({ refusal: said.text ?? WENT_WRONG() });
    this.#change({ giving: "", refusal: "" });
    this.#world.say(t("{title} is kept for all visits.", { title }));
    await this.#load();
  }

  openRecorder() {
    this.#dropChosen();
    this.#change({ refusal: "" });
    this.#recorder.open();
  }

  /** @param {MediaStream} stream  the page's own @param {boolean} has_sound */
  record(stream, has_sound) {
    this.#recorder.begin(stream, has_sound);
  }

  stopRecording() {
    this.#recorder.stop();
  }

  closeRecorder() {
    this.#recorder.cancel();
  }

  /** @param {{ file: Blob, title: string }} what @param {AbortSignal} cancelled @returns {Promise<string>} why it was refused, or "" */
  async #sendAll(what, cancelled) {
    const { upload } = this.#world;
    try {
      const begun = await announce(upload, this.#path, what, cancelled);
      this.#sent({ clip: begun.clip });
      await deliver(upload, begun, what.file, cancelled, (received, isWaiting) =>
        this.#sent({ progress: received / what.file.size, isWaiting }),
      );
      return "";
    } catch (error) {
      if (cancelled.aborted) return "";
      if (error instanceof ClipRefused) return error.message;
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      console.warn("No upload:", error);
      return WENT_WRONG();
    }
  }

  /** @param {Partial<Sending>} parts */
  #sent(parts) {
    if (this.#clips.sending) this.#change({ sending: { ...this.#clips.sending, ...parts } });
  }

  /** @param {string} clip @returns {Promise<string>} why it did not work, or "" */
  async #remove(clip) {
    const { status } = await this.#ask(`${this.#path}/${clip}`, { method: "DELETE" });
    const isGone = status === 204 || status === 404;
    return isGone ? "" : WENT_WRONG();
  }

  async #load() {
    const { status, said } = await this.#ask(this.#path, { headers: { accept: "application/json" } });
    if (status === 0 || status >= 500) return this.#timer.start(AGAIN_MS);
    if (status !== 200) return; // not ours to see
    const list = /** @type {Clip[]} */ (said.clips);
    this.#tell(this.#clips.list ?? [], list);
    this.#change({ list });
    if (isOnTheWay(list)) this.#timer.start(LOOK_EVERY_MS);
  }

  /** @param {readonly Clip[]} before @param {readonly Clip[]} after */
  #tell(before, after) {
    for (const { clip, title, state, reason } of after) {
      const wasChecked = before.find((one) => one.clip === clip)?.state === "checking";
      if (wasChecked && state === "ready") this.#world.say(t("{title} is ready to be shown.", { title }));
      if (wasChecked && reason) this.#world.say(reason.text);
    }
  }

  /** @param {string} url @param {RequestInit} init @returns {Promise<import("./upload.js").Answer>} status 0 when no answer came */
  async #ask(url, init) {
    try {
      return await this.#world.upload.ask(url, init, WITHIN_MS, new AbortController().signal);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      console.warn("No clips:", error);
      return { status: 0, said: {} };
    }
  }

  #dropChosen() {
    const url = this.#clips.chosen?.url;
    if (url) this.#world.forget(url);
    this.#change({ chosen: null });
  }

  /** @param {Partial<Clips>} parts */
  #change(parts) {
    this.#clips = { ...this.#clips, ...parts };
    this.#changed(this.#clips);
  }
}
