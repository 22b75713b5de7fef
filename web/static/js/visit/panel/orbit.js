// @ts-check
/** The figures of the panel, to be turned by hand: the preview by itself, what is shown together with the patient's picture. */
import { browserTimers } from "../../lib/timers.js";
import { t } from "../../lib/i18n.js";
import { html } from "../../../vendor/lit.js";
import { Orbit } from "../practice/orbit.js";
import { aim as aimed } from "./commands.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { Aim, Demonstration } from "../../messages.js" */
/** @import { Audience } from "../practice/orbit.js" */
/** @import { Draft } from "./state.js" */
/** @import { Actions, VisitState } from "../state.js" */

const hands = { preview: new Orbit(browserTimers), shown: new Orbit(browserTimers) };

/** @param {Actions} act @param {Draft} draft @returns {TemplateResult} */
export function previewFigure(act, draft) {
  const seen = (/** @type {Aim} */ aim) => act.panel({ draft: { ...draft, aim } });
  const hand = handlers(hands.preview, draft.aim, { seen, told() {}, ended: seen });
  return turnable(hand, t("Preview of the movement"), true);
}

/** @param {VisitState} state @param {Actions} act @param {Demonstration} shown @returns {TemplateResult} */
export function shownFigure({ panel }, act, shown) {
  const { number } = shown;
  const tell = (/** @type {Aim} */ aim) => act.ask(aimed(shown, aim));
  const hand = handlers(hands.shown, panel.orbit?.number === number ? panel.orbit.aim : shown.aim, {
    seen: (aim) => act.panel({ orbit: { number, aim } }),
    told: (aim) => void tell(aim),
    ended: (aim) => void tell(aim).then(() => hands.shown.isHeld || act.panel({ orbit: null })),
  });
  return turnable(hand, t("What the patient sees"), false);
}

/** @param {ReturnType<typeof handlers>} hand @param {string} name @param {boolean} isPreview @returns {TemplateResult} */
function turnable(hand, name, isPreview) {
  return html`<div
    class=${`${isPreview ? "preview" : "shown-picture"} is-turnable`}
    ?data-preview=${isPreview}
    ?data-shown=${!isPreview}
    role="img"
    aria-label=${name}
    title=${t("Drag to turn the figure")}
    @pointerdown=${hand.take}
    @pointermove=${hand.move}
    @pointerup=${hand.leave}
    @pointercancel=${hand.leave}
    @wheel=${hand.wheel}
  ></div>`;
}

/** @param {Orbit} hand @param {Aim} aim  as it is seen now @param {Audience} audience */
function handlers(hand, aim, audience) {
  return {
    take(/** @type {PointerEvent} */ event) {
      if (event.button !== 0) return;
      /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
      hand.take(event.pointerId, event, aim, audience);
    },
    move: (/** @type {PointerEvent} */ event) => hand.move(event.pointerId, event),
    leave: (/** @type {PointerEvent} */ event) => hand.leave(event.pointerId),
    wheel: {
      passive: false,
      handleEvent(/** @type {WheelEvent} */ event) {
        if (!event.ctrlKey) return; // a pinch; the wheel alone scrolls the page
        event.preventDefault();
        hand.wheel(event.deltaY, aim, audience);
      },
    },
  };
}
