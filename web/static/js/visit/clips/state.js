// @ts-check
/** What a therapist's page knows of the clinic's own demonstrations. Pure; types, and how it is at first. */
/** @import { Recording } from "./recorder.js" */
/** @import { Clip } from "./rules.js" */

/** A film before it is sent; `url` shows what was just recorded, and is "" for a file. @typedef {{ file: Blob, title: string, url: string }} Chosen */
/** Progress is 0 to 1; the id is "" until the server knows of it. @typedef {{ clip: string, title: string, progress: number, isWaiting: boolean }} Sending */
/**
 * @typedef {object} Clips
 * @property {readonly Clip[] | null} list  null until it has come
 * @property {Chosen | null} chosen
 * @property {Sending | null} sending
 * @property {Recording | null} recording
 * @property {boolean} canRecord  this browser can
 * @property {string} refusal  why the last wish was refused, "" when it was not
 * @property {string} deleting  id of the clip whose deletion was asked for once
 * @property {string} giving  id of the clip that is about to become the clinic's
 */

/** @type {Clips} */
export const NO_CLIPS = {
  list: null,
  chosen: null,
  sending: null,
  recording: null,
  canRecord: false,
  refusal: "",
  deleting: "",
  giving: "",
};

/** @param {string} slug  of what is shown or planned @returns {boolean} it is a clip, and nothing of the library's */
export const isClip = (slug) => slug.startsWith("clip-");
