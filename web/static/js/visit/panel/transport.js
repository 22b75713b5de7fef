// @ts-check
/** What runs what is shown: play and pause, start together, scrub, speed, loop, next, stop showing. */
import { number, t } from "../../lib/i18n.js";
import { html, live, nothing } from "../../../vendor/lit.js";
import { practiceOf } from "../people/cast.js";
import { icon } from "../icon.js";
import { bestAim, lengthOf, loopOrNot, nextOf, playOrPause, steer, together, watched } from "./commands.js";
import { chosen } from "./dose.js";
import { isStopped, show } from "./show.js";
import { nameOf } from "./words.js";
import { isShownOut } from "../practice/playback.js";
import { positionAt } from "../practice/practice.js";
import { duration } from "../words.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Demonstration, Practice } from "../../messages.js" */
/** @import { Asked } from "../connection.js" */
/** @import { Counted } from "../practice/playback.js" */
/** @import { Actions, VisitState } from "../state.js" */

/** From a quarter of the pace to half as fast again. */
const RATES = [0.25, 0.5, 0.75, 1, 1.25, 1.5];
/** Whoever drags the scrubber is followed so often, and not at each pixel. */
const SCRUB_EVERY_MS = 250;

/** @param {VisitState} state @param {Actions} act @param {Demonstration} shown @param {Counted} exercise @returns {TemplateResult} */
export function transport(state, act, shown, exercise) {
  const { planned } = /** @type {Practice} */ (practiceOf(state));
  const next = nextOf(planned, shown);
  const isTogether = shown.mode === "together";
  const isOver = isShownOut(shown, exercise, state.now_ms);
  const isRunning = shown.is_playing && !isOver;
  const cards = state.panel.library?.exercises ?? [];
  const mayRun = !isStopped(state);
  const run = (/** @type {() => Asked} */ command) => () => mayRun && act.ask(command());
  const door = (/** @type {string} */ name, /** @type {string} */ words, /** @type {() => Asked} */ command) =>
    html`<button type="button" class="button" aria-disabled=${!mayRun} @click=${run(command)}>${icon(name)}${words}</button>`;
  return html`<div class="transport" role="group" aria-label=${t("What is shown")}>
    <button
      type="button"
      class="button is-primary"
      aria-keyshortcuts="Alt+Space"
      aria-disabled=${!mayRun}
      @click=${run(() => playOrPause(shown, exercise, act.now_ms()))}
    >
      ${icon(isRunning ? "pause" : "play")}${isRunning ? t("Pause") : isOver ? t("Play again") : t("Go on")}
    </button>
    ${shown.clip ? nothing : door("users", isTogether ? t("Start again") : t("Start together"), () => together(shown, act.now_ms()))}
    ${scrubber(state, act, shown, exercise)} ${speed(act, shown)}
    ${isTogether ? door("eye", t("Only watch"), () => watched(shown, act.now_ms())) : loop(act, shown, exercise)}
    ${
      next
        ? html`<button
          type="button"
          class="button is-wide"
          aria-keyshortcuts="Alt+."
          aria-disabled=${!mayRun}
          @click=${() => show(state, act, { ...next, aim: bestAim(cards, next) })}
        >
          ${icon("skip-forward")}${t("Next: {name}", { name: nameOf(state, next) })}
        </button>`
        : nothing
    }
    <button type="button" class="button is-wide" @click=${() => act.ask({ type: "demonstration.withdraw", demonstration: shown.number })}>
      ${icon("eye-off")}${t("Stop showing")}
    </button>
  </div>`;
}

/** @param {Actions} act @param {Demonstration} shown @param {Counted} exercise */
function loop(act, shown, exercise) {
  return html`<button
    type="button"
    class="button"
    aria-pressed=${shown.mode === "watch"}
    @click=${() => act.ask(loopOrNot(exercise, shown, act.now_ms()))}
  >
    ${icon("repeat")}${t("Again and again")}
  </button>`;
}

/** @param {VisitState} state @param {Actions} act @param {Demonstration} shown @param {Counted} exercise */
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
    <span class="small number quiet" dir="ltr" aria-hidden="true">${duration(at_s * 1000)} / ${duration(length_s * 1000)}</span>
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
