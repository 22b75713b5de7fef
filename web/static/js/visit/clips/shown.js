// @ts-check
/** A clip on the screen of whoever watches it, and small beside what steers it. `player.js` plays it. */
import { t } from "../../lib/i18n.js";
import { html, nothing } from "../../../vendor/lit.js";
import { icon } from "../icon.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Demonstration, ShownClip } from "../../messages.js" */
/** @import { VisitState } from "../state.js" */

/** @param {VisitState} state @param {string} clip  its id @param {"stream" | "poster"} part @returns {string} where it lies */
export const partOf = ({ page }, clip, part) => `${page.clips_path}/${clip}/${part}`;

/** @param {ShownClip} clip @returns {TemplateResult} its title, in whatever direction somebody wrote it */
export const titleOf = ({ title }) => html`<bdi>${title}</bdi>`;

/**
 * @param {VisitState} state @param {Demonstration} shown @param {ShownClip} clip @param {string} words  what it is, for whoever does not see it
 * @returns {TemplateResult}
 */
export function clipPicture(state, { exercise }, { width, height }, words) {
  return html`<video
      data-clip
      muted
      playsinline
      disablepictureinpicture
      disableremoteplayback
      preload="auto"
      width=${width}
      height=${height}
      aria-label=${words}
      poster=${partOf(state, exercise, "poster")}
      src=${partOf(state, exercise, "stream")}
      .muted=${true}
    ></video>
    <button type="button" class="button is-primary clip-start" @click=${start}>${icon("play")}${t("Start the video")}</button>
    ${state.rendering === "failed" ? html`<p class="clip-failed small" role="status">${t("The video does not come through. We keep trying.")}</p>` : nothing}`;
}

/** @param {Event} event  the tap without which this device plays nothing */
function start(event) {
  const video = /** @type {Element} */ (event.currentTarget).parentElement?.querySelector("video");
  void video?.play().then(() => delete video.dataset["blocked"]);
}
