import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { CLOSE_CODES, Connection, Refused } from "../../web/static/js/visit/connection.js";
import { Line, Time } from "./fakes.mjs";

const WELCOME = { type: "welcome", you: "me", role: "patient", seq: 7, view: { type: "outside" }, server_time_ms: 0 };
const CHAT = { type: "chat.send", text: "hello" };

let time, lines, heard, links, goodbyes, connection, mayGiveUp;

beforeEach(() => {
  time = new Time();
  [lines, heard, links, goodbyes] = [[], [], [], []];
  mayGiveUp = () => false;
  let ids = 0;
  const world = {
    dial: () => lines[lines.push(new Line()) - 1],
    timers: time.timers,
    now_ms: () => time.now_ms,
    random: () => 0.5,
    opened_ms: 7,
    newId: () => `id-${(ids += 1)}`,
    mayGiveUp: (lost_ms) => mayGiveUp(lost_ms),
  };
  connection = new Connection(world, {
    frame: (frame) => heard.push(frame),
    link: (link) => links.push(link),
    goodbye: (reason) => goodbyes.push(reason),
  });
});

const line = () => lines.at(-1);

function open(welcome = WELCOME) {
  if (lines.length === 0) connection.start();
  line().open();
  line().say(welcome);
}

test("it says hello first, and asks for all that it has not seen", () => {
  open();
  assert.deepEqual(line().sent[0], { type: "hello", protocol: 1, since: null, opened_ms: 7 });
  assert.deepEqual(links, ["connecting", "open"]);
  line().say({ type: "event", seq: 9, at: "", event: {} });
  line().end();
  time.pass(0);
  line().open();
  assert.deepEqual(line().sent, [{ type: "hello", protocol: 1, since: 9, opened_ms: 7 }]);
});

test("letters after a welcome without a view go on from where they were", () => {
  open();
  line().end();
  time.pass(0);
  open({ ...WELCOME, seq: 9, view: null });
  line().say({ type: "event", seq: 8, at: "", event: {} });
  line().say({ type: "event", seq: 9, at: "", event: {} });
  assert.deepEqual(heard.filter(({ type }) => type === "event").map(({ seq }) => seq), [8, 9]);
});

test("an event is told once, whatever the network repeats", () => {
  open();
  for (const seq of [8, 8, 7, 9]) line().say({ type: "event", seq, at: "", event: {} });
  assert.deepEqual(heard.filter(({ type }) => type === "event").map(({ seq }) => seq), [8, 9]);
});

test("a command waits for the line, and is answered", async () => {
  connection.start();
  const answer = connection.send(CHAT);
  line().open();
  assert.equal(line().of("chat.send").length, 0);
  line().say(WELCOME);
  const [sent] = line().of("chat.send");
  line().say({ type: "done", id: sent.id, seq: 8 });
  assert.equal(await answer, 8);
});

test("a command without an answer is sent again on the next line, with the same id", async () => {
  open();
  const answer = connection.send(CHAT);
  const [first] = line().of("chat.send");
  line().end();
  time.pass(0);
  open({ ...WELCOME, view: null });
  const [second] = line().of("chat.send");
  assert.deepEqual(second, first);
  line().say({ type: "done", id: second.id, seq: 8 });
  assert.equal(await answer, 8);
  line().end();
  time.pass(5_000);
  open();
  assert.equal(line().of("chat.send").length, 0);
});

test("commands keep their order over a loss, and sixteen at most are on their way", () => {
  open();
  for (let number = 0; number < 40; number += 1) void connection.send({ ...CHAT, text: `${number}` });
  assert.equal(line().of("chat.send").length, 16);
  line().end();
  time.pass(0);
  open();
  for (let number = 0; number < 40; number += 1) line().say({ type: "done", id: line().of("chat.send")[number].id, seq: 8 });
  assert.deepEqual(line().of("chat.send").map(({ text }) => Number(text)), [...Array(40).keys()]);
});

test("a refusal comes with its code and sentence", async () => {
  open();
  const answer = connection.send(CHAT);
  line().say({ type: "refused", id: line().of("chat.send")[0].id, code: "not_now", text: "Please wait." });
  await assert.rejects(answer, (error) => error instanceof Refused && error.code === "not_now" && error.message === "Please wait.");
});

test("a command that came too fast is said again a second later, and so is what waits behind it", async () => {
  open();
  const answer = connection.send(CHAT);
  const [{ id }] = line().of("chat.send");
  line().say({ type: "refused", id, code: "too_many", text: "That was too fast." });
  void connection.send(CHAT);
  assert.equal(line().of("chat.send").length, 1);
  time.pass(1_000);
  assert.deepEqual(line().of("chat.send").map((one) => one.id === id), [true, true, false]);
  line().say({ type: "done", id, seq: 8 });
  assert.equal(await answer, 8);
});

test("more than two hundred waiting commands are refused here", async () => {
  connection.start();
  for (let number = 0; number < 200; number += 1) void connection.send(CHAT);
  await assert.rejects(connection.send(CHAT), { code: "too_many" });
});

