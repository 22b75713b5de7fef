// @ts-check
/**
 * What to try, and when, while the media connection with one other person is broken. Pure: it is told what is seen and
 * what time it is, and answers with the next rung. `peer.js` does what it says.
 *
 * Chromium never heals alone once `connectionState` is `failed`, nor after a NAT has forgotten us, and
 * `iceConnectionState` does not tell: so restart early, and watch `connectionState` and the arriving packets.
 */

const DISCONNECTED_MS = 2_000;
const SILENT_MS = 3_000;
const ATTEMPT_MS = 6_000;
/** How long each attempt waits for its success: the last goes on for as long as the visit may. */
const PATIENCE_MS = [ATTEMPT_MS, ATTEMPT_MS, 8_000, 10_000, 15_000, 20_000, 30_000];

/**
 * - `restart`  new ICE credentials and candidates on the same connection
 * - `relay`  the same, through the TURN server only
 * - `renew`  a new RTCPeerConnection with the same tracks
 * - `audio_only`  the same without the picture
 * @typedef {"restart" | "relay" | "renew" | "audio_only"} Rung
 */

/**
 * @typedef {object} Sight
 * @property {RTCPeerConnectionState} connection
 * @property {number} silent_ms  how long nothing has arrived although they send; 0 when something arrives
 * @property {boolean} is_network_new  this device's network has changed since the last look
 * @property {boolean} is_reachable  both they and we have a line to the server: an offer would arrive
 * @property {boolean} has_relay  a TURN server is known
 */

/**
 * @typedef {object} Ladder
 * @property {number} attempts  rungs tried since the connection was last well; the first is connecting at all
 * @property {number | null} deadline_ms  when the present attempt has failed; null while no attempt is running
 * @property {number | null} broken_ms  since when it is not `connected`
 * @property {boolean} is_owed  something must be tried as soon as they can be reached
 * @property {RTCPeerConnectionState} seen
 */

/** @typedef {{ ladder: Ladder, rung: Rung | null }} Step */

/** A connection that is about to be made: its first attempt is running. @param {number} now_ms @returns {Ladder} */
export function begin(now_ms) {
  return { attempts: 1, deadline_ms: now_ms + ATTEMPT_MS, broken_ms: null, is_owed: false, seen: "new" };
}

/** @type {Readonly<Ladder>} */
const WELL = { attempts: 0, deadline_ms: null, broken_ms: null, is_owed: false, seen: "connected" };

/**
 * One look at the connection: where the ladder stands now, and what to do about it, if anything.
 * @param {Ladder} ladder @param {Sight} sight @param {number} now_ms @returns {Step}
 */
export function step(ladder, sight, now_ms) {
  const isFlowing = sight.connection === "connected" && sight.silent_ms < SILENT_MS;
  if (isFlowing && !sight.is_network_new) return stay(WELL);

  const broken_ms = sight.connection === "connected" ? null : (ladder.broken_ms ?? now_ms);
  // What is tried while nobody can hear it is lost: it is owed as soon as they can.
  const is_owed = ladder.is_owed || (ladder.deadline_ms !== null && !sight.is_reachable);
  const seen = { ...ladder, broken_ms, is_owed, seen: sight.connection };
  if (!is_owed && !isDue(ladder, sight, broken_ms, now_ms)) return stay(seen);
  if (!sight.is_reachable) return stay({ ...seen, is_owed: true });
  return climb(seen, sight, now_ms);
}

/**
 * Whether the next rung's time has come.
 * @param {Ladder} ladder @param {Sight} sight @param {number | null} broken_ms @param {number} now_ms
 */
function isDue(ladder, sight, broken_ms, now_ms) {
  if (sight.is_network_new) return true;
  // A restart goes on looking for a way after the old one is given up for failed: it gets its time.
  const isTrying = ladder.deadline_ms !== null && ladder.seen === "disconnected";
  if (sight.connection === "failed" && ladder.seen !== "failed" && !isTrying) return true;
  if (ladder.deadline_ms !== null) return now_ms >= ladder.deadline_ms;
  if (broken_ms === null) return true; // connected, and silent
  return now_ms - broken_ms >= (sight.connection === "disconnected" ? DISCONNECTED_MS : ATTEMPT_MS);
}

/** @param {Ladder} ladder @param {Sight} sight @param {number} now_ms @returns {Step} */
function climb(ladder, sight, now_ms) {
  const attempts = attemptAfter(ladder, sight);
  const patience_ms = PATIENCE_MS[Math.min(attempts, PATIENCE_MS.length) - 1] ?? ATTEMPT_MS;
  return {
    ladder: { ...ladder, attempts, deadline_ms: now_ms + patience_ms, broken_ms: null, is_owed: false },
    rung: rungOf(attempts, sight.has_relay),
  };
}

/** A new network is a new beginning, a lost attempt is taken again. @param {Ladder} ladder @param {Sight} sight */
function attemptAfter(ladder, sight) {
  if (sight.is_network_new) return 1;
  return ladder.is_owed && ladder.deadline_ms !== null ? ladder.attempts : ladder.attempts + 1;
}

/** @param {number} attempt @param {boolean} has_relay @returns {Rung} */
function rungOf(attempt, has_relay) {
  if (attempt === 2 && has_relay) return "relay";
  if (attempt <= 3) return "restart";
  return attempt === 4 ? "renew" : "audio_only";
}

/** @param {Ladder} ladder @returns {Step} */
function stay(ladder) {
  return { ladder, rung: null };
}
