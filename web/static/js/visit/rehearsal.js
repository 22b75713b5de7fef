// @ts-check
/** The device check before the door of a visit opens: no room, no socket. The clinic's schedule is told how it went. */
/** @import { Devices as Shown, VisitState } from "./state.js" */
import { facts, need } from "../lib/dom.js";
import { load, t } from "../lib/i18n.js";
import { html, render } from "../../vendor/lit.js";
import { Board } from "./board.js";
import { check } from "./check.js";
import { icon } from "./icon.js";
import { ownDevices } from "./media/own_devices.js";
import { Sounds } from "./media/sounds.js";

/** @typedef {{ report_path: string, landing_path: string, clinic_phone: string }} Facts */
/** @typedef {Pick<VisitState, "devices" | "check_step"> & { result: Result | null }} State */
/** @typedef {"good" | "no_picture" | "no_sound"} Result */

/** @type {Facts} */
const page = facts("page");
const root = need("app", HTMLElement);
const sounds = new Sounds();
const devices = ownDevices(() => board.change({ devices: devices.state }));

/** @type {State} */
const AT_FIRST = { devices: devices.state, check_step: "ask", result: null };
const board = new Board(AT_FIRST, (state) => state, draw);

/** What a check needs of all that a visit's buttons do; "ready" ends it here. */
const act = /** @type {import("./state.js").Actions} */ (
  /** @type {Partial<import("./state.js").Actions>} */ ({
    knock: () => void finish(),
    askForDevices: () => void devices.ask(),
    retryDevices: () => void devices.retry(),
    setCamera: (on) => void devices.setCamera(on),
    setMicrophone: (on) => void devices.setMicrophone(on),
    chooseDevice: (kind, id) => void devices.choose(kind, id),
    playChime: () => void sounds.chime(devices.state.speaker.device_id),
    checkStep: (check_step) => board.change({ check_step }),
    show() {}, // the choices stand below on this page
  })
);

/** @param {Shown} shown @returns {Result} */
function resultOf({ microphone, camera }) {
  if (microphone.state !== "on") return "no_sound";
  return camera.state === "on" ? "good" : "no_picture";
}

/** Say how it went, here and to the clinic. Whoever tried nothing goes back. */
async function finish() {
  if (!devices.isStarted) return location.assign(page.landing_path);
  const result = resultOf(devices.state);
  devices.stop();
  board.change({ result });
  const body = JSON.stringify({ devices: result });
  const headers = { "content-type": "application/json", accept: "application/json" };
  await fetch(page.report_path, { method: "POST", headers, body }).catch(() => {}); // they know it themselves
}

/** @param {Result} result */
function done(result) {
  const [title, text] = {
    good: [t("Your camera and microphone work"), t("Open your link again when it is time. Nothing else is needed.")],
    no_picture: [
      t("Your microphone works, your camera does not"),
      t("You can come to the appointment with sound alone, or try another phone, tablet or computer."),
    ],
    no_sound: [
      t("We did not get sound from your microphone"),
      t("Please try another phone, tablet or computer, or phone the clinic before the appointment."),
    ],
  }[result];
  return html`<main class="ending">
    <div class="card ending-card">
      <span class="ending-picture">${icon(result === "good" ? "circle-check" : "triangle-alert")}</span>
      <h1 class="title" tabindex="-1">${title}</h1>
      <p>${text}</p>
      <a class="button is-large is-primary is-block" href=${page.landing_path}>${t("Back to your appointment")}</a>
      ${result === "good" ? "" : html`<a class="button is-large is-block" href=${location.pathname}>${t("Check again")}</a>`}
    </div>
  </main>`;
}

/** @param {State} state */
function draw(state) {
  const { result } = state;
  const whole = /** @type {VisitState} */ (/** @type {unknown} */ ({ ...state, page, screen: "check" }));
  const doors = { go: t("Done"), leave: t("Back to your appointment") };
  render(result === null ? check(whole, act, doors) : done(result), root);
  sounds.listen(result === null ? devices.tracks.audio : null, (level, isSilent) => devices.heard(level, isSilent));
}

await load();
root.replaceChildren();
board.draw();
