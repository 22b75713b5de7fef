// @ts-check
/** A pre-call check from the press of its button to the verdict. Knows no page: it says what it does, others draw it. */
/** @import { Asked, Outcome, Plan, Told } from "./wire.js" */
import { Route } from "./route.js";

/**
 * @typedef {object} PrecallState
 * @property {"idle" | "asking" | "calling" | "line" | "running" | "done" | "failed" | "unsupported"} step
 * @property {number} place  in the line, while there is one
 * @property {"connecting" | "speaking" | "listening" | "measuring"} phase  of a check that runs
 * @property {number} progress  0 to 1
 * @property {boolean} has_voice  somebody could hear themselves
 * @property {Outcome | null} outcome
 * @property {string} text  why there is none, in the reader's language; "" when it said nothing
 */

/** @type {PrecallState} */
export const AT_FIRST = {
  step: "idle",
  place: 0,
  phase: "connecting",
  progress: 0,
  has_voice: false,
  outcome: null,
  text: "",
};

/** About so long it takes; the bar goes by it and waits near its end for what takes longer. */
const USUAL_MS = 8_000;
const DRAW_EVERY_MS = 200;
const LATE_ECHO_MS = 700;

/**
 * @typedef {object} PrecallWorld
 * @property {() => WebSocket} dial
 * @property {((configuration: RTCConfiguration) => RTCPeerConnection) | null} connect  null in a browser without WebRTC
 * @property {() => Promise<MediaStreamTrack | null>} microphone  a track of its own, stopped in the end; null without one
 * @property {(stream: MediaStream | null) => void} play  aloud; null falls silent
 * @property {() => number} now_ms
 * @property {(state: PrecallState) => void} changed
 */

export class Precall {
  #world;
  /** @type {PrecallState} */
  state = AT_FIRST;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {Route[]} */
  #routes = [];
  /** @type {MediaStreamTrack | null} */
  #voice = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #drawing;
  #run = 0;

  /** @param {PrecallWorld} world */
  constructor(world) {
    this.#world = world;
    if (!world.connect) this.state = { ...AT_FIRST, step: "unsupported" };
  }

  /** From a click: browsers let sound through only then. */
  async start() {
    if (!this.#world.connect) return;
    this.#end();
    const run = this.#run;
    this.#change({ ...AT_FIRST, step: "asking" });
    const voice = await this.#world.microphone();
    if (run !== this.#run) return voice?.stop(); // it was stopped meanwhile
    this.#voice = voice;
    this.#change({ step: "calling", has_voice: voice !== null });
    const socket = this.#world.dial();
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#socket === socket && this.#take(JSON.parse(data));
    socket.onclose = () => this.#socket === socket && this.#closed();
  }

  stop() {
    this.#end();
    this.#change(AT_FIRST);
  }

  /** Whether they heard themselves. @param {boolean} is_heard */
  heard(is_heard) {
    const { outcome } = this.state;
    if (!outcome) return;
    this.#send({ type: "heard", is_heard });
    this.#change({ outcome: { ...outcome, is_heard } });
  }

  /** @param {Told} told */
  #take(told) {
    switch (told.type) {
      case "line":
        return this.#change({ step: "line", place: told.place });
      case "begin":
        return void this.#check(told);
      case "answer":
        return void this.#route(told.route)
          ?.answered(told.sdp)
          .catch(() => this.#route(told.route)?.fail());
      case "failed":
        return this.#route(told.route)?.fail();
      case "verdict":
        return this.#change({ step: "done", outcome: told.outcome, progress: 1 });
      case "over":
        this.#end();
        return this.#change({ step: "failed", text: told.text });
    }
  }

  /** @param {string} name */
  #route(name) {
    return this.#routes.find((route) => route.name === name);
  }

  /** @param {Extract<Told, { type: "begin" }>} begin */
  async #check({ routes, plan }) {
    const { connect, now_ms } = this.#world;
    if (!connect) return;
    const run = this.#run;
    const began_ms = now_ms();
    this.#change({ step: "running", phase: "connecting" });
    this.#drawing = setInterval(() => {
      this.#change({ progress: Math.min(0.95, (now_ms() - began_ms) / USUAL_MS) });
    }, DRAW_EVERY_MS);
    this.#routes = routes.map((one) => new Route(one, plan, connect, (frame) => this.#send(frame)));
    await Promise.all(this.#routes.map((route) => route.offer().catch(() => route.fail())));
    const voice = this.#speak(plan);
    const measured = await this.#measureAll();
    await voice;
    if (run !== this.#run) return;
    this.#letGo();
    this.#send({ type: "measured", ...measured });
  }

  /** One after the other, in the order in which they stand: two at once would measure each other. */
  async #measureAll() {
    /** @type {Promise<unknown>} */
    let turn = Promise.resolve();
    const results = this.#routes.map(async (route) => {
      if (!(await route.ready)) return [route.name, await route.missed()];
      const mine = turn.then(() => route.measure()).catch(() => null);
      turn = mine;
      return [route.name, await mine];
    });
    return Object.fromEntries(await Promise.all(results));
  }

  /** Say something, and hear it. @param {Plan} plan */
  async #speak({ voice_ms }) {
    const voice = this.#voice;
    const run = this.#run;
    const standing = this.#routes.map(async (route) => ((await route.ready) ? route : Promise.reject(route.name)));
    const first = await Promise.any(standing).catch(() => null);
    if (run !== this.#run) return;
    if (!first || !voice) return this.#change({ phase: "measuring", has_voice: false });
    this.#world.play(await first.speak(voice));
    this.#change({ phase: "speaking" });
    await wait(voice_ms);
    voice.enabled = false; // else what comes back would go in again
    if (run !== this.#run) return;
    this.#change({ phase: "listening" });
    await wait(voice_ms + LATE_ECHO_MS);
  }

  /** @param {Asked} frame */
  #send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #closed() {
    this.#socket = null;
    if (this.state.step === "done") return;
    this.#end();
    this.#change({ step: "failed", text: "" });
  }

  /** Connections, microphone and sound are of no more use. */
  #letGo() {
    clearInterval(this.#drawing);
    for (const route of this.#routes) route.close();
    this.#routes = [];
    this.#voice?.stop();
    this.#voice = null;
    this.#world.play(null);
  }

  #end() {
    this.#run += 1;
    this.#letGo();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** @param {Partial<PrecallState>} parts */
  #change(parts) {
    this.state = { ...this.state, ...parts };
    this.#world.changed(this.state);
  }
}

/** @param {number} ms */
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
