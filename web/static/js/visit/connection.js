// @ts-check
/**
 * The socket to the server: one conversation over any number of WebSockets. It says hello, comes back after every loss,
 * sends each command until it is answered, and finds out by itself when the line is dead. Socket, timers, clock and
 * randomness come in as arguments. It knows nothing of what the frames mean to the visit.
 */
/** @import { AnyCommand, AnySignal, ClientFrame, CloseCodes, ParticipantId, Protocol, Reason, ServerFrame } from "../messages.js" */
/** @import { Timers } from "../lib/timers.js" */
import { t } from "../lib/i18n.js";

/** @type {Protocol} */
const PROTOCOL = 1;

/** @type {CloseCodes} */
export const CLOSE_CODES = {
  superseded: [4409, false],
  removed: [4403, false],
  ended: [4404, false],
  revoked: [4410, false],
  cancelled: [4411, false],
  draining: [4503, true],
  slow: [4413, true],
  too_many: [4429, true],
  no_hello: [4408, true],
  no_seat: [4401, false],
  malformed: [1008, false],
  failed: [4500, true],
};

const PING_EVERY_MS = 5_000;
const PONG_WITHIN_MS = 4_000;
const WELCOME_WITHIN_MS = 8_000;
/** For half a minute a server that comes back is found within five seconds; then there is less of a hurry. */
const BACKOFF_MS = [0, 300, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000, 4_000, 7_000];
const JITTER_MS = 1_000;
/** Only a line that held this long makes the next loss start again without delay: a flapping one backs off. */
const STEADY_MS = 10_000;
const MOST_WAITING = 200;
const MOST_IN_FLIGHT = 16;
const SLOWER_MS = 1_000;

/** The server, or this page in its place, says no to a command: it has not happened. */
export class Refused extends Error {
  /** @param {string} code @param {string} text */
  constructor(code, text) {
    super(text);
    this.code = code;
  }
}

function closed() {
  return new Refused("closed", t("The connection is closed."));
}

/**
 * A command as the page gives it: its id is the connection's affair.
 * @template T
 * @typedef {T extends AnyCommand ? Omit<T, "id"> : never} WithoutId
 */
/** @typedef {WithoutId<AnyCommand>} Asked */

/**
 * The part of a WebSocket that is used here.
 * @typedef {object} Line
 * @property {(text: string) => void} send
 * @property {(code?: number) => void} close
 * @property {number} readyState
 * @property {((event: any) => void) | null} onopen
 * @property {((event: any) => void) | null} onmessage
 * @property {((event: any) => void) | null} onclose
 */

/**
 * @typedef {object} World
 * @property {() => Line} dial  opens a WebSocket
 * @property {Timers} timers
 * @property {() => number} now_ms  never jumps
 * @property {() => number} random  0 to 1
 * @property {number} opened_ms  when the service sent this page
 * @property {() => string} newId  unguessable and never the same twice
 * @property {(lost_ms: number) => boolean} mayGiveUp  whether to stop trying, after so long without a line
 */

/**
 * @typedef {object} Listener
 * @property {(frame: ServerFrame) => void} frame  every frame but `done` and `refused`; events come once and in order
 * @property {(link: "connecting" | "open" | "reconnecting" | "closed") => void} link
 * @property {(reason: Reason) => void} goodbye  the line is closed for good
 */

/** @typedef {{ command: AnyCommand, isSent: boolean, done: (seq: number) => void, refused: (why: Refused) => void }} Pending */

export class Connection {
  #world;
  #listener;
  /** @type {Line | null} */
  #line = null;
  #isWelcome = false;
  #isOver = false;
  /** Number of the last event seen: what the server is asked to go on from. @type {number | null} */
  #seq = null;
  /** In the order in which they were given; a command leaves when it is answered. @type {Pending[]} */
  #pending = [];
  #attempts = 0;
  #welcomeAt_ms = 0;
  /** @type {number | null} */
  #lostAt_ms = null;
  /** @type {{ reason: Reason, retry_after_ms: number | null } | null} */
  #goodbye = null;
  #retry;
  #ping;
  #patience;
  #slower;

  /** @param {World} world @param {Listener} listener */
  constructor(world, listener) {
    this.#world = world;
    this.#listener = listener;
    this.#retry = world.timers.one(() => this.#dial());
    this.#ping = world.timers.one(() => this.#probe());
    this.#patience = world.timers.one(() => this.#lose(1006));
    this.#slower = world.timers.one(() => this.#flush());
  }

  /** Opens the line, and keeps it open until `stop` or a goodbye for good. */
  start() {
    this.#listener.link("connecting");
    this.#dial();
  }

  /** Closes the line for good, for instance since this page goes away. */
  stop() {
    this.#over();
    this.#drop(1000);
  }

