// @ts-check
/**
 * Sends one clip in pieces and goes on from where the server is, whatever the network does. Resolves once all of it is
 * there; docs/reference/clips.md says what the server answers.
 */
import { t } from "../../lib/i18n.js";
import { FIRST_BYTES, nextPieceBytes, waitMs } from "./rules.js";

/** A little less than the server waits for one piece. */
const PIECE_WITHIN_MS = 110_000;
/** Answers after which the same may work a little later: too slow, too many at once, not able now. */
const isPassing = (/** @type {number} */ status) => status === 408 || status === 429 || status >= 500;

/** The server says no, in a sentence for people. */
export class ClipRefused extends Error {}

/** @typedef {{ status: number, said: any }} Answer  a status and the JSON with it, {} for none */
/**
 * @typedef {object} UploadWorld
 * @property {(url: string, init: RequestInit, within_ms: number, cancelled: AbortSignal) => Promise<Answer>} ask  rejects when no answer comes
 * @property {(ms: number, cancelled: AbortSignal) => Promise<void>} wait
 * @property {() => number} now_ms
 * @property {() => number} random
 */
/** @typedef {{ clip: string, upload_url: string, chunk_bytes: number }} Begun */

/**
 * Announces it. Asked once: a second announcement would be a second clip.
 * @param {UploadWorld} world @param {string} clips_path @param {{ file: Blob, title: string }} what @param {AbortSignal} cancelled
 * @returns {Promise<Begun>} rejects with `ClipRefused`
 */
export async function announce(world, clips_path, { file, title }, cancelled) {
  const body = JSON.stringify({ title, bytes: file.size, type: file.type });
  const headers = { "content-type": "application/json", accept: "application/json" };
  const { status, said } = await world.ask(clips_path, { method: "POST", headers, body }, PIECE_WITHIN_MS, cancelled);
  if (status !== 201) throw refused(said);
  return said;
}

/**
 * Sends everything that is not there yet.
 * @param {UploadWorld} world @param {Begun} begun @param {Blob} file @param {AbortSignal} cancelled
 * @param {(received: number, isWaiting: boolean) => void} changed  bytes that are there; whether the connection is awaited
 */
export async function deliver(world, { upload_url, chunk_bytes }, file, cancelled, changed) {
  let received = 0;
  let bytes = Math.min(FIRST_BYTES, chunk_bytes);
  let failures = 0;
  while (received < file.size) {
    const began_ms = world.now_ms();
    const answer = failures === 0 ? putting(received, bytes) : looking();
    const there = await answer.then(receivedOf, (error) => lost(error, cancelled));
    failures = there === null ? failures + 1 : 0;
    if (there !== null && there > received) bytes = nextPieceBytes(bytes, world.now_ms() - began_ms, chunk_bytes);
    received = there ?? received;
    changed(received, there === null);
    if (there === null) await world.wait(waitMs(failures, world.random()), cancelled);
  }

  /** @param {number} from @param {number} count */
  function putting(from, count) {
    const body = file.slice(from, from + count);
    const headers = { "content-type": "application/octet-stream", accept: "application/json" };
    const init = { method: "PUT", headers, body };
    return world.ask(`${upload_url}?offset=${from}`, init, PIECE_WITHIN_MS, cancelled);
  }

  /** A piece whose answer was lost may have arrived: nothing is sent twice without need. */
  function looking() {
    const headers = { accept: "application/json" };
    return world.ask(upload_url, { headers }, PIECE_WITHIN_MS, cancelled);
  }
}

/** @param {Answer} answer @returns {number | null} bytes that are there; null when it is to be tried again later */
function receivedOf({ status, said }) {
  const isTold = status === 200 || status === 409;
  if (isTold && Number.isInteger(said.received)) return said.received;
  if (isTold || isPassing(status)) return null;
  throw refused(said);
}

/** @param {unknown} error @param {AbortSignal} cancelled @returns {null} the network failed, and may come back */
function lost(error, cancelled) {
  if (cancelled.aborted || error instanceof ClipRefused) throw error;
  return null;
}

/** @param {{ text?: string }} said */
function refused({ text }) {
  return new ClipRefused(text ?? t("That did not work. Please check your connection and try again."));
}
