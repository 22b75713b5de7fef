// @ts-check
/** What a script adds to the landing, which works without it: time that moves, copying, a way out of in-app browsers. */
import { offerCopying } from "../lib/copying.js";
import { daysBetween } from "../lib/days.js";
import { load, locale, n, t } from "../lib/i18n.js";
import { isInApp, wayOutside } from "../lib/in_app.js";

const MINUTE_MS = 60_000;

/** @param {string} id */
const find = (id) => document.getElementById(id);

/** @param {number} minutes  until the start; mirrors the words of `macros/when.html` @returns {string} */
function distance(minutes) {
  if (minutes > 2160) {
    const days = daysUntilStart(minutes);
    return n("Starts in {count} day", "Starts in {count} days", days);
  }
  if (minutes >= 120) {
    const hours = Math.floor(minutes / 60);
    return n("Starts in {count} hour", "Starts in {count} hours", hours);
  }
  if (minutes > 0) return n("Starts in {count} minute", "Starts in {count} minutes", minutes);
  if (minutes > -5) return t("It is time: please come in");
  return n(
    "Started {count} minute ago. You can still join.",
    "Started {count} minutes ago. You can still join.",
    -minutes,
  );
}

/** @param {number} minutes  until the start @returns {number} dates until then, where the appointment is */
function daysUntilStart(minutes) {
  const starts = find("starts");
  const at_ms = Date.parse(starts instanceof HTMLTimeElement ? starts.dateTime : "");
  return daysBetween(at_ms - minutes * MINUTE_MS, at_ms, find("here")?.dataset.zone || "UTC");
}

/** Keep the countdown true while the page is open, by the server's clock as it was when the page came. */
function keepTime() {
  const place = find("distance");
  const shown = Number(place?.dataset.minutes);
  if (!place || Number.isNaN(shown)) return;
  const began = performance.now();
  setInterval(() => {
    const minutes = shown - Math.floor((performance.now() - began) / MINUTE_MS);
    place.textContent = distance(minutes);
    place.classList.toggle("is-good", minutes <= 0);
  }, MINUTE_MS / 4);
}

/** Say what time the appointment has where the reader is, if clocks differ there. */
function showLocalTime() {
  const starts = find("starts");
  const here = find("here");
  const zone = here?.dataset.zone;
  if (!(starts instanceof HTMLTimeElement) || !here || !zone) return;
  const at = new Date(starts.dateTime);
  /** @param {string | undefined} timeZone */
  const clock = (timeZone) =>
    new Intl.DateTimeFormat(locale(), { hour: "numeric", minute: "2-digit", timeZone }).format(at);
  if (clock(zone) === clock(undefined)) return;
  here.textContent = t("{time} where you are now", { time: clock(undefined) });
  here.hidden = false;
}

/** Load the page of an early visitor again when its link opens. */
function goOnWhenOpen() {
  const opens = find("opens");
  const wait = Number(opens?.dataset.waitS) * 1_000;
  if (!opens || Number.isNaN(wait) || wait > 24 * 60 * MINUTE_MS) return;
  opens.hidden = false;
  setTimeout(() => location.reload(), wait + 1_000);
}

/** @param {HTMLButtonElement} button */
function sayCopied(button) {
  const words = button.querySelector("span");
  if (words) words.textContent = t("Copied");
  const status = find("status");
  if (status) status.textContent = t("The link is copied. Paste it into your browser.");
}

/** Inside another app, cameras often fail: offer the way to a real browser first. Going on here stays possible. */
function leaveInAppBrowser() {
  const notice = find("in-app");
  const cannotCapture = window.isSecureContext && !navigator.mediaDevices;
  if (!notice || !(isInApp(navigator.userAgent) || cannotCapture)) return;
  notice.hidden = false;
  const outside = find("open-outside");
  const way = wayOutside(navigator.userAgent, location);
  if (way !== null && outside instanceof HTMLAnchorElement) {
    outside.href = way;
    outside.hidden = false;
  }
  const steps = find("apple-steps");
  if (steps && /iPhone|iPad/.test(navigator.userAgent)) steps.hidden = false;
}

await load();
keepTime();
showLocalTime();
goOnWhenOpen();
offerCopying(sayCopied);
leaveInAppBrowser();
