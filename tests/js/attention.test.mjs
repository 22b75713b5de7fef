import assert from "node:assert/strict";
import { test } from "node:test";
import { Attention } from "../../web/static/js/lib/attention.js";
import { Changes } from "../../web/static/js/lib/changes.js";
import { Time } from "./fakes.mjs";

function called() {
  const time = new Time();
  const said = { chimes: 0, shown: [] };
  const attention = new Attention(
    () => {
      said.chimes += 1;
    },
    time.timers,
    (waiting, words) => said.shown.push([waiting, words]),
  );
  return { time, said, attention };
}

test("it rings again and again for who waits, for two minutes, and stops when nobody does", () => {
  const { time, said, attention } = called();
  attention.waiting(1);
  assert.equal(said.chimes, 1);
  time.pass(60_000);
  assert.equal(said.chimes, 4);
  time.pass(600_000);
  assert.equal(said.chimes, 6);

  attention.waiting(2);
  assert.equal(said.chimes, 7, "another one is news");
  attention.waiting(1);
  time.pass(20_000);
  assert.equal(said.chimes, 8, "the other one still waits");
  attention.waiting(0);
  time.pass(600_000);
  assert.equal(said.chimes, 8);
  assert.deepEqual(said.shown, [
    [1, "Somebody is waiting"],
    [2, "2 people are waiting"],
    [1, "Somebody is waiting"],
    [0, "0 people are waiting"],
  ]);
});

test("a line that was refused is dialled again, one that broke is left to the browser", () => {
  const time = new Time();
  const lines = [];
  const told = [];
  const dial = () => {
    const line = { onmessage: null, onerror: null, readyState: 1, close() {} };
    lines.push(line);
    return line;
  };
  new Changes(dial, { heard: (news) => told.push(news), lost: () => told.push("lost") }, time.timers).start();

  lines[0].onmessage({ data: "1" });
  lines[0].readyState = 0;
  lines[0].onerror();
  time.pass(60_000);
  assert.equal(lines.length, 1);

  lines[0].readyState = 2;
  lines[0].onerror();
  time.pass(5_000);
  assert.equal(lines.length, 2);
  lines[1].onmessage({ data: "0" });
  assert.deepEqual(told, ["1", "lost", "0"]);
});
