// @ts-check
/** The pictures: whom one talks with, the others, oneself. A patient's picture is never cropped. */
import { t } from "../lib/i18n.js";
import { classMap, html, live, nothing, repeat } from "../../vendor/lit.js";
import { movePicture, togglePictureSize } from "./arrangement.js";
import { company, hasHadCompany, queue } from "./people/cast.js";
import { icon } from "./icon.js";
import { cameraWords, connectionWords, initials, isTrouble, microphoneWords, roleWords } from "./words.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { ParticipantView } from "../messages.js" */
/** @import { Actions, Devices, VisitState } from "./state.js" */

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} */
export function stage(state, act) {
  const others = company(state);
  return html`<main class="pictures" data-others=${others.length}>
    ${others.length === 0 ? nobody(state) : nothing}
    <div class="tiles">${repeat(
      others,
      (one) => one.id,
      (one, index) => tile(state, one, index === 0, others.length === 1),
    )}</div>
    ${selfView(state.devices, true)}
    ${
      state.needs_tap_to_hear
        ? html`<button type="button" class="button is-primary is-exercise tap-to-hear" @click=${() => act.hear()}>
          ${icon("volume-2")}${t("Tap to hear")}
        </button>`
        : nothing
    }
  </main>`;
}

/** @param {VisitState} state */
function nobody(state) {
  const { page } = state;
  const isWaitedFor = queue(state).length > 0;
  const words = isWaitedFor
    ? { title: t("Somebody is waiting"), text: t("Let them in when you are ready.") }
    : page.role === "therapist"
      ? {
          title: hasHadCompany(state) ? t("Nobody else is here now") : t("Nobody is here yet"),
          text: t("When somebody comes to the waiting room, you see them here and hear a chime."),
        }
      : {
          title: t("{name} is away for a moment", { name: page.therapist_name }),
          text: t("Please stay here. The picture comes back by itself."),
        };
  return html`<div class="nobody ${isWaitedFor ? "is-waited-for" : ""}">
    ${icon(isWaitedFor ? "bell" : page.role === "therapist" ? "users" : "hourglass")}
    <p class="subtitle">${words.title}</p>
    <p class="quiet">${words.text}</p>
  </div>`;
}

/** @param {ParticipantView} one @param {boolean} isMain @param {string} silent  why nothing is heard of them, or "" */
function caption(one, isMain, silent) {
  return html`<figcaption class="tile-name small">
    ${silent ? icon("mic-off") : nothing}
    ${silent && isMain ? silent : html`<bdi>${one.name}</bdi>`}
    ${one.role === "guest" && !isMain ? html`<span class="quiet">${roleWords(one)}</span>` : nothing}
    ${silent && !isMain ? html`<span class="visually-hidden">${silent}</span>` : nothing}
  </figcaption>`;
}

/** @param {VisitState} state @param {ParticipantView} one @param {boolean} isMain @param {boolean} isAlone */
function tile(state, one, isMain, isAlone) {
  const peer = state.peers[one.id];
  const silent = microphoneWords(one);
  const covered = coverWords(state, one);
  return html`<figure class=${classMap({ tile: true, "is-main": isMain, "is-covered": covered !== "", [`is-${one.role}`]: true })}>
    <video
      playsinline
      autoplay
      data-participant=${one.id}
      aria-label=${t("Picture of {name}", { name: one.name })}
      .srcObject=${live(peer?.stream ?? null)}
    ></video>
    ${
      covered
        ? html`<div class="cover">
          <span class="avatar is-large" aria-hidden="true">${initials(one.name)}</span>
          <p>${covered}</p>
        </div>`
        : nothing
    }
    ${isMain && isAlone && !silent ? nothing : caption(one, isMain, silent)}
  </figure>`;
}

/** @param {VisitState} state @param {ParticipantView} one @returns {string} why there is no picture to see; "" when there is */
function coverWords(state, one) {
  const off = cameraWords(one);
  if (off) return off;
  const peer = state.peers[one.id];
  if (peer?.has_video && peer.status === "connected" && !peer.is_audio_only) return "";
  if (state.is_audio_only) return t("You chose sound only");
  // A picture that stands still is better than none: the banner says that it is being mended.
  if (peer?.status === "interrupted" && peer.width > 0) return "";
  if (peer?.status === "connected")
    return peer.is_audio_only ? t("Picture paused, sound goes on") : t("The picture is coming…");
  const words = connectionWords(state, one);
  return words.more || t("Connecting to {name}…", { name: one.name });
}

/** @param {Devices} devices @param {boolean} canMove @returns {TemplateResult} one's own picture, mirrored as in a mirror */
export function selfView({ camera, stream }, canMove) {
  const shown = camera.state === "on" && stream !== null;
  return html`<div class=${classMap({ self: true, "is-floating": canMove })} role="group" aria-label=${t("Your own picture")}>
    <video
      class=${classMap({ "is-mirrored": camera.facing === "user" })}
      playsinline
      autoplay
      muted
      .muted=${true}
      ?hidden=${!shown}
      aria-hidden="true"
      .srcObject=${live(stream)}
    ></video>
    ${shown ? nothing : html`<p class="self-off small">${icon("video-off")}${isTrouble(camera.state) ? t("No picture from your camera") : t("Your camera is off")}</p>`}
    ${canMove ? selfButtons() : nothing}
  </div>`;
}

/** The whole small picture is the button that enlarges it; once large, its buttons have room for words. */
function selfButtons() {
  return html`<button type="button" class="self-tap" @click=${togglePictureSize}>
      <span class="visually-hidden">${t("Change the size of your own picture")}</span>
    </button>
    <div class="self-buttons">
      <button type="button" class="button is-block" @click=${movePicture}>${icon("move")}${t("Move picture")}</button>
      <button type="button" class="button is-block" @click=${togglePictureSize}>${icon("x")}${t("Make it small")}</button>
    </div>`;
}