test("signals are for now: without a line they are gone", () => {
  const wanted = { type: "rtc.wanted", connection: 1 };
  connection.start();
  assert.equal(connection.signal("you", wanted), false);
  line().open();
  assert.equal(connection.signal("you", wanted), false);
  line().say(WELCOME);
  assert.equal(connection.signal("you", wanted), true);
  assert.deepEqual(line().of("signal"), [{ type: "signal", to: "you", signal: wanted }]);
  line().end();
  time.pass(0);
  open();
  assert.deepEqual(line().of("signal"), []);
});

test("it asks for the time at once, and pings every five seconds, first after a random part of them", () => {
  open();
  assert.equal(line().of("clock.ping").length, 1);
  time.pass(2_499);
  assert.equal(line().of("clock.ping").length, 1);
  time.pass(1);
  assert.equal(line().of("clock.ping").length, 2);
  line().say({ type: "clock.pong", sent_ms: 0, received_ms: 0, answered_ms: 0 });
  time.pass(5_000);
  assert.equal(line().of("clock.ping").length, 3);
});

test("a line that does not answer for four seconds is dead, and another one is opened", () => {
  open();
  time.pass(2_500 + 3_999);
  assert.equal(lines.length, 1);
  time.pass(1);
  assert.ok(lines[0].isClosed);
  assert.equal(links.at(-1), "reconnecting");
  time.pass(0);
  assert.equal(lines.length, 2);
});

test("any frame shows that the line lives", () => {
  open();
  time.pass(2_500 + 3_000);
  line().say({ type: "presence", connected: [] });
  time.pass(1_500);
  assert.equal(lines.length, 1);
});

test("a line that never welcomes is given up after eight seconds", () => {
  connection.start();
  line().open();
  time.pass(8_000);
  assert.equal(lines.length, 2);
});

test("it comes back ever more slowly, and never stops", () => {
  connection.start();
  const gaps = [];
  for (let number = 0; number < 11; number += 1) {
    const [before, count] = [time.now_ms, lines.length];
    line().end();
    while (lines.length === count) time.pass(1);
    gaps.push(time.now_ms - before);
  }
  assert.deepEqual(gaps, [1, 800, 1_500, 2_500, 4_500, 4_500, 4_500, 4_500, 4_500, 7_500, 7_500]);
});

test("a line that holds for ten seconds makes the next loss start without delay, a flapping one does not", () => {
  open();
  const flap = (held_ms) => {
    const pong = { type: "clock.pong", sent_ms: 0, received_ms: 0, answered_ms: 0 };
    for (let ms = 0; ms < held_ms; ms += 1_000) {
      time.pass(1_000);
      line().say(pong);
    }
    const [before, count] = [time.now_ms, lines.length];
    line().end();
    while (lines.length === count) time.pass(1);
    open();
    return time.now_ms - before;
  };
  assert.deepEqual([flap(2_000), flap(2_000), flap(2_000)], [1, 800, 1_500]);
  assert.equal(flap(10_000), 1);
});

test("a goodbye with a time is waited for", () => {
  open();
  line().say({ type: "goodbye", reason: "draining", retry_after_ms: 2_000 });
  line().end(CLOSE_CODES.draining[0]);
  time.pass(2_499);
  assert.equal(lines.length, 1);
  time.pass(1);
  assert.equal(lines.length, 2);
});

for (const [reason, [code, again]] of Object.entries(CLOSE_CODES)) {
  test(`after "${reason}" it ${again ? "comes back" : "stays away"}`, async () => {
    open();
    const answer = connection.send(CHAT);
    const outcome = again ? null : assert.rejects(answer, { code: "closed" });
    line().end(code);
    connection.check();
    time.pass(60_000);
    assert.equal(lines.length > 1, again);
    assert.deepEqual(goodbyes, again ? [] : [reason]);
    assert.equal(links.at(-1) === "closed", !again);
    await outcome;
  });
}

test("when the network changes, an open line is tried at once and a closed one opened at once", () => {
  open();
  connection.check();
  assert.equal(line().of("clock.ping").length, 2);
  line().end();
  time.pass(0);
  line().end();
  assert.equal(lines.length, 2);
  connection.check();
  assert.equal(lines.length, 3);
});

test("long after the end of the visit it may give up", () => {
  mayGiveUp = (lost_ms) => lost_ms > 900_000;
  connection.start();
  while (links.at(-1) !== "closed") {
    line().end();
    time.pass(10_000);
  }
  const count = lines.length;
  time.pass(600_000);
  assert.equal(lines.length, count);
  assert.ok(count > 50);
});

test("stopping closes the line for good", () => {
  open();
  connection.stop();
  time.pass(60_000);
  assert.equal(lines.length, 1);
  assert.ok(lines[0].isClosed);
  assert.equal(links.at(-1), "closed");
});

test("what follows from the welcome's view can be said at once", () => {
  const wanted = { type: "rtc.wanted", connection: 0 };
  heard.push = (frame) => frame.type === "welcome" && assert.ok(connection.signal("you", wanted));
  open();
  assert.deepEqual(line().of("signal"), [{ type: "signal", to: "you", signal: wanted }]);
});
