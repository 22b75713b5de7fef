// @ts-check
/** What a script adds to the pages for staff, which work without it. */
import { offerCopying } from "../lib/copying.js";
import { load, t } from "../lib/i18n.js";

await load();
offerCopying((button) => {
  const words = button.querySelector("span");
  if (words) words.textContent = t("Copied");
  const status = document.getElementById("status");
  if (status) status.textContent = t("Copied");
});
