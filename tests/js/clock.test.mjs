import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "../../web/static/js/lib/clock.js";

/** A page whose own clock shows `here_ms`, and a server that is `ahead_ms` ahead of it. */
function pair(ahead_ms) {
  const here = { now_ms: 50_000 };
  const clock = new ServerClock(() => here.now_ms);
  const exchange = (there_ms, back_ms) => {
    const sent_ms = here.now_ms;
    const received_ms = sent_ms + there_ms + ahead_ms;
    here.now_ms += there_ms + back_ms;
    clock.learn({ type: "clock.pong", sent_ms, received_ms, answered_ms: received_ms });
  };
  return { here, clock, exchange };
}

test("a welcome alone gives the time roughly, an exchange exactly", () => {
  const { here, clock, exchange } = pair(1_000_000);
  clock.hear(here.now_ms + 1_000_000 - 40);
  assert.equal(clock.offset_ms, 999_960);
  exchange(20, 20);
  assert.equal(clock.offset_ms, 1_000_000);
  assert.equal(clock.error_ms, 20);
});

test("the exchange with the shortest way counts, whatever comes after it", () => {
  const { clock, exchange } = pair(-3_000);
  exchange(10, 10);
  for (let again = 0; again < 5; again += 1) exchange(10, 400);
  assert.equal(clock.offset_ms, -3_000);
});

test("the estimate is never off by more than it says", () => {
  for (const [there_ms, back_ms] of [[0, 300], [300, 0], [5, 80], [80, 5]]) {
    const { clock, exchange } = pair(7_777);
    exchange(there_ms, back_ms);
    assert.ok(Math.abs(clock.offset_ms - 7_777) <= clock.error_ms);
  }
});

test("after the device slept, what was known before is forgotten", () => {
  const { here, clock } = pair(0);
  clock.learn({ type: "clock.pong", sent_ms: here.now_ms, received_ms: here.now_ms + 5, answered_ms: here.now_ms + 5 });
  const slept_ms = 3_600_000;
  const server_ms = here.now_ms + slept_ms;
  const sent_ms = here.now_ms;
  here.now_ms += 100;
  clock.learn({ type: "clock.pong", sent_ms, received_ms: server_ms + 50, answered_ms: server_ms + 50 });
  assert.equal(clock.offset_ms, slept_ms);
});
