// @ts-check
/**
 * The media connection with one other participant, over any number of RTCPeerConnections: one at a time, numbered, the
 * older ones forgotten. It sends and receives one sound and one picture whose places never change: muting and switching
 * devices needs no negotiation.
 *
 * The polite side of the pair opens each connection with its offer, the impolite one asks for it. Either may offer
 * later, for instance a restart. It must be this way round: after a rollback Chromium shows no picture any more in a
 * place that the other side's offer had made (met in version 156), and only the polite side rolls back.
 */
/** @import { AnySignal, Candidate, Candidates, Description } from "../../messages.js" */
/** @import { Timers } from "../../lib/timers.js" */
import { Negotiation } from "./negotiation.js";

/** @typedef {{ audio: MediaStreamTrack | null, video: MediaStreamTrack | null }} Tracks */

/**
 * @typedef {object} PeerWorld
 * @property {boolean} isPolite  whether this side yields to the other one
 * @property {() => number} firstNumber  higher than any number that this person's earlier pages have used
 * @property {() => RTCPeerConnection} connect  a new connection, set up with the ICE servers of the moment
 * @property {(signal: AnySignal) => boolean} signal  to the other participant; false when it could not go out
 * @property {() => void} changed  something that can be read here is different
 * @property {(error: unknown) => void} failed  the browser refused a step of the negotiation
 * @property {Timers} timers
 */

/** The polite side offers by itself as soon as it sees us: ask only if that takes longer than this. */
const ASK_AFTER_MS = 400;
const BATCH_MS = 10;
const MOST_CANDIDATES = 32;
const MOST_EARLY = 64;
/**
 * What the wire takes (`Count` and `Sdp` in messages.py). The other side has a say in both, and a frame beyond them would
 * close our own line: with whoever asks for that there is no connection, and with everybody else there is.
 */
const MOST_CONNECTIONS = 1_000_000;
const LONGEST_SDP = 32_768;
/** @type {RTCRtpEncodingParameters} */
const SOUND = { maxBitrate: 32_000, priority: "high", networkPriority: "high" };
/** What one picture may take, and its height, by how many others one sends to: a phone makes each picture anew. */
const SHARES = /** @type {const} */ ([
  { kbps: 1_700, height: 720 },
  { kbps: 900, height: 540 },
  { kbps: 500, height: 360 },
]);

/**
 * Height of the first pictures. Browsers begin by taking the line for one of 300 kbit/s: of a larger picture Chromium
 * drops the first four before it makes them smaller by itself, a fifth of a second that people wait for.
 */
const FIRST_HEIGHT = 360;

export class Peer {
  #world;
  /** @type {RTCPeerConnection | null} */
  #pc = null;
  /** @type {Negotiation | null} */
  #negotiation = null;
  #number = 0;
  /** The other page's DTLS fingerprint on this connection. @type {string | null} */
  #theirs = null;
  /** @type {Tracks} */
  #tracks = { audio: null, video: null };
  #kbps = Number.POSITIVE_INFINITY;
  #isSmall = true;
  #others = 1;
  #stream = new MediaStream();
  /** The same for all tracks, so that the other browser keeps lips and voice together. */
  #ours = new MediaStream();
  /** @type {Candidate[]} */
  #outgoing = [];
  /** While preparing: what will be said first. @type {AnySignal[] | null} */
  #held = null;
  /** Candidates of a connection that is not open here yet. @type {Candidates[]} */
  #early = [];
  #flush;
  #ask;

  /** @param {PeerWorld} world */
  constructor(world) {
    this.#world = world;
    this.#flush = world.timers.one(() => this.#sendCandidates());
    this.#ask = world.timers.one(() => this.#theirs === null && this.#want(this.#number));
  }

  /** Makes the offer and looks for ways, and says nothing of it before `start`. For the polite side. */
  prepare() {
    this.#held = [];
    this.#open(this.#world.firstNumber(), true);
  }

