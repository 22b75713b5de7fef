// @ts-check
/**
 * Keeps an open appointment true: how it stands and what the patient was told come by themselves. What was typed stays;
 * when the appointment itself was changed, the page says so and leaves it to the reader to look.
 */
import { Changes } from "../lib/changes.js";
import { offerCopying } from "../lib/copying.js";
import { need } from "../lib/dom.js";
import { fetchPage } from "../lib/fetch_page.js";
import { load, t } from "../lib/i18n.js";
import { renew } from "../lib/renew.js";
import { browserTimers } from "../lib/timers.js";
import { countWaits, keepCounting } from "../lib/waits.js";

const page = need("appointment", HTMLElement);
const status = need("status", HTMLElement);

/** Show what is true now. */
async function refresh() {
  const fresh = await fetchPage(page.dataset.standing ?? "");
  const [was, is] = [need("standing", HTMLElement).dataset, fresh.getElementById("standing")?.dataset];
  if (!is) return void document.dispatchEvent(new Event("left")); // signed out meanwhile: nobody who passes by reads names
  if (is.version !== was.version) need("changed", HTMLElement).hidden = false;
  const is_news = is.state !== was.state;
  is.version = was.version; // that of the forms
  for (const part of document.querySelectorAll("[data-renewed]")) {
    const now = fresh.getElementById(part.id);
    if (now) renew(part, now);
  }
  countWaits();
  if (is_news) status.textContent = need("standing", HTMLElement).innerText;
}

await load();
offerCopying((button) => {
  const words = button.querySelector("span");
  if (words) words.textContent = t("Copied");
  status.textContent = t("Copied");
});
const show = () => void refresh().catch(() => {});
new Changes(() => new EventSource(page.dataset.changes ?? ""), { heard: show, lost: show }, browserTimers).start();
keepCounting();
