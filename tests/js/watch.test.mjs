// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { Watch } from "../../web/static/js/visit/media/watch.js";
import { Time } from "./fakes.mjs";

/** A connection that decodes pictures while `isFlowing`, and the watch over it. */
class Scene {
  time = new Time();
  isFlowing = true;
  isCut = false;
  packets = 0;
  restarts = 0;
  wantsPicture = true;
  frames = 0;
  them = { microphone: "on", camera: "on" };
  peer = {
    state: "new",
    number: 1,
    stream: null,
    stats: async () => this.#report(),
    limit: async () => {},
    grow: async () => {},
    configure() {},
    restart: async () => void this.restarts++,
    renew() {},
  };
  watch = new Watch(/** @type {any} */ (this.peer), {
    timers: this.time.timers,
    now_ms: () => this.time.now_ms,
    them: () => /** @type {any} */ (this.them),
    isReachable: () => true,
    isOver: () => false,
    wantsPicture: () => this.wantsPicture,
    hasRelay: () => false,
    configuration: () => ({}),
    signal: () => true,
    changed: () => {},
  });

  #report() {
    if (this.isFlowing && !this.isCut) this.frames += 5;
    if (!this.isCut) this.packets += 10;
    return new Map([
      ["in", { id: "in", type: "inbound-rtp", kind: "video", framesDecoded: this.frames, packetsReceived: this.packets, frameWidth: 640 }],
    ]);
  }

  /** @param {RTCPeerConnectionState} state */
  becomes(state) {
    this.peer.state = state;
    this.watch.look();
  }

  /** @param {number} ms */
  async pass(ms) {
    for (let passed = 0; passed < ms; passed += 50) {
      this.time.pass(50);
      await new Promise((done) => setImmediate(done));
    }
  }

  get hasPicture() {
    return this.watch.state.has_video;
  }
}

async function seen() {
  const scene = new Scene();
  scene.becomes("connected");
  await scene.pass(5_000);
  assert.equal(scene.hasPicture, true);
  return scene;
}

test("a picture that comes back after a lost connection is noticed at once", async () => {
  const scene = await seen();
  scene.isFlowing = false;
  scene.becomes("disconnected");
  await scene.pass(30_000);
  assert.equal(scene.hasPicture, false);

  scene.becomes("connected");
  await scene.pass(1_000);
  assert.equal(scene.hasPicture, false);
  scene.isFlowing = true;
  await scene.pass(400);

  assert.equal(scene.hasPicture, true);
});

for (const wait_ms of [100, 600, 1_100, 1_600]) {
  test(`a camera that is switched on again is noticed at once, ${wait_ms} ms after the click too`, async () => {
    const scene = await seen();
    scene.them.camera = "off";
    scene.isFlowing = false;
    await scene.pass(30_000);
    assert.equal(scene.hasPicture, false);

    scene.them.camera = "on";
    await scene.pass(wait_ms);
    scene.isFlowing = true;
    await scene.pass(600);

    assert.equal(scene.hasPicture, true);
  });
}

test("a picture that stands still because nothing arrives is still shown, and a new connection begins without one", async () => {
  const scene = await seen();
  scene.isCut = true;
  await scene.pass(10_000);
  assert.equal(scene.hasPicture, true);
  scene.becomes("disconnected");
  assert.equal(scene.watch.state.width, 640);
  scene.peer.number = 2;
  scene.becomes("connecting");
  assert.equal(scene.watch.state.width, 0);
});

test("sound only with somebody who has no microphone is no broken connection", async () => {
  const scene = await seen();
  scene.them.microphone = "missing";
  scene.wantsPicture = false;
  scene.isCut = true;
  await scene.pass(20_000);
  assert.equal(scene.restarts, 0);
});

test("one change of network is acted on once, however often the browser tells", async () => {
  const scene = await seen();
  scene.watch.networkChanged();
  await scene.pass(100);
  scene.watch.networkChanged();
  assert.equal(scene.restarts, 1);
});

test("counters that cannot be read once are read again", async () => {
  const scene = await seen();
  const stats = scene.peer.stats;
  scene.peer.stats = () => Promise.reject(new Error("closed"));
  await scene.pass(3_000);
  scene.peer.stats = stats;
  const frames = scene.frames;
  await scene.pass(3_000);
  assert.ok(scene.frames > frames);
});
