import assert from "node:assert/strict";
import { test } from "node:test";
import { codecsOf, figuresOf, Meter, pathOf } from "../../web/static/js/precall/figures.js";
import { AT_FIRST, Precall } from "../../web/static/js/precall/precall.js";
import { Line } from "./fakes.mjs";

const PLAN = { ping_every_ms: 20, ping_ms: 1200, load_kbps: 1000, load_ms: 2000, settle_ms: 600, load_bytes: 1100, voice_ms: 3000 };

test("of an even line nothing is lost, and the way is the middle one", () => {
  const echoes = [10, 20, 30, 20, 10].map((way_ms, number) => ({ number, way_ms, came: number + 1 }));

  assert.deepEqual(figuresOf(echoes), { round_trip_ms: 20, jitter_ms: 10, loss_up: 0, loss_down: 0 });
});

test("what got lost on the way there is told from what got lost on the way back", () => {
  // Ten sent; two never arrived there, four of the eight answers never came back.
  const echoes = [
    [0, 1],
    [3, 3],
    [6, 5],
    [9, 8],
  ].map(([number, came]) => ({ number, came, way_ms: 50 }));

  const { loss_up, loss_down } = figuresOf(echoes);
  assert.ok(Math.abs(loss_up - 0.2) < 1e-9);
  assert.equal(loss_down, 0.5);
});

test("echoes that overtake each other are no loss", () => {
  const echoes = [2, 0, 1].map((number, index) => ({ number, came: index + 1, way_ms: 5 }));

  assert.deepEqual([figuresOf(echoes).loss_up, figuresOf(echoes).loss_down], [0, 0]);
});

test("when nothing comes back there is nothing to say", () => assert.equal(figuresOf([]), null));

test("a load is counted once it has settled and until it ends, as the service counts it", () => {
  const meter = new Meter(PLAN);
  for (let at_ms = 5_000; at_ms < 8_000; at_ms += 10) meter.add(at_ms, 1_000);

  assert.equal(meter.kbps, 800);
});

const pair = (local, remote = { candidateType: "host" }) => [
  { id: "T", type: "transport", selectedCandidatePairId: "P" },
  { id: "P", type: "candidate-pair", localCandidateId: "L", remoteCandidateId: "R" },
  { id: "L", protocol: "udp", candidateType: "host", ...local },
  { id: "R", ...remote },
];

test("the way is direct, by a relay at either end, or over TCP", () => {
  assert.equal(pathOf(pair({})), "direct");
  assert.equal(pathOf(pair({ candidateType: "srflx" })), "direct");
  assert.equal(pathOf(pair({ candidateType: "relay", relayProtocol: "udp" })), "relay");
  assert.equal(pathOf(pair({}, { candidateType: "relay" })), "relay");
  assert.equal(pathOf(pair({ candidateType: "relay", relayProtocol: "tls" })), "tcp");
  assert.equal(pathOf(pair({ protocol: "tcp" })), "tcp");
  assert.equal(pathOf([]), "direct");
});

test("the codecs are the first ones of our peer's answer", () => {
  const answer =
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:111 opus/48000/2\r\n" +
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=rtpmap:96 VP8/90000\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n";

  assert.deepEqual(codecsOf(answer), ["opus", "VP8"]);
  assert.deepEqual(codecsOf(""), []);
});

/** A check in a page that is nowhere: its socket is the test's. */
function page({ connect = () => assert.fail("no connection is made here"), microphone = async () => null } = {}) {
  const line = new Line();
  const seen = [];
  const check = new Precall({
    dial: () => line,
    connect,
    microphone,
    play: () => undefined,
    now_ms: () => 0,
    changed: (state) => seen.push(state),
  });
  return { check, line, seen };
}

test("in line one is told how many are before, and may give up", async () => {
  const { check, line } = page();
  await check.start();
  line.open();
  line.say({ type: "line", place: 3 });
  assert.deepEqual([check.state.step, check.state.place], ["line", 3]);
  line.say({ type: "line", place: 2 });
  assert.equal(check.state.place, 2);

  check.stop();
  assert.equal(line.isClosed, true);
  assert.deepEqual(check.state, AT_FIRST);
});

test("a check that is refused or broken off says so, and can be begun again", async () => {
  const { check, line } = page();
  await check.start();
  line.open();
  line.say({ type: "over", code: "line_full", text: "Too many people." });
  assert.deepEqual([check.state.step, check.state.text], ["failed", "Too many people."]);

  await check.start();
  line.end();
  assert.deepEqual([check.state.step, check.state.text], ["failed", ""]);
});

test("a browser without WebRTC is told, and nothing is dialled", async () => {
  const { check } = page({ connect: null });
  assert.equal(check.state.step, "unsupported");
  await check.start();
  assert.equal(check.state.step, "unsupported");
});

test("whoever stops while the browser still asks for the microphone leaves none open", async () => {
  let allow;
  const track = { stopped: false, stop() { this.stopped = true; } };
  const { check, line } = page({ microphone: () => new Promise((done) => { allow = done; }) });
  const starting = check.start();
  check.stop();
  allow(track);
  await starting;

  assert.equal(track.stopped, true);
  assert.equal(check.state.step, "idle");
  assert.equal(line.onmessage, null);
});
