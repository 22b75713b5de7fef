// @ts-check
/** Keeps an open schedule true: fetched again when the server says so; counts how long people wait and rings for them. */
import { Attention } from "../lib/attention.js";
import { load, t } from "../lib/i18n.js";
import { browserTimers } from "../lib/timers.js";
import { Sounds } from "../visit/sounds.js";

const SECOND_MS = 1000;
const PLACE = "schedule";

/** @returns {Promise<Document>} this page as it is now, parsed by the browser: nothing of it can run */
function fetchPage() {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.setRequestHeader("Accept", "text/html");
    request.onload = () => (request.response ? resolve(request.response) : reject(new Error(String(request.status))));
    request.onerror = () => reject(new Error("network"));
    request.send();
  });
}

/** Show what is true now; whoever had a line in focus keeps it. */
async function refresh() {
  const fresh = (await fetchPage()).getElementById(PLACE);
  const shown = document.getElementById(PLACE);
  if (!fresh || !shown) return location.reload(); // signed out meanwhile
  const focused = document.activeElement?.id;
  shown.replaceWith(document.adoptNode(fresh));
  if (focused) document.getElementById(focused)?.focus();
  look();
}

/** Ring for whoever waits, as long as somebody does. */
function look() {
  attention.waiting(Number(document.getElementById("queue")?.dataset.waiting ?? 0));
}

/** Minutes and seconds since each of them began to wait. */
function count() {
  for (const place of document.querySelectorAll("[data-since]")) {
    if (!(place instanceof HTMLElement)) continue;
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(place.dataset.since ?? "")) / SECOND_MS));
    place.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}

/** A desktop notification, once somebody allowed it; it names nobody. */
function notify() {
  if (!("Notification" in window) || Notification.permission !== "granted" || !document.hidden) return;
  const note = new Notification(t("A patient is waiting"), { tag: "queue", icon: "/static/icon.svg" });
  note.onclick = () => window.focus();
}

const sounds = new Sounds();
const attention = new Attention(() => {
  void sounds.chime();
  notify();
}, browserTimers);

await load();
const changes = new EventSource(document.getElementById(PLACE)?.dataset.changes ?? "");
changes.onmessage = () => void refresh().catch(() => {});
setInterval(count, SECOND_MS);
look();
