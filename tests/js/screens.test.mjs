import assert from "node:assert/strict";
import { test } from "node:test";
import { announcement } from "../../web/static/js/visit/announce.js";
import { absent, company, gone, hasHadCompany, justDeclined, queue } from "../../web/static/js/visit/people/cast.js";
import { adviceFor, browserOf } from "../../web/static/js/visit/problems.js";
import { onKey } from "../../web/static/js/visit/keys.js";
import { screenOf } from "../../web/static/js/visit/screen_of.js";
import { bothWays, cameraWords, connectionWords, duration, initials } from "../../web/static/js/visit/words.js";

const NOW = Date.parse("2026-08-06T10:00:00Z");
const ago = (seconds) => new Date(NOW - seconds * 1000).toISOString();
const one = (id, role, standing = "admitted", more = {}) => ({
  id, role, name: id, relation: null, standing, since: ago(60), microphone: "on", camera: "on", is_polite: false,
  invitation: `i-${id}`, ...more,
});
const visit = (...participants) => ({ type: "visit", you: participants[0].id, participants, chat: [] });
const outside = (standing, more = {}) => ({ type: "outside", standing, since: null, notices: [], is_ended: false, ...more });
const capture = (state) => ({ state, wanted: true, device_id: "", choices: [] });
const state = (more = {}) => ({
  page: { role: "therapist", skip_check: false }, link: "open", goodbye: null, present: ["tess", "pat", "gus"], peers: {},
  view: null, late_minutes: 0, now_ms: NOW, screen: "visit", sheet: null,
  devices: { microphone: capture("on"), camera: capture("on"), problem: null }, ...more,
});
const peer = (more) => ({ status: "connected", has_video: true, receiving: "good", sending: "good", is_audio_only: false, path: "direct", ...more });
const tess = one("tess", "therapist");
const pat = one("pat", "patient");

test("each state asks for one screen", () => {
  const cases = [
    [{}, "loading"],
    [{ view: outside("arriving") }, "check"],
    [{ view: outside("arriving"), page: { skip_check: true } }, "loading"],
    [{ view: outside("waiting") }, "waiting"],
    [{ view: outside("declined") }, "declined"],
    [{ view: outside("removed") }, "removed"],
    [{ view: outside("left") }, "left"],
    [{ view: outside("admitted", { is_ended: true }) }, "ended"],
    [{ view: visit(tess) }, "visit"],
    [{ view: visit(tess), goodbye: "superseded" }, "moved"],
    [{ view: visit(tess), goodbye: "no_seat" }, "closed"],
    [{ view: visit(tess), goodbye: "revoked" }, "closed"],
    [{ view: visit(tess), goodbye: "cancelled" }, "closed"],
    [{ view: visit(tess), goodbye: "draining" }, "visit"],
  ];
  for (const [changes, screen] of cases) assert.equal(screenOf(state(changes)), screen);
});

test("the therapist looks at the patient first, everybody else at the therapist", () => {
  const gus = one("gus", "guest");
  assert.deepEqual(company(state({ view: visit(tess, gus, pat) })).map(({ id }) => id), ["pat", "gus"]);
  const seenByPat = { ...state({ view: { ...visit(pat, gus, tess) } }), page: { role: "patient" } };
  assert.deepEqual(company(seenByPat).map(({ id }) => id), ["tess", "gus"]);
});

test("whoever waits longest comes first", () => {
  const late = one("gus", "guest", "waiting", { since: ago(5) });
  const second = one("pat2", "patient", "waiting", { since: ago(30), invitation: "i-pat" });
  const now = state({ view: visit(tess, pat, late, second) });
  assert.deepEqual(queue(now).map(({ id }) => id), ["pat2", "gus"]);
});

