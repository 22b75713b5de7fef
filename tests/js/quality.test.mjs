import assert from "node:assert/strict";
import { test } from "node:test";
import { FULL, UNTRIED, judge, kbps, read, silence, soundOnly, spend } from "../../web/static/js/visit/media/quality.js";

const START = { at_ms: 0, packets: 0, lost: 0, frames: 0, jitter_ms: 5, way_ms: 40, width: 0, height: 0, lost_there: 0, outgoing_kbps: 2_000, path: "direct" };

/** What is said of readings two seconds apart, each with its share of lost packets. */
function words(losses, more = {}) {
  let judgement = UNTRIED;
  let earlier = START;
  return losses.map((loss) => {
    const later = {
      ...earlier,
      ...more,
      at_ms: earlier.at_ms + 2_000,
      packets: earlier.packets + 1_000 * (1 - loss),
      lost: earlier.lost + 1_000 * loss,
    };
    judgement = judge(judgement, earlier, later);
    earlier = later;
    return judgement.quality;
  });
}

test("loss is put into words", () => {
  assert.equal(words([0, 0, 0]).at(-1), "good");
  assert.equal(words([0.05, 0.05, 0.05]).at(-1), "weak");
  assert.equal(words([0.3, 0.3, 0.3]).at(-1), "poor");
});

test("a long way and an uneven one are weak without any loss", () => {
  assert.equal(words([0, 0], { way_ms: 400 }).at(-1), "weak");
  assert.equal(words([0, 0], { jitter_ms: 80 }).at(-1), "weak");
  assert.equal(words([0, 0], { way_ms: 900 }).at(-1), "poor");
});

test("getting worse is believed after two readings, getting better after three", () => {
  assert.deepEqual(words([0.3, 0.3, 0, 0, 0]), ["good", "poor", "poor", "poor", "good"]);
});

test("a single bad reading changes no word", () => {
  assert.deepEqual(words([0, 0.5, 0, 0.5, 0]), ["good", "good", "good", "good", "good"]);
});

test("silence counts from the last packet, and not before the first", () => {
  const at = (at_ms, packets) => ({ ...START, at_ms, packets });
  assert.equal(silence(null, at(0, 0), 0), 0);
  assert.equal(silence(at(0, 0), at(2_000, 0), 0), 0);
  assert.equal(silence(at(0, 10), at(2_000, 10), 0), 2_000);
  assert.equal(silence(at(2_000, 10), at(4_000, 10), 2_000), 4_000);
  assert.equal(silence(at(4_000, 10), at(6_000, 11), 4_000), 0);
});

/** The picture's kilobits over time, looked at every two seconds, for what is seen of the way out. */
function sent(ways, budget = FULL) {
  return ways.map((way, index) => {
    budget = spend(budget, { ...START, ...way, at_ms: (index + 2) * 2_000 });
    return kbps(budget);
  });
}

const GOOD = {};
const LOSSY = { lost_there: 0.2 };

test("a lossy line loses its picture step by step, never its sound", () => {
  const course = sent(Array(10).fill(LOSSY));
  assert.ok(course[0] > 0);
  assert.equal(course.at(-1), 0);
  assert.deepEqual(course, [...course].sort((one, other) => other - one));
});

test("a line that carries little keeps a small picture, one that carries next to nothing none", () => {
  assert.equal(sent(Array(30).fill({ outgoing_kbps: 200 })).at(-1), 600);
  assert.equal(sent(Array(30).fill({ outgoing_kbps: 120 })).at(-1), 200);
  assert.equal(sent(Array(7).fill({ outgoing_kbps: 50 })).at(-1), 0);
});

test("a slow way alone takes nothing away", () => {
  assert.equal(sent(Array(30).fill({ way_ms: 2_000, jitter_ms: 300 })).at(-1), 1_700);
});

/** Too narrow for a picture, as its own counters have shown. */
const NARROW = { rank: 3, stepped_ms: 0, easy_ms: null };

test("after a cut a picture is tried again within seconds, unless the way turns out to be bad", () => {
  assert.deepEqual(sent([GOOD, GOOD], soundOnly(1_000)), [0, 200]);
  assert.equal(sent([LOSSY, GOOD, GOOD, GOOD, GOOD, GOOD, GOOD], soundOnly(1_000)).at(-1), 0);
});

test("the picture comes back slowly, and only while all is good", () => {
  const paused = NARROW;
  assert.equal(sent(Array(7).fill(GOOD), paused).at(-1), 0);
  assert.ok(sent(Array(9).fill(GOOD), paused).at(-1) > 0);
  assert.equal(sent(Array(40).fill(GOOD), paused).at(-1), 1_700);
  assert.equal(sent([GOOD, GOOD, GOOD, LOSSY, GOOD, GOOD, GOOD, GOOD, GOOD], paused).at(-1), 0);
});

test("without a picture the browser's guess of the line counts for nothing", () => {
  assert.ok(sent(Array(9).fill({ outgoing_kbps: 40 }), NARROW).at(-1) > 0);
});

test("a report is summed up, and a relay at either end makes the way a relayed one", () => {
  const report = [
    { id: "a", type: "inbound-rtp", kind: "audio", packetsReceived: 100, packetsLost: 1, jitter: 0.01 },
    { id: "v", type: "inbound-rtp", kind: "video", packetsReceived: 200, packetsLost: 3, jitter: 0.02, framesDecoded: 7, frameWidth: 640, frameHeight: 360 },
    { id: "o", type: "remote-inbound-rtp", kind: "audio", fractionLost: 0.25, timestamp: 60_000 },
    { id: "old", type: "remote-inbound-rtp", kind: "video", fractionLost: 0.9, timestamp: 10_000 },
    { id: "t", type: "transport", selectedCandidatePairId: "p" },
    { id: "p", type: "candidate-pair", currentRoundTripTime: 0.05, availableOutgoingBitrate: 300_000, localCandidateId: "l", remoteCandidateId: "r" },
    { id: "l", type: "local-candidate", candidateType: "host" },
    { id: "r", type: "remote-candidate", candidateType: "relay" },
  ];
  assert.deepEqual(read(report, 5), {
    at_ms: 5, packets: 300, lost: 4, frames: 7, jitter_ms: 20, way_ms: 50, width: 640, height: 360, lost_there: 0.25, outgoing_kbps: 300, path: "relay",
  });
  assert.equal(read([], 5).path, null);
});
