// @ts-check
/** What a pre-call check looks like: a pure template of its state. It keeps nobody from joining. */
/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { PrecallState } from "./precall.js" */
/** @import { Measured, Outcome } from "./wire.js" */

const SPRITE = new URL("../../vendor/icons.svg", import.meta.url).pathname;

/**
 * @typedef {object} CardActions
 * @property {() => void} start
 * @property {() => void} stop
 * @property {(is_heard: boolean) => void} heard
 * @property {(() => void) | null} startWithSound  in a visit; null where there is nothing to start, or it was chosen
 */

/**
 * What draws and what speaks is handed in: imported here as well as by the page, it would become one more piece that
 * every visit waits for, whether anybody tests or not (ADR 141).
 * @typedef {object} Tools
 * @property {typeof import("../../vendor/lit.js").html} html
 * @property {typeof import("../../vendor/lit.js").nothing} nothing
 * @property {typeof import("../lib/i18n.js").t} t
 * @property {typeof import("../lib/i18n.js").n} n
 * @property {typeof import("../lib/i18n.js").number} number
 */

/** @type {Tools["html"]} */
let html;
/** @type {Tools["nothing"]} */
let nothing;
/** @type {Tools["t"]} */
let t;
/** @type {Tools["n"]} */
let n;
/** @type {Tools["number"]} */
let number;

/** Before the first drawing. @param {Tools} tools */
export function equip(tools) {
  ({ html, nothing, t, n, number } = tools);
}

/** @param {string} name */
function icon(name) {
  return html`<svg class="icon" aria-hidden="true" focusable="false"><use href="${SPRITE}#${name}"></use></svg>`;
}

/** @param {PrecallState} state @param {string} phone @param {CardActions} act @returns {TemplateResult} */
export function card(state, phone, act) {
  return html`<section class="card precall" aria-labelledby="precall-title">
    <h2 class="subtitle" id="precall-title" tabindex="-1">${t("Test your connection")}</h2>
    <div role="status" class="precall-said">${said(state, phone, act)}</div>
    ${state.step === "running" ? bar(state) : nothing} ${state.step === "done" ? after(state) : nothing}
    <div class="precall-doors">${doors(state, act)}</div>
  </section>`;
}

/** What is read out when it changes. @param {PrecallState} state @param {string} phone @param {CardActions} act */
function said(state, phone, act) {
  switch (state.step) {
    case "idle":
      return html`<p>${t("Find out before your appointment whether sound and picture will get through. It takes about eight seconds and uses about 1 MB.")}</p>
        <p class="small quiet">${t("Say a few words: they go to the clinic's server and straight back, so that you hear yourself. Nothing is kept.")}</p>`;
    case "asking":
      return html`<p class="lead">${t("Please choose Allow in the question of your browser.")}</p>`;
    case "calling":
      return html`<p class="lead">${t("Getting ready")}</p>`;
    case "line":
      return html`<p class="lead">${n("You are next in line.", "You are number {count} in line.", state.place)}</p>
        <p class="small quiet">${t("Others are testing right now. It goes on by itself.")}</p>`;
    case "running":
      return running(state);
    case "done":
      if (!state.outcome) return nothing;
      return html`${verdict(state.outcome, phone)} ${hearing(state.outcome, state.has_voice, act)}`;
    case "failed":
      return html`<p class="lead">${state.text || t("The test broke off. Please check your connection and try again.")}</p>
        <p class="small quiet">${t("You can join your appointment all the same.")}</p>`;
    case "unsupported":
      return html`<p class="lead">${t("Picture and sound cannot be set up in this browser. Please open your link in Chrome, Firefox or Safari.")}</p>
        ${phoneLine(phone)}`;
  }
}

/** @param {PrecallState} state */
function running({ phase }) {
  const [name, words, more] = {
    connecting: /** @type {const} */ (["wifi", t("Connecting"), ""]),
    speaking: /** @type {const} */ ([
      "mic",
      t("Please say a few words now"),
      t("For example: one, two, three, four, five."),
    ]),
    listening: /** @type {const} */ (["volume-2", t("Now listen: your words come back"), ""]),
    measuring: /** @type {const} */ (["wifi", t("Measuring your connection"), ""]),
  }[phase];
  return html`<p class="precall-now">${icon(name)}<span><b class="lead">${words}</b> <span class="small quiet">${more}</span></span></p>`;
}

/** @param {PrecallState} state */
function bar({ progress }) {
  return html`<progress class="precall-bar" max="100" value=${Math.round(progress * 100)} aria-label=${t("Test of your connection")}></progress>`;
}