  /** Something changed (network, page shown again): find out now whether the line still lives, or try now. */
  check() {
    if (this.#isOver) return;
    if (this.#isWelcome) this.#probe();
    else if (this.#line === null) this.#dial();
  }

  get isOpen() {
    return this.#isWelcome;
  }

  /**
   * Gives a command to the server, now or as soon as there is a line, again and again until it is answered.
   * @param {Asked} asked
   * @returns {Promise<number>} number of the last event it led to; fails with `Refused`
   */
  send(asked) {
    return new Promise((done, refused) => {
      if (this.#isOver) return refused(closed());
      if (this.#pending.length >= MOST_WAITING)
        return refused(new Refused("too_many", t("Too many requests are waiting.")));
      const command = /** @type {AnyCommand} */ ({ ...asked, id: this.#world.newId() });
      this.#pending.push({ command, isSent: false, done, refused });
      this.#flush();
    });
  }

  /**
   * Sends something that is only worth anything now. It is never repeated: without a line it is gone.
   * @param {ParticipantId} to @param {AnySignal} signal
   * @returns {boolean} whether it went out
   */
  signal(to, signal) {
    if (!this.#isWelcome) return false;
    this.#write({ type: "signal", to, signal });
    return true;
  }

  #dial() {
    this.#retry.stop();
    if (this.#isOver || this.#line !== null) return;
    const { opened_ms } = this.#world;
    const line = this.#world.dial();
    this.#line = line;
    this.#goodbye = null;
    this.#patience.start(WELCOME_WITHIN_MS);
    line.onopen = () => this.#write({ type: "hello", protocol: PROTOCOL, since: this.#seq, opened_ms });
    line.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    line.onclose = ({ code }) => this.#lose(code);
  }

  /** @param {ServerFrame} frame */
  #hear(frame) {
    if (this.#isWelcome) this.#patience.stop(); // any word from the other end shows that the line lives
    switch (frame.type) {
      case "welcome":
        if (frame.view !== null) this.#seq = frame.seq;
        this.#welcome(); // first, since what follows from the view may be said at once
        return this.#listener.frame(frame);
      case "view":
        this.#seq = frame.seq;
        return this.#listener.frame(frame);
      case "event":
        if (this.#seq !== null && frame.seq <= this.#seq) return; // seen before
        this.#seq = frame.seq;
        return this.#listener.frame(frame);
      case "done":
        this.#settle(frame.id)?.done(frame.seq);
        return this.#flush();
      case "refused":
        if (frame.code === "too_many") return this.#holdBack(frame.id);
        this.#settle(frame.id)?.refused(new Refused(frame.code, frame.text));
        return this.#flush();
      case "goodbye":
        this.#goodbye = frame;
        return;
      default:
        this.#listener.frame(frame);
    }
  }

  #welcome() {
    this.#isWelcome = true;
    this.#welcomeAt_ms = this.#world.now_ms();
    this.#lostAt_ms = null;
    this.#patience.stop();
    this.#ping.start(this.#world.random() * PING_EVERY_MS);
    this.#listener.link("open");
    this.#askTime(); // a screen that has just come is to stand where the others do
    this.#flush();
  }

  #flush() {
    if (!this.#isWelcome || this.#slower.isRunning) return;
    for (const one of this.#pending.slice(0, MOST_IN_FLIGHT)) {
      if (one.isSent) continue;
      one.isSent = true;
      this.#write(one.command);
    }
  }

  /** It came too fast, with many others after a loss perhaps: it is said again soon. @param {string} id */
  #holdBack(id) {
    for (const one of this.#pending) if (one.command.id === id) one.isSent = false;
    if (!this.#slower.isRunning) this.#slower.start(SLOWER_MS);
  }

  /** @param {string} id */
  #settle(id) {
    const found = this.#pending.find((one) => one.command.id === id);
    this.#pending = this.#pending.filter((one) => one !== found);
    return found;
  }

  #askTime() {
    this.#write({ type: "clock.ping", sent_ms: this.#world.now_ms() });
  }

  #probe() {
    this.#askTime();
    if (!this.#patience.isRunning) this.#patience.start(PONG_WITHIN_MS);
    this.#ping.start(PING_EVERY_MS);
  }

  /** @param {ClientFrame} frame */
  #write(frame) {
    if (this.#line?.readyState === 1) this.#line.send(JSON.stringify(frame));
  }

  /** The line is gone. @param {number} code */
  #lose(code) {
    const wasOpen = this.#isWelcome;
    this.#drop(code === 1006 ? undefined : 1000);
    if (this.#isOver) return;
    const reason = this.#goodbye?.reason ?? reasonOf(code);
    const isForGood = reason !== null && !CLOSE_CODES[reason][1];
    if (reason !== null && isForGood) {
      this.#over();
      return this.#listener.goodbye(reason);
    }
    const now_ms = this.#world.now_ms();
    if (wasOpen && now_ms - this.#welcomeAt_ms >= STEADY_MS) this.#attempts = 0;
    this.#lostAt_ms ??= now_ms;
    if (this.#world.mayGiveUp(now_ms - this.#lostAt_ms)) return this.#over();
    this.#listener.link("reconnecting");
    this.#retry.start(this.#delay_ms());
  }

  #delay_ms() {
    const { random } = this.#world;
    const backoff_ms = BACKOFF_MS[Math.min(this.#attempts, BACKOFF_MS.length - 1)] ?? 0;
    const asked_ms = this.#goodbye?.retry_after_ms ?? 0;
    this.#attempts += 1;
    // The first try goes out at once; later ones spread, so that a thousand browsers do not come back as one.
    return Math.max(backoff_ms, asked_ms) + (backoff_ms > 0 || asked_ms > 0 ? random() * JITTER_MS : 0);
  }

  /** Lets go of the line without waiting for it: a dead one would not answer. @param {number} [code] */
  #drop(code) {
    const line = this.#line;
    this.#line = null;
    this.#isWelcome = false;
    this.#ping.stop();
    this.#patience.stop();
    for (const one of this.#pending) one.isSent = false;
    if (line === null) return;
    line.onopen = line.onmessage = line.onclose = null;
    line.close(code);
  }

  #over() {
    this.#isOver = true;
    this.#retry.stop();
    for (const { refused } of this.#pending) refused(closed());
    this.#pending = [];
    this.#listener.link("closed");
  }
}

/** @param {number} code @returns {Reason | null} */
function reasonOf(code) {
  const reasons = /** @type {Reason[]} */ (Object.keys(CLOSE_CODES));
  return reasons.find((reason) => CLOSE_CODES[reason][0] === code) ?? null;
}
