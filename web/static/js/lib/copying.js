// @ts-check
/** Buttons that copy a link, where the browser lets them; without it they stay hidden. */
import { t } from "./i18n.js";

/** @param {Element | null} status  a live region that says so */
export function offerCopying(status) {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy ?? "");
      const words = button.querySelector("span");
      if (words) words.textContent = t("Copied");
      if (status) status.textContent = t("The link is copied. Paste it into your browser.");
    });
  }
}
