// @ts-check
/**
 * Perfect negotiation over one RTCPeerConnection (W3C webrtc 10.7): either side may offer at any time, and when both do
 * at once the polite one yields. It knows nothing of how descriptions travel.
 */
/** @import { Candidate, DescriptionKind } from "../messages.js" */

const MOST_EARLY = 64;

/**
 * @typedef {object} Partner
 * @property {boolean} isPolite  whether this side yields
 * @property {(kind: DescriptionKind, sdp: string) => void} describe  hands a description to the other side
 * @property {() => void} beforeAnswer  the other side's offer is in: the moment to attach what answers it
 */

export class Negotiation {
  #pc;
  #partner;
  #isMakingOffer = false;
  #isIgnoringOffer = false;
  #isSettingAnswer = false;
  #isAnswering = false;
  /** An offer was asked for while the other side's was being answered. */
  #isOwed = false;
  #hasRemote = false;
  /** Candidates that came before the description they belong to. @type {Candidate[]} */
  #early = [];

  /** @param {RTCPeerConnection} pc @param {Partner} partner */
  constructor(pc, partner) {
    this.#pc = pc;
    this.#partner = partner;
  }

  /** Offers, or offers again what the other side may not have got. */
  async offer() {
    if (this.#isAnswering) {
      this.#isOwed = true; // now it would become a second answer
      return;
    }
    try {
      this.#isMakingOffer = true;
      await this.#pc.setLocalDescription();
      this.#describe();
    } finally {
      this.#isMakingOffer = false;
    }
  }

  /** Offers new ICE credentials: `restartIce` alone does nothing until an offer is exchanged. */
  async restart() {
    this.#pc.restartIce();
    await this.offer();
  }

  /** @param {DescriptionKind} kind @param {string} sdp */
  async receive(kind, sdp) {
    if (kind === "answer") return this.#takeAnswer(sdp);
    const isStable = this.#pc.signalingState === "stable" || this.#isSettingAnswer;
    this.#isIgnoringOffer = (this.#isMakingOffer || !isStable) && !this.#partner.isPolite;
    if (!this.#isIgnoringOffer) await this.#takeOffer(sdp);
  }

  /** @param {string} sdp */
  async #takeOffer(sdp) {
    this.#isAnswering = true;
    try {
      await this.#set("offer", sdp);
      this.#partner.beforeAnswer();
      await this.#pc.setLocalDescription();
      this.#describe();
    } finally {
      this.#isAnswering = false;
    }
    const isOwed = this.#isOwed;
    this.#isOwed = false;
    if (isOwed) await this.offer();
  }

  /** @param {string} sdp */
  async #takeAnswer(sdp) {
    // To an offer that was withdrawn, or answered before.
    if (this.#isAnswering || this.#isSettingAnswer || this.#pc.signalingState !== "have-local-offer") return;
    this.#isIgnoringOffer = false;
    this.#isSettingAnswer = true;
    try {
      await this.#set("answer", sdp);
    } finally {
      this.#isSettingAnswer = false;
    }
  }

  /** The candidates that came too early follow their description. @param {DescriptionKind} kind @param {string} sdp */
  async #set(kind, sdp) {
    this.#hasRemote = true;
    const described = this.#pc.setRemoteDescription({ type: kind, sdp });
    const added = this.receiveCandidates(this.#early.splice(0));
    await described;
    await added;
  }

  /** @param {readonly Candidate[]} candidates */
  async receiveCandidates(candidates) {
    if (!this.#hasRemote) {
      this.#early.push(...candidates.slice(0, MOST_EARLY - this.#early.length));
      return;
    }
    const added = await Promise.allSettled(candidates.map((one) => this.#pc.addIceCandidate(one)));
    const failed = added.find((one) => one.status === "rejected");
    if (failed && !this.#isIgnoringOffer) throw failed.reason;
  }

  #describe() {
    const description = this.#pc.localDescription;
    if (description?.type === "offer" || description?.type === "answer") {
      this.#partner.describe(description.type, description.sdp);
    }
  }
}
