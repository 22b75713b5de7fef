// @ts-check
/** Days as people count them: by the dates on a calendar. Pure. Mirrors `days_until` in `server/templates.py`. */

const DAY_MS = 86_400_000;

/** @param {number} from_ms @param {number} to_ms @param {string} timeZone @returns {number} from one date there to the other */
export function daysBetween(from_ms, to_ms, timeZone) {
  return Math.round((midnight(to_ms, timeZone) - midnight(from_ms, timeZone)) / DAY_MS);
}

/** @param {number} at_ms @param {string} timeZone @returns {number} its date there, as midnight UTC */
function midnight(at_ms, timeZone) {
  // Swedish writes dates as ISO 8601 does.
  const date = new Intl.DateTimeFormat("sv", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  return Date.parse(date.format(at_ms));
}
