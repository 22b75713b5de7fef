// @ts-check
/** Builds the visit's page and wires its parts: socket, view, media and devices change the state, the screens draw it. */
/** @import { AnySignal, ParticipantId, ServerFrame, Standing, View } from "../messages.js" */
/** @import { PageFacts, Screen, VisitState } from "./state.js" */
import { ServerClock } from "../lib/clock.js";
import { facts, need } from "../lib/dom.js";
import { load, t } from "../lib/i18n.js";
import { later } from "../lib/later.js";
import { addSheet } from "../lib/sheets.js";
import { browserTimers as timers } from "../lib/timers.js";
import { startsWithSound } from "../precall/kept.js";
import { render } from "../../vendor/lit.js";
import { actionsFor } from "./actions.js";
import { Attention } from "../lib/attention.js";
import { Board } from "./board.js";
import { isStepBack, practiceOf } from "./people/cast.js";
import { Connection } from "./connection.js";
import { Hearing } from "./media/hearing.js";
import { Mesh } from "./media/mesh.js";
import { ownDevices } from "./media/own_devices.js";
import { openedPanel } from "./panel/state.js";
import { heard, isSameShown } from "./practice/proof.js";
import { Reporter } from "./media/reporter.js";
import { screen, screenOf } from "./screen.js";
import { exercisesOf, getJson, Shelf } from "./practice/shelf.js";
import { Sounds } from "./media/sounds.js";
import { apply, participantOf, waiting } from "./view.js";
import { WakeLock } from "./wake_lock.js";

/** Nobody is expected any more so long after the planned end. */
const GRACE_MS = 15 * 60_000;
const TICK_MS = 1_000;
/** Twelve hours: the door opens an hour before an appointment, and the wire allows a million. */
const MARGIN_TENTHS = 432_000;

/** @type {PageFacts} */
const page = facts("page");
const root = need("app", HTMLElement);
const now_ms = () => performance.timeOrigin + performance.now(); // unlike Date.now() it never jumps
const clock = new ServerClock(now_ms);
const isLate = () => clock.now_ms() > Date.parse(page.ends_at) + GRACE_MS;

const sounds = new Sounds();
const chime = () => void sounds.chime(devices.state.speaker.device_id);
const attention = new Attention(chime, timers);
const wakeLock = new WakeLock();
const hearing = new Hearing(root, (needs_tap_to_hear) => board.change({ needs_tap_to_hear }));

const devices = ownDevices(devicesChanged);

/** @type {VisitState} */
const AT_FIRST = {
  page,
  screen: "loading",
  link: "connecting",
  goodbye: null,
  view: null,
  precall: null,
  late_minutes: 0,
  present: [],
  devices: devices.state,
  peers: {},
  spoken: {},
  is_audio_only: false,
  is_step_back: false,
  needs_tap_to_hear: false,
  sheet: null,
  unread: 0,
  refusal: "",
  now_ms: now_ms(),
  check_step: "ask",
  invited: null,
  exercises: {},
  missing: new Set(),
  renderings: {},
  rendering: null,
  figures: null,
  inside: null,
  desk: null,
  recording_read: 0,
  bedside: null,
  is_voice_on: true,
  exertion_settled: "",
  camera_card_read: null,
  beat: null,
  panel: openedPanel(),
};

const board = new Board(AT_FIRST, (state) => ({ ...state, screen: drawable(screenOf(state), state) }), draw);

const connection = new Connection(
  {
    dial: () => new WebSocket(new URL(page.socket_path, location.href.replace(/^http/, "ws")), "telesession.v1"),
    timers,
    now_ms,
    random: Math.random,
    opened_ms: page.opened_ms,
    newId: () => crypto.getRandomValues(new Uint32Array(4)).join("-"),
    mayGiveUp: (lost_ms) => isLate() && lost_ms > GRACE_MS,
  },
  {
    frame: take,
    link: (link) => board.change({ link }),
    goodbye: (goodbye) => follow({ goodbye }),
  },
);

const mesh = new Mesh({
  connect: (configuration) => new RTCPeerConnection(configuration),
  firstNumber,
  signal: (to, signal) => connection.signal(to, signal),
  isOnline: () => connection.isOpen,
  wantsPicture: () => !board.state.is_audio_only,
  isOver: () => board.state.goodbye !== null || (isLate() && !connection.isOpen),
  changed: () => board.change({ peers: mesh.states }),
  failed: (error) => console.warn("Negotiation:", error),
  timers,
  now_ms,
});

const reporter = new Reporter((report) => connection.send({ type: "devices.report", ...report }));

