// @ts-check
/** The exercise on the screen of whoever does it: the figure large, the count over it, big buttons under it. */
import { locale, t } from "../../lib/i18n.js";
import { html, nothing } from "../../../vendor/lit.js";
import { answers } from "./answers.js";
import { isStepBack, practiceOf } from "../people/cast.js";
import { asCounted } from "../clips/follow.js";
import { clipPicture, titleOf } from "../clips/shown.js";
import { counting } from "./counting.js";
import { doseWords, sideWords } from "./dose.js";
import { stopButton } from "./emergency.js";
import { exertion, setToAskFor } from "./exertion.js";
import { icon } from "../icon.js";
import { isShownOut } from "./playback.js";
import { inLanguage, keyOf } from "./shelf.js";
import { stills } from "./stills.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Answer, Demonstration, ShownClip } from "../../messages.js" */
/** @import { Counted } from "./playback.js" */
/** @import { Exercise } from "./shelf.js" */
/** @import { Actions, VisitState } from "../state.js" */

/** @param {VisitState} state @returns {Demonstration | null} what this person is shown; the therapist has the panel instead */
export function shownTo(state) {
  return state.page.role === "therapist" ? null : (practiceOf(state)?.demonstration ?? null);
}

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult | typeof nothing} */
export function demonstration(state, act) {
  const shown = shownTo(state);
  if (!shown) return nothing;
  const exercise = state.exercises[keyOf(shown.exercise, shown.version)];
  const asked = exercise && state.page.role === "patient" ? setToAskFor(state, shown, exercise) : null;
  return html`<section class="demonstration ${state.beat ? "is-counted" : ""} ${asked ? "is-asking" : ""}" aria-labelledby="demonstration-name">
    <header class="demonstration-head">
      <h2 id="demonstration-name" class="subtitle" tabindex="-1">
        ${shown.clip ? titleOf(shown.clip) : exercise ? inLanguage(exercise.names, locale()) : unnamed(state, shown)}
      </h2>
      ${exercise || isMoreThanOnce(shown) ? html`<p class="demonstration-dose small">${doseWords(shown.dosage)}</p>` : nothing}
    </header>
    <div class="demonstration-stage">
      ${shown.clip ? clip(state, shown, shown.clip) : exercise ? picture(state, shown, exercise) : coming(state, shown)}
      ${state.beat ? counting(state.beat, shown) : shown.is_playing ? nothing : paused()}
    </div>
    ${asked ? exertion(state, act, shown, asked) : doors(state, act, shown, shown.clip ? asCounted(shown.clip) : exercise)}
  </section>`;
}

/** @param {VisitState} state @param {Demonstration} shown @returns {string} while nothing is known of it */
function unnamed({ missing }, { exercise, version }) {
  return missing.has(keyOf(exercise, version)) ? t("Exercise") : t("An exercise is coming…");
}

/** @param {Demonstration} shown @returns {boolean} a clip that is to be done more than once; once goes without saying */
const isMoreThanOnce = ({ clip, dosage: { sets, reps } }) => Boolean(clip) && sets * reps > 1;

/** @param {VisitState} state @param {Demonstration} shown @param {Exercise} exercise */
function picture(state, shown, exercise) {
  const name = inLanguage(exercise.names, locale());
  const side = shown.dosage.side === "left" || shown.dosage.side === "right" ? sideWords(shown.dosage.side) : "";
  const words = side
    ? t("{exercise} shown by a figure. {side}", { exercise: name, side })
    : t("{exercise} shown by a figure", { exercise: name });
  if (exercise.timeline.length === 0) return whatToDo(exercise);
  if (state.rendering === "stills") return stills(exercise, shown, locale(), state.figures);
  return html`<div class="figure" data-shown role="img" aria-label=${words}></div>`;
}

/** In words, where there is no movement to see. @param {Exercise} exercise */
function whatToDo({ cues, breathing }) {
  const steps = [...inLanguage(cues, locale()), inLanguage(breathing, locale())];
  return html`<ul class="demonstration-words">${steps.map((step) => html`<li>${step}</li>`)}</ul>`;
}

/** @param {VisitState} state @param {Demonstration} shown @param {ShownClip} film */
function clip(state, shown, film) {
  return html`<div class="figure">${clipPicture(state, shown, film, t("{exercise} shown on video", { exercise: film.title }))}</div>`;
}

/** @param {VisitState} state @param {Demonstration} shown */
function coming(state, { exercise, version }) {
  return state.missing.has(keyOf(exercise, version))
    ? html`<p class="demonstration-words">${t("The picture does not come through. {name} tells you what to do.", { name: state.page.therapist_name })}</p>`
    : nothing;
}

function paused() {
  return html`<p class="demonstration-paused">${icon("pause")}${t("Paused")}</p>`;
}

/** @param {VisitState} state @param {Actions} act @param {Demonstration} shown @param {Counted | undefined} exercise */
function doors(state, act, shown, exercise) {
  const { mode } = shown;
  const isOver = exercise !== undefined && isShownOut(shown, exercise, state.now_ms);
  if (state.page.role !== "patient") return html`<div class="demonstration-doors">${stopButton(act)}</div>`;
  return html`<div class="demonstration-doors">
    ${isStepBack(state) ? nothing : answers(state, act, shown, offered(state, shown, exercise))}
    <div class="demonstration-run">
      ${isOver ? nothing : pauseButton(state, act, shown)}
      ${mode === "together" ? voiceButton(state, act) : nothing}
      ${stopButton(act)}
    </div>
  </div>`;
}

/**
 * @param {VisitState} state @param {Demonstration} shown @param {Counted | undefined} exercise
 * @returns {readonly Answer[]} nobody gets what is still coming, or wants to see again what is under way
 */
function offered(state, { exercise: slug, version, mode, is_playing }, exercise) {
  const isComing = !exercise && !state.missing.has(keyOf(slug, version));
  const isUnderWay = mode === "together" && is_playing;
  return isComing || isUnderWay ? ["hurts", "too_hard"] : ["got_it", "again", "hurts", "too_hard"];
}

/** @param {VisitState} state @param {Actions} act @param {Demonstration} shown */
function pauseButton(state, act, { number, is_playing }) {
  const type = is_playing ? "demonstration.pause" : "demonstration.resume";
  return html`<button
    type="button"
    class="button is-exercise"
    ?disabled=${Boolean(practiceOf(state)?.stop)}
    @click=${() => act.ask({ type, demonstration: number })}
  >
    ${icon(is_playing ? "pause" : "play")}${is_playing ? t("Pause") : t("Go on")}
  </button>`;
}

/** @param {VisitState} state @param {Actions} act */
function voiceButton({ is_voice_on }, act) {
  return html`<button type="button" class="button voice-button" aria-pressed=${is_voice_on} @click=${() => act.setVoice(!is_voice_on)}>
    ${icon(is_voice_on ? "volume-2" : "volume-x")}<span>${t("Voice")}</span>
  </button>`;
}
