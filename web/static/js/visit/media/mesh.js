// @ts-check
/** One media connection with each of the others in the visit: made when they are admitted, dropped when they go. */
/** @import { AnySignal, IceServers, ParticipantId, ParticipantView, View } from "../../messages.js" */
/** @import { Timers } from "../../lib/timers.js" */
/** @import { Tracks } from "./peer.js" */
/** @import { PeerState } from "../state.js" */
import { Peer } from "./peer.js";
import { others } from "../view.js";
import { Watch } from "./watch.js";

/**
 * @typedef {object} MeshWorld
 * @property {(configuration: RTCConfiguration) => RTCPeerConnection} connect
 * @property {() => number} firstNumber  higher than any number that an earlier page of this seat has used
 * @property {(to: ParticipantId, signal: AnySignal) => boolean} signal  false when it could not go out
 * @property {() => boolean} isOnline  we have a line to the server
 * @property {() => boolean} wantsPicture  this person has not chosen sound only
 * @property {() => boolean} isOver  nobody expects this visit to go on
 * @property {() => void} changed
 * @property {(error: unknown) => void} failed
 * @property {Timers} timers
 * @property {() => number} now_ms
 */

/** RFC 8827 6.5: P-256, as every browser takes it. */
const ECDSA = /** @type {Algorithm} */ ({ name: "ECDSA", namedCurve: "P-256" });

/** @typedef {{ id: ParticipantId, peer: Peer }} Ready */

/**
 * One of the others; `isPlaced` once the server has said whether they have a line: until then they are taken to have one.
 * @typedef {{ peer: Peer, watch: Watch, them: ParticipantView, isPlaced: boolean }} End
 */

export class Mesh {
  #world;
  /** @type {Map<ParticipantId, End>} */
  #ends = new Map();
  /** The first connection, with its offer ready before it is known for whom: the door opens at once. @type {Ready | null} */
  #ready = null;
  #isNewcomer = false;
  /** @type {readonly ParticipantId[]} */
  #present = [];
  /** @type {IceServers | null} */
  #ice = null;
  /** @type {Tracks} */
  #tracks = { audio: null, video: null };
  /** @type {RTCCertificate[]} */
  #certificates = [];
  /** Nothing has been shown yet: what the first view has is a visit that goes on. */
  #isFresh = true;

  /** @param {MeshWorld} world */
  constructor(world) {
    this.#world = world;
  }

  /**
   * Does what takes time before it is needed: the key, the codecs, and for whoever waits the first offer. Sends nothing.
   * @param {boolean} isNewcomer  this person will be admitted to others, who have been there before
   */
  async prepare(isNewcomer) {
    this.#certificates = [await RTCPeerConnection.generateCertificate(ECDSA)];
    this.#isNewcomer = isNewcomer;
    if (isNewcomer && this.#ends.size === 0) return this.#getReady();
    const rehearsal = this.#connect();
    rehearsal.addTransceiver("audio");
    rehearsal.addTransceiver("video");
    await rehearsal.createOffer();
    rehearsal.close();
  }

  #getReady() {
    this.#ready?.peer.close();
    /** @type {Ready} */
    const ready = { id: "", peer: this.#peerOf(true, () => ready.id) };
    this.#ready = ready;
    void ready.peer.setTracks(this.#tracks);
    ready.peer.prepare();
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
    for (const { peer } of this.#ends.values()) void peer.share(there.length);
    this.#isFresh = false;
    if (view.type === "outside" && !view.is_ended && this.#isNewcomer && this.#ready === null) this.#getReady();
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
    const isSame = JSON.stringify(ice.ice_servers) === JSON.stringify(this.#ice?.ice_servers ?? []);
    this.#ice = ice;
    for (const { peer } of this.#ends.values()) peer.configure(this.#configuration(false));
    if (this.#ready && (!isSame || ice.policy !== "all")) this.#getReady(); // it has looked for ways without them
  }

  /** @param {Tracks} tracks */
  setTracks(tracks) {
    this.#tracks = tracks;
    void this.#ready?.peer.setTracks(tracks);
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
    if (this.#ready) this.#getReady();
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
    this.#ready?.peer.close();
    this.#ready = null;
  }

  /** @param {boolean} isPolite @param {() => ParticipantId} id @returns {Peer} */
  #peerOf(isPolite, id) {
    const { timers, firstNumber, changed, failed } = this.#world;
    return new Peer({
      isPolite,
      firstNumber,
      connect: () => this.#connect(),
      signal: (signal) => this.#world.signal(id(), signal),
      changed: () => {
        this.#ends.get(id())?.watch.look();
        changed();
      },
      failed,
      timers,
    });
  }

  /** @param {ParticipantView} them @returns {Peer} */
  #peerFor(them) {
    const ready = this.#ready;
    if (ready === null || !them.is_polite) {
      const peer = this.#peerOf(them.is_polite, () => them.id);
      void peer.setTracks(this.#tracks);
      return peer;
    }
    this.#ready = null;
    ready.id = them.id;
    return ready.peer;
  }

  /** @param {ParticipantView} them */
  #meet(them) {
    const { timers, now_ms, isOver, isOnline, wantsPicture, changed } = this.#world;
    const peer = this.#peerFor(them);
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
    return this.#world.connect({ ...this.#configuration(false), certificates: this.#certificates });
  }

  /** @param {boolean} isRelayOnly @returns {RTCConfiguration} */
  #configuration(isRelayOnly) {
    return {
      iceServers: (this.#ice?.ice_servers ?? []).map(({ urls, username, credential }) => ({
        urls: [...urls],
        ...(username && credential ? { username, credential } : {}),
      })),
      iceTransportPolicy: isRelayOnly ? "relay" : (this.#ice?.policy ?? "all"),
      bundlePolicy: "max-bundle",
    };
  }
}
