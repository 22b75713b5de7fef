// @ts-check
/** From packets to numbers: how long the way is, how even, how much of it gets lost, how much it carries. Pure. */
/** @import { Plan } from "./wire.js" */

/** @typedef {{ number: number, way_ms: number, came: number }} Echo  `came`: how many pings had arrived there by then */

/**
 * @param {readonly Echo[]} echoes  of the pings sent, in the order in which they came back
 * @returns {{ round_trip_ms: number, jitter_ms: number, loss_up: number, loss_down: number } | null} null: nothing came back
 */
export function figuresOf(echoes) {
  const inOrder = [...echoes].sort((a, b) => a.number - b.number);
  const last = inOrder.at(-1);
  if (!last) return null;
  const sent = last.number + 1;
  const came = Math.min(sent, Math.max(...inOrder.map((one) => one.came)));
  const ways = inOrder.map((one) => one.way_ms);
  const steps = ways.slice(1).map((way, index) => Math.abs(way - (ways[index] ?? way)));
  return {
    round_trip_ms: [...ways].sort((a, b) => a - b)[Math.floor(ways.length / 2)] ?? 0,
    jitter_ms: steps.length ? steps.reduce((sum, one) => sum + one, 0) / steps.length : 0,
    loss_up: share(sent - came, sent),
    loss_down: share(came - inOrder.length, came),
  };
}

/** @param {number} part @param {number} whole */
function share(part, whole) {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}

/** How much of a load arrives once it has settled; mirrors `Meter` in telesession/domain/precall.py. */
export class Meter {
  #plan;
  /** @type {number | null} */
  #began_ms = null;
  #bytes = 0;

  /** @param {Plan} plan */
  constructor(plan) {
    this.#plan = plan;
  }

  /** @param {number} now_ms @param {number} size */
  add(now_ms, size) {
    this.#began_ms ??= now_ms;
    const since_ms = now_ms - this.#began_ms;
    if (since_ms >= this.#plan.settle_ms && since_ms < this.#plan.load_ms) this.#bytes += size;
  }

  get kbps() {
    return (this.#bytes * 8) / (this.#plan.load_ms - this.#plan.settle_ms);
  }
}

/**
 * What was agreed on for sound and picture, from the answer that our peer gave.
 * @param {string} sdp @returns {string[]} the name of each section's first codec
 */
export function codecsOf(sdp) {
  const sections = sdp.split(/^(?=m=)/m).filter((one) => /^m=(audio|video) /.test(one));
  const names = sections.map((section) => {
    const [first] = section.match(/^m=\w+ \d+ \S+ (\d+)/)?.slice(1) ?? [];
    return section.match(new RegExp(`^a=rtpmap:${first} ([^/\\r\\n]+)`, "m"))?.[1] ?? "";
  });
  return [...new Set(names.filter(Boolean))];
}

/**
 * By what way it went, from the browser's own report.
 * @param {Iterable<any>} report  values of an RTCStatsReport @returns {"direct" | "relay" | "tcp"}
 */
export function pathOf(report) {
  /** @type {Map<string, any>} */
  const byId = new Map();
  for (const one of report) byId.set(one.id, one);
  const all = [...byId.values()];
  const transport = all.find(({ type, selectedCandidatePairId }) => type === "transport" && selectedCandidatePairId);
  const pair =
    byId.get(transport?.selectedCandidatePairId) ??
    all.find(({ type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded");
  const [here, there] = [byId.get(pair?.localCandidateId), byId.get(pair?.remoteCandidateId)];
  const carried = here?.relayProtocol ?? here?.protocol ?? "udp";
  if (carried !== "udp") return "tcp";
  return [here, there].some((end) => end?.candidateType === "relay") ? "relay" : "direct";
}
