// @ts-check
/** The service worker behind notifications: brings the schedule to the front when one is pressed. It keeps and fetches nothing. */

const worker = /** @type {any} */ (self);
const SCHEDULE = "/schedule";

/** @param {string | null} visit  whose patient is to be let in; null only looks */
async function goToSchedule(visit) {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find((/** @type {{ url: string }} */ { url }) => new URL(url).pathname === SCHEDULE);
  if (!page) return worker.clients.openWindow(SCHEDULE);
  page.postMessage({ visit });
  await page.focus().catch(() => {}); // a system that keeps pages where they are
}

worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(goToSchedule(event.action === "admit" ? event.notification.data : null));
});
