// @ts-check
/** One exercise being prepared: only the therapist sees it until it is shown. */
import { locale, t } from "../../lib/i18n.js";
import { html, nothing } from "../../../vendor/lit.js";
import { practiceOf } from "../people/cast.js";
import { partOf } from "../clips/shown.js";
import { isClip } from "../clips/state.js";
import { doseWords } from "../practice/dose.js";
import { icon } from "../icon.js";
import { isStopped, show } from "./show.js";
import { aiming } from "./aim.js";
import { dosage } from "./dose.js";
import { previewFigure } from "./orbit.js";
import { starred } from "./state.js";
import { cardOf, entryOf, nameOf, patientName, spoken } from "./words.js";
import { stills } from "../practice/stills.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Demonstration, Planned, Practice } from "../../messages.js" */
/** @import { Draft } from "./state.js" */
/** @import { Exercise } from "../practice/shelf.js" */
/** @import { Actions, VisitState } from "../state.js" */

/** @param {VisitState} state @param {Actions} act @param {Draft} draft @returns {TemplateResult} */
export function draftCard(state, act, draft) {
  const practice = practiceOf(state);
  const exercise = entryOf(state, draft) ?? cardOf(state, draft.exercise);
  const change = (/** @type {Partial<Draft>} */ parts) => act.panel({ draft: { ...draft, ...parts } });
  return html`<section class="draft" aria-labelledby="draft-title">
    <button type="button" class="button is-plain" @click=${() => act.panel({ draft: null, is_previewing: false })}>
      ${icon("arrow-left")}${t("All exercises")}
    </button>
    <div class="draft-head">
      <h3 id="draft-title" class="subtitle" tabindex="-1"><bdi>${nameOf(state, draft)}</bdi></h3>
      <span class="badge">${icon("eye-off")}${t("Only you see this")}</span>
    </div>
    ${precautions(state, draft)} ${isClip(draft.exercise) ? film(state, draft) : preview(state, act, entryOf(state, draft))}
    ${exercise ? dosage(exercise, draft.dosage, (dosage) => change({ dosage })) : nothing}
    ${isClip(draft.exercise) ? nothing : aiming(draft.aim, (changes) => change({ aim: { ...draft.aim, ...changes } }))}
    <div class="row is-tight">${practice ? keepers(state, act, draft, practice) : nothing}</div>
    ${practice ? given(act, draft, practice) : nothing} ${knowledge(state, draft)}
  </section>`;
}

/** @param {VisitState} state @param {Actions} act @param {Draft} draft @returns {TemplateResult} at the thumb, however far one has scrolled */
export function draftFoot(state, act, draft) {
  return html`<div class="panel-foot">
    <button type="button" class="button is-large is-block is-shown" aria-disabled=${isStopped(state)} @click=${() => show(state, act, draft)}>
      ${icon("eye")}${t("Show to {name}", { name: patientName(state) })}
    </button>
  </div>`;
}

/** @param {VisitState} state @param {Actions} act @param {Exercise | undefined} exercise */
function preview({ panel, figures }, act, exercise) {
  const { is_previewing, rendering, draft } = panel;
  if (!exercise || exercise.timeline.length === 0) return nothing;
  const shown = /** @type {Demonstration} */ ({ ...draft });
  const picture =
    rendering === "stills"
      ? html`<div class="preview">${stills(exercise, shown, locale(), figures)}</div>`
      : previewFigure(act, /** @type {Draft} */ (draft));
  return html`${is_previewing ? picture : nothing}
    <button type="button" class="button" aria-pressed=${is_previewing} @click=${() => act.panel({ is_previewing: !is_previewing })}>
      ${icon("play")}${is_previewing ? t("Close the preview") : t("Preview")}
    </button>`;
}

/** @param {VisitState} state @param {Draft} draft @returns {TemplateResult} a clip, to be looked at alone */
function film(state, draft) {
  return html`<video
    class="clip-film"
    controls
    playsinline
    muted
    preload="none"
    .muted=${true}
    poster=${partOf(state, draft.exercise, "poster")}
    src=${partOf(state, draft.exercise, "stream")}
    aria-label=${t("Preview")}
  ></video>`;
}

