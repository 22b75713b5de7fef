// @ts-check
/** The pre-call check in a visit's page, before one is admitted: a button, and what comes of it. */
import { n, number, t } from "../lib/i18n.js";
import { later } from "../lib/later.js";
import { html, nothing } from "../../vendor/lit.js";
import { icon } from "./icon.js";
import { keepVerdict } from "../precall/kept.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Board } from "./board.js" */
/** @import { Actions, PageFacts, VisitState } from "./state.js" */

/**
 * @param {Board<VisitState>} board @param {PageFacts} page
 * @param {() => MediaStreamTrack | null} voice  the microphone of the visit, which goes on afterwards
 * @returns {() => void} fetches the test and begins it; later calls do nothing
 */
export function lineTester(board, { precall_path }, voice) {
  /** The test mutes and stops what it is given. */
  const microphone = async () => {
    const track = voice()?.clone() ?? null;
    if (track) track.enabled = true;
    return track;
  };
  return later(
    "test of the line",
    () => import("../precall/open.js"),
    ({ openPrecall }) => {
      /** @type {import("../precall/card.js").Tools} */
      const tools = { html, nothing, t, n, number };
      const changed = () => board.change({ precall: check });
      const check = openPrecall(tools, precall_path, microphone, keepVerdict, changed);
      check.start();
    },
  );
}

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult | typeof nothing} */
export function lineTest(state, act) {
  const { page, precall, is_audio_only } = state;
  if (!page.precall_path) return nothing;
  const startWithSound = is_audio_only ? null : () => act.setAudioOnly(true);
  return html`${is_audio_only ? soundFirst(act) : nothing}
    ${
      precall
        ? precall.draw(page.clinic_phone, startWithSound)
        : html`<button type="button" class="button is-block" @click=${() => act.testLine()}>${icon("wifi")}${t("Test your connection")}</button>`
    }`;
}

/** @param {Actions} act */
function soundFirst(act) {
  return html`<div class="banner is-info">
    ${icon("volume-2")}
    <div class="banner-doors">
      <p>${t("Your connection was weak, so you start with sound only.")}</p>
      <button type="button" class="button" @click=${() => act.setAudioOnly(false)}>${t("Start with the picture")}</button>
    </div>
  </div>`;
}
