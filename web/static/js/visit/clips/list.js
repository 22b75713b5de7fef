// @ts-check
/** The clinic's own demonstrations in the panel: choose a video or record one, follow it until it is ready, show it. */
import { n, number, t } from "../../lib/i18n.js";
import { html, nothing, ref, repeat } from "../../../vendor/lit.js";
import { practiceOf } from "../people/cast.js";
import { clipCard } from "./card.js";
import { clips } from "./page.js";
import { arrive, back, goTo } from "./places.js";
import { recorder } from "./recording.js";
import { KINDS } from "./rules.js";
import { partOf } from "./shown.js";
import { icon } from "../icon.js";
import { isStopped, show } from "../panel/show.js";
import { draftOf } from "../panel/state.js";
import { patientName } from "../panel/words.js";
import { duration } from "../words.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Clip } from "./rules.js" */
/** @import { Chosen, Sending } from "./state.js" */
/** @import { Actions, VisitState } from "../state.js" */

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} */
export function ownDemonstrations(state, act) {
  const { list, chosen, sending, recording, refusal } = state.panel.clips;
  const others = (list ?? []).filter(({ clip, is_clinics }) => clip !== sending?.clip && !is_clinics);
  return html`<section
    class="clips"
    aria-labelledby="clips-title"
    @dragover=${(/** @type {DragEvent} */ event) => hover(event, true)}
    @dragleave=${(/** @type {DragEvent} */ event) => hover(event, false)}
    @drop=${drop}
  >
    <h3 id="clips-title" class="panel-title" tabindex="-1">${t("Your own demonstrations")}</h3>
    ${others.length || sending || recording || chosen ? nothing : html`<p class="small quiet">${t("Videos that you upload or record for this visit. Nobody sees them until you show them.")}</p>`}
    <ul class="exercises">
      ${repeat(
        others,
        ({ clip }) => clip,
        (clip) => item(state, act, clip),
      )}
      ${sending ? onItsWay(sending) : nothing}
    </ul>
    ${clinics(state, act)}
    ${refusal ? html`<div class="banner is-stop small" role="alert">${icon("circle-alert")}<p>${refusal}</p></div>` : nothing}
    ${recording ? recorder(state, recording) : chosen && !sending ? chosenCard(chosen) : nothing}
    ${recording || chosen || sending ? nothing : doors(state)}
  </section>`;
}

/** Those for all visits, behind a door: there may be many. @param {VisitState} state @param {Actions} act */
function clinics(state, act) {
  const list = (state.panel.clips.list ?? []).filter(({ is_clinics }) => is_clinics);
  if (list.length === 0) return nothing;
  return html`<details class="clips-of-clinic">
    <summary>${t("For all visits")}<span class="small quiet">${n("{count} video", "{count} videos", list.length)}</span></summary>
    <ul class="exercises">${repeat(
      list,
      ({ clip }) => clip,
      (clip) => item(state, act, clip),
    )}</ul>
  </details>`;
}

/** From the top of the panel to these. @returns {TemplateResult} */
export function clipsDoor() {
  return html`<button type="button" class="button is-plain clips-door" @click=${() => goTo("#clips-title")}>${icon("video")}${t("Your own demonstrations")}</button>`;
}

/** @param {VisitState} state */
function doors({ panel, devices }) {
  const hasCamera = Boolean(devices.stream?.getVideoTracks().length);
  const { canRecord } = panel.clips;
  return html`<div class="clip-doors">
      <label class="button clip-file">
        ${icon("upload")}${t("Choose a video")}
        <input type="file" accept=${[...KINDS, ".mp4", ".m4v", ".mov", ".webm"].join(",")} @change=${pick} />
      </label>
      ${canRecord && hasCamera ? html`<button type="button" class="button" @click=${() => clips.openRecorder()}>${icon("camera")}${t("Record a demonstration")}</button>` : nothing}
    </div>
    <p class="small quiet clip-hint">${t("MP4, MOV or WebM, up to 200 MB and 10 minutes. On a computer you can also drop it here.")}</p>
    ${canRecord && !hasCamera ? html`<p class="small quiet">${t("To record one, turn your camera on.")}</p>` : nothing}`;
}