test("who waited and closed the page is nobody to let in, until they are back or come by another device", () => {
  const away = one("pat", "patient", "waiting", { away_since: ago(120) });
  const now = state({ view: visit(tess, away) });
  assert.deepEqual([queue(now).length, gone(now).length, absent(now).length], [0, 1, 1]);
  const elsewhere = one("pat2", "patient", "waiting", { invitation: "i-pat" });
  const back = state({ view: visit(tess, away, elsewhere) });
  assert.deepEqual([queue(back).length, gone(back).length, absent(back).length], [1, 0, 0]);
});

test("a decline can be taken back where the card was for a while, later from the list", () => {
  const slip = one("pat", "patient", "declined", { since: ago(3) });
  const fresh = state({ view: visit(tess, slip) });
  assert.deepEqual([justDeclined(fresh).length, absent(fresh).length], [1, 0]);
  const later = { ...fresh, now_ms: NOW + 60_000 };
  assert.deepEqual([justDeclined(later).length, absent(later).length], [0, 1]);
});

test("somebody who moved to another device is not told of as gone", () => {
  const old = one("pat1", "patient", "left", { invitation: "i-pat" });
  assert.deepEqual(absent(state({ view: visit(tess, pat, old) })), []);
});

test("one's own older devices are nobody else, and somebody who was here on two is listed once", () => {
  const laptop = one("tess1", "therapist", "left", { invitation: "i-tess" });
  const alone = state({ view: visit(tess, laptop) });
  assert.deepEqual(absent(alone), []);
  assert.equal(hasHadCompany(alone), false);
  const phone = one("pat1", "patient", "left", { invitation: "i-pat", since: ago(90) });
  const tablet = one("pat2", "patient", "left", { invitation: "i-pat", since: ago(30) });
  assert.deepEqual(absent(state({ view: visit(tess, laptop, phone, tablet) })).map(({ id }) => id), ["pat2"]);
});

test("an empty room is told from one that everybody has left", () => {
  const was = (standing) => hasHadCompany(state({ view: visit(tess, one("pat", "patient", standing)) }));
  assert.deepEqual(["waiting", "declined", "left", "removed"].map(was), [false, false, true, true]);
});

test("the connection is told in words, and the worse direction counts", () => {
  const words = (more, around = {}) => connectionWords(state({ peers: more ? { pat: peer(more) } : {}, ...around }), pat).text;
  assert.equal(words({}), "Good connection");
  assert.equal(words({ sending: "weak" }), "Weak connection");
  assert.equal(words({ receiving: "poor" }), "Very weak connection");
  assert.equal(words({}, { link: "reconnecting" }), "Good connection");
  assert.equal(words({ status: "interrupted" }), "Reconnecting…");
  assert.equal(words({ status: "interrupted" }, { link: "reconnecting" }), "Reconnecting…");
  assert.equal(words(null), "Connecting…");
  assert.equal(words(null, { present: [] }), "Connection lost");
  assert.equal(bothWays(peer({ sending: "poor", path: "relay" }), "Pat"), "to Pat: very weak · over a relay");
  assert.equal(bothWays(peer({}), "Pat"), "");
});

test("a device that does not work is told to the others by name and reason", () => {
  const reasons = ["off", "blocked", "missing", "busy", "interrupted"].map((camera) => cameraWords({ ...pat, camera }));
  assert.equal(new Set(reasons).size, reasons.length);
  for (const reason of reasons) assert.match(reason, /pat/);
  assert.equal(cameraWords(pat), "");
});

test("times and initials are short", () => {
  assert.equal(duration(65_000), "1:05");
  assert.equal(duration(3_725_000), "1:02:05");
  assert.equal(duration(-5), "0:00");
  assert.deepEqual(["Ana Ruiz", "张伟", " Élodie de la Tour ", ""].map(initials), ["AR", "张", "ÉT", "?"]);
});

const AGENTS = {
  "chrome android": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36",
  "samsung android": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36",
  "firefox android": "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
  "safari ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
  "chrome ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
  "safari mac": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
  "edge windows": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
};

test("browsers are told apart", () => {
  for (const [name, agent] of Object.entries(AGENTS)) assert.equal(Object.values(browserOf(agent)).join(" "), name);
  assert.equal(browserOf(AGENTS["safari mac"], 5).system, "ios", "an iPad says it is a Mac");
});