const shelf = new Shelf(
  page.exercises_url,
  getJson,
  (exercises, missing) => board.change({ exercises, missing }),
  timers,
);
/** @type {import("./inside.js").Performance | null} */
let performer = null;
/** @type {(() => void) | null} */
let testLine = null;

const act = actionsFor({
  readNewKey: (id) => performer?.words.seen(id),
  testLine: () => testLine?.(),
  board,
  connection,
  devices,
  hearing,
  sounds,
  shelf,
  page,
  now_ms: () => clock.now_ms(),
});

/** What the server says. @param {ServerFrame} frame */
function take(frame) {
  switch (frame.type) {
    case "welcome":
      clock.hear(frame.server_time_ms);
      reporter.forget();
      return frame.view ? show(frame.view) : reportDevices();
    case "view":
      return show(frame.view);
    case "event":
      return board.state.view ? show(apply(board.state.view, frame)) : undefined;
    case "presence":
      board.change({ present: frame.connected });
      return mesh.setPresent(frame.connected);
    case "lateness":
      return board.change({ late_minutes: frame.minutes });
    case "ice_servers":
      return mesh.setIceServers(frame);
    case "signal":
      return hear(frame.from, frame.signal);
    case "signal.refused":
      return board.change(frame.code === "bad_description" ? { refusal: cannotBeSetUp() } : {});
    case "clock.pong":
      return clock.learn(frame);
  }
}

/** @param {ParticipantId} id */
function isTherapist(id) {
  const { view } = board.state;
  return view?.type === "visit" && participantOf(view, id)?.role === "therapist";
}

/** @param {ParticipantId} from @param {AnySignal} signal */
function hear(from, signal) {
  if (signal.type === "exercise.coming") return isTherapist(from) ? shelf.want([signal]) : undefined;
  if (signal.type === "playback.report") return board.change({ renderings: heard(board.state, from, signal) });
  if (signal.type.startsWith("words.")) return performer?.words.hear(from, signal);
  mesh.receive(from, signal);
}

function cannotBeSetUp() {
  return t("Picture and sound cannot be set up in this browser. Please open your link in Chrome, Firefox or Safari.");
}

/** @param {View} view */
function show(view) {
  mesh.show(view); // first of all: the other side waits for the offer
  const isFirst = board.state.view === null;
  const unread = board.state.unread + newLines(board.state.view, view);
  const renderings = isSameShown(board.state.view, view) ? board.state.renderings : {};
  const wasFar = isStepBack(board.state);
  follow({ view, peers: mesh.states, renderings, unread: board.state.sheet === "chat" ? 0 : unread });
  shelf.want(exercisesOf(view));
  if (practiceOf(board.state)?.camera_card === null) board.change({ camera_card_read: null });
  if (isStepBack(board.state) !== wasFar) void devices.listenFar(!wasFar);
  if (isFirst && view.type === "outside" && !view.is_ended) void arrive(view.standing);
  if (view.type === "visit") openInside();
  attention.waiting(waiting(view).length);
  reportDevices();
}

/**
 * Changes the state; whoever comes to another screen gets or loses what belongs to it.
 * @param {Partial<VisitState>} parts
 */
function follow(parts) {
  const before = board.state.screen;
  board.change(parts);
  const after = board.state.screen;
  if (after === before) return;
  if (after !== "waiting" && after !== "check") board.state.precall?.stop();
  wakeLock.want(after === "visit" || after === "waiting");
  if (after === "visit" && before === "waiting") attention.admitted();
  if (after === "visit" || after === "waiting") {
    if (!devices.isStarted) void devices.ask();
  } else if (after !== "loading" && after !== "check") leaveStage();
  if (board.state.goodbye !== null) part();
}

/** @param {() => void} run  once nothing else is to be done */
function whenIdle(run) {
  if ("requestIdleCallback" in window) requestIdleCallback(run, { timeout: 10_000 });
  else setTimeout(run, 3_000);
}

function part() {
  mesh.close();
  board.change({ peers: mesh.states });
}

/** Nothing is captured and nothing covers the screen once the visit is over for this person. */
function leaveStage() {
  devices.stop();
  board.change({ sheet: null, is_step_back: false });
}

/**
 * Somebody who opens the link: new, or back after leaving. Nobody is asked a question that they could not expect.
 * @param {Standing} standing
 */
async function arrive(standing) {
  if (standing !== "arriving" && standing !== "left") return;
  if (page.skip_check) {
    history.replaceState(null, "", location.pathname); // to load the page again is not to open the link again
    return act.knock();
  }
  if (standing === "left") return;
  const permissions = await Promise.all([devices.mayCapture("microphone"), devices.mayCapture("camera")]);
  if (permissions.every((may) => may)) await devices.ask();
}

