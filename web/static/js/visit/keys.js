// @ts-check
/** What the keyboard does anywhere in a visit. Never a single letter: speech control and typing must stay safe (WCAG 2.1.4). */
/** @import { Actions, VisitState } from "./state.js" */

/**
 * @param {KeyboardEvent} event
 * @param {VisitState} state
 * @param {Actions} act
 */
export function onKey(event, state, act) {
  if (event.key === "Escape" && (state.sheet === "chat" || state.sheet === "exercises")) return act.show(null);
  if (state.desk?.onPanelKey(event, state, act)) return;
  if (!(event.ctrlKey || event.metaKey) || event.altKey || (state.screen !== "visit" && state.screen !== "waiting"))
    return;
  const { camera, microphone } = state.devices;
  /** @type {Record<string, () => void>} */
  const keys = {
    d: () => act.setMicrophone(microphone.state !== "on"),
    e: () => act.setCamera(camera.state !== "on"),
    "shift+m": () => act.show(state.sheet === "chat" ? null : "chat"),
  };
  const press = keys[`${event.shiftKey ? "shift+" : ""}${event.key.toLowerCase()}`];
  if (!press || (event.shiftKey && state.screen !== "visit")) return;
  event.preventDefault();
  press();
}