/** @param {VisitState} state @param {Actions} act @param {Draft} draft @param {Practice} practice */
function keepers({ panel }, act, draft, { planned }) {
  const one = plannedOf(draft);
  const isPlanned = planned.some(({ exercise }) => exercise === draft.exercise);
  return html`<button
      type="button"
      class="button"
      aria-disabled=${isPlanned}
      @click=${() => isPlanned || act.ask({ type: "plan.set", planned: [...planned, one] })}
    >${icon("list-plus")}${isPlanned ? t("In the plan") : t("Add to the plan")}</button>
    ${isClip(draft.exercise) ? nothing : favourite(panel.favourites, act, draft)}`;
}

/** @param {readonly string[]} favourites @param {Actions} act @param {Draft} draft */
function favourite(favourites, act, { exercise }) {
  return html`<button
    type="button"
    class="button"
    aria-pressed=${favourites.includes(exercise)}
    @click=${() => act.panel({ favourites: starred(favourites, exercise) })}
  >${icon("star")}${t("Favourite")}</button>`;
}

/** @param {Draft | Planned} one @returns {Planned} */
export function plannedOf({ exercise, version, dosage }) {
  return { exercise, version, dosage };
}

/**
 * Into the home programme, or what it has of this exercise.
 * @param {Actions} act @param {Draft | Planned} one @param {Practice} practice @returns {TemplateResult}
 */
export function given(act, one, { programme }) {
  const there = programme.find(({ exercise }) => exercise === one.exercise);
  const add = () => act.ask({ type: "programme.add", ...plannedOf(one) });
  if (!there) {
    return html`<button type="button" class="button is-block" @click=${add}>${icon("house")}${t("Add to the home programme")}</button>`;
  }
  const isSame = doseWords(there.dosage) === doseWords(one.dosage);
  return html`<div class="banner is-good" role="status">
    ${icon("house")}
    <p class="small"><b>${t("In the home programme")}</b><br />${doseWords(there.dosage)}</p>
    <div class="banner-doors">
      ${isSame ? nothing : html`<button type="button" class="button" @click=${add}>${icon("check")}${t("Change it to this dose")}</button>`}
      <button type="button" class="button" @click=${() => act.ask({ type: "programme.remove", exercise: one.exercise })}>
        ${icon("undo-2")}${t("Take it out again")}
      </button>
    </div>
  </div>`;
}

/** @param {VisitState} state @param {Pick<Planned, "exercise" | "version">} one @returns {TemplateResult | typeof nothing} for whom it may be wrong */
export function precautions(state, one) {
  const labels = state.panel.library?.labels.precautions ?? {};
  const tags = entryOf(state, one)?.precaution_tags.map((tag) => labels[tag]) ?? [];
  const said = tags.filter((label) => label !== undefined).map(spoken);
  if (said.length === 0) return nothing;
  return html`<p class="small panel-note">${icon("triangle-alert")}${t("Take care with: {tags}", { tags: said.join(", ") })}</p>`;
}

/** @param {VisitState} state @param {Pick<Planned, "exercise" | "version">} one @returns {TemplateResult | typeof nothing} what to say and to watch for */
export function knowledge(state, one) {
  const exercise = entryOf(state, one);
  if (!exercise) return nothing;
  return html`${lines(t("What to say"), [...spoken(exercise.cues), spoken(exercise.breathing)])}
    ${lines(t("What often goes wrong"), spoken(exercise.mistakes))} ${lines(t("When to stop"), spoken(exercise.stop_rules))}
    ${lines(t("Easier and harder"), ladder(state, exercise))}`;
}

/** @param {VisitState} state @param {Exercise} exercise @returns {string[]} */
function ladder(state, { easier, harder }) {
  const words = (/** @type {Exercise["easier"][number]} */ step) => {
    if ("text" in step) return spoken(step.text);
    const names = cardOf(state, step.exercise)?.names;
    return names ? spoken(names) : step.exercise;
  };
  return [
    ...easier.map((step) => t("Easier: {step}", { step: words(step) })),
    ...harder.map((step) => t("Harder: {step}", { step: words(step) })),
  ];
}

/** @param {string} title @param {readonly string[]} texts */
function lines(title, texts) {
  if (texts.length === 0) return nothing;
  return html`<details>
    <summary>${title}</summary>
    <ul class="steps small">${texts.map((text) => html`<li>${text}</li>`)}</ul>
  </details>`;
}
