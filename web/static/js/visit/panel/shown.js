// @ts-check
/** What the patient sees right now, drawn small, what they say of it, and what steers it. */
import { locale, t } from "../../lib/i18n.js";
import { html, nothing } from "../../../vendor/lit.js";
import { practiceOf } from "../people/cast.js";
import { clipCard } from "../clips/card.js";
import { asCounted } from "../clips/follow.js";
import { clipPicture, titleOf } from "../clips/shown.js";
import { doseWords } from "../practice/dose.js";
import { icon } from "../icon.js";
import { aiming } from "./aim.js";
import { aim, dose } from "./commands.js";
import { dosage } from "./dose.js";
import { shownFigure } from "./orbit.js";
import { given, knowledge, precautions } from "./draft.js";
import { transport } from "./transport.js";
import {
  beatWords,
  entryOf,
  exertionWords,
  nameOf,
  patientName,
  patientOf,
  renderingWords,
  saidWords,
  spoken,
} from "./words.js";
import { isShownOut } from "../practice/playback.js";
import { stills } from "../practice/stills.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Demonstration, Practice } from "../../messages.js" */
/** @import { Counted } from "../practice/playback.js" */
/** @import { Exercise } from "../practice/shelf.js" */
/** @import { Actions, VisitState } from "../state.js" */

/** @param {VisitState} state @param {Actions} act @param {Demonstration} shown @returns {TemplateResult} */
export function shownCard(state, act, shown) {
  const practice = /** @type {Practice} */ (practiceOf(state));
  const { clip } = shown;
  const exercise = entryOf(state, shown);
  const counted = clip ? asCounted(clip) : exercise;
  const what = renderingWords(state);
  return html`<section class="shown" aria-labelledby="shown-title">
    <p class="shown-edge is-${what.tone}">${icon(what.icon)}${what.text}</p>
    <h3 id="shown-title" class="subtitle">${clip ? titleOf(clip) : nameOf(state, shown)}</h3>
    ${clip ? html`<div class="shown-picture">${clipPicture(state, shown, clip, t("What the patient sees"))}</div>` : picture(state, act, shown, exercise)}
    ${standing(state, shown, counted)} ${said(state, shown)} ${counted ? transport(state, act, shown, counted) : nothing}
    ${details(state, act, shown, practice, exercise)}
  </section>`;
}

/** @param {VisitState} state @param {Actions} act @param {Demonstration} shown @param {Practice} practice @param {Exercise | undefined} exercise */
function details(state, act, shown, practice, exercise) {
  const card = shown.clip ? clipCard({ clip: shown.exercise, title: shown.clip.title }) : exercise;
  return html`${shown.clip ? nothing : aiming(shown.aim, (changes) => act.ask(aim(shown, changes)))}
    <details>
      <summary>${t("Dose")}<span class="small quiet">${doseWords(shown.dosage)}</span></summary>
      ${card ? dosage(card, shown.dosage, (changed) => act.ask(dose(shown, changed, exercise, act.now_ms()))) : nothing}
    </details>
    ${given(act, shown, practice)} ${precautions(state, shown)} ${knowledge(state, shown)}`;
}

/**
 * The same movement at the same instant as on the patient's screen; pictures where either of the two shows pictures.
 * @param {VisitState} state @param {Actions} act @param {Demonstration} shown @param {Exercise | undefined} exercise
 */
function picture(state, act, shown, exercise) {
  if (!exercise) return nothing;
  if (exercise.timeline.length === 0) return html`<p class="small">${spoken(exercise.purpose)}</p>`;
  const patient = patientOf(state);
  const isStill = state.rendering === "stills" || (patient && state.renderings[patient.id] === "stills");
  return isStill
    ? html`<div class="shown-picture">${stills(exercise, shown, locale(), state.figures)}</div>`
    : shownFigure(state, act, shown);
}

/** @param {VisitState} state @param {Demonstration} shown @param {Counted | undefined} exercise where it stands, in words */
function standing({ beat, now_ms }, shown, exercise) {
  if (exercise && isShownOut(shown, exercise, now_ms)) return standingIn(t("Shown once"));
  const words = beat
    ? beatWords(beat, shown.dosage)
    : shown.mode === "once"
      ? t("One time")
      : t("One time, again and again");
  return standingIn(shown.is_playing ? words : t("Paused · {where}", { where: words }));
}

/** @param {string} words */
const standingIn = (words) => html`<p class="shown-beat number">${words}</p>`;

/** @param {VisitState} state @param {Demonstration} shown what the patient said of it */
function said(state, shown) {
  const name = patientOf(state)?.name ?? t("Patient");
  const answer = shown.answer ? saidWords(shown.answer, name) : null;
  const sets = (practiceOf(state)?.exertions ?? []).filter(({ exercise }) => exercise === shown.exercise);
  if (!answer && sets.length === 0) return nothing;
  return html`<div class="said">
    ${answer ? html`<p class="said-answer is-${answer.tone}">${icon(answer.icon)}${answer.text}</p>` : nothing}
    ${sets.map((one) => html`<p class="small ${(one.pain ?? 0) >= 7 ? "is-bad" : ""}">${exertionWords(one)}</p>`)}
  </div>`;
}

/**
 * What is shown, in one line, where the panel is closed: nobody has to open it to hear that it hurts.
 * @param {VisitState} state @param {Actions} act @returns {TemplateResult | typeof nothing}
 */
export function shownStrip(state, act) {
  const shown = practiceOf(state)?.demonstration;
  if (!shown || state.sheet === "exercises" || state.sheet === "chat") return nothing;
  const { text, icon: mark, tone } = shown.answer ? saidWords(shown.answer, patientName(state)) : renderingWords(state);
  return html`<section class="shown-strip" aria-label=${t("What is shown")}>
    <p class="is-${tone}"><b>${shown.clip ? titleOf(shown.clip) : nameOf(state, shown)}</b><span class="small">${icon(mark)}${text}</span></p>
    <button type="button" class="button" @click=${() => act.show("exercises")}>${icon("dumbbell")}${t("Open")}</button>
  </section>`;
}
