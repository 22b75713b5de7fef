import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, step } from "../../web/static/js/visit/media/ladder.js";

const WELL = { connection: "connected", silent_ms: 0, is_network_new: false, is_reachable: true, has_relay: true };
const LOOK_MS = 250;

/** Watches a connection: `seen(at_ms)` says what is seen, the rungs taken come out with their times. */
function climb(seen, until_ms, ladder = step(begin(0), WELL, 0).ladder) {
  const taken = [];
  for (let now_ms = 0; now_ms <= until_ms; now_ms += LOOK_MS) {
    const next = step(ladder, { ...WELL, ...seen(now_ms, taken) }, now_ms);
    ladder = next.ladder;
    if (next.rung) taken.push([now_ms, next.rung]);
  }
  return taken;
}

test("a connection that is well is left alone", () => {
  assert.deepEqual(climb(() => ({}), 60_000), []);
});

test("a short interruption heals by itself", () => {
  assert.deepEqual(climb((at_ms) => ({ connection: at_ms < 1_900 ? "disconnected" : "connected" }), 20_000), []);
});

test("two seconds of disconnection are enough for a restart", () => {
  const [first] = climb(() => ({ connection: "disconnected" }), 5_000);
  assert.deepEqual(first, [2_000, "restart"]);
});

test("a restart gets its time although the way before it is given up for failed meanwhile", () => {
  const taken = climb((at_ms) => ({ connection: at_ms < 16_500 ? "disconnected" : "failed" }), 20_000);
  assert.deepEqual(taken.map(([at_ms]) => at_ms), [2_000, 8_000, 14_000]);
});

test("failed is acted on at once", () => {
  assert.deepEqual(climb(() => ({ connection: "failed" }), 250), [[0, "restart"]]);
});

test("silence of three seconds is enough, although the browser says connected", () => {
  const taken = climb((at_ms) => ({ silent_ms: at_ms }), 4_000);
  assert.deepEqual(taken, [[3_000, "restart"]]);
});

test("a new network is acted on before anything breaks", () => {
  assert.deepEqual(climb((at_ms) => ({ is_network_new: at_ms === 500 }), 5_000), [[500, "restart"]]);
});

for (const [has_relay, expected] of [
  [true, ["restart", "relay", "restart", "renew", "audio_only"]],
  [false, ["restart", "restart", "restart", "renew", "audio_only"]],
]) {
  test(`rung by rung ${has_relay ? "with" : "without"} a relay, and then it goes on`, () => {
    const taken = climb(() => ({ connection: "disconnected", has_relay }), 40_000);
    assert.deepEqual(taken.slice(0, 5).map(([, rung]) => rung), expected);
    assert.deepEqual(taken.slice(0, 5).map(([at_ms]) => at_ms), [2_000, 8_000, 14_000, 22_000, 32_000]);
  });
}

test("it never gives up, and never tries more often than each six seconds", () => {
  const taken = climb(() => ({ connection: "disconnected" }), 15 * 60_000);
  const times = taken.map(([at_ms]) => at_ms);
  const gaps = times.slice(1).map((at_ms, index) => at_ms - times[index]);
  assert.ok(times.at(-1) > 14 * 60_000);
  assert.ok(Math.min(...gaps) >= 6_000);
  assert.ok(Math.max(...gaps) <= 30_000);
});

test("once it is well again, the next trouble begins with the first rung", () => {
  const taken = climb((at_ms) => ({ connection: at_ms < 9_000 || at_ms > 20_000 ? "disconnected" : "connected" }), 24_000);
  assert.deepEqual(taken.map(([, rung]) => rung), ["restart", "relay", "restart"]);
});

test("nothing is tried while nobody can be reached, and at once when they can", () => {
  const cut = (at_ms) => ({ connection: at_ms < 30_250 ? "failed" : "connected", is_reachable: at_ms >= 30_000 });
  assert.deepEqual(climb(cut, 40_000), [[30_000, "restart"]]);
});

test("an attempt that nobody could hear is made again, on the same rung", () => {
  const taken = climb((at_ms) => ({ connection: "disconnected", is_reachable: at_ms < 2_250 || at_ms >= 4_000 }), 5_000);
  assert.deepEqual(taken, [[2_000, "restart"], [4_000, "restart"]]);
});

test("somebody who has gone is not called after", () => {
  assert.deepEqual(climb(() => ({ connection: "failed", is_reachable: false }), 600_000), []);
});

test("a first connection that does not come up in six seconds climbs too", () => {
  const taken = climb(() => ({ connection: "connecting" }), 13_000, begin(0));
  assert.deepEqual(taken, [[6_000, "relay"], [12_000, "restart"]]);
});

test("a connection that the other side began anew gets its six seconds", () => {
  assert.deepEqual(climb(() => ({ connection: "connecting" }), 6_000), [[6_000, "restart"]]);
});
