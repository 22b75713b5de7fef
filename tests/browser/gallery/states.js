// @ts-check
/** Every screen of the visit as a made-up state, by name. */
import { ANYTHING } from "/static/js/visit/practice/search.js";
import { NO_CLIPS } from "/static/js/visit/clips/state.js";
import * as figures from "/static/js/visit/practice/figures.js";
import * as inside from "/static/js/visit/inside.js";
import * as desk from "/static/js/visit/panel/panel.js";
import { openedPanel } from "/static/js/visit/panel/state.js";
import { beatAt } from "/static/js/visit/practice/playback.js";
import { screenOf } from "/static/js/visit/screen.js";
import { pictureOf } from "./pictures.js";

export const NOW = Date.parse("2026-08-06T14:12:05Z");
const at = (minutesAgo) => new Date(NOW - minutesAgo * 60_000).toISOString();

const PAGE = {
  clinic_name: "Harbour Physiotherapy",
  clinic_phone: "020 7946 0123",
  emergency_number: "999",
  therapist_name: "Ana Ruiz",
  starts_at: at(10),
  ends_at: at(-35),
  socket_path: "",
  guests_path: "",
  clips_path: "/clips",
  exercises_url: "/exercises/",
  skip_check: false,
  keep_recordings_days: null,
};
const PAT = { ...PAGE, participant: "pat", role: "patient", name: "Pat Lee" };
const TESS = { ...PAGE, participant: "tess", role: "therapist", name: "Ana Ruiz", guests_path: "/guests", keep_recordings_days: 30 };
const GUS = { ...PAGE, participant: "gus", role: "guest", name: "Gus Moreno" };

const DEVICES_CHOICES = {
  camera: [{ id: "c1", label: "Front camera" }, { id: "c2", label: "Back camera" }],
  microphone: [{ id: "m1", label: "Built-in microphone" }, { id: "m2", label: "Headset" }],
  speaker: [{ id: "s1", label: "Built-in speaker" }, { id: "s2", label: "Headset" }],
};

const NO_PRACTICE = {
  demonstration: null, stop: null, camera_card: null, is_step_back: false, programme: [], shown: [], planned: [], exertions: [],
};
const entry = async (name) => (await fetch(`/exercises/${name}.json`)).json();
const NAMES = ["bridge.1", "sit-to-stand.1", "clamshell.1", "graded-walking.1"];
const EXERCISES = Object.fromEntries(await Promise.all(NAMES.map(async (name) => [name, await entry(name)])));
/** A list long enough to scroll: with all of them, axe would look at the same thing thirty times. */
const LISTED = ["bridge", "sit-to-stand", "clamshell", "graded-walking", "bird-dog", "heel-raise", "knee-rolls", "pendulum"];
const index = await entry("index");
const library = { ...index, exercises: index.exercises.filter(({ slug }) => LISTED.includes(slug)) };
const PANEL = { ...openedPanel(), library };

/** An exercise that is shown, as it stands at NOW. */
function shown(slug, changes = {}) {
  const { dosage, views } = EXERCISES[`${slug}.1`];
  return {
    number: 20, exercise: slug, version: 1, dosage, aim: { view: views[0] }, mode: "watch", is_playing: true, rate: 1,
    anchor_at: new Date(NOW - 2_600).toISOString(), anchor_s: 0, answer: null, ...changes,
  };
}

function devices(look = "pat", changes = {}) {
  return {
    microphone: { state: "on", wanted: true, device_id: "m1", choices: DEVICES_CHOICES.microphone },
    camera: { state: "on", wanted: true, device_id: "c1", choices: DEVICES_CHOICES.camera, facing: "user", can_flip: true },
    speaker: { device_id: "s1", choices: DEVICES_CHOICES.speaker, can_choose: true },
    stream: pictureOf(look, 240, 320),
    is_asking: false,
    problem: null,
    level: 0.4,
    ...changes,
  };
}