/** @param {View | null} before @param {View} after @returns {number} chat lines that others have written since */
function newLines(before, after) {
  if (after.type !== "visit" || before?.type !== "visit") return 0;
  return after.chat.slice(before.chat.length).filter((line) => line.participant !== after.you).length;
}

function devicesChanged() {
  mesh.setTracks(devices.tracks);
  void hearing.speakThrough(devices.state.speaker.device_id);
  board.change({ devices: devices.state });
  reportDevices();
}

/** The others are told what one's devices do, once the question of the browser is answered. */
function reportDevices() {
  const { view, devices: shown } = board.state;
  if (!shown.is_asking && devices.isStarted) {
    void reporter.report(view, { microphone: shown.microphone.state, camera: shown.camera.state });
  }
}

/** Nothing is drawn before its language is here: what was would be in English, and wiped away with the first page. */
let hasLanguage = false;

/** @param {VisitState} state */
function draw(state) {
  if (!hasLanguage) return;
  render(screen(state, act), root);
  hearing.check();
  if ([state.rendering, state.panel.rendering, ...Object.values(state.renderings)].includes("stills")) drawStills();
  performer?.check(state);
  if (!state.inside && state.screen !== "loading") whenIdle(openInside); // what one sees now comes first
  sounds.listen(state.screen === "check" ? devices.tracks.audio : null, (level, isSilent) =>
    devices.heard(level, isSilent),
  );
}

/** Stills are drawn by code of their own; without it there are still the words. */
const drawStills = later(
  "stills",
  () => import("./practice/figures.js"),
  ({ soon }) => soon((figures) => board.change({ figures })),
);

/** The visit itself, and its style sheets. */
const openInside = later(
  "visit",
  () => Promise.all([import("./inside.js"), ...page.inside_sheets.map(addSheet)]),
  ([inside]) => {
    const signal = connection.signal.bind(connection);
    performer = new inside.Performance({ board, sounds, timers, signal, now_ms: () => clock.now_ms(), root });
    testLine = inside.lineTester(board, page, () => devices.tracks.audio);
    follow({ inside });
    whenIdle(() => performer?.prepare());
  },
);

/** What only therapists have: exercises beside the picture, and whom and where to help. */
const openDesk = later(
  "desk",
  () => import("./panel/panel.js"),
  (desk) => board.change({ desk }),
);

const openLibrary = later(
  "exercises",
  () => shelf.library(),
  (library) => board.change({ panel: { ...board.state.panel, library } }),
);

/** Tenths of a second since some hours before the appointment: a page begins higher than the one it replaces. */
function firstNumber() {
  const tenths = Math.floor((clock.now_ms() - Date.parse(page.starts_at)) / 100) + MARGIN_TENTHS;
  return Math.min(Math.max(tenths, 1), 2 * MARGIN_TENTHS);
}

function tick() {
  board.change({ now_ms: clock.now_ms() });
}

function wake() {
  connection.check();
  mesh.networkChanged();
}

/** @param {Screen} screen @param {VisitState} state @returns {Screen} a visit is drawn as soon as it can be */
function drawable(screen, { inside }) {
  return screen === "visit" && !inside ? "loading" : screen;
}

async function begin() {
  addEventListener("online", wake);
  // Chromium also tells of every change of the estimated speed: only another kind of network is another way.
  const network = /** @type {any} */ (navigator).connection;
  let kind = network?.type;
  network?.addEventListener?.("change", () => {
    if (network.type !== kind) wake();
    kind = network.type;
  });
  addEventListener("pageshow", () => connection.check());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    connection.check();
    void devices.resume();
    void wakeLock.check();
    tick();
  });
  if (startsWithSound(Date.now())) act.setAudioOnly(true);
  connection.start();
  void mesh.prepare(page.role !== "therapist");
  await load();
  hasLanguage = true;
  root.replaceChildren();
  board.draw();
  setInterval(tick, TICK_MS);
  if (page.role === "therapist") {
    openDesk();
    openLibrary();
  }
  if (page.debug) expose();
}

/** For tests alone, and only where the server says so. */
function expose() {
  const probe = {
    makeGlare: () => mesh.offer(),
    connections: () => mesh.connections,
    state: () => board.state,
    now_ms: () => clock.now_ms(),
    ask: (/** @type {import("./connection.js").Asked} */ command) => connection.send(command),
  };
  Object.defineProperty(window, "telesession", { value: Object.freeze(probe) });
}

void begin();
