// @ts-check
/** What a script adds to the list of messages, which works without it: copying. */
import { offerCopying } from "../lib/copying.js";
import { load, t } from "../lib/i18n.js";

await load();
offerCopying((button) => {
  const words = button.querySelector("span");
  if (words) words.textContent = t("Copied");
  const status = document.getElementById("status");
  if (status) status.textContent = t("The text is copied.");
});
