// @ts-check
/**
 * Looks after the media connection with one other participant: reads its counters, puts them into words, climbs the
 * ladder when it breaks and sends less picture when it suffers. What it sees is `state`; what it does goes through `peer`.
 */
/** @import { AnySignal, ParticipantView, Quality, QualityReport } from "../../messages.js" */
/** @import { Timers } from "../../lib/timers.js" */
/** @import { Ladder, Rung } from "./ladder.js" */
/** @import { Peer } from "./peer.js" */
/** @import { Budget, Judgement, Reading } from "./quality.js" */
/** @import { Line } from "./inspection.js" */
/** @import { PeerState } from "../state.js" */
import { inspect } from "./inspection.js";
import { begin, step } from "./ladder.js";
import { FULL, judge, kbps, read, silence, soundOnly, spend, UNTRIED } from "./quality.js";

const LOOK_EVERY_MS = 500;
const READ_EVERY_MS = 2_000;
/** Until the picture is there, the first time and whenever it comes back, look and read more often: people wait for it. */
const EAGER_MS = 150;
const EAGER_FOR_MS = 10_000;
/** From here on a full picture goes through. */
const ROOMY_KBPS = 600;
/** Two readings closer than this say nothing about loss. */
const JUDGED_MS = 1_000;
/** A word that has not changed is said again after this, in case it got lost: signals are never repeated. */
const SAY_AGAIN_MS = 10_000;
const NEWS_ONCE_MS = 1_000;

/**
 * @typedef {object} WatchWorld
 * @property {Timers} timers
 * @property {() => number} now_ms
 * @property {() => ParticipantView} them
 * @property {() => boolean} isReachable  they and we have a line to the server
 * @property {() => boolean} isOver  nobody expects this visit to go on
 * @property {() => boolean} wantsPicture  this person has not chosen sound only
 * @property {() => boolean} hasRelay
 * @property {(isRelayOnly: boolean) => RTCConfiguration} configuration
 * @property {(signal: AnySignal) => boolean} signal
 * @property {() => void} changed
 */

export class Watch {
  #peer;
  #world;
  /** @type {Ladder} */
  #ladder;
  /** @type {Judgement} */
  #judgement = UNTRIED;
  /** @type {Budget} */
  #budget;
  /** @type {{ number: number, reading: Reading, line: Line } | null} */
  #last = null;
  #silent_ms = 0;
  #isNetworkNew = false;
  #climbed_ms = Number.NEGATIVE_INFINITY;
  #isReading = false;
  #read_ms = 0;
  #said = { text: "", at_ms: 0 };
  /** @type {Quality | null} */
  #theySay = null;
  #theyPause = false;
  #theyWant = true;
  #limit_kbps = kbps(FULL);
  #hasPicture = false;
  #isConnected = false;
  #wasConnected = false;
  /** Their picture should be there and is not. */
  #isAwaited = false;
  #eagerUntil_ms = 0;
  /** Of the connection that the ladder stands for. */
  #number;
  #next;

  /** @param {Peer} peer @param {WatchWorld} world */
  constructor(peer, world) {
    this.#peer = peer;
    this.#world = world;
    this.#number = peer.number;
    this.#ladder = begin(world.now_ms());
    this.#budget = { ...FULL, stepped_ms: world.now_ms() };
    this.#next = world.timers.one(() => this.look());
    this.#next.start(LOOK_EVERY_MS);
  }

  stop() {
    this.#next.stop();
  }

