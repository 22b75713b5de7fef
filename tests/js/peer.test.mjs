import assert from "node:assert/strict";
import { test } from "node:test";
import { Time } from "./fakes.mjs";

globalThis.MediaStream = class {
  addTrack() {}
};
const { Peer } = await import("../../web/static/js/visit/media/peer.js");

const MOST = 1_000_000;
const LONGEST_SDP = 32_768;

/** A browser's connection that describes itself as `sdp`. */
function browser(sdp = "a=fingerprint:sha-256 OURS\r\n") {
  const pc = {
    connectionState: "new",
    signalingState: "stable",
    localDescription: null,
    remoteDescription: null,
    addTransceiver() {},
    getTransceivers: () => [],
    restartIce() {},
    async setLocalDescription() {
      pc.localDescription = { type: pc.signalingState === "have-remote-offer" ? "answer" : "offer", sdp };
      pc.signalingState = pc.localDescription.type === "offer" ? "have-local-offer" : "stable";
    },
    async setRemoteDescription(description) {
      pc.remoteDescription = description;
      pc.signalingState = description.type === "offer" ? "have-remote-offer" : "stable";
    },
    close() {},
  };
  return pc;
}

function scene({ isPolite = false, sdp = undefined, made = [] } = {}) {
  const sent = [];
  const failed = [];
  const peer = new Peer({
    isPolite,
    firstNumber: () => 1,
    connect: () => {
      made.push(browser(sdp));
      return made.at(-1);
    },
    signal: (signal) => sent.push(signal) > 0,
    changed() {},
    failed: (error) => failed.push(error),
    timers: new Time().timers,
  });
  return { peer, sent, failed };
}

const offered = { type: "rtc.description", connection: 1, offer: 1, kind: "offer", sdp: "a=fingerprint:sha-256 THEIRS\r\n" };

const settled = () => new Promise((done) => setImmediate(done));

test("nobody can drive the numbers of connections beyond what the wire takes: that would close our own line", async () => {
  const { peer, sent } = scene();
  peer.start(false);
  await peer.receive({ type: "rtc.wanted", connection: MOST });
  await settled();
  for (let asked = 0; asked < 3; asked += 1) {
    peer.renew();
    await peer.receive({ type: "rtc.wanted", connection: 0 });
    await settled();
  }
  assert.ok(sent.every((signal) => signal.connection <= MOST));
});

test("a description that is too long for the wire is a step that failed, and does not close our own line", async () => {
  const { peer, sent, failed } = scene({ sdp: "a".repeat(LONGEST_SDP + 1) });
  peer.start(false);
  await peer.receive(offered);
  await settled();

  assert.deepEqual(sent, []);
  assert.equal(failed.length, 1);
});

test("an ordinary offer is answered", async () => {
  const { peer, sent, failed } = scene();
  peer.start(false);
  await peer.receive(offered);
  await settled();

  assert.deepEqual(failed, []);
  assert.equal(sent[0].kind, "answer");
});

test("an answer to an offer that was replaced meanwhile is not taken for an answer to the later one", async () => {
  const made = [];
  const { peer, sent, failed } = scene({ isPolite: true, made });
  peer.start(false);
  await settled();
  await peer.restart();
  const [first, second] = sent.map(({ offer }) => offer);
  const answer = { ...offered, kind: "answer" };

  await peer.receive({ ...answer, offer: first });
  assert.equal(made[0].remoteDescription, null);

  await peer.receive({ ...answer, offer: second });
  assert.equal(made[0].remoteDescription.type, "answer");
  assert.deepEqual(failed, []);
});

test("an answer names the offer that it answers", async () => {
  const { peer, sent } = scene();
  peer.start(false);
  await peer.receive({ ...offered, offer: 7 });
  await settled();

  assert.equal(sent[0].offer, 7);
});
