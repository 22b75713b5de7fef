// @ts-check
/** Which screen a state asks for. Pure. */
/** @import { Screen, VisitState } from "./state.js" */

/** @type {ReadonlySet<string>} */
const CLOSED = new Set(["revoked", "cancelled", "no_seat", "malformed"]);

/** @param {Omit<VisitState, "screen">} state @returns {Screen} which screen this state asks for */
export function screenOf({ goodbye, link, page, view }) {
  if (goodbye === "superseded") return "moved";
  if (goodbye === "removed" || goodbye === "ended") return goodbye;
  if (goodbye !== null && CLOSED.has(goodbye)) return "closed";
  if (link === "closed" && goodbye === null) return "closed"; // it was tried for long enough
  if (!view) return "loading";
  if (view.type === "visit") return "visit";
  if (view.is_ended) return "ended";
  switch (view.standing) {
    case "arriving":
      return page.skip_check ? "loading" : "check";
    case "admitted":
      return "visit";
    default:
      return view.standing;
  }
}