  /** This device's network has changed: the old way may be gone although nothing shows yet. */
  networkChanged() {
    // Browsers tell of one change several times: a second restart would only get in the way of the first.
    if (this.#world.now_ms() - this.#climbed_ms < NEWS_ONCE_MS) return;
    this.#isNetworkNew = true;
    this.look();
  }

  /** What they say of how they receive us. @param {QualityReport} report */
  hear({ receiving, is_audio_only = false, wants_picture = true }) {
    this.#theySay = receiving;
    this.#theyPause = is_audio_only;
    this.#theyWant = wants_picture;
    this.#limit();
    this.#world.changed();
  }

  /** @returns {PeerState} */
  get state() {
    const last = this.#last?.number === this.#peer.number ? this.#last : null;
    return {
      status: this.#status(),
      stream: this.#peer.stream,
      has_video: this.#hasPicture && this.#peer.state === "connected",
      receiving: last ? this.#judgement.quality : null,
      sending: this.#theySay,
      is_audio_only: this.#theyPause,
      path: last?.reading.path ?? null,
      width: last?.reading.width ?? 0,
      height: last?.reading.height ?? 0,
      line: last?.line ?? null,
    };
  }

  /** One look, and what follows from it. Safe to call at any time. */
  look() {
    const now_ms = this.#world.now_ms();
    const isConnected = this.#peer.state === "connected";
    this.#hasPicture &&= isConnected;
    const isAwaited = isConnected && !this.#hasPicture && this.#theyShow();
    if ((isConnected && !this.#isConnected) || (isAwaited && !this.#isAwaited))
      this.#eagerUntil_ms = now_ms + EAGER_FOR_MS;
    this.#isConnected = isConnected;
    this.#isAwaited = isAwaited;
    this.#wasConnected ||= isConnected;
    if (this.#peer.number !== this.#number) {
      this.#number = this.#peer.number;
      this.#ladder = begin(now_ms); // the other side has opened a new one: give it its time
    }
    const isEager = isConnected && !this.#hasPicture && now_ms < this.#eagerUntil_ms;
    this.#next.start(isEager ? EAGER_MS : LOOK_EVERY_MS);
    this.#climb(now_ms);
    if (!this.#isReading && now_ms - this.#read_ms >= (isEager ? EAGER_MS : READ_EVERY_MS)) void this.#read(now_ms);
  }

  /** @param {number} now_ms */
  #climb(now_ms) {
    if (this.#world.isOver()) return;
    const sight = {
      connection: this.#peer.state,
      silent_ms: this.#theySend() ? this.#silent_ms : 0,
      is_network_new: this.#isNetworkNew,
      is_reachable: this.#world.isReachable(),
      has_relay: this.#world.hasRelay(),
    };
    const { ladder, rung } = step(this.#ladder, sight, now_ms);
    const hasChanged = ladder.attempts !== this.#ladder.attempts;
    this.#ladder = ladder;
    this.#isNetworkNew &&= rung === null && !sight.is_reachable;
    if (rung) {
      this.#climbed_ms = now_ms;
      this.#take(rung, now_ms);
    }
    if (hasChanged) this.#world.changed();
  }

  /** @param {Rung} rung @param {number} now_ms */
  #take(rung, now_ms) {
    switch (rung) {
      case "restart":
        this.#peer.configure(this.#world.configuration(false));
        return void this.#peer.restart();
      case "relay":
        this.#peer.configure(this.#world.configuration(true));
        return void this.#peer.restart();
      case "renew":
        return this.#renew();
      case "audio_only":
        this.#budget = soundOnly(now_ms);
        this.#limit();
        return this.#renew();
    }
  }

  #renew() {
    this.#number = this.#peer.number + 1; // expected: the ladder stays where it is
    this.#peer.renew();
  }

  #theySend() {
    return this.#world.them().microphone === "on" || this.#theyShow();
  }

  #theyShow() {
    return this.#world.them().camera === "on" && !this.#theyPause && this.#world.wantsPicture();
  }

  /** @param {number} now_ms */
  async #read(now_ms) {
    this.#isReading = true;
    this.#read_ms = now_ms;
    const number = this.#peer.number;
    const report = await this.#peer.stats().catch(() => null); // of a connection that was closed meanwhile
    this.#isReading = false;
    if (report === null || number !== this.#peer.number || this.#peer.state !== "connected") return;
    const later = read(report.values(), now_ms);
    const earlier = this.#last?.number === number ? this.#last.reading : null;
    this.#last = { number, reading: later, line: inspect(report.values()) };
    this.#silent_ms = silence(earlier, later, this.#silent_ms);
    // While nothing at all arrives it stands still, and may go on any moment.
    this.#hasPicture = later.frames > (earlier?.frames ?? 0) || (this.#hasPicture && this.#silent_ms > 0);
    if (earlier && later.at_ms - earlier.at_ms >= JUDGED_MS) this.#judgement = judge(this.#judgement, earlier, later);
    this.#budget = spend(this.#budget, later);
    this.#limit();
    if (later.outgoing_kbps > ROOMY_KBPS || now_ms > this.#eagerUntil_ms) void this.#peer.grow();
    this.#say(now_ms);
    this.#world.changed();
  }

  /** Holds the picture to what the budget allows and they want. */
  #limit() {
    const limit_kbps = this.#theyWant ? kbps(this.#budget) : 0;
    if (limit_kbps === this.#limit_kbps) return;
    this.#limit_kbps = limit_kbps;
    void this.#peer.limit(limit_kbps);
  }

  /** Tells them how well we receive them. @param {number} now_ms */
  #say(now_ms) {
    const receiving = this.#silent_ms > READ_EVERY_MS && this.#theySend() ? "poor" : this.#judgement.quality;
    const is_audio_only = kbps(this.#budget) === 0;
    const wants_picture = this.#world.wantsPicture();
    const text = `${receiving} ${is_audio_only} ${wants_picture}`;
    if (text === this.#said.text && now_ms - this.#said.at_ms < SAY_AGAIN_MS) return;
    const report = /** @type {const} */ ({ type: "quality.report", receiving, is_audio_only, wants_picture });
    if (this.#world.signal(report)) this.#said = { text, at_ms: now_ms };
  }

  /** @returns {PeerState["status"]} */
  #status() {
    if (this.#peer.state === "connected" && this.#ladder.attempts === 0) return "connected";
    if (this.#ladder.attempts > 3) return "lost";
    if (this.#wasConnected && this.#peer.state === "connected" && this.#silent_ms === 0) return "connected";
    return this.#wasConnected ? "interrupted" : "connecting";
  }
}
