// @ts-check
/**
 * How well one other participant is received, in words, and how much of one's own picture they can be sent. Pure: two
 * readings of the counters in, a judgement out. Getting worse is believed soon, getting better only after a while.
 */
/** @import { Quality } from "../../messages.js" */

/**
 * The counters of one moment, summed up from `RTCPeerConnection.getStats()`.
 * @typedef {object} Reading
 * @property {number} at_ms
 * @property {number} packets  received, sound and picture
 * @property {number} lost
 * @property {number} frames  pictures decoded
 * @property {number} jitter_ms
 * @property {number} way_ms  round trip
 * @property {number} width  of their picture
 * @property {number} height
 * @property {number} lost_there  share of what we sent lately that they have not got, 0 to 1, as they report it
 * @property {number} outgoing_kbps  what the browser thinks the way out carries; 0 when it does not say
 * @property {"direct" | "relay" | null} path
 */

/**
 * @typedef {object} Judgement
 * @property {Quality} quality
 * @property {Quality} heard  what the last readings said
 * @property {number} times  how often in a row
 */

/** @type {Judgement} */
export const UNTRIED = { quality: "good", heard: "good", times: 0 };

const WORSE_AFTER = 2;
const BETTER_AFTER = 3;
const RANK = { good: 0, weak: 1, poor: 2 };

/**
 * @param {Judgement} before @param {Reading} earlier @param {Reading} later
 * @returns {Judgement}
 */
export function judge(before, earlier, later) {
  const heard = wordFor(earlier, later);
  const times = heard === before.heard ? before.times + 1 : 1;
  const enough = RANK[heard] > RANK[before.quality] ? WORSE_AFTER : BETTER_AFTER;
  return { quality: times >= enough ? heard : before.quality, heard, times };
}

/** @param {Reading} earlier @param {Reading} later @returns {Quality} */
function wordFor(earlier, later) {
  const came = later.packets - earlier.packets;
  const lost = Math.max(0, later.lost - earlier.lost);
  const loss = came + lost > 0 ? lost / (came + lost) : 0;
  if (loss >= 0.12 || later.way_ms >= 800 || later.jitter_ms >= 150) return "poor";
  if (loss >= 0.03 || later.way_ms >= 350 || later.jitter_ms >= 60) return "weak";
  return "good";
}

/**
 * How long nothing has arrived. @param {Reading | null} earlier @param {Reading} later @param {number} silent_ms so far
 */
export function silence(earlier, later, silent_ms) {
  if (earlier === null || later.packets > earlier.packets) return 0;
  return later.packets === 0 ? 0 : silent_ms + later.at_ms - earlier.at_ms;
}

/**
 * How much of one's own picture goes out to one participant.
 * @typedef {object} Budget
 * @property {number} rank  index into the steps below; the last is no picture
 * @property {number} stepped_ms  when it last changed
 * @property {number | null} easy_ms  since when they could do with more
 */

/** Kilobits a second for the picture. Sound comes first: it has its own 32 and is never taken away. */
const STEPS_KBPS = [1_700, 600, 200, 0];
const NO_PICTURE = STEPS_KBPS.length - 1;
const DOWN_AFTER_MS = 4_000;
const UP_AFTER_MS = 10_000;
/** Without a picture "good" says little: wait longer before trying one again. */
const PICTURE_AFTER_MS = 15_000;

/** @type {Budget} */
export const FULL = { rank: 0, stepped_ms: 0, easy_ms: null };

/** @param {Budget} budget @returns {number} the most that the picture may take, in kilobits a second; 0 for none */
export function kbps(budget) {
  return STEPS_KBPS[budget.rank] ?? 0;
}

/** Nothing is known of a way that was cut: a picture is tried again much sooner than on one that was too narrow. */
const PICTURE_AFTER_CUT_MS = 4_000;

/** The connection as such was lost for long: sound alone, until it has been good for a moment. @param {number} now_ms */
export function soundOnly(now_ms) {
  return { rank: NO_PICTURE, stepped_ms: now_ms, easy_ms: now_ms - PICTURE_AFTER_MS + PICTURE_AFTER_CUT_MS };
}