/** @param {Event} event */
function pick(event) {
  const input = /** @type {HTMLInputElement} */ (event.currentTarget);
  clips.choose(input.files?.[0]);
  input.value = ""; // the same file may be chosen again
}

/** @param {DragEvent} event @param {boolean} isOver */
function hover(event, isOver) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  /** @type {Element} */ (event.currentTarget).classList.toggle("is-over", isOver);
}

/** @param {DragEvent} event */
function drop(event) {
  hover(event, false);
  clips.choose(event.dataTransfer?.files[0]);
}

/** @param {Chosen} chosen @returns {TemplateResult} a name for it, before it goes out */
function chosenCard({ title, url, file }) {
  const send = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const said = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    void clips.send(String(said.get("title")).trim());
    goTo("#clips-title");
  };
  return html`<form class="clip-card" @submit=${send}>
    <h4 class="panel-title" tabindex="-1" ${ref(arrive)}>${url ? t("What you recorded") : t("Before it is uploaded")}</h4>
    ${url ? html`<video class="clip-film" controls playsinline muted .muted=${true} src=${url} aria-label=${t("What you recorded")}></video>` : nothing}
    <div class="field">
      <label for="clip-title">${t("Title")}</label>
      <input id="clip-title" name="title" required maxlength="100" autocomplete="off" pattern=".*\\S.*" .value=${title} />
      <p class="hint small">${t("{size} MB. The patient sees this title.", { size: number(Math.max(0.1, Math.round(file.size / 100_000) / 10)) })}</p>
    </div>
    <div class="clip-doors">
      <button type="submit" class="button is-primary">${icon("check")}${url ? t("Keep and upload") : t("Upload")}</button>
      <button type="button" class="button" @click=${back(() => clips.discard())}>${icon("x")}${url ? t("Throw it away") : t("Cancel")}</button>
    </div>
  </form>`;
}

/** @param {Sending} sending @returns {TemplateResult} */
function onItsWay({ title, progress, isWaiting }) {
  const words = isWaiting ? t("The connection is lost. It goes on by itself.") : t("Uploading");
  return html`<li class="clip">
    ${picture("upload")}
    <div class="clip-words"><b><bdi>${title}</bdi></b>${meter(words, progress)}</div>
    <div class="clip-doors"><button type="button" class="button" @click=${back(() => void clips.cancel())}>${icon("x")}${t("Cancel")}</button></div>
  </li>`;
}

/** @param {VisitState} state @param {Actions} act @param {Clip} clip @returns {TemplateResult} */
function item(state, act, clip) {
  const { title, state: how } = clip;
  const isShown = practiceOf(state)?.demonstration?.exercise === clip.clip;
  return html`<li class="clip ${isShown ? "is-shown-now" : ""}">
    ${how === "ready" ? html`<img class="clip-poster" src=${partOf(state, clip.clip, "poster")} alt="" loading="lazy" />` : picture(how)}
    <div class="clip-words"><b><bdi>${title}</bdi></b>${standing(clip, isShown)}</div>
    <div class="clip-doors">
      ${how === "ready" && !isShown ? html`${shower(state, act, clip)}${preparer(act, clip)}` : nothing}
      ${how === "ready" && !clip.is_clinics ? giver(state, clip) : nothing}
      ${isShown || how === "checking" ? nothing : deleter(state, clip)}
    </div>
    ${state.panel.clips.giving === clip.clip ? gift(clip) : nothing}
  </li>`;
}

/** @param {VisitState} state @param {Clip} clip */
function giver({ panel }, { clip, title }) {
  const isAsked = panel.clips.giving === clip;
  return html`<button type="button" class="button" aria-expanded=${isAsked} @click=${() => clips.offer(isAsked ? "" : clip)}>
    ${icon("users")}${t("Keep for all visits")}<bdi class="visually-hidden">${title}</bdi>
  </button>`;
}

