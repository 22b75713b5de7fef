// @ts-check
/** What the browser says of a line: by what way, in what codecs, how it is encrypted and with whose keys. Pure. */
/** @import { Keys } from "../words_aloud.js" */

/**
 * @typedef {object} Line
 * @property {Keys | null} keys  of both certificates; null where the browser does not say
 * @property {string} encryption  as in "DTLS 1.2, AEAD_AES_256_GCM"; "" where the browser does not say
 * @property {readonly string[]} codecs  of what arrives, as in "opus"
 * @property {string} transport  "UDP" or "TCP"
 * @property {number} way_ms  round trip
 * @property {number} lost  share of what should have arrived since the line stands, 0 to 1
 */

/** W3C webrtc-stats 8.20: the version as it stands in the record, in hexadecimal. */
const VERSIONS = /** @type {Record<string, string>} */ ({ FEFD: "DTLS 1.2", FEFC: "DTLS 1.3" });

/** @param {Iterable<any>} report  values of an RTCStatsReport @returns {Line} */
export function inspect(report) {
  /** @type {Map<string, any>} */
  const byId = new Map();
  for (const one of report) byId.set(one.id, one);
  const all = [...byId.values()];
  const transport = all.find(({ type, dtlsState }) => type === "transport" && dtlsState === "connected") ?? {};
  const pair = byId.get(transport.selectedCandidatePairId) ?? {};
  const inbound = all.filter(({ type }) => type === "inbound-rtp");
  const codecs = inbound.map(({ codecId }) => byId.get(codecId)?.mimeType?.split("/")[1]).filter(Boolean);
  return {
    keys: keysOf(byId.get(transport.localCertificateId), byId.get(transport.remoteCertificateId)),
    encryption: [VERSIONS[transport.tlsVersion], transport.srtpCipher].filter(Boolean).join(", "),
    codecs: [...new Set(codecs)].sort(),
    transport: (
      byId.get(pair.localCandidateId)?.relayProtocol ??
      byId.get(pair.localCandidateId)?.protocol ??
      ""
    ).toUpperCase(),
    way_ms: 1_000 * (pair.currentRoundTripTime ?? 0),
    lost: share(inbound),
  };
}

/** @param {any} local @param {any} remote @returns {Keys | null} */
function keysOf(local, remote) {
  if (!local?.fingerprint || !remote?.fingerprint) return null;
  return { ours: nameOf(local), theirs: nameOf(remote) };
}

/** @param {any} certificate @returns {string} the same on both sides, however the browsers write it */
function nameOf({ fingerprint, fingerprintAlgorithm = "sha-256" }) {
  return `${fingerprintAlgorithm}:${fingerprint}`.toLowerCase();
}

/** @param {readonly any[]} inbound */
function share(inbound) {
  const lost = inbound.reduce((total, { packetsLost = 0 }) => total + Math.max(0, packetsLost), 0);
  const came = inbound.reduce((total, { packetsReceived = 0 }) => total + packetsReceived, 0);
  return came + lost > 0 ? lost / (came + lost) : 0;
}
