// @ts-check
/** One media connection with each of the others in the visit: made when they are admitted, dropped when they go. */
/** @import { AnySignal, IceServers, ParticipantId, ParticipantView, View } from "../messages.js" */
/** @import { Timers } from "../lib/timers.js" */
/** @import { Tracks } from "./peer.js" */
/** @import { PeerState } from "./state.js" */
import { Peer, reconfigure } from "./peer.js";
import { others, waiting } from "./view.js";
import { Watch } from "./watch.js";

/**
 * @typedef {object} MeshWorld
 * @property {(configuration: RTCConfiguration) => RTCPeerConnection} connect
 * @property {(to: ParticipantId, signal: AnySignal) => boolean} signal  false when it could not go out
 * @property {() => boolean} isOnline  we have a line to the server
 * @property {() => boolean} wantsPicture  this person has not chosen sound only
 * @property {() => boolean} isOver  nobody expects this visit to go on
 * @property {() => void} changed
 * @property {(error: unknown) => void} failed
 * @property {Timers} timers
 * @property {() => number} now_ms
 */

/** What no connection may change later. @type {RTCConfiguration} */
const FIXED = { bundlePolicy: "max-bundle" };

/** RFC 8827 6.5: P-256, as every browser takes it. */
const ECDSA = /** @type {Algorithm} */ ({ name: "ECDSA", namedCurve: "P-256" });

/** A prepared peer holds sockets open: enough for those who can be admitted next. */
const MOST_READY = 3;

/**
 * One of the others; `isPlaced` once the server has said whether they have a line: until then they are taken to have one.
 * @typedef {{ peer: Peer, watch: Watch, them: ParticipantView, isPlaced: boolean }} End
 */

export class Mesh {
  #world;
  /** @type {Map<ParticipantId, End>} */
  #ends = new Map();
  /** Peers of those who wait, with the offer ready: the door opens at once. @type {Map<ParticipantId, Peer>} */
  #ready = new Map();
  /** @type {readonly ParticipantId[]} */
  #present = [];
  /** @type {IceServers | null} */
  #ice = null;
  /** @type {Tracks} */
  #tracks = { audio: null, video: null };
  /** @type {RTCPeerConnection | null} */
  #spare = null;
  /** @type {RTCCertificate[]} */
  #certificates = [];
  /** Nothing has been shown yet: what the first view has is a visit that goes on. */
  #isFresh = true;

  /** @param {MeshWorld} world */
  constructor(world) {
    this.#world = world;
  }

  /**
   * Does what takes time before it is needed: the key, and a first description, which makes the browser look up its
   * codecs. Sends nothing and attaches nothing.
   */
  async prepare() {
    const certificate = await RTCPeerConnection.generateCertificate(ECDSA);
    this.#certificates = [certificate];
    const rehearsal = this.#world.connect(this.#first());
    rehearsal.addTransceiver("audio");
    rehearsal.addTransceiver("video");
    await rehearsal.createOffer();
    rehearsal.close();
    this.#spare ??= this.#world.connect(this.#first());
  }

