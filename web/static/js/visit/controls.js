// @ts-check
/** The bar under the picture, and the way out beside it. Every control is an icon and a word; the bar never hides. */
import { t } from "../lib/i18n.js";
import { classMap, html, nothing } from "../../vendor/lit.js";
import { isStepBack, practiceOf } from "./people/cast.js";
import { icon } from "./icon.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Actions, VisitState } from "./state.js" */

/**
 * @param {{ icon: string, label: string, press: () => void, off?: boolean, expanded?: boolean, key?: string }} control
 * @param {TemplateResult | typeof nothing} [mark]
 */
function control({ icon: name, label, press, off = false, expanded, key }, mark = nothing) {
  return html`<button
    type="button"
    class=${classMap({ control: true, "is-off": off })}
    aria-expanded=${expanded ?? nothing}
    aria-keyshortcuts=${key ?? nothing}
    @click=${press}
  >
    <span class="control-icon">${icon(name)}${mark}</span><span class="control-word">${label}</span>
  </button>`;
}

/** @param {VisitState} state @param {Actions} act */
export function microphoneControl({ devices: { microphone } }, act) {
  const on = microphone.state === "on";
  return control({
    icon: on ? "mic" : "mic-off",
    label: on ? t("Mute") : t("Unmute"),
    press: () => act.setMicrophone(!on),
    off: !on,
    key: "Control+D",
  });
}

/** @param {VisitState} state @param {Actions} act */
export function cameraControl({ devices: { camera } }, act) {
  const on = camera.state === "on";
  return control({
    icon: on ? "video" : "video-off",
    label: on ? t("Turn camera off") : t("Turn camera on"),
    press: () => act.setCamera(!on),
    off: !on,
    key: "Control+E",
  });
}

/** @param {VisitState} state @param {Actions} act */
function chatControl({ sheet, unread }, act) {
  const open = sheet === "chat";
  const mark =
    unread > 0 && !open
      ? html`<span class="control-mark number" aria-hidden="true">${unread > 9 ? "9+" : unread}</span>`
      : nothing;
  return control(
    {
      icon: "message-circle",
      label: t("Chat"),
      press: () => act.show(open ? null : "chat"),
      expanded: open,
      key: "Control+Shift+M",
    },
    mark,
  );
}

/** On a desk the exercises are always beside the picture, and the style sheet takes this away. @param {VisitState} state @param {Actions} act */
function exercisesControl({ page, sheet }, act) {
  if (page.role !== "therapist") return nothing;
  const open = sheet === "exercises";
  const press = () => act.show(open ? null : "exercises");
  return html`<div class="control-exercises">${control({ icon: "dumbbell", label: t("Exercises"), press, expanded: open })}</div>`;
}

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} */
export function controls(state, act) {
  if (isStepBack(state)) {
    return html`<div class="bar is-step-back" role="toolbar" aria-label=${t("Controls")}>
      <button type="button" class="button is-exercise" @click=${() => act.setStepBack(false)}>
        ${t("Show the controls")}
      </button>
    </div>`;
  }
  return html`<div class="bar" role="toolbar" aria-label=${t("Controls")}>
    ${microphoneControl(state, act)} ${cameraControl(state, act)} ${exercisesControl(state, act)} ${chatControl(state, act)}
    ${control({ icon: "ellipsis", label: t("More"), press: () => act.show("more"), expanded: state.sheet === "more" })}
  </div>`;
}

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} apart from the bar, so that no thumb slips onto it */
export function exits(state, act) {
  const isTherapist = state.page.role === "therapist";
  const red = practiceOf(state)?.demonstration ? "" : "is-danger"; // while an exercise is shown, "Stop" alone is red
  return html`<div class="exits">
    <button type="button" class="button ${isTherapist ? "" : red}" @click=${() => act.show("leave")}>
      ${icon("log-out")}${t("Leave")}
    </button>
    ${
      isTherapist
        ? html`<button type="button" class="button ${red}" @click=${() => act.show("end")}>${t("End visit")}</button>`
        : nothing
    }
  </div>`;
}
