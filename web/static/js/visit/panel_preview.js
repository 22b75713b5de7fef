// @ts-check
/** The preview: for one screen, the draft is as if it were shown. Pure. */
/** @import { Demonstration } from "../messages.js" */
/** @import { VisitState } from "./state.js" */
import { visitOf } from "./cast.js";

/** @param {VisitState} state @returns {VisitState} in which the draft is shown, while it is previewed */
export function previewed(state) {
  const visit = visitOf(state);
  const { draft, is_previewing, rendering } = state.panel;
  if (!visit) return { ...state, rendering };
  const begun = {
    number: 0,
    mode: "watch",
    is_playing: true,
    rate: 1,
    anchor_at: state.page.starts_at,
    anchor_s: 0,
    answer: null,
  };
  const demonstration = draft && is_previewing ? /** @type {Demonstration} */ ({ ...begun, ...draft }) : null;
  return { ...state, rendering, view: { ...visit, practice: { ...visit.practice, demonstration } } };
}