  /** Begins. @param {boolean} isReturn  this page is new to a visit that goes on: nobody will offer unasked */
  start(isReturn) {
    const held = this.#held;
    this.#held = null;
    if (held) for (const signal of held) this.#world.signal(signal);
    else if (this.#world.isPolite) this.#open(this.#world.firstNumber(), true);
    else this.#ask.start(isReturn ? 0 : ASK_AFTER_MS);
  }

  close() {
    this.#ask.stop();
    this.#flush.stop();
    this.#drop();
  }

  /** What they send. A new one with each new connection. */
  get stream() {
    return this.#stream;
  }

  /** @returns {RTCPeerConnectionState} */
  get state() {
    return this.#pc?.connectionState ?? "new";
  }

  /** Counts the connections, so that readings of two of them are never compared. */
  get number() {
    return this.#number;
  }

  /** @returns {Promise<RTCStatsReport | null>} */
  async stats() {
    return (await this.#pc?.getStats()) ?? null;
  }

  /** What is sent from now on. @param {Tracks} tracks */
  async setTracks(tracks) {
    this.#tracks = tracks;
    await this.#attach();
  }

  /** The most that the picture may take; 0 sends none. @param {number} kbps */
  async limit(kbps) {
    this.#kbps = kbps;
    await this.#tune();
  }

  /** So many others get a picture from here. @param {number} others */
  async share(others) {
    this.#others = others;
    await this.#tune();
  }

  /** The line carries more than a first picture. */
  async grow() {
    if (!this.#isSmall) return;
    this.#isSmall = false;
    await this.#tune();
  }

  /** @param {RTCConfiguration} configuration */
  configure(configuration) {
    if (this.#pc) reconfigure(this.#pc, configuration);
  }

  /** New ICE credentials on the same connection; the first connection, if there is none yet. */
  async restart() {
    if (this.#negotiation && (this.#theirs !== null || this.#world.isPolite)) {
      await this.#try(this.#negotiation.restart());
    } else {
      this.#want(this.#number);
    }
  }

  /** A new connection with the same tracks. */
  renew() {
    this.#open(this.#number + 1, this.#world.isPolite);
    if (!this.#world.isPolite) this.#want(this.#number);
  }

  /** Offers although nothing has changed: what happens when both sides do so at once must not matter. */
  async offer() {
    await this.#try(this.#negotiation?.offer());
  }

  /** @param {AnySignal} signal */
  async receive(signal) {
    if (signal.type === "rtc.description") await this.#try(this.#describedBy(signal));
    else if (signal.type === "rtc.candidates") await this.#try(this.#candidates(signal));
    else if (signal.type === "rtc.wanted") await this.#wanted(signal.connection);
  }

  /** @param {Description} description */
  async #describedBy({ connection, kind, sdp, offer }) {
    const fingerprint = fingerprintOf(sdp);
    // A page that was reloaded has forgotten the number, but it has a certificate of its own.
    const isNewPage = this.#theirs !== null && this.#theirs !== fingerprint;
    if (kind === "answer" && connection !== this.#number) return;
    if (kind === "answer" && isNewPage) return this.renew();
    if (connection > this.#number || isNewPage) this.#open(connection, false);
    if (connection < this.#number) return;
    this.#ask.stop();
    if (this.#negotiation === null) this.#open(connection, false);
    this.#theirs = fingerprint;
    const negotiation = this.#negotiation;
    await negotiation?.receive(kind, sdp, offer);
    if (negotiation === this.#negotiation) await this.#tune();
  }

  /** @param {Candidates} signal */
  async #candidates(signal) {
    if (signal.connection === this.#number && this.#negotiation) {
      await this.#negotiation.receiveCandidates(signal.candidates);
    } else if (signal.connection > this.#number && this.#early.length < MOST_EARLY) {
      this.#early.push(signal);
    }
  }

  /** The other side asks for an offer. @param {number} connection */
  async #wanted(connection) {
    if (connection > this.#number) return this.#open(connection, true);
    if (connection === this.#number && connection > 0) return this.restart();
    // They have less than we have: our offer is on its way, or their page is a new one.
    if (this.#theirs === null && this.#negotiation) return this.#try(this.#negotiation.offerAgain());
    this.#open(this.#number + 1, true);
  }

  /** @param {AnySignal} signal */
  #signal(signal) {
    if (this.#number > MOST_CONNECTIONS) return;
    if (this.#held) this.#held.push(signal);
    else this.#world.signal(signal);
  }

  /** @param {number} connection */
  #want(connection) {
    this.#signal({ type: "rtc.wanted", connection });
  }

  /** Opens connection number `number` in place of the one there was. @param {number} number @param {boolean} isOffering */
  #open(number, isOffering) {
    this.#drop();
    const pc = this.#world.connect();
    this.#pc = pc;
    this.#number = number;
    const negotiation = new Negotiation(pc, {
      isPolite: this.#world.isPolite,
      describe: (kind, sdp, offer) => this.#describe(pc, { kind, sdp, offer }),
      beforeAnswer: () => this.#try(this.#attach().then(() => this.#tune())),
    });
    this.#negotiation = negotiation;
    pc.onnegotiationneeded = () => void this.#try(negotiation.offer());
    pc.onicecandidate = ({ candidate }) => this.#found(candidate);
    pc.onconnectionstatechange = () => this.#world.changed();
    pc.ontrack = ({ track }) => this.#arrived(track);
    if (isOffering) {
      this.#makePlaces(pc);
      void this.#try(negotiation.offer()); // at once: the event for it would come a drawing later
    }
    const early = this.#early.splice(0).filter((one) => one.connection >= number);
    for (const signal of early) void this.#try(this.#candidates(signal));
    this.#world.changed();
  }

  /** One place for sound, one for a picture, in this order: the offer says it for both sides. @param {RTCPeerConnection} pc */
  #makePlaces(pc) {
    const init = { direction: /** @type {const} */ ("sendrecv"), streams: [this.#ours] };
    pc.addTransceiver(this.#tracks.audio ?? "audio", init);
    const sendEncodings = [{ scaleResolutionDownBy: this.#scale() }];
    pc.addTransceiver(this.#tracks.video ?? "video", { ...init, sendEncodings });
  }

  /** Puts the tracks into their places, also into those that the other side's offer has made. */
  async #attach() {
    const places = this.#pc?.getTransceivers() ?? [];
    await Promise.all(
      places.map(async (place) => {
        const track = place.receiver.track.kind === "audio" ? this.#tracks.audio : this.#tracks.video;
        if (place.direction !== "sendrecv") {
          place.direction = "sendrecv";
          place.sender.setStreams?.(this.#ours);
        }
        if (place.sender.track !== track) await place.sender.replaceTrack(track);
      }),
    );
  }

  /** Sound goes first; the picture gets what the budget allows. */
  async #tune() {
    for (const { sender, receiver } of this.#pc?.getTransceivers() ?? []) {
      const parameters = sender.getParameters();
      const encoding = parameters.encodings?.[0];
      if (!encoding) continue;
      const wanted = receiver.track.kind === "audio" ? SOUND : this.#picture();
      if (Object.entries(wanted).every(([name, value]) => /** @type {any} */ (encoding)[name] === value)) continue;
      Object.assign(encoding, wanted);
      await this.#try(sender.setParameters(parameters));
    }
  }

  /** @returns {RTCRtpEncodingParameters} */
  #picture() {
    const maxBitrate = Math.min(Math.max(this.#kbps, 1), this.#share.kbps) * 1_000;
    return { active: this.#kbps > 0, maxBitrate, scaleResolutionDownBy: this.#scale() };
  }

  #scale() {
    const { height = 0 } = this.#tracks.video?.getSettings() ?? {};
    return Math.max(1, height / (this.#isSmall ? FIRST_HEIGHT : this.#share.height));
  }

  get #share() {
    return SHARES[this.#others - 1] ?? SHARES[2];
  }

  /** @param {MediaStreamTrack} track */
  #arrived(track) {
    this.#stream.addTrack(track);
    track.onmute = track.onunmute = () => this.#world.changed();
    this.#world.changed();
  }

  /** @param {RTCPeerConnection} pc @param {Pick<Description, "kind" | "sdp" | "offer">} described */
  #describe(pc, described) {
    if (described.sdp.length > LONGEST_SDP) return this.#world.failed(new Error("The description is too long."));
    if (pc === this.#pc) this.#signal({ type: "rtc.description", connection: this.#number, ...described });
  }

  /** @param {RTCIceCandidate | null} candidate */
  #found(candidate) {
    if (!candidate?.candidate) return;
    const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
    this.#outgoing.push({ candidate: candidate.candidate, sdpMid, sdpMLineIndex, usernameFragment });
    if (!this.#flush.isRunning) this.#flush.start(BATCH_MS);
  }

  #sendCandidates() {
    const candidates = this.#outgoing.splice(0, MOST_CANDIDATES);
    if (candidates.length > 0) this.#signal({ type: "rtc.candidates", connection: this.#number, candidates });
    if (this.#outgoing.length > 0) this.#flush.start(BATCH_MS);
  }

  #drop() {
    this.#outgoing = [];
    this.#theirs = null;
    this.#negotiation = null;
    this.#stream = new MediaStream();
    const pc = this.#pc;
    this.#pc = null;
    if (pc === null) return;
    pc.onnegotiationneeded = pc.onicecandidate = pc.onconnectionstatechange = pc.ontrack = null;
    pc.close();
  }

  /**
   * A step that the browser refuses is for the ladder: it must not stop what else goes on. A connection that was
   * replaced meanwhile complains with nobody to hear it.
   * @param {Promise<void> | undefined} step
   */
  async #try(step) {
    const pc = this.#pc;
    try {
      await step;
    } catch (error) {
      if (pc === this.#pc) this.#world.failed(error);
    }
  }
}

/**
 * Changes the ICE servers. Chromium refuses a configuration that leaves out what may not change, the certificate too.
 * @param {RTCPeerConnection} pc @param {RTCConfiguration} configuration
 */
function reconfigure(pc, { iceServers, iceTransportPolicy }) {
  pc.setConfiguration({ ...pc.getConfiguration(), iceServers, iceTransportPolicy });
}

/** @param {string} sdp @returns {string} */
export function fingerprintOf(sdp) {
  return /^a=fingerprint:(\S+ \S+)/m.exec(sdp)?.[1] ?? "";
}