test("every problem has advice for every browser, and each says something of its own", () => {
  const problems = ["refused", "refused_by_system", "missing", "busy", "insecure", "in_app", "interrupted", "silent"];
  const titles = new Set();
  for (const problem of problems) {
    for (const agent of Object.values(AGENTS)) {
      const devices = { microphone: capture("on"), camera: capture("blocked"), problem };
      const advice = adviceFor(devices, browserOf(agent));
      assert.ok(advice.title && advice.text);
      assert.equal(advice.fix === null, advice.label === "");
      if (problem.startsWith("refused")) assert.ok(advice.steps.length >= 2);
      titles.add(advice.title);
    }
  }
  assert.equal(titles.size, problems.length);
  assert.equal(adviceFor({ microphone: capture("on"), camera: capture("on"), problem: null }, browserOf("")), null);
});

test("what changes is announced, once and in words", () => {
  const before = state({ view: visit(tess) });
  const knock = state({ view: visit(tess, one("pat", "patient", "waiting")) });
  assert.equal(announcement(null, before).polite, "");
  assert.equal(announcement(before, knock).polite, "pat is in the waiting room.");
  assert.equal(announcement(knock, knock).polite, "");
  const both = state({ view: visit(tess, pat) });
  assert.equal(announcement(knock, both).polite, "pat is in the visit.");
  assert.equal(announcement(both, state({ view: visit(tess, { ...pat, camera: "off" }) })).polite, "pat's camera is off.");
  assert.equal(announcement(both, before).polite, "pat has left.");
  assert.match(announcement(both, { ...both, link: "reconnecting" }).assertive, /you keep your place/);
  assert.equal(announcement({ ...both, link: "reconnecting" }, both).polite, "Connected again.");
});

test("what the therapist writes to the waiting room is read out", () => {
  const before = state({ view: outside("waiting") });
  const after = state({ view: outside("waiting", { notices: [{ at: ago(0), text: "I am 5 minutes late." }] }) });
  assert.equal(announcement(before, after).polite, "I am 5 minutes late.");
});

test("whoever waits hears that the therapist is late, once, and also when it was said before they came", () => {
  const waits = (late_minutes, screen = "waiting") =>
    state({ view: outside("waiting"), screen, late_minutes, page: { role: "patient", therapist_name: "Tess" } });
  const said = "Tess is running about 10 minutes late. You keep your place.";
  assert.equal(announcement(waits(0), waits(10)).polite, said);
  assert.equal(announcement(waits(10), waits(10)).polite, "");
  assert.match(announcement(waits(10), waits(1)).polite, /about 1 minute late/);
  assert.equal(announcement(waits(10, "check"), waits(10)).polite, said);
  assert.equal(announcement(waits(10), waits(10, "visit")).polite, "");
  assert.equal(announcement(waits(10), waits(0)).polite, "");
});

test("the keyboard works by chords only, and Escape closes the chat but never leaves", () => {
  const asked = [];
  const act = new Proxy({}, { get: (_, verb) => (...words) => asked.push([verb, ...words]) });
  const press = (key, more = {}, changes = {}) => {
    let prevented = false;
    onKey({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, preventDefault: () => (prevented = true), ...more }, state(changes), act);
    return prevented;
  };
  for (const key of ["d", "e", "m", "Escape", "l"]) assert.equal(press(key), false);
  assert.deepEqual(asked, []);
  assert.equal(press("d", { ctrlKey: true }), true);
  assert.equal(press("E", { metaKey: true }), true);
  assert.equal(press("M", { ctrlKey: true, shiftKey: true }), true);
  press("Escape", {}, { sheet: "chat" });
  press("d", { ctrlKey: true }, { screen: "left" });
  assert.deepEqual(asked, [["setMicrophone", false], ["setCamera", false], ["show", "chat"], ["show", null]]);
});
