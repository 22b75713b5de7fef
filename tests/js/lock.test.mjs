import assert from "node:assert/strict";
import { test } from "node:test";
import { Lock } from "../../web/static/js/lib/lock.js";
import { Time } from "./fakes.mjs";

const MINUTE = 60_000;

/** A page whose session ends at `end_ms`, unless it cannot be asked. */
function page(more = {}) {
  const time = new Time();
  const it = { end_ms: time.now_ms + 15 * MINUTE, isAway: false, asked: [], done: [], ...more };
  const ask = async (isBusy) => {
    it.asked.push(isBusy);
    if (it.isAway) throw new Error("network");
    if (time.now_ms >= it.end_ms) return null;
    if (isBusy) it.end_ms = time.now_ms + 15 * MINUTE;
    return it.end_ms - time.now_ms;
  };
  const doors = { ask, lock: () => it.done.push("lock"), unlock: () => it.done.push("unlock") };
  const lock = new Lock(doors, time.timers, () => time.now_ms);
  lock.start(15 * MINUTE);
  /** Minute by minute, so that answers come in between. */
  const pass = async (minutes) => {
    for (let n = 0; n < minutes * 12; n++) {
      time.pass(5_000);
      await new Promise(setImmediate);
    }
  };
  return { it, lock, pass };
}

test("a page that nobody touches hides what it shows when its session is over, once", async () => {
  const { it, pass } = page();
  await pass(14);
  assert.deepEqual(it, { ...it, asked: [], done: [] });
  await pass(30);
  assert.deepEqual(it.done, ["lock"]);
});

test("while somebody works in another tab it stays, and asks without counting as somebody", async () => {
  const { it, pass } = page();
  await pass(10);
  it.end_ms += 10 * MINUTE;
  await pass(14);
  assert.deepEqual([it.done, it.asked], [[], [false]]);
  await pass(2);
  assert.deepEqual(it.done, ["lock"]);
});

test("who writes for long is there, and is not asked about at every key", async () => {
  const { it, lock, pass } = page();
  for (let n = 0; n < 40; n++) {
    lock.touched();
    lock.touched();
    await pass(1);
  }
  assert.deepEqual(it.done, []);
  assert.ok(it.asked.length <= 40);
});

test("a service that cannot be reached hides names after three tries, a short fault does not", async () => {
  const { it, pass } = page();
  await pass(14.9);
  it.end_ms += 5 * MINUTE;
  it.isAway = true;
  await pass(0.1);
  it.isAway = false;
  await pass(1);
  assert.deepEqual(it.done, []);
  it.isAway = true;
  await pass(6);
  assert.deepEqual(it.done, ["lock"]);
});

test("signed in again in another tab, the page comes back when one comes back to it", async () => {
  const { it, lock, pass } = page();
  await pass(16);
  it.end_ms += 60 * MINUTE;
  await lock.look();
  assert.deepEqual(it.done, ["lock", "unlock"]);
});
