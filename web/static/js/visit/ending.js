// @ts-check
/** Screens on which nothing goes on by itself: each says what happened, what to do, and whom to phone. */
import { t } from "../lib/i18n.js";
import { html, nothing } from "../../vendor/lit.js";
import { icon } from "./icon.js";
import { phoneLink, phoneWords } from "./words.js";

/** @import { TemplateResult } from "../../vendor/lit.js" */
/** @import { Actions, VisitState } from "./state.js" */

/** @typedef {{ icon: string, title: string, text: string, again?: string, back?: string, to?: string }} Ending */

/** @param {VisitState} state @returns {Ending} */
function endingOf({ screen, goodbye, page }) {
  const name = page.therapist_name;
  switch (screen === "closed" ? goodbye : screen) {
    case "left":
      return {
        icon: "log-out",
        title: t("You have left the visit"),
        text: t("Your place is kept. You can also come back later with the same link."),
        again: t("Come back"),
      };
    case "ended":
      return page.role === "therapist"
        ? {
            icon: "circle-check",
            title: t("The visit has ended"),
            text: page.schedule_path
              ? t("Everybody has been told.")
              : t("Everybody has been told. You can close this page."),
          }
        : {
            icon: "circle-check",
            title: t("The visit has ended"),
            text: t("Thank you for coming. You can close this page."),
          };
    case "declined":
      return {
        icon: "calendar",
        title: t("{name} cannot see you right now", { name }),
        text: t("Nothing is wrong with your device or your link. Please phone the clinic to find another time."),
      };
    case "removed":
      return {
        icon: "user-x",
        title: t("You are no longer in the visit"),
        text: t("{name} has ended your part. If you think this is a mistake, please phone the clinic.", { name }),
      };
    case "revoked":
      return {
        icon: "link",
        title: t("This link is no longer in use"),
        text: t("Please use the newest link from your clinic."),
      };
    case "cancelled":
      return {
        icon: "calendar",
        title: t("This appointment was cancelled"),
        text: t("Please contact your clinic for a new time."),
      };
    case "moved":
      return {
        icon: "smartphone",
        title: t("The visit is open on another screen"),
        text: t(
          "You opened it in another window or on another device, so this one has stopped. Nobody else has your place. If you have closed the other one, press the button.",
        ),
        again: t("Use this one instead"),
      };
    default:
      // Who has an account lost their seat because they were signed out: the way back begins at the door.
      return goodbye === "no_seat" && page.visit_path
        ? {
            icon: "log-in",
            title: t("You were signed out"),
            text: t("The visit goes on. Sign in again, press “Go to the visit”, and you are back in it."),
            back: t("Sign in"),
            to: `/sign-in?next=${encodeURIComponent(page.visit_path)}`,
          }
        : {
            icon: "refresh-cw",
            title: t("This page cannot go on"),
            text: t("Nothing is lost. Please open the link from your message again."),
            again: t("Try again"),
          };
  }
}

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult} */
export function ending(state, act) {
  const { icon: name, title, text, again, to, back } = endingOf(state);
  return html`<main class="ending">
    <div class="card ending-card">
      <span class="ending-picture">${icon(name)}</span>
      <h1 class="title" tabindex="-1">${title}</h1>
      <p>${text}</p>
      ${again ? html`<button type="button" class="button is-large is-primary is-block" @click=${() => act.comeBack()}>${again}</button>` : nothing}
      ${to ? html`<a class="button is-large is-primary is-block" href=${to}>${icon("log-in")}<span>${back}</span></a>` : nothing}
      ${state.page.schedule_path ? html`<a class="button is-large is-block ${again || to ? "" : "is-primary"}" href=${state.page.schedule_path}>${icon("calendar")}<span>${t("Back to the schedule")}</span></a>` : phone(state)}
    </div>
  </main>`;
}

/** @param {VisitState} state @returns {TemplateResult | typeof nothing} */
function phone({ page: { clinic_phone }, screen, goodbye }) {
  if (!clinic_phone) return nothing;
  const isShutOut = goodbye === "revoked" || goodbye === "cancelled";
  const isNeeded = screen === "declined" || screen === "removed" || isShutOut;
  return html`<a class="button is-large is-block ${isNeeded ? "is-primary" : "is-plain"}" href=${phoneLink(clinic_phone)}>
    ${icon("phone")}<span>${t("Phone the clinic: {phone}", { phone: phoneWords(clinic_phone) })}</span>
  </a>`;
}

/** @returns {TemplateResult} until the first word from the server */
export function loading() {
  return html`<main class="ending">
    <div class="loading"><span class="spinner" aria-hidden="true"></span><h1 class="subtitle" tabindex="-1">${t("Opening your visit…")}</h1></div>
  </main>`;
}
