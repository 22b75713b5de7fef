// @ts-check
/** What the patient sees right now, drawn small, and everything that steers it. */
import { locale, t } from "../lib/i18n.js";
import { html, live, nothing } from "../../vendor/lit.js";
import { practiceOf } from "./cast.js";
import { doseWords, number } from "./dose.js";
import { icon } from "./icon.js";
import { aim, bestAim, dose, lengthOf, nextOf, playOrPause, steer, together, watched } from "./panel_commands.js";
import { aiming, chosen, dosage } from "./panel_dose.js";
import { given, knowledge } from "./panel_draft.js";
import { show } from "./panel_show.js";
import {
  answerWords,
  beatWords,
  entryOf,
  exertionWords,
  nameOf,
  patientName,
  patientOf,
  renderingWords,
  spoken,
} from "./panel_words.js";
import { positionAt } from "./practice.js";
import { stills } from "./stills.js";
import { duration } from "./words.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Demonstration, Practice } from "../messages.js" */
/** @import { Exercise } from "./shelf.js" */
/** @import { Actions, VisitState } from "./state.js" */

/** Half, three quarters, as it is, a quarter faster. */
const RATES = [0.25, 0.5, 0.75, 1, 1.25, 1.5];
/** Whoever drags the scrubber is followed so often, and not at each pixel. */
const SCRUB_EVERY_MS = 250;

/** @param {VisitState} state @param {Actions} act @param {Demonstration} shown @returns {TemplateResult} */
export function shownCard(state, act, shown) {
  const practice = /** @type {Practice} */ (practiceOf(state));
  const exercise = entryOf(state, shown);
  const what = renderingWords(state);
  return html`<section class="shown" aria-labelledby="shown-title">
    <p class="shown-edge is-${what.tone}">${icon(what.icon)}${what.text}</p>
    <h3 id="shown-title" class="subtitle">${nameOf(state, shown)}</h3>
    ${picture(state, shown, exercise)} ${standing(state, shown)} ${said(state, shown)}
    ${exercise ? transport(state, act, shown, exercise) : nothing}
    ${aiming(shown.aim, (changes) => act.ask(aim(shown, changes)))}
    <details>
      <summary>${t("Dose")}<span class="small quiet">${doseWords(shown.dosage)}</span></summary>
      ${exercise ? dosage(exercise, shown.dosage, (changed) => act.ask(dose(shown, changed))) : nothing}
    </details>
    ${given(act, shown, practice)} ${knowledge(state, shown)}
  </section>`;
}

/**
 * The same movement at the same instant as on the patient's screen; pictures where either of the two shows pictures.
 * @param {VisitState} state @param {Demonstration} shown @param {Exercise | undefined} exercise
 */
function picture(state, shown, exercise) {
  if (!exercise) return nothing;
  if (exercise.timeline.length === 0) return html`<p class="small">${spoken(exercise.purpose)}</p>`;
  const patient = patientOf(state);
  const isStill = state.rendering === "stills" || (patient && state.renderings[patient.id] === "stills");
  return html`<div class="shown-picture">
    ${isStill ? stills(exercise, shown, locale(), state.figures) : html`<canvas data-shown role="img" aria-label=${t("What the patient sees")}></canvas>`}
  </div>`;
}

/** @param {VisitState} state @param {Demonstration} shown where it stands, in words */
function standing({ beat }, shown) {
  const words = beat ? beatWords(beat, shown.dosage) : t("One time, again and again");
  return html`<p class="shown-beat number">${shown.is_playing ? words : t("Paused · {where}", { where: words })}</p>`;
}

/** @param {VisitState} state @param {Demonstration} shown what the patient said of it */
function said(state, shown) {
  const name = patientOf(state)?.name ?? t("Patient");
  const answer = shown.answer ? answerWords(shown.answer, name) : null;
  const sets = (practiceOf(state)?.exertions ?? []).filter(({ exercise }) => exercise === shown.exercise);
  if (!answer && sets.length === 0) return nothing;
  return html`<div class="said">
    ${answer ? html`<p class="said-answer is-${answer.tone}">${icon(answer.icon)}${answer.text}</p>` : nothing}
    ${sets.map((one) => html`<p class="small ${(one.pain ?? 0) >= 7 ? "is-bad" : ""}">${exertionWords(one)}</p>`)}
  </div>`;
}

