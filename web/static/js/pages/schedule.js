// @ts-check
/** Keeps an open schedule true: fetched again when the server says so; counts how long people wait and calls for them. */
import { Attention } from "../lib/attention.js";
import { Changes } from "../lib/changes.js";
import { need } from "../lib/dom.js";
import { fetchPage } from "../lib/fetch_page.js";
import { load, n } from "../lib/i18n.js";
import { Notices } from "../lib/notices.js";
import { renew } from "../lib/renew.js";
import { browserTimers } from "../lib/timers.js";
import { countWaits, keepCounting } from "../lib/waits.js";
import { Sounds } from "../visit/media/sounds.js";

const PLACE = "schedule";

/** Show what is true now. */
async function refresh() {
  const shown = document.getElementById(PLACE);
  if (!shown) return;
  const fresh = (await fetchPage(location.href)).getElementById(PLACE);
  if (!fresh) return void document.dispatchEvent(new Event("left")); // signed out meanwhile
  renew(shown, fresh);
  countWaits();
  look();
}

/** Nobody who passes by reads names; what rings goes on ringing. */
document.addEventListener("locked", () => ring(told));

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
keepCounting();
offerBell();
look();
