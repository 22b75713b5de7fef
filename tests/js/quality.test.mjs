import assert from "node:assert/strict";
import { test } from "node:test";
import { FULL, UNTRIED, judge, kbps, read, silence, soundOnly, spend } from "../../web/static/js/visit/quality.js";

const START = { at_ms: 0, packets: 0, lost: 0, frames: 0, jitter_ms: 5, way_ms: 40, width: 0, height: 0, outgoing_kbps: 0, path: "direct" };

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

/** The picture's kilobits over time, looked at every two seconds, for what the other side says. */
function sent(says, budget = FULL) {
  return says.map((theySay, index) => {
    budget = spend(budget, theySay, index * 2_000);
    return kbps(budget);
  });
}

test("a poor line loses its picture step by step, never its sound", () => {
  const course = sent(Array(10).fill("poor"));
  assert.ok(course[0] > 0);
  assert.equal(course.at(-1), 0);
  assert.deepEqual(course, [...course].sort((one, other) => other - one));
});

test("a weak line keeps a small picture", () => {
  assert.equal(sent(Array(30).fill("weak")).at(-1), 600);
});

test("the picture comes back slowly, and only while all is good", () => {
  const paused = soundOnly(0);
  assert.equal(sent(Array(7).fill("good"), paused).at(-1), 0);
  assert.ok(sent(Array(9).fill("good"), paused).at(-1) > 0);
  assert.equal(sent(Array(40).fill("good"), paused).at(-1), 1_700);
  assert.equal(sent(["good", "good", "good", "poor", "good", "good", "good", "good", "good"], paused).at(-1), 0);
});

test("as long as they have said nothing, nothing changes", () => {
  assert.equal(sent(Array(20).fill(null)).at(-1), 1_700);
});

test("a report is summed up, and a relay at either end makes the way a relayed one", () => {
  const report = [
    { id: "a", type: "inbound-rtp", kind: "audio", packetsReceived: 100, packetsLost: 1, jitter: 0.01 },
    { id: "v", type: "inbound-rtp", kind: "video", packetsReceived: 200, packetsLost: 3, jitter: 0.02, framesDecoded: 7, frameWidth: 640, frameHeight: 360 },
    { id: "t", type: "transport", selectedCandidatePairId: "p" },
    { id: "p", type: "candidate-pair", currentRoundTripTime: 0.05, availableOutgoingBitrate: 300_000, localCandidateId: "l", remoteCandidateId: "r" },
    { id: "l", type: "local-candidate", candidateType: "host" },
    { id: "r", type: "remote-candidate", candidateType: "relay" },
  ];
  assert.deepEqual(read(report, 5), {
    at_ms: 5, packets: 300, lost: 4, frames: 7, jitter_ms: 20, way_ms: 50, width: 640, height: 360, outgoing_kbps: 300, path: "relay",
  });
  assert.equal(read([], 5).path, null);
});