  /** @param {View} view */
  show(view) {
    const there = others(view);
    for (const [id, end] of this.#ends) if (!there.some((one) => one.id === id)) this.#part(id, end);
    for (const them of there) {
      const end = this.#ends.get(them.id);
      if (end) end.them = them;
      else this.#meet(them);
    }
    this.#isFresh = false;
    this.#getReady(waiting(view));
  }

  /** @param {readonly ParticipantView[]} expected */
  #getReady(expected) {
    for (const [id, peer] of this.#ready) {
      if (expected.some((one) => one.id === id)) continue;
      this.#ready.delete(id);
      peer.close();
    }
    for (const them of expected.slice(0, MOST_READY)) {
      if (this.#ready.has(them.id) || them.is_polite) continue;
      const peer = this.#peerOf(them);
      this.#ready.set(them.id, peer);
      void peer.setTracks(this.#tracks);
      peer.prepare();
    }
  }

  /** What was found out before is no longer true. */
  #getReadyAgain() {
    for (const peer of this.#ready.values()) peer.prepare();
  }

  /** Who has a line to the server now. @param {readonly ParticipantId[]} present */
  setPresent(present) {
    this.#present = present;
    for (const end of this.#ends.values()) {
      end.isPlaced = true;
      end.watch.look();
    }
  }

  /** Fresh ICE servers; connections that stand are not disturbed. @param {IceServers} ice */
  setIceServers(ice) {
    this.#ice = ice;
    for (const { peer } of this.#ends.values()) peer.configure(this.#configuration(false));
    this.#getReadyAgain();
  }

  /** @param {Tracks} tracks */
  setTracks(tracks) {
    this.#tracks = tracks;
    for (const peer of this.#ready.values()) void peer.setTracks(tracks);
    for (const { peer } of this.#ends.values()) void peer.setTracks(tracks);
  }

  /** @param {ParticipantId} from @param {AnySignal} signal */
  receive(from, signal) {
    const end = this.#ends.get(from);
    if (signal.type === "quality.report") end?.watch.hear(signal);
    else void end?.peer.receive(signal);
  }

  networkChanged() {
    for (const { watch } of this.#ends.values()) watch.networkChanged();
    this.#getReadyAgain();
  }

  /** Offers to everybody at once, for tests of glare. */
  offer() {
    for (const { peer } of this.#ends.values()) void peer.offer();
  }

  /** @returns {Record<ParticipantId, PeerState>} */
  get states() {
    return Object.fromEntries([...this.#ends].map(([id, { watch }]) => [id, watch.state]));
  }

  /** @returns {Record<ParticipantId, RTCPeerConnectionState>} */
  get connections() {
    return Object.fromEntries([...this.#ends].map(([id, { peer }]) => [id, peer.state]));
  }

  close() {
    for (const [id, end] of this.#ends) this.#part(id, end);
    this.#getReady([]);
    this.#spare?.close();
    this.#spare = null;
  }

  /** @param {ParticipantView} them */
  #peerOf({ id, is_polite }) {
    const { timers, changed, failed } = this.#world;
    return new Peer({
      isPolite: is_polite,
      connect: () => this.#connect(),
      signal: (signal) => this.#world.signal(id, signal),
      changed: () => {
        this.#ends.get(id)?.watch.look();
        changed();
      },
      failed,
      timers,
    });
  }

  /** @param {ParticipantView} them */
  #meet(them) {
    const { timers, now_ms, isOver, isOnline, wantsPicture, changed } = this.#world;
    const peer = this.#ready.get(them.id) ?? this.#peerOf(them);
    this.#ready.delete(them.id);
    const watch = new Watch(peer, {
      timers,
      now_ms,
      them: () => this.#ends.get(them.id)?.them ?? them,
      isReachable: () => isOnline() && (this.#present.includes(them.id) || !this.#ends.get(them.id)?.isPlaced),
      isOver,
      wantsPicture,
      hasRelay: () => this.#hasRelay,
      configuration: (isRelayOnly) => this.#configuration(isRelayOnly),
      signal: (signal) => this.#world.signal(them.id, signal),
      changed,
    });
    this.#ends.set(them.id, { peer, watch, them, isPlaced: false });
    void peer.setTracks(this.#tracks);
    peer.start(this.#isFresh);
  }

  /** @param {ParticipantId} id @param {End} end */
  #part(id, { peer, watch }) {
    this.#ends.delete(id);
    watch.stop();
    peer.close();
  }

  get #hasRelay() {
    return this.#ice?.ice_servers.some(({ urls }) => urls.some((url) => /^turns?:/.test(url))) ?? false;
  }

  #connect() {
    const configuration = this.#configuration(false);
    const spare = this.#spare;
    this.#spare = null;
    if (spare === null) return this.#world.connect({ ...this.#first(), ...configuration });
    reconfigure(spare, configuration);
    return spare;
  }

  /** Before any ICE server is known. @returns {RTCConfiguration} */
  #first() {
    return { ...FIXED, certificates: this.#certificates };
  }

  /** @param {boolean} isRelayOnly @returns {RTCConfiguration} */
  #configuration(isRelayOnly) {
    return {
      iceServers: (this.#ice?.ice_servers ?? []).map(({ urls, username, credential }) => ({
        urls: [...urls],
        ...(username && credential ? { username, credential } : {}),
      })),
      iceTransportPolicy: isRelayOnly ? "relay" : (this.#ice?.policy ?? "all"),
      ...FIXED,
    };
  }
}