function without(kind, state, problem) {
  const whole = devices();
  const capture = (one) => ({ ...whole[one], state, choices: state === "missing" ? [] : whole[one].choices });
  const kinds = kind === "both" ? ["camera", "microphone"] : [kind];
  return { ...whole, ...Object.fromEntries(kinds.map((one) => [one, capture(one)])), stream: kind === "microphone" ? whole.stream : null, problem };
}

/** The patient, as the therapist's page is told. */
const PATIENT = {
  name: "Patricia Lee", born_on: "1951-03-09", phone_ends: "", place: "Flat 3, 27 Quay Street, Bristol BS1 4DJ: the door code is 4711",
  phone: "+447700900123", contact_name: "Mia Lee", contact_phone: "+447700900456", confirmed_at: at(10),
};
const BEDSIDE = { patient: PATIENT, isFailed: false };
const bedside = (changes) => ({ patient: { ...PATIENT, ...changes }, isFailed: false });
const NOBODY_KNOWS = bedside({ born_on: null, place: "", phone: "", contact_phone: "", confirmed_at: null });

function someone(id, role, name, changes = {}) {
  return {
    id, role, name, relation: null, standing: "admitted", since: at(7.4), microphone: "on", camera: "on", is_polite: false,
    invitation: `i-${id}`, ...changes,
  };
}
const tess = (changes) => someone("tess", "therapist", "Ana Ruiz", changes);
const pat = (changes) => someone("pat", "patient", "Pat Lee", changes);
const gus = (changes) => someone("gus", "guest", "Gus Moreno", { relation: "interpreter", ...changes });
const mia = (changes) => someone("mia", "guest", "Mia Lee", { relation: "relative", ...changes });

const WORDS = { words: [0, 12, 23, 31], isNew: false };
const LINE = {
  keys: { ours: "sha-256:aa", theirs: "sha-256:bb" }, encryption: "DTLS 1.2, AEAD_AES_256_GCM", codecs: ["VP8", "opus"],
  transport: "UDP", way_ms: 24.4, lost: 0.0031,
};

function peer(look, changes = {}, size = [640, 360]) {
  return {
    status: "connected", stream: pictureOf(look, size[0], size[1]), has_video: true, receiving: "good", sending: "good",
    is_audio_only: false, path: "direct", width: size[0], height: size[1], line: LINE, ...changes,
  };
}

function state(page, changes) {
  const whole = {
    page, link: "open", goodbye: null, view: null, late_minutes: 0, present: ["tess", "pat", "gus", "mia"], devices: devices(page === TESS ? "tess" : page === GUS ? "gus" : "pat"),
    peers: {}, spoken: { tess: WORDS, pat: WORDS }, is_audio_only: false, is_step_back: false, needs_tap_to_hear: false, sheet: null, unread: 0, refusal: "",
    now_ms: NOW, check_step: "camera", invited: null, exercises: EXERCISES, missing: new Set(), renderings: {}, rendering: null, figures,
    inside, recording_read: 0, desk: page === TESS ? desk : null, bedside: page === TESS ? BEDSIDE : null, is_voice_on: true, exertion_settled: "", camera_card_read: null, beat: null, panel: PANEL,
    ...changes,
  };
  return { ...whole, screen: whole.screen ?? screenOf(whole) };
}

const outside = (standing, changes = {}) => ({ type: "outside", standing, since: at(4), notices: [], is_ended: false, ...changes });
const visit = (you, participants, chat = [], practice = {}) => ({
  type: "visit", you, participants, chat, practice: { ...NO_PRACTICE, ...practice }, recording: null,
  began_at: participants.some(({ role, standing }) => role !== "therapist" && standing === "admitted") ? at(12) : null,
});

const CHAT = [
  { seq: 8, at: at(6), participant: "tess", name: "Ana Ruiz", text: "Good morning! Can you hear me well?" },
  { seq: 9, at: at(5.5), participant: "pat", name: "Pat Lee", text: "Yes, very well. My knee is a bit stiff today." },
  { seq: 12, at: at(2), participant: "tess", name: "Ana Ruiz", text: "Then we start sitting down: https://harbour-physio.example/exercises/quadriceps-set-while-sitting-on-a-chair" },
];