/** @param {Outcome} outcome @param {string} phone */
function verdict({ verdict }, phone) {
  const [name, look, words, advice] = {
    good: /** @type {const} */ ([
      "circle-check",
      "good",
      t("Your connection is good"),
      t("Sound and picture should work well."),
    ]),
    pauses: /** @type {const} */ ([
      "wifi",
      "caution",
      t("Your connection is OK"),
      t("The picture may pause now and then. It helps to be near the Wi-Fi and to stop downloads and other videos."),
    ]),
    weak: /** @type {const} */ ([
      "triangle-alert",
      "caution",
      t("Your connection is weak"),
      t(
        "Start with sound only: talking works better without the picture. It helps to be near the Wi-Fi, or to use another network.",
      ),
    ]),
    blocked: /** @type {const} */ ([
      "wifi-off",
      "stop",
      t("Sound and picture do not get through"),
      t(
        "A firewall on the way may block them, as in some companies and hospitals. Try another network such as mobile data, or ask the IT support there to allow video calls (WebRTC).",
      ),
    ]),
  }[verdict];
  return html`<p class="precall-now is-${look}">${icon(name)}<span><b class="lead">${words}</b> <span>${advice}</span></span></p>
    ${verdict === "blocked" ? phoneLine(phone) : nothing}`;
}

/** @param {string} phone */
function phoneLine(phone) {
  if (!phone) return nothing;
  return html`<p>${t("You can always phone the clinic:")} <a href="tel:${phone.replace(/[^\d+]/g, "")}"><bdi>${phone}</bdi></a></p>`;
}

/** @param {PrecallState} state */
function after({ outcome }) {
  return outcome?.measured ? numbers(outcome.measured, outcome.relay_works) : nothing;
}

/** @param {Outcome} outcome @param {boolean} has_voice @param {CardActions} act */
function hearing({ is_heard, verdict }, has_voice, act) {
  if (verdict === "blocked") return nothing;
  if (!has_voice)
    return html`<p class="small quiet">${t("Your microphone was not used, so your voice was not tested.")}</p>`;
  if (is_heard === true) return html`<p class="precall-heard">${icon("circle-check")}${t("You heard yourself")}</p>`;
  if (is_heard === false) {
    return html`<p class="precall-heard">${icon("volume-x")}<span>${t("Turn up the volume, see that no headset or other device takes the sound, and test once more.")}</span></p>`;
  }
  return html`<div class="precall-question" role="group" aria-labelledby="precall-question">
    <p id="precall-question"><b>${t("Did you hear yourself?")}</b></p>
    <div class="row is-tight">
      <button type="button" class="button" @click=${() => act.heard(true)}>${icon("check")}${t("Yes")}</button>
      <button type="button" class="button" @click=${() => act.heard(false)}>${icon("x")}${t("No")}</button>
    </div>
  </div>`;
}

/** @param {Measured} measured @param {boolean | null} relay_works */
function numbers(measured, relay_works) {
  const ways = { direct: t("direct"), relay: t("by the clinic's relay"), tcp: t("by the clinic's relay, over TCP") };
  const lost = t("{up} % to the clinic, {down} % from it", {
    up: number(Math.round(measured.loss_up * 100)),
    down: number(Math.round(measured.loss_down * 100)),
  });
  const carries = t("{up} kbit/s to the clinic, {down} kbit/s from it; more is not tried", {
    up: number(Math.round(measured.up_kbps)),
    down: number(Math.round(measured.down_kbps)),
  });
  const rows = [
    [t("Way"), ways[measured.path]],
    [t("There and back"), t("{ms} ms", { ms: number(Math.round(measured.round_trip_ms)) })],
    [t("Unevenness"), t("{ms} ms", { ms: number(Math.round(measured.jitter_ms)) })],
    [t("Lost"), lost],
    [t("Carries"), carries],
    [t("Codecs"), measured.codecs.join(", ")],
  ];
  if (relay_works !== null) rows.push([t("Relay"), relay_works ? t("works") : t("does not answer")]);
  return html`<details class="precall-numbers">
    <summary>${icon("info")}${t("For whoever helps you")}</summary>
    <dl>${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </details>`;
}

/** @param {PrecallState} state @param {CardActions} act */
function doors(state, act) {
  if (state.step === "unsupported") return nothing;
  if (state.step === "idle") {
    return html`<button type="button" class="button is-primary is-large is-block" @click=${act.start}>${icon("wifi")}${t("Start the test")}</button>`;
  }
  const isOver = state.step === "done" || state.step === "failed";
  const isWeak = state.outcome?.verdict === "weak" && act.startWithSound;
  // One button for both, so that whoever stands on it is still there when the test ends.
  return html`${isWeak ? html`<button type="button" class="button is-primary is-block" @click=${act.startWithSound}>${icon("mic")}${t("Start with sound only")}</button>` : nothing}
    <button type="button" class="button is-block" @click=${isOver ? act.start : act.stop}>${icon(isOver ? "refresh-cw" : "x")}${isOver ? t("Test again") : t("Stop the test")}</button>`;
}
