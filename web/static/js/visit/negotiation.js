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
    const state = this.#pc.signalingState;
    if (kind === "answer" && state !== "have-local-offer") return; // its offer was settled otherwise
    const mayTakeOffer = !this.#isMakingOffer && (state === "stable" || this.#isSettingAnswer);
    this.#isIgnoringOffer = kind === "offer" && !mayTakeOffer && !this.#partner.isPolite;
    if (this.#isIgnoringOffer) return;
    this.#isSettingAnswer = kind === "answer";
    this.#hasRemote = true;
    const described = this.#pc.setRemoteDescription({ type: kind, sdp });
    const early = this.receiveCandidates(this.#early.splice(0));
    try {
      await described;
    } finally {
      this.#isSettingAnswer = false;
    }
    await early;
    if (kind === "answer") return;
    this.#partner.beforeAnswer();
    await this.#pc.setLocalDescription();
    this.#describe();
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
