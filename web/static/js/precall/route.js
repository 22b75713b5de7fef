// @ts-check
/** One connection to the service's peer: opened by us, measured over two data channels, with a voice that comes back. */
/** @import { Echo } from "./figures.js" */
/** @import { Asked, Measured, Plan, RouteName, RouteToTry } from "./wire.js" */
import { codecsOf, figuresOf, Meter, pathOf } from "./figures.js";

const PING = 1;
const LOAD = 2;
const PING_BYTES = 13;
const ECHO_BYTES = 17;
const TICK_MS = 20;
/** Past that the line is slower than the load; the rest of it is left out instead of queued. */
const MOST_UNSENT_BYTES = 4_400;
/** A line that loses a tenth of everything needs some seconds for the handshakes. */
const CONNECT_WITHIN_MS = 8_000;
/** After the load: for the count of the other side, behind what is still queued on the way. */
const COUNT_WITHIN_MS = 2_000;
/** A line so slow that pings still come a while after the last was sent. */
const ECHO_WITHIN_MS = 300;

/** So many packets are lost that nothing can be said of the others. */
const NOTHING = { round_trip_ms: 0, jitter_ms: 0, loss_up: 1, loss_down: 1 };

export class Route {
  #pc;
  #isFailed = false;
  #plan;
  #send;
  /** Resolves to whether it stands. @type {Promise<boolean>} */
  ready;
  /** @type {(stands: boolean) => void} */
  #settle = () => undefined;
  /** @type {RTCDataChannel} */
  #probe;
  /** @type {RTCDataChannel} */
  #steps;
  /** @type {Echo[]} */
  #echoes = [];
  #meter;
  /** @type {(kbps: number) => void} */
  #counted = () => undefined;
  #voice;

  /**
   * @param {RouteToTry} wanted @param {Plan} plan
   * @param {(configuration: RTCConfiguration) => RTCPeerConnection} connect
   * @param {(frame: Asked) => void} send
   */
  constructor({ route, ice_servers, policy }, plan, connect, send) {
    /** @type {RouteName} */
    this.name = route;
    this.#plan = plan;
    this.#send = send;
    this.#meter = new Meter(plan);
    this.#pc = connect({ iceServers: ice_servers, iceTransportPolicy: policy, bundlePolicy: "max-bundle" });
    this.#probe = this.#pc.createDataChannel("probe", { ordered: false, maxRetransmits: 0 });
    this.#steps = this.#pc.createDataChannel("steps");
    this.#probe.binaryType = "arraybuffer";
    this.#probe.onmessage = ({ data }) => this.#take(data);
    this.#steps.onmessage = ({ data }) => this.#counted(Number(JSON.parse(data).kbps) || 0);
    this.#voice = this.#pc.addTransceiver("audio", { direction: "sendrecv" });
    this.#pc.addTransceiver("video", { direction: "recvonly" }); // for the codec that would be agreed on
    this.#pc.onicecandidate = ({ candidate }) =>
      candidate && this.#send({ type: "candidates", route, candidates: [candidate.toJSON()] });
    this.#pc.onconnectionstatechange = () => this.#pc.connectionState === "failed" && this.fail();
    this.ready = new Promise((settle) => {
      this.#settle = settle;
      setTimeout(() => settle(false), CONNECT_WITHIN_MS);
    });
    const opened = () => this.#probe.readyState === "open" && this.#steps.readyState === "open" && this.#settle(true);
    this.#probe.onopen = this.#steps.onopen = opened;
  }

  async offer() {
    await this.#pc.setLocalDescription();
    this.#send({ type: "offer", route: this.name, sdp: this.#pc.localDescription?.sdp ?? "" });
  }

  /** @param {string} sdp */
  async answered(sdp) {
    await this.#pc.setRemoteDescription({ type: "answer", sdp });
  }

  /** It will not stand, or does no longer. */
  fail() {
    this.#isFailed = true;
    this.#settle(false);
  }