/** Its title was for one patient; from now on everybody at the clinic reads it. @param {Clip} clip @returns {TemplateResult} */
function gift({ clip, title }) {
  const send = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const said = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    void clips.give(clip, String(said.get("title")).trim());
    goTo("#clips-title");
  };
  return html`<form class="clip-gift" @submit=${send}>
    <div class="field">
      <label for="gift-title">${t("Title in all visits")}</label>
      <input id="gift-title" name="title" required maxlength="100" autocomplete="off" pattern=".*\\S.*" .value=${title} aria-describedby="gift-hint" ${ref(arrive)} />
      <p id="gift-hint" class="hint small">${t("All therapists of the clinic can show it to their patients. No patient may be named in the title, seen or heard.")}</p>
    </div>
    <div class="clip-doors">
      <button type="submit" class="button is-primary">${icon("check")}${t("Keep it")}</button>
      <button type="button" class="button" @click=${back(() => clips.offer(""))}>${icon("x")}${t("Cancel")}</button>
    </div>
  </form>`;
}

/** @param {Clip} clip @param {boolean} isShown @returns {TemplateResult} how far it is */
function standing({ state, progress, reason, duration_s }, isShown) {
  switch (state) {
    case "uploading":
      return html`<span class="small quiet">${t("Only a part of it is here. Delete it and choose it again.")}</span>`;
    case "checking":
      return meter(t("Being checked and prepared"), progress);
    case "refused":
      return html`<span class="small is-bad clip-reason">${reason?.text ?? ""}</span>`;
    case "ready":
      return html`<span class="small quiet">${spokenLength(duration_s ?? 0)}${isShown ? html` · ${t("shown now")}` : nothing}</span>`;
  }
}

/** @param {number} s */
function spokenLength(s) {
  const whole = Math.max(1, Math.round(s));
  const heard = n("{count} second", "{count} seconds", whole);
  return html`<span class="number" aria-hidden="true">${duration(whole * 1_000)}</span><span class="visually-hidden">${heard}</span>`;
}

/** @param {string} words @param {number} progress  0 to 1 */
function meter(words, progress) {
  const percent = number(Math.floor(progress * 100));
  return html`<label class="clip-meter small quiet">
    <span>${words}<span class="number"> · ${percent} %</span></span>
    <progress max="1" .value=${progress}></progress>
  </label>`;
}

/** @param {"upload" | Clip["state"]} how  while there is no picture of it yet */
function picture(how) {
  return html`<span class="clip-poster ${how === "refused" ? "is-bad" : ""}">${icon(how === "refused" ? "triangle-alert" : "video")}</span>`;
}

/** @param {VisitState} state @param {Actions} act @param {Clip} clip */
function shower(state, act, clip) {
  const press = () => {
    if (isStopped(state)) return;
    show(state, act, draftOf(clipCard(clip)));
    goTo("#panel-title");
  };
  return html`<button type="button" class="button is-shown" aria-disabled=${isStopped(state)} @click=${press}>
    ${icon("eye")}${t("Show to {name}", { name: patientName(state) })}<bdi class="visually-hidden">${clip.title}</bdi>
  </button>`;
}

/** @param {Actions} act @param {Clip} clip */
function preparer(act, clip) {
  const press = () => act.panel({ draft: draftOf(clipCard(clip)), is_previewing: false });
  return html`<button type="button" class="button" @click=${press}>
    ${icon("list-plus")}${t("Dose and plan")}<bdi class="visually-hidden">${clip.title}</bdi>
  </button>`;
}

/** @param {VisitState} state @param {Clip} clip */
function deleter({ panel }, { clip, title, state: how, is_clinics }) {
  const isAsked = panel.clips.deleting === clip;
  const isIcon = !isAsked && how === "ready";
  const press = isAsked ? back(() => void clips.delete(clip)) : () => void clips.delete(clip);
  return html`<button
    type="button"
    class="button ${isAsked ? "is-danger" : isIcon ? "is-icon-only" : ""}"
    title=${isIcon ? t("Delete") : nothing}
    @click=${press}
    @blur=${() => isAsked && clips.keep()}
  >
    ${icon("trash-2")}<span class=${isIcon ? "visually-hidden" : ""}>${isAsked ? (is_clinics ? t("Delete for all visits") : t("Delete for good")) : t("Delete")}</span><bdi class="visually-hidden">${title}</bdi>
  </button>`;
}
