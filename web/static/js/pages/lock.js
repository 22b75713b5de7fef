// @ts-check
/**
 * On every page for staff: whoever passes by reads no names once nobody is signed in here any more. A page that finds
 * itself signed out says so by the event `left`, and hears by `locked` that it shows nothing now.
 */
import { need } from "../lib/dom.js";
import { Lock } from "../lib/lock.js";
import { browserTimers } from "../lib/timers.js";

const card = need("locked", HTMLElement);

/** @param {boolean} isBusy @returns {Promise<number | null>} */
async function ask(isBusy) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (!isBusy) headers["X-By-Itself"] = "yes";
  const answer = await fetch(card.dataset.session ?? "", { headers });
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).left_s * 1000;
}

function hide() {
  for (const part of [...(card.parentElement?.children ?? [])]) {
    if (part !== card && part.tagName !== "NAV") part.remove();
  }
  card.hidden = false;
  document.dispatchEvent(new Event("locked"));
}

const lock = new Lock({ ask, lock: hide, unlock: () => location.reload() }, browserTimers, Date.now);
lock.start(Number(card.dataset.idleS) * 1000);
document.addEventListener("left", () => void lock.look());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void lock.look());
addEventListener("pageshow", (event) => event.persisted && void lock.look());
// A film that is watched touches nothing else.
for (const sign of ["input", "timeupdate"]) document.addEventListener(sign, () => lock.touched(), { capture: true });
