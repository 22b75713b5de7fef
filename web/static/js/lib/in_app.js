// @ts-check
/** Browsers inside other apps, which often may not use the camera. Only ever a hint from a name: it is tried first. */

const APPS = [
  "FBAN", "FBAV", "FB_IAB", "Messenger", "Instagram", "Barcelona", "WhatsApp", "LinkedInApp", "Line\\/", "KAKAOTALK",
  "MicroMessenger", "GSA\\/", "Snapchat", "Twitter", "TikTok", "BytedanceWebview", "musical_ly", "Pinterest", "Telegram",
]; // biome-ignore format: a list to be read along
const IN_APP = new RegExp(`\\b(?:${APPS.join("|")})|; wv\\)`, "i");

/** @param {string} agent  navigator.userAgent @returns {boolean} */
export function isInApp(agent) {
  return IN_APP.test(agent);
}

/**
 * What opens a page in the phone's own browser from within an app, where such a way exists. Android's is documented by
 * Chromium; on Apple's systems Safari answers to a scheme of its own since 17, and nothing happens before.
 * @param {string} agent @param {URL | Location} page @returns {string | null}
 */
export function wayOutside(agent, { protocol, host, pathname }) {
  const scheme = protocol.slice(0, -1);
  if (/Android/.test(agent)) {
    return `intent://${host}${pathname}#Intent;scheme=${scheme};action=android.intent.action.VIEW;end`;
  }
  return /iPhone|iPad/.test(agent) && scheme === "https" ? `x-safari-${protocol}//${host}${pathname}` : null;
}
