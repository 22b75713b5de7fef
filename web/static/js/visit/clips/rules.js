// @ts-check
/** What may become a clip, and in which pieces it goes out. Pure; the limits mirror telesession/domain/clips.py. */
import { t } from "../../lib/i18n.js";

export const MAX_BYTES = 200_000_000;
export const KINDS = ["video/mp4", "video/quicktime", "video/webm"];
/** Systems that know no type for a file know its name. */
const NAMED = /\.(mp4|m4v|mov|webm)$/iu;
const LONGEST_TITLE = 100;

/** The first piece is small enough for any line; the next ones take about this long each. */
export const FIRST_BYTES = 131_072;
const LEAST_BYTES = 16_384;
const PIECE_MS = 2_000;

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** @typedef {"uploading" | "checking" | "ready" | "refused"} ClipState */
/**
 * One clip that the visit may show, as the server lists it (docs/reference/clips.md).
 * @typedef {object} Clip
 * @property {string} clip  its id
 * @property {string} title
 * @property {boolean} is_clinics  for all visits
 * @property {ClipState} state
 * @property {number} progress  0 to 1, of the upload or of the check
 * @property {{ code: string, text: string } | null} reason  why it was refused
 * @property {number | null} duration_s
 * @property {number | null} width
 * @property {number | null} height
 */

/** @param {{ name: string, size: number, type: string }} file @returns {string} why it cannot be taken; "" when it may be tried */
export function refusalOf({ name, size, type }) {
  const isVideo = KINDS.includes(type) || (!/^(text|image|audio)\//u.test(type) && NAMED.test(name));
  if (!isVideo || size === 0) return t("This file is not a video. Choose an MP4, MOV or WebM file.");
  if (size > MAX_BYTES) return t("This file is larger than 200 MB. Choose a shorter or smaller video.");
  return "";
}

/** @param {string} name  of a file @returns {string} what people would call it */
export function titleFrom(name) {
  const words = name.replace(/\.[^.]*$/u, "").replace(/[_\s]+/gu, " ");
  return words.trim().slice(0, LONGEST_TITLE).trim();
}

/**
 * @param {number} bytes  of the last piece @param {number} took_ms @param {number} most_bytes  as the server takes them
 * @returns {number} bytes of the next one: at most twice as many
 */
export function nextPieceBytes(bytes, took_ms, most_bytes) {
  const wanted = Math.min(2 * bytes, Math.round((bytes * PIECE_MS) / Math.max(1, took_ms)));
  return Math.min(most_bytes, Math.max(LEAST_BYTES, wanted));
}

/** @param {number} failures  one after the other, from 1 @param {number} random  0 to 1 @returns {number} how long to wait before the next attempt */
export function waitMs(failures, random) {
  const most_ms = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
  return Math.round(most_ms * (0.5 + random / 2));
}

/** @param {readonly Clip[]} clips @returns {boolean} something will change by itself */
export function isOnTheWay(clips) {
  return clips.some(({ state }) => state === "checking");
}

/** Video first that needs no work on the server, then what every browser can play. */
const RECORDED = {
  silent: ["video/mp4;codecs=avc1.42E01F", "video/webm;codecs=vp8", "video/mp4", "video/webm"],
  sounding: ["video/mp4;codecs=avc1.42E01F,mp4a.40.2", "video/webm;codecs=vp8,opus", "video/mp4", "video/webm"],
};

/** @param {boolean} has_sound @param {(type: string) => boolean} isSupported @returns {string | null} as what to record; null where nothing is possible */
export function recordedType(has_sound, isSupported) {
  return RECORDED[has_sound ? "sounding" : "silent"].find(isSupported) ?? null;
}
