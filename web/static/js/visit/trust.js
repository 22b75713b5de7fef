// @ts-check
/** How this visit is protected, for whoever asks: the words that both can compare, and the line in plain words. */
import { locale, t } from "../lib/i18n.js";
import { html, nothing } from "../../vendor/lit.js";
import { company } from "./people/cast.js";
import { icon } from "./icon.js";
import { isRecorded } from "./recording/words.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { ParticipantView } from "../messages.js" */
/** @import { Line } from "./media/inspection.js" */
/** @import { Actions, PeerState, VisitState } from "./state.js" */

/** @param {VisitState} state @returns {TemplateResult} what opens from "More" */
export function trust(state) {
  const others = company(state);
  return html`<div class="sheet-body trust">
    <p>${isRecorded(state) ? recorded() : t("Picture and sound go from device to device, encrypted so that only the people in this visit can see and hear them. The clinic's server cannot.")}</p>
    ${others.length ? others.map((one) => person(state, one)) : html`<p>${t("Nobody else is here yet.")}</p>`}
  </div>`;
}

function recorded() {
  return t(
    "This visit is recorded: picture and sound are encrypted to the server. They go from device to device and also to the clinic's server, which keeps them encrypted. The words below show that nobody else listens.",
  );
}

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult | typeof nothing} somebody's key is another one all at once */
export function trustBanner(state, act) {
  const one = company(state).find(({ id }) => state.spoken[id]?.isNew);
  if (!one) return nothing;
  return html`<div class="banner is-caution" role="alert">
    ${icon("shield-check")}
    <p>${t("The line to {name} was encrypted anew. If you want to be sure that nobody listens, compare the four words.", { name: one.name })}</p>
    <div class="banner-doors">
      <button type="button" class="button is-primary" @click=${() => act.show("trust")}>${t("Show the words")}</button>
      <button type="button" class="button" @click=${() => act.readNewKey(one.id)}>${t("OK")}</button>
    </div>
  </div>`;
}

/** @param {VisitState} state @param {ParticipantView} one */
function person(state, one) {
  const peer = state.peers[one.id];
  return html`<section class="trust-person" aria-label=${one.name}>
    <h3 class="subtitle"><bdi>${one.name}</bdi></h3>
    ${words(state, one)}
    ${peer?.line ? details(peer, peer.line) : html`<p class="quiet">${t("Not connected yet.")}</p>`}
  </section>`;
}

/** @param {VisitState} state @param {ParticipantView} one */
function words({ spoken, peers }, { id, name }) {
  const places = spoken[id]?.words;
  if (!places) {
    const isLate = peers[id]?.line && !peers[id].line.keys;
    return isLate
      ? html`<p>${t("This browser cannot make the words to compare.")}</p>`
      : html`<p class="quiet">${t("The words to compare are being made…")}</p>`;
  }
  return html`<p>${t("Read these four words aloud to each other. If {name} has the same, nobody stands between you.", { name })}</p>
    <ol class="trust-words">${places.map((place) => word(place))}</ol>`;
}

/** @param {number} place */
function word(place) {
  const [picture, said] = list()[place] ?? ["", ""];
  return html`<li class="trust-word"><span class="trust-picture" aria-hidden="true">${picture}</span>${said}</li>`;
}

/** @param {PeerState} peer @param {Line} line */
function details(peer, line) {
  const way =
    peer.path === "relay"
      ? t("over a relay, which passes on what it cannot read")
      : t("directly, from device to device");
  const number = new Intl.NumberFormat(locale(), { maximumFractionDigits: 0 });
  const share = new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 });
  return html`<dl class="trust-line small">
    ${row(t("Way"), `${way}${line.transport ? ` (${line.transport})` : ""}`)}
    ${row(t("Encryption"), line.encryption ? technical(line.encryption) : t("this browser does not say"))}
    ${row(t("Codecs"), technical(line.codecs.join(", ")))}
    ${row(t("There and back"), t("{count} ms", { count: number.format(line.way_ms) }))}
    ${row(t("Lost"), share.format(line.lost))}
  </dl>`;
}

/** @param {string} name @param {unknown} what */
function row(name, what) {
  return html`<div><dt>${name}</dt><dd>${what}</dd></div>`;
}

/** A name of the field, the same in every language. @param {string} name */
function technical(name) {
  return html`<bdi>${name}</bdi>`;
}

/**
 * Easy to say, hard to mix up, and shown as pictures too, since two people may read two languages. Never reordered: the
 * place in the list is what both sides agree on.
 * @returns {[string, string][]}
 */
function list() {
  return [
    ["🍎", t("apple")],
    ["⚓", t("anchor")],
    ["🔔", t("bell")],
    ["🚲", t("bicycle")],
    ["🐦", t("bird")],
    ["📖", t("book")],
    ["🎂", t("cake")],
    ["🚗", t("car")],
    ["🐈", t("cat")],
    ["☁️", t("cloud")],
    ["👑", t("crown")],
    ["🐕", t("dog")],
    ["🐘", t("elephant")],
    ["🔥", t("fire")],
    ["🐟", t("fish")],
    ["🌷", t("flower")],
    ["🎁", t("gift")],
    ["🎸", t("guitar")],
    ["🏠", t("house")],
    ["🔑", t("key")],
    ["🍋", t("lemon")],
    ["🦁", t("lion")],
    ["🌙", t("moon")],
    ["🍄", t("mushroom")],
    ["🐇", t("rabbit")],
    ["🚀", t("rocket")],
    ["⛵", t("boat")],
    ["⭐", t("star")],
    ["☀️", t("sun")],
    ["🌳", t("tree")],
    ["☂️", t("umbrella")],
    ["🐳", t("whale")],
  ];
}
