// @ts-check
/** What a browser and the service say about a pre-call check (docs/reference/precall.md). Types only. */

/** @typedef {"direct" | "relay"} RouteName */

/**
 * @typedef {object} Measured
 * @property {"direct" | "relay" | "tcp"} path
 * @property {number} round_trip_ms
 * @property {number} jitter_ms
 * @property {number} loss_up  0 to 1
 * @property {number} loss_down
 * @property {number} up_kbps
 * @property {number} down_kbps
 * @property {readonly string[]} codecs
 */

/**
 * @typedef {object} Outcome
 * @property {"good" | "pauses" | "weak" | "blocked"} verdict
 * @property {string} at
 * @property {Measured | null} measured
 * @property {boolean | null} relay_works
 * @property {boolean | null} is_heard
 */

/**
 * @typedef {object} Plan
 * @property {number} ping_every_ms
 * @property {number} ping_ms
 * @property {number} load_kbps
 * @property {number} load_ms
 * @property {number} settle_ms
 * @property {number} load_bytes
 * @property {number} voice_ms
 */

/** @typedef {{ route: RouteName, ice_servers: RTCIceServer[], policy: RTCIceTransportPolicy }} RouteToTry */

/**
 * @typedef {{ type: "line", place: number }
 *   | { type: "begin", routes: RouteToTry[], plan: Plan }
 *   | { type: "answer", route: RouteName, sdp: string }
 *   | { type: "failed", route: RouteName, code: string }
 *   | { type: "verdict", outcome: Outcome }
 *   | { type: "over", code: string, text: string }} Told
 */

/**
 * @typedef {{ type: "offer", route: RouteName, sdp: string }
 *   | { type: "candidates", route: RouteName, candidates: RTCIceCandidateInit[] }
 *   | { type: "measured", direct?: Measured | null, relay?: Measured | null }
 *   | { type: "heard", is_heard: boolean }} Asked
 */

export {};