const patVisit = (changes = {}) =>
  state(PAT, { view: visit("pat", [tess(), pat()]), peers: { tess: peer("tess") }, ...changes });
const patShown = (demonstration, changes = {}, practice = {}) =>
  patVisit({
    view: visit("pat", [tess(), pat()], [], { demonstration, ...practice }), rendering: "playing",
    beat: beatAt(demonstration, EXERCISES[`${demonstration.exercise}.1`], NOW), ...changes,
  });
const counted = (slug, position_s, changes = {}) =>
  shown(slug, { mode: "together", anchor_at: at(0), anchor_s: position_s, ...changes });
const tessVisit = (changes = {}, more = []) =>
  state(TESS, {
    view: visit("tess", [tess(), pat(), ...more], CHAT),
    peers: { pat: peer("pat", {}, [360, 640]), gus: peer("gus"), mia: peer("gus") },
    ...changes,
  });

/** The therapist's panel, in a visit where this is practised. */
const practising = (practice, changes = {}, panel = {}) =>
  tessVisit({
    view: visit("tess", [tess(), pat()], CHAT, practice), renderings: { pat: "playing" }, sheet: "exercises",
    panel: { ...PANEL, favourites: [], recents: [], ...panel }, ...changes,
  });
const planned = (slug, changes = {}) => ({ exercise: slug, version: 1, dosage: { ...EXERCISES[`${slug}.1`].dosage, ...changes } });
const draft = (slug) => ({ ...planned(slug), aim: { view: "oblique" } });
const EXERTIONS = [{ at: at(1), exercise: "bridge", set: 1, pain: 3, effort: 6 }, { at: at(0.2), exercise: "bridge", set: 2, pain: 7, effort: null }];
const SHOWN = [{ exercise: "bridge", version: 1, times: 2, clip: null }, { exercise: "clamshell", version: 1, times: 1, clip: null }];
const together = (slug, changes) => counted(slug, 116, changes);
const CLIP = { clip: "clip-one", title: "Heel slide, with a towel under the heel", is_clinics: false, state: "ready", progress: 1, reason: null, duration_s: 12.48, width: 640, height: 360 };
const clipOf = (clip, changes) => ({ ...CLIP, clip, ...changes });
const NOT_A_VIDEO = "This file is not a video. Choose an MP4, MOV or WebM file.";
const CLIPS = { ...NO_CLIPS, list: [], canRecord: true };
/** The clinic's own demonstrations, right at the top of the panel. */
const ownClips = (clips, changes = {}, practice = {}) =>
  practising(practice, changes, { query: "zzz", clips: { ...CLIPS, ...clips } });
const film = (name) => new File([new Uint8Array(3_400_000)], name, { type: "video/mp4" });
const clipShown = (changes = {}) => ({
  ...shown("bridge"), exercise: "clip-one", dosage: { sets: 1, reps: 1 }, anchor_at: at(0), anchor_s: 4.2,
  clip: { title: CLIP.title, duration_s: CLIP.duration_s, width: 640, height: 360 }, ...changes,
});
const patClip = (changes, more = {}) =>
  patVisit({ view: visit("pat", [tess(), pat()], [], { demonstration: clipShown(changes) }), rendering: "playing", ...more });
const CLIP_PLANNED = { exercise: "clip-one", version: 1, dosage: { sets: 3, reps: 10, rest_s: 30 }, clip: clipShown().clip };
const PLAN = [planned("bridge"), planned("clamshell", { side: "left" }), planned("sit-to-stand")];

