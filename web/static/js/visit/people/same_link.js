// @ts-check
/** Who else came by the same link: a link can be passed on. Pure. Mirrors `_shares_link` in telesession/domain/room.py. */
/** @import { ParticipantView } from "../../messages.js" */
/** @import { VisitState } from "../state.js" */
import { visitOf } from "./cast.js";

/** @param {VisitState} state @param {ParticipantView} one @returns {"in" | "waiting" | ""} where another device of this link is */
export function otherDevice(state, one) {
  const others = visitOf(state)?.participants.filter(
    ({ id, invitation }) => id !== one.id && invitation === one.invitation,
  );
  if (others?.some(({ standing }) => standing === "admitted")) return "in";
  return others?.some(({ standing }) => standing === "waiting") ? "waiting" : "";
}
