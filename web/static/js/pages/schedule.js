// @ts-check
/** Keeps an open schedule true: fetched again when the server says so; counts how long people wait and calls for them. */
import { Attention } from "../lib/attention.js";
import { Changes } from "../lib/changes.js";
import { need } from "../lib/dom.js";
import { load, n } from "../lib/i18n.js";
import { Notices } from "../lib/notices.js";
import { renew } from "../lib/renew.js";
import { browserTimers } from "../lib/timers.js";
import { Sounds } from "../visit/media/sounds.js";

const SECOND_MS = 1000;
const PLACE = "schedule";

/** @returns {Promise<Document>} this page as it is now, parsed by the browser: nothing of it can run */
function fetchPage() {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.setRequestHeader("Accept", "text/html");
    request.setRequestHeader("X-By-Itself", "yes"); // nobody is there for that: it keeps nobody signed in
    request.onload = () =>
      request.response && request.status < 500 ? resolve(request.response) : reject(new Error(String(request.status)));
    request.onerror = () => reject(new Error("network"));
    request.send();
  });
}

/** Show what is true now. */
async function refresh() {
  const shown = document.getElementById(PLACE);
  if (!shown) return;
  const fresh = (await fetchPage()).getElementById(PLACE);
  if (!fresh) return lock(); // signed out meanwhile
  renew(shown, fresh);
  count();
  look();
}

/** Nobody who passes by reads names; what rings goes on ringing. */
function lock() {
  document.getElementById(PLACE)?.remove();
  bell.hidden = true;
  need("locked", HTMLElement).hidden = false;
  ring(told);
}

/** @param {number} waiting  how many, as the server says: known even while nothing else is */
function ring(waiting) {
  need("locked-waiting", HTMLElement).textContent =
    waiting > 0 ? n("{count} patient is waiting", "{count} patients are waiting", waiting) : "";
  attention.waiting(waiting);
}

/** Call for whoever waits, as long as somebody does. */
function look() {
  const waiting = [...document.querySelectorAll("#queue [data-visit]")].filter((one) => one instanceof HTMLElement);
  ring(waiting.length);
  const coming = waiting.map((one) => ({
    visit: one.dataset.visit ?? "",
    words: one.dataset.words ?? "",
    may_admit: one.querySelector("form") !== null,
  }));
  void notices.show(coming).catch((error) => console.warn("No notice:", error));
}

/** Minutes and seconds since each of them began to wait. */
function count() {
  for (const place of document.querySelectorAll("[data-since]")) {
    if (!(place instanceof HTMLElement)) continue;
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(place.dataset.since ?? "")) / SECOND_MS));
    place.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}

/** Whether a press is still wanted: browsers let no page ring that nobody has touched. */
function offerBell() {
  const isSilent = navigator.userActivation?.hasBeenActive === false;
  bell.hidden = !(isSilent || notices.mayAsk) || document.getElementById(PLACE) === null;
}

/** How many wait, as the server said last. */
let told = 0;
const bell = need("bell", HTMLElement);
const sounds = new Sounds();
const attention = new Attention(() => void sounds.chime(), browserTimers);
const notices = new Notices(bell.dataset.worker ?? "", (visit) => {
  const way = document.querySelector(`#queue [data-visit="${CSS.escape(visit)}"] form`);
  if (way instanceof HTMLFormElement) way.requestSubmit(); // there it is asked who they are, and they are let in
});

await load();
bell.querySelector("button")?.addEventListener("click", () => {
  void sounds.wake();
  void notices.ask().then(() => {
    offerBell();
    look();
  });
});
// Once it is over: what goes away while a press lasts would take the button from under it.
for (const touch of ["click", "keyup"]) addEventListener(touch, offerBell, { once: true });
const changes = new Changes(
  () => new EventSource(document.getElementById(PLACE)?.dataset.changes ?? "/schedule/changes"),
  {
    heard(news) {
      need("locked-rings", HTMLElement).hidden = false;
      need("locked-lost", HTMLElement).hidden = true;
      told = Number(news);
      if (!document.getElementById(PLACE)) return ring(told);
      void refresh().catch(() => {});
    },
    lost() {
      need("locked-rings", HTMLElement).hidden = true;
      need("locked-lost", HTMLElement).hidden = false;
      void refresh().catch(() => {});
    },
  },
  browserTimers,
);
changes.start();
setInterval(count, SECOND_MS);
offerBell();
look();