const yes = (participant) => ({ participant, is_agreed: true, at: at(3) });
const recorded = (whole, changes) => ({
  ...whole,
  view: {
    ...whole.view,
    recording: {
      number: 30, purpose: "movement", keep_days: 30, asked_by: "tess", asked_at: at(4), state: "waiting", answers: [yes("tess")], parts: 0,
      running_since: null, recorded_s: 0, pause: null, fault: null, ...changes,
    },
  },
});
const rec = () => someone("rec", "recorder", "Recorder", { microphone: "off", camera: "off" });
const RUNNING = { state: "running", answers: [yes("tess"), yes("pat"), yes("gus")], parts: 1, running_since: at(1.7) };
const withGus = (changes = {}) => patVisit({ view: visit("pat", [tess(), pat(), gus()]), peers: { tess: peer("tess"), gus: peer("gus") }, ...changes });

/** @type {Record<string, () => any>} */
export const STATES = {
  "record-ask": () => tessVisit({ sheet: "record" }, [gus()]),
  "record-asked": () => recorded(tessVisit({}, [gus()]), { answers: [yes("tess"), yes("pat")] }),
  "record-consent": () => recorded(patVisit(), {}),
  "record-consent-shown": () => recorded(patShown(counted("bridge", 33.4)), { purpose: "teaching", keep_days: 0 }),
  "record-running": () => recorded(patVisit(), RUNNING),
  "record-running-shown": () => recorded(patShown(counted("bridge", 33.4), {}, { is_step_back: true }), RUNNING),
  "record-running-desk": () => recorded(tessVisit({}, [rec()]), RUNNING),
  "record-people": () => recorded(tessVisit({ sheet: "people" }, [rec()]), RUNNING),
  "record-trust": () => recorded(patVisit({ sheet: "trust" }), RUNNING),
  "record-sheet": () => recorded(patVisit({ sheet: "record", view: visit("pat", [tess(), pat(), rec()]) }), RUNNING),
  "record-newcomer": () => recorded(withGus(), { ...RUNNING, state: "waiting", pause: "consent", answers: [yes("tess"), yes("pat")] }),
  "record-lost": () => recorded(tessVisit(), { ...RUNNING, state: "ready", pause: "recorder_lost", running_since: null, recorded_s: 95 }),
  "record-fault": () => recorded(patVisit(), { ...RUNNING, state: "ended", fault: "disk_full", running_since: null, recorded_s: 95 }),
  "panel-search": () => practising({}),
  "panel-favourites": () => practising({ camera_card: "lying" }, {}, { favourites: ["bridge", "bird-dog"], recents: ["clamshell"] }),
  "panel-found": () => practising({}, {}, { query: "knee", wanted: { ...ANYTHING, position: "supine" } }),
  "panel-none-found": () => practising({}, {}, { query: "zzz" }),
  "panel-loading": () => practising({}, {}, { library: null }),
  "panel-draft": () => practising({}, {}, { draft: draft("clamshell") }),
  "panel-preview": () => practising({ programme: [planned("bridge", { sets: 2 })] }, {}, { draft: draft("bridge"), is_previewing: true, rendering: "stills" }),
  "panel-timed": () => practising({}, {}, { draft: draft("graded-walking") }),
  "panel-shown": () => practising({ demonstration: shown("bridge") }),
  "panel-turned": () => practising({ demonstration: shown("clamshell", { aim: { view: "front", around: 60, above: 15, nearer: 1.56 } }) }),
  "panel-once": () => practising({ demonstration: shown("bridge", { mode: "once", anchor_s: 60 }) }),
  "panel-stills": () => practising({ demonstration: shown("sit-to-stand") }, { renderings: { pat: "stills" } }),
  "panel-together": () => practising(
    { demonstration: together("bridge", { answer: "hurts", rate: 0.75 }), planned: PLAN, exertions: EXERTIONS, shown: SHOWN, programme: [planned("bridge")] },
    { beat: beatAt(together("bridge"), EXERCISES["bridge.1"], NOW) },
  ),
  "panel-strip": () => practising({ demonstration: shown("bridge", { is_playing: false, answer: "hurts" }) }, { sheet: null }),
  "panel-hidden": () => practising({ demonstration: shown("sit-to-stand") }, { sheet: null, renderings: { pat: "hidden" } }),
  "panel-failed": () => practising({ demonstration: shown("clamshell") }, { renderings: { pat: "failed" } }),
  "panel-plan": () => practising({ planned: PLAN, programme: [planned("bridge")], shown: SHOWN, exertions: EXERTIONS }),
  "panel-stopped": () => practising({ demonstration: shown("bridge", { is_playing: false }), stop: { at: at(0.1), by: "pat" } }),
  "clips-empty": () => ownClips({}),
  "clips-no-camera": () => ownClips({}, { devices: devices("tess", { stream: null }) }),
  "clips-wrong": () => ownClips({ refusal: NOT_A_VIDEO }),
  "clips-chosen": () => ownClips({ chosen: { file: film("heel.mp4"), title: "Heel slide left", url: "" } }),
  "clips-uploading": () => ownClips({ list: [CLIP], sending: { clip: "two", title: "Wall slide for Pat", progress: 0.42, isWaiting: false } }),
  "clips-waiting": () => ownClips({ sending: { clip: "two", title: "Wall slide for Pat", progress: 0.42, isWaiting: true } }),
  "clips-checking": () => ownClips({ list: [CLIP, clipOf("two", { title: "Wall slide for Pat", state: "checking", progress: 0.3 })] }),
  "clips-refused": () => ownClips({ list: [
    clipOf("two", { title: "Notes", state: "refused", reason: { code: "not_a_video", text: NOT_A_VIDEO } }),
    clipOf("three", { title: "Gait", state: "uploading", progress: 0.2 }),
  ] }),
  "clips-ready": () => ownClips({ list: [CLIP, clipOf("clip-one", { clip: "clip-four", title: "Squat", state: "checking", progress: 0.9 })] }),
  "clips-deleting": () => ownClips({ list: [CLIP], deleting: "clip-one" }),
  "clips-giving": () => ownClips({ list: [CLIP, clipOf("two", { is_clinics: true })], giving: "clip-one" }),
  "clips-found": () => practising({}, {}, { query: "heel", clips: { ...CLIPS, list: [CLIP] } }),
  "clips-draft": () => practising({ programme: [CLIP_PLANNED] }, {}, { clips: { ...CLIPS, list: [CLIP] }, draft: { ...CLIP_PLANNED, aim: { view: "oblique" } } }),
  "clips-planned": () => practising({ planned: [CLIP_PLANNED, planned("bridge")], programme: [CLIP_PLANNED] }),
  "clips-record": () => ownClips({ recording: { phase: "ready", left: 0, elapsed_s: 0 } }),
  "clips-counting": () => ownClips({ recording: { phase: "counting", left: 3, elapsed_s: 0 } }),
  "clips-recording": () => ownClips({ recording: { phase: "recording", left: 0, elapsed_s: 47.3 } }),
  "clips-recorded": () => ownClips({ chosen: { file: film(""), title: "", url: "/clips/clip-one/stream" } }),
  "clips-shown": () => ownClips({ list: [CLIP] }, { rendering: "playing" }, { demonstration: clipShown() }),
  "clips-once": () => ownClips({ list: [CLIP] }, { rendering: "loaded", renderings: { pat: "loaded" } }, { demonstration: clipShown({ mode: "once", anchor_s: 99 }) }),
  "clips-failed": () => ownClips({ list: [CLIP] }, { rendering: "failed", renderings: { pat: "failed" } }, { demonstration: clipShown() }),
  "shown-clip": () => patClip({}),
  "shown-clip-dose": () => patClip({ dosage: CLIP_PLANNED.dosage }),
  "shown-clip-paused": () => patClip({ is_playing: false, answer: "got_it" }, { rendering: "loaded" }),
  "shown-clip-failed": () => patClip({}, { rendering: "failed" }),
  "shown-clip-step-back": () => patVisit({ view: visit("pat", [tess(), pat()], [], { demonstration: clipShown(), is_step_back: true }), rendering: "playing" }),
  "check-ask": () => state(PAT, { view: outside("arriving"), check_step: "ask", devices: devices("pat", { stream: null }) }),
  "check-asking": () => state(PAT, { view: outside("arriving"), check_step: "ask", devices: devices("pat", { stream: null, is_asking: true }) }),
  "check-tests": () => state(PAT, { view: outside("arriving") }),
  "check-speaker": () => state(PAT, { view: outside("arriving"), check_step: "speaker" }),
  "check-ready": () => state(PAT, { view: outside("arriving"), check_step: "ready" }),
  "check-refused": () => state(PAT, { view: outside("arriving"), check_step: "ask", devices: without("both", "blocked", "refused") }),
  "check-refused-by-system": () => state(PAT, { view: outside("arriving"), devices: without("camera", "blocked", "refused_by_system") }),
  "check-missing": () => state(PAT, { view: outside("arriving"), devices: without("camera", "missing", "missing") }),
  "check-busy": () => state(PAT, { view: outside("arriving"), devices: without("camera", "busy", "busy") }),
  "check-insecure": () => state(PAT, { view: outside("arriving"), devices: without("both", "blocked", "insecure") }),
  "check-in-app": () => state(PAT, { view: outside("arriving"), devices: without("both", "blocked", "in_app") }),
  "check-silent": () => state(PAT, { view: outside("arriving"), devices: devices("pat", { problem: "silent", level: 0 }) }),
  waiting: () => state(PAT, { view: outside("waiting") }),
  "waiting-notice": () => state(PAT, { late_minutes: 20, view: outside("waiting", { notices: [{ at: at(1), text: "Please keep your chair and towel at hand." }] }) }),
  "waiting-reconnecting": () => state(PAT, { view: outside("waiting"), link: "reconnecting" }),
  "waiting-no-camera": () => state(PAT, { view: outside("waiting"), devices: without("camera", "busy", "busy") }),
  "patient-visit": () => patVisit({ unread: 2 }),
  "patient-chat": () => patVisit({ sheet: "chat", view: visit("pat", [tess(), pat()], CHAT) }),
  "patient-chat-empty": () => patVisit({ sheet: "chat" }),
  "patient-more": () => patVisit({ sheet: "more" }),
  "patient-leave": () => patVisit({ sheet: "leave" }),
  "patient-devices": () => patVisit({ sheet: "devices" }),
  "patient-help": () => patVisit({ sheet: "help" }),
  "patient-tap-to-hear": () => patVisit({ needs_tap_to_hear: true }),
  "patient-weak": () => patVisit({ peers: { tess: peer("tess", { is_audio_only: true, receiving: "poor", has_video: false }) } }),
  "patient-reconnecting": () => patVisit({ link: "reconnecting", peers: { tess: peer("tess", { status: "interrupted" }) } }),
  "patient-connecting": () => patVisit({ peers: {} }),
  "patient-camera-blocked": () => patVisit({ devices: without("camera", "blocked", "refused") }),
  "patient-interrupted": () => patVisit({ devices: without("camera", "interrupted", "interrupted") }),
  "patient-muted": () => patVisit({ devices: { ...devices(), microphone: { ...devices().microphone, state: "off" }, camera: { ...devices().camera, state: "off" } } }),
  "patient-therapist-away": () => patVisit({ view: visit("pat", [pat()]), peers: {} }),
  "patient-therapist-camera-off": () => patVisit({ view: visit("pat", [tess({ camera: "off", microphone: "off" }), pat()]) }),
  "patient-guests": () => patVisit({ view: visit("pat", [tess(), pat(), gus(), mia()]), peers: { tess: peer("tess"), gus: peer("gus"), mia: peer("pat") } }),
  "patient-step-back": () => patVisit({ is_step_back: true }),
  "patient-refusal": () => patVisit({ refusal: "That is not possible right now. Please wait until the therapist lets you in." }),
  "shown-watch": () => patShown(shown("bridge")),
  "shown-answered": () => patShown(shown("sit-to-stand", { answer: "too_hard" })),
  "shown-once": () => patShown(shown("bridge", { mode: "once", anchor_s: 60 })),
  "shown-paused": () => patShown(shown("clamshell", { is_playing: false, anchor_s: 2.4 })),
  "shown-coming": () => patShown(shown("bridge"), { exercises: {}, rendering: null, beat: null }),
  "shown-missing": () => patShown(shown("bridge"), { exercises: {}, missing: new Set(["bridge.1"]), rendering: "failed", beat: null }),
  "shown-stills": () => patShown(shown("sit-to-stand"), { rendering: "stills" }),
  "shown-two-stills": () => patShown(shown("bridge"), { rendering: "stills" }),
  "shown-get-ready": () => patShown(counted("bridge", 0, { anchor_at: new Date(NOW + 3_600).toISOString() })),
  "shown-move": () => patShown(counted("bridge", 32.6)),
  "shown-hold": () => patShown(counted("bridge", 33.4)),
  "shown-rest": () => patShown(counted("bridge", 106), { exertion_settled: `20 ${at(0)} 1` }),
  "shown-exertion": () => patShown(counted("bridge", 106)),
  "shown-done": () => patShown(counted("bridge", 420), { exertion_settled: `20 ${at(0)} 3` }),
  "shown-walking": () => patShown(counted("graded-walking", 60)),
  "shown-step-back": () => patShown(counted("bridge", 33.4), {}, { is_step_back: true }),
  "shown-stopped": () => patShown(counted("bridge", 33.4, { is_playing: false }), {}, { stop: { at: at(0.1), by: "pat" } }),
  "shown-guest": () => state(GUS, { view: visit("gus", [tess(), pat(), gus()], [], { demonstration: shown("bridge") }), peers: { tess: peer("tess"), pat: peer("pat", {}, [360, 640]) }, rendering: "playing" }),
  "therapist-stopped": () => tessVisit({ view: visit("tess", [tess(), pat()], CHAT, { demonstration: counted("bridge", 33.4, { is_playing: false }), stop: { at: at(0.1), by: "pat" } }) }),
  "camera-sitting": () => patVisit({ view: visit("pat", [tess(), pat()], [], { camera_card: "sitting" }) }),
  "camera-standing": () => patVisit({ view: visit("pat", [tess(), pat()], [], { camera_card: "standing" }) }),
  "camera-lying": () => patVisit({ view: visit("pat", [tess(), pat()], [], { camera_card: "lying" }) }),
  "camera-hands-and-knees": () => patVisit({ view: visit("pat", [tess(), pat()], [], { camera_card: "hands_and_knees" }) }),
  "guest-visit": () => state(GUS, { view: visit("gus", [tess(), pat(), gus()]), peers: { tess: peer("tess"), pat: peer("pat", {}, [360, 640]) } }),
  "therapist-nobody": () => state(TESS, { view: visit("tess", [tess()]) }),
  "therapist-alone-again": () => state(TESS, { view: visit("tess", [tess(), pat({ standing: "left" })]) }),
  "therapist-knock": () => state(TESS, { view: visit("tess", [tess(), pat({ standing: "waiting", since: at(2.1) })]) }),
  "therapist-knock-trouble": () => state(TESS, { view: visit("tess", [tess(), pat({ standing: "waiting", since: at(2.1), camera: "busy", microphone: "off" }), gus({ standing: "waiting", since: at(1) })]) }),
  "therapist-declined": () => state(TESS, { view: visit("tess", [tess(), pat({ standing: "declined", since: at(0.1) })]) }),
  "therapist-visit": () => tessVisit(),
  "therapist-chat": () => tessVisit({ sheet: "chat" }),
  "therapist-knock-gone": () => state(TESS, { view: visit("tess", [tess(), pat({ standing: "waiting", since: at(9), away_since: at(2.1) }), gus({ standing: "waiting", since: at(1) })]) }),
  "therapist-second-device": () => tessVisit({}, [pat({ id: "pat2", standing: "waiting", since: at(0.4), invitation: "i-pat" })]),
  "therapist-two-devices": () => state(TESS, { view: visit("tess", [tess(), pat({ standing: "waiting", since: at(2.1) }), pat({ id: "pat2", standing: "waiting", since: at(0.4), invitation: "i-pat" })]) }),
  "therapist-knock-unasked": () => state(TESS, { bedside: null, view: visit("tess", [tess(), pat({ standing: "waiting", since: at(0.1) })]) }),
  "therapist-knock-phone": () => state(TESS, { bedside: bedside({ born_on: null, phone_ends: "123" }), view: visit("tess", [tess(), pat({ standing: "waiting", since: at(2.1) })]) }),
  "therapist-knock-nothing": () => state(TESS, { bedside: NOBODY_KNOWS, view: visit("tess", [tess(), pat({ standing: "waiting", since: at(2.1) })]) }),
  "emergency": () => tessVisit({ sheet: "emergency" }),
  "emergency-unconfirmed": () => tessVisit({ sheet: "emergency", bedside: bedside({ confirmed_at: null, contact_name: "" }) }),
  "emergency-nobody-knows": () => tessVisit({ sheet: "emergency", bedside: NOBODY_KNOWS }),
  "emergency-asking": () => tessVisit({ sheet: "emergency", bedside: null }),
  "emergency-failed": () => tessVisit({ sheet: "emergency", bedside: { patient: null, isFailed: true } }),
  "emergency-old": () => tessVisit({ sheet: "emergency", bedside: { patient: { ...PATIENT, confirmed_at: at(2_000) }, isFailed: true } }),
  "therapist-guests": () => tessVisit({}, [gus(), mia()]),
  "therapist-weak": () => tessVisit({ peers: { pat: peer("pat", { receiving: "weak", sending: "poor", path: "relay" }, [360, 640]) } }),
  "therapist-camera-busy": () => tessVisit({ view: visit("tess", [tess(), pat({ camera: "busy" })], CHAT) }),
  "therapist-patient-lost": () => tessVisit({ present: ["tess"], peers: { pat: peer("pat", { status: "lost", has_video: false }) } }),
  "therapist-more": () => tessVisit({ sheet: "more" }),
  "trust": () => patVisit({ sheet: "trust" }),
  "trust-waiting": () => tessVisit({ sheet: "trust", spoken: {} }),
  "trust-unknown": () => tessVisit({ sheet: "trust", spoken: {}, peers: { pat: peer("pat", { path: "relay", line: { ...LINE, keys: null, encryption: "" } }) } }),
  "trust-new": () => tessVisit({ spoken: { pat: { words: null, isNew: true } } }),
  "therapist-people": () => tessVisit({ sheet: "people" }, [gus(), mia({ standing: "left" })]),
  "therapist-end": () => tessVisit({ sheet: "end" }),
  "therapist-invite": () => tessVisit({ sheet: "invite" }),
  "therapist-invited": () => tessVisit({ sheet: "invite", invited: { url: "https://visits.harbour-physio.example/join/Jx2Vb8sFq0TnWc4yLr7DpA", qr_svg_url: "code.svg" } }),
  "therapist-invited-here": () => tessVisit({ sheet: "invite", invited: { url: "http://127.0.0.1:8080/join/Jx2Vb8sFq0TnWc4yLr7DpA", qr_svg_url: "" } }),
  left: () => state(PAT, { view: outside("left") }),
  ended: () => state(PAT, { view: outside("admitted", { is_ended: true }), goodbye: "ended" }),
  declined: () => state(PAT, { view: outside("declined") }),
  removed: () => state(PAT, { view: outside("removed") }),
  moved: () => state(PAT, { view: null, goodbye: "superseded" }),
  closed: () => state(PAT, { view: null, goodbye: "no_seat" }),
  "signed-out": () => state({ ...TESS, visit_path: "/appointments/1", schedule_path: "/schedule" }, { view: null, goodbye: "no_seat" }),
  loading: () => state(PAT, { view: null, link: "connecting" }),
};
