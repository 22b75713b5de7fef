// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "../../web/static/js/visit/media/inspection.js";

/** As Chromium 156 reports it, shortened. */
const REPORT = [
  { id: "T1", type: "transport", dtlsState: "connected", selectedCandidatePairId: "P1", localCertificateId: "C1", remoteCertificateId: "C2", tlsVersion: "FEFD", srtpCipher: "AEAD_AES_256_GCM" },
  { id: "C1", type: "certificate", fingerprint: "AA:BB", fingerprintAlgorithm: "sha-256" },
  { id: "C2", type: "certificate", fingerprint: "CC:DD", fingerprintAlgorithm: "sha-256" },
  { id: "P1", type: "candidate-pair", localCandidateId: "L1", currentRoundTripTime: 0.024 },
  { id: "L1", type: "local-candidate", protocol: "udp", relayProtocol: "tcp" },
  { id: "K1", type: "codec", mimeType: "video/VP8" },
  { id: "K2", type: "codec", mimeType: "audio/opus" },
  { id: "I1", type: "inbound-rtp", codecId: "K1", packetsReceived: 97, packetsLost: 3 },
  { id: "I2", type: "inbound-rtp", codecId: "K2", packetsReceived: 100, packetsLost: -2 },
];

test("what the browser says of a line is read once, whoever wrote it", () => {
  assert.deepEqual(inspect(REPORT), {
    keys: { ours: "sha-256:aa:bb", theirs: "sha-256:cc:dd" },
    encryption: "DTLS 1.2, AEAD_AES_256_GCM",
    codecs: ["VP8", "opus"],
    transport: "TCP",
    way_ms: 24,
    lost: 0.015,
  });
});

test("a browser that says less is believed what it says", () => {
  const { keys, encryption, transport } = inspect(REPORT.filter(({ type }) => type !== "certificate" && type !== "local-candidate"));
  assert.deepEqual([keys, encryption, transport], [null, "DTLS 1.2, AEAD_AES_256_GCM", ""]);
  assert.deepEqual(inspect([]), { keys: null, encryption: "", codecs: [], transport: "", way_ms: 0, lost: 0 });
});