/** @param {VisitState} state @param {Actions} act @param {Demonstration} shown @param {Exercise} exercise */
function transport(state, act, shown, exercise) {
  const practice = /** @type {Practice} */ (practiceOf(state));
  const next = nextOf(practice.planned, shown);
  const isTogether = shown.mode === "together";
  const cards = state.panel.library?.exercises ?? [];
  return html`<div class="transport" role="group" aria-label=${t("What is shown")}>
    <button type="button" class="button is-primary" aria-keyshortcuts="Alt+Space" @click=${() => act.ask(playOrPause(shown))}>
      ${icon(shown.is_playing ? "pause" : "play")}${shown.is_playing ? t("Pause") : t("Go on")}
    </button>
    <button type="button" class="button" @click=${() => act.ask(together(shown, act.now_ms()))}>
      ${icon("users")}${isTogether ? t("Start again") : t("Start together")}
    </button>
    ${scrubber(state, act, shown, exercise)} ${speed(act, shown)}
    ${
      next
        ? html`<button type="button" class="button" aria-keyshortcuts="Alt+." @click=${() => show(state, act, { ...next, aim: bestAim(cards, next) })}>
          ${icon("skip-forward")}${t("Next: {name}", { name: nameOf(state, next) })}
        </button>`
        : nothing
    }
    ${isTogether ? html`<button type="button" class="button" @click=${() => act.ask(watched(shown, act.now_ms()))}>${icon("eye")}${t("Only watch")}</button>` : nothing}
    <button type="button" class="button" @click=${() => act.ask({ type: "demonstration.withdraw", demonstration: shown.number })}>
      ${icon("eye-off")}${t("Stop showing")}
    </button>
  </div>`;
}

/** @param {VisitState} state @param {Actions} act @param {Demonstration} shown @param {Exercise} exercise */
function scrubber({ panel, now_ms }, act, shown, exercise) {
  const length_s = lengthOf(exercise, shown);
  const position_s = positionAt(shown, now_ms);
  const stands_s = shown.mode === "watch" ? position_s % (length_s || 1) : Math.min(position_s, length_s);
  const at_s = panel.scrub?.at_s ?? stands_s;
  const to = (/** @type {Event} */ event) => act.ask(steer(shown, act.now_ms(), { position_s: Number(chosen(event)) }));
  const drag = (/** @type {Event} */ event) => {
    const [at_s, drag_ms] = [Number(chosen(event)), act.now_ms()];
    const isDue = drag_ms - (panel.scrub?.sent_ms ?? 0) >= SCRUB_EVERY_MS;
    if (isDue) to(event);
    act.panel({ scrub: { at_s, sent_ms: isDue ? drag_ms : (panel.scrub?.sent_ms ?? 0) } });
  };
  return html`<label class="scrubber">
    <span class="visually-hidden">${t("Where it stands")}</span>
    <input
      type="range"
      min="0"
      max=${length_s.toFixed(2)}
      step="0.05"
      aria-valuetext=${t("{at} of {length}", { at: duration(at_s * 1000), length: duration(length_s * 1000) })}
      .value=${live(at_s.toFixed(2))}
      @input=${drag}
      @change=${(/** @type {Event} */ event) => {
        to(event);
        act.panel({ scrub: null });
      }}
    />
    <span class="small number quiet" aria-hidden="true">${duration(at_s * 1000)} / ${duration(length_s * 1000)}</span>
  </label>`;
}

/** @param {Actions} act @param {Demonstration} shown */
function speed(act, shown) {
  const change = (/** @type {Event} */ event) => act.ask(steer(shown, act.now_ms(), { rate: Number(chosen(event)) }));
  return html`<label class="chooser">
    <span class="small">${t("Speed")}</span>
    <select @change=${change}>
      ${RATES.map((rate) => html`<option value=${rate} .selected=${live(rate === shown.rate)}>${number(rate)}×</option>`)}
    </select>
  </label>`;
}

/**
 * What is shown, in one line, where the panel is closed: nobody has to open it to hear that it hurts, or to stop.
 * @param {VisitState} state @param {Actions} act @returns {TemplateResult | typeof nothing}
 */
export function shownStrip(state, act) {
  const shown = practiceOf(state)?.demonstration;
  if (!shown || state.sheet === "exercises" || state.sheet === "chat") return nothing;
  const {
    text,
    icon: mark,
    tone,
  } = shown.answer ? answerWords(shown.answer, patientName(state)) : renderingWords(state);
  return html`<section class="shown-strip" aria-label=${t("What is shown")}>
    <p class="is-${tone}"><b>${nameOf(state, shown)}</b><span class="small">${icon(mark)}${text}</span></p>
    <button type="button" class="button" @click=${() => act.show("exercises")}>${icon("dumbbell")}${t("Open")}</button>
    <button type="button" class="button is-danger" @click=${() => act.ask({ type: "exercise.stop" })}>${icon("octagon-x")}${t("Stop")}</button>
  </section>`;
}