  /** @param {MediaStreamTrack} track @returns {Promise<MediaStream>} what is said into it, a while later */
  async speak(track) {
    await this.#voice.sender.replaceTrack(track);
    return new MediaStream([this.#voice.receiver.track]);
  }

  close() {
    this.fail();
    this.#pc.close();
  }

  /** Once it stands. @returns {Promise<Measured>} */
  async measure() {
    await this.#ping();
    const [up_kbps] = await Promise.all([this.#count(), this.#fill()]);
    return this.#measured({ ...(figuresOf(this.#echoes) ?? NOTHING), up_kbps, down_kbps: this.#meter.kbps });
  }

  /** When it never stood. @returns {Promise<Measured | null>} no use although something comes through, or null: blocked */
  async missed() {
    const isReached = ["connected", "completed"].includes(this.#pc.iceConnectionState);
    return isReached && !this.#isFailed ? this.#measured({ ...NOTHING, up_kbps: 0, down_kbps: 0 }) : null;
  }

  /** @param {Omit<Measured, "path" | "codecs">} figures @returns {Promise<Measured>} */
  async #measured(figures) {
    const report = await this.#pc.getStats();
    return { ...figures, path: pathOf(report.values()), codecs: codecsOf(this.#pc.remoteDescription?.sdp ?? "") };
  }

  /** @param {unknown} data */
  #take(data) {
    if (!(data instanceof ArrayBuffer)) return;
    const view = new DataView(data);
    const kind = data.byteLength > 0 ? view.getUint8(0) : 0;
    if (kind === LOAD) this.#meter.add(performance.now(), data.byteLength);
    if (kind !== PING || data.byteLength < ECHO_BYTES) return;
    const way_ms = performance.now() - view.getFloat64(5);
    this.#echoes.push({ number: view.getUint32(1), way_ms, came: view.getUint32(PING_BYTES) });
  }

  /** As many small packets as a voice is made of. */
  async #ping() {
    let number = 0;
    await every(this.#plan.ping_every_ms, this.#plan.ping_ms, (passed_ms) => {
      // By the clock: a timer that comes late has several to send, as a microphone would.
      while (number * this.#plan.ping_every_ms <= passed_ms) this.#sendPing(number++);
    });
    await wait(ECHO_WITHIN_MS);
  }

  /** @param {number} number */
  #sendPing(number) {
    const view = new DataView(new ArrayBuffer(PING_BYTES));
    view.setUint8(0, PING);
    view.setUint32(1, number);
    view.setFloat64(5, performance.now());
    this.#put(view.buffer);
  }

  /** @returns {Promise<number>} what of our load arrives there; 0 when we never hear */
  async #count() {
    const counted = new Promise((settle) => {
      this.#counted = settle;
      setTimeout(() => settle(0), this.#plan.load_ms + COUNT_WITHIN_MS);
    });
    if (this.#steps.readyState === "open") this.#steps.send(JSON.stringify({ type: "load" }));
    return counted;
  }

  /** More than the thresholds ask for and no more than that, for two seconds. */
  async #fill() {
    const { load_kbps, load_bytes, load_ms } = this.#plan;
    const each_ms = load_kbps / 8 / load_bytes;
    let sent = 0;
    await every(TICK_MS, load_ms, (passed_ms) => {
      while (sent < passed_ms * each_ms && this.#probe.bufferedAmount < MOST_UNSENT_BYTES) {
        const view = new DataView(new ArrayBuffer(load_bytes));
        view.setUint8(0, LOAD);
        view.setUint32(1, sent++);
        this.#put(view.buffer);
      }
      sent = Math.max(sent, Math.floor(passed_ms * each_ms));
    });
  }

  /** @param {ArrayBuffer} message */
  #put(message) {
    if (this.#probe.readyState === "open") this.#probe.send(message);
  }
}

/** @param {number} ms */
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** @param {number} step_ms @param {number} for_ms @param {(passed_ms: number) => void} run */
async function every(step_ms, for_ms, run) {
  const began_ms = performance.now();
  for (let passed_ms = 0; passed_ms < for_ms; passed_ms = performance.now() - began_ms) {
    run(passed_ms);
    await wait(step_ms);
  }
}
