// @ts-check
/**
 * Perfect negotiation over one RTCPeerConnection (W3C webrtc 10.7): either side may offer at any time, and when both do
 * at once the polite one yields. The three flags of the pattern guard against steps that overlap; here one step follows
 * the other, in the order in which they came, so the signalling state alone tells. How descriptions travel is not known.
 */
/** @import { Candidate, DescriptionKind } from "../../messages.js" */

const MOST_EARLY = 64;

/**
 * @typedef {object} Partner
 * @property {boolean} isPolite  whether this side yields
 * @property {(kind: DescriptionKind, sdp: string, offer: number) => void} describe  hands a description to the
 *   other side: offer number `offer` of ours, or the answer to theirs of that number
 * @property {() => Promise<void>} beforeAnswer  the other side's offer is in: the moment to attach what answers it
 */

export class Negotiation {
  #pc;
  #partner;
  #isIgnoringOffer = false;
  /** Our last offer, and their last one that was taken. */
  #ours = 0;
  #theirs = 0;
  /** Candidates that came before the first description. @type {Candidate[]} */
  #early = [];
  #turn = Promise.resolve();

  /** @param {RTCPeerConnection} pc @param {Partner} partner */
  constructor(pc, partner) {
    this.#pc = pc;
    this.#partner = partner;
  }

  /** Offers, unless an offer is on its way already. */
  offer() {
    return this.#inTurn(() => (this.#pc.signalingState === "stable" ? this.#describe() : undefined));
  }

  /** Offers, and once more if the other side has not got the first one. */
  offerAgain() {
    return this.#inTurn(() => this.#describe());
  }

  /** Offers new ICE credentials: `restartIce` alone does nothing until an offer is exchanged. */
  restart() {
    this.#pc.restartIce();
    return this.offerAgain();
  }

  /** @param {DescriptionKind} kind @param {string} sdp @param {number} offer */
  receive(kind, sdp, offer) {
    return this.#inTurn(() => (kind === "offer" ? this.#takeOffer(sdp, offer) : this.#takeAnswer(sdp, offer)));
  }

  /** @param {readonly Candidate[]} candidates */
  receiveCandidates(candidates) {
    return this.#inTurn(() => this.#add(candidates));
  }

  /** @param {string} sdp @param {number} offer */
  async #takeOffer(sdp, offer) {
    const isGlare = this.#pc.signalingState !== "stable";
    this.#isIgnoringOffer = isGlare && !this.#partner.isPolite;
    if (this.#isIgnoringOffer) return;
    await this.#pc.setRemoteDescription({ type: "offer", sdp }); // rolls our own back on glare
    this.#theirs = offer;
    await this.#partner.beforeAnswer();
    await this.#describe();
    await this.#add(this.#early.splice(0));
  }

  /** @param {string} sdp @param {number} offer */
  async #takeAnswer(sdp, offer) {
    // To an offer that was withdrawn, replaced by a later one, or answered before.
    if (this.#pc.signalingState !== "have-local-offer" || offer !== this.#ours) return;
    this.#isIgnoringOffer = false;
    await this.#pc.setRemoteDescription({ type: "answer", sdp });
    await this.#add(this.#early.splice(0));
  }

  /** @param {readonly Candidate[]} candidates */
  async #add(candidates) {
    if (this.#pc.remoteDescription === null) {
      this.#early.push(...candidates.slice(0, MOST_EARLY - this.#early.length));
      return;
    }
    const added = await Promise.allSettled(candidates.map((one) => this.#pc.addIceCandidate(one)));
    const failed = added.find((one) => one.status === "rejected");
    if (failed && !this.#isIgnoringOffer) throw failed.reason;
  }

  /** The offer or the answer that is due, and off with it. */
  async #describe() {
    await this.#pc.setLocalDescription();
    const description = this.#pc.localDescription;
    if (description?.type === "offer") this.#partner.describe("offer", description.sdp, ++this.#ours);
    if (description?.type === "answer") this.#partner.describe("answer", description.sdp, this.#theirs);
  }

  /** @param {() => Promise<void> | undefined} step */
  async #inTurn(step) {
    const done = this.#turn.then(step);
    this.#turn = done.catch(() => undefined); // whoever asked hears of it; the next step has its turn all the same
    await done;
  }
}