/**
 * Where the way out leads in the end. A slow or uneven way alone does not take the picture: less of it would not help.
 * @param {Budget} budget @param {Reading} reading @returns {number} a rank
 */
function goalOf({ rank }, { lost_there, outgoing_kbps }) {
  // Without a picture the browser has nothing to measure the way with: its number says nothing then.
  const carries_kbps = rank === NO_PICTURE || outgoing_kbps === 0 ? Number.POSITIVE_INFINITY : outgoing_kbps;
  if (lost_there >= 0.15 || carries_kbps < 80) return NO_PICTURE;
  if (lost_there >= 0.08 || carries_kbps < 160) return 2;
  return lost_there >= 0.04 || carries_kbps < 250 ? 1 : 0;
}

/**
 * One look at the way out: a step down soon when it is bad, a step up when it has been better for long.
 * @param {Budget} budget @param {Reading} reading
 * @returns {Budget}
 */
export function spend(budget, reading) {
  const { rank, stepped_ms } = budget;
  const now_ms = reading.at_ms;
  const goal = goalOf(budget, reading);
  if (rank < goal) {
    return now_ms - stepped_ms < DOWN_AFTER_MS ? budget : { rank: rank + 1, stepped_ms: now_ms, easy_ms: null };
  }
  if (rank === goal) return budget.easy_ms === null ? budget : { ...budget, easy_ms: null };
  const easy_ms = budget.easy_ms ?? now_ms;
  const patience_ms = rank === NO_PICTURE ? PICTURE_AFTER_MS : UP_AFTER_MS;
  if (now_ms - easy_ms < patience_ms) return { ...budget, easy_ms };
  return { rank: rank - 1, stepped_ms: now_ms, easy_ms: null };
}

const STALE_MS = 6_000;

/**
 * Sums up a report. @param {Iterable<any>} report  values of an RTCStatsReport @param {number} at_ms @returns {Reading}
 */
export function read(report, at_ms) {
  /** @type {Map<string, any>} */
  const byId = new Map();
  for (const one of report) byId.set(one.id, one);
  const all = [...byId.values()];
  const inbound = all.filter((one) => one.type === "inbound-rtp");
  const picture = inbound.find((one) => one.kind === "video");
  const transport = all.find((one) => one.type === "transport" && one.selectedCandidatePairId);
  const pair =
    byId.get(transport?.selectedCandidatePairId) ?? all.find((one) => one.type === "candidate-pair" && one.nominated);
  const told = all.filter((one) => one.type === "remote-inbound-rtp");
  // Of a picture that is not sent any more the last word stays in the report for ever.
  const newest_ms = Math.max(...told.map((one) => one.timestamp));
  const lately = told.filter((one) => one.timestamp > newest_ms - STALE_MS);
  const ends = [byId.get(pair?.localCandidateId), byId.get(pair?.remoteCandidateId)];
  return {
    at_ms,
    packets: sum(inbound, "packetsReceived"),
    lost: sum(inbound, "packetsLost"),
    frames: picture?.framesDecoded ?? 0,
    jitter_ms: 1_000 * Math.max(0, ...inbound.map((one) => one.jitter ?? 0)),
    way_ms: 1_000 * (pair?.currentRoundTripTime ?? 0),
    width: picture?.frameWidth ?? 0,
    height: picture?.frameHeight ?? 0,
    lost_there: Math.max(0, ...lately.map((one) => one.fractionLost ?? 0)),
    outgoing_kbps: (pair?.availableOutgoingBitrate ?? 0) / 1_000,
    path: pair ? (ends.some((end) => end?.candidateType === "relay") ? "relay" : "direct") : null,
  };
}

/** @param {readonly any[]} parts @param {string} counter @returns {number} */
function sum(parts, counter) {
  return parts.reduce((total, one) => total + (one[counter] ?? 0), 0);
}
