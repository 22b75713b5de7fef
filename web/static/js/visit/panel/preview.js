// @ts-check
/** What this screen alone shows: the draft as if it were shown, and what is turned by hand before everybody knows. Pure. */
/** @import { Demonstration } from "../../messages.js" */
/** @import { VisitState } from "../state.js" */
import { visitOf } from "../people/cast.js";

/** @param {VisitState} state @returns {VisitState} in which what is shown is seen as the hand on it has turned it */
export function orbited(state) {
  const visit = visitOf(state);
  const { orbit } = state.panel;
  const demonstration = visit?.practice.demonstration;
  if (!visit || !demonstration || !orbit || orbit.number !== demonstration.number) return state;
  const turned = { ...demonstration, aim: orbit.aim };
  return { ...state, view: { ...visit, practice: { ...visit.practice, demonstration: turned } } };
}

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
