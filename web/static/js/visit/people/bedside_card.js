// @ts-check
/** Whom to ask for before somebody is let in, and where to send help: what `bedside.js` was told, drawn. */
import { locale, t } from "../../lib/i18n.js";
import { html, nothing } from "../../../vendor/lit.js";
import { icon } from "../icon.js";
import { phoneLink, phoneWords, timeOfDay } from "../words.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { ParticipantView } from "../../messages.js" */
/** @import { Patient } from "./bedside.js" */
/** @import { VisitState } from "../state.js" */

/** @param {VisitState} state @param {ParticipantView} one @returns {TemplateResult | typeof nothing} two things that only they know */
export function identity({ bedside }, one) {
  if (one.role !== "patient") return nothing;
  if (!bedside?.patient) return html`<p class="small quiet">${missing(bedside)}</p>`;
  const { name, born_on, phone_ends, not_agreed = [] } = bedside.patient;
  return html`${not_agreed.length ? html`<p class="small arrival-note">${icon("triangle-alert")}${t("They have not agreed to treatment by video yet. Ask them, and write it down in their record.")}</p>` : nothing}
  <dl class="identity small" aria-label=${t("Ask who it is")}>
    ${asked(t("Ask: full name?"), html`<bdi>${name}</bdi>`)}
    ${born_on ? asked(t("Ask: date of birth?"), day(born_on)) : nothing}
    ${phone_ends ? asked(t("Ask: last digits of the phone?"), html`<bdi class="number">${phone_ends}</bdi>`) : nothing}
    ${born_on || phone_ends ? nothing : html`<div><dt>${t("The clinic has no date of birth and no phone to ask for.")}</dt></div>`}
  </dl>`;
}

/** @param {string} question @param {TemplateResult} answer */
function asked(question, answer) {
  return html`<div><dt>${question}</dt><dd>${answer}</dd></div>`;
}

/**
 * @param {VisitState} state
 * @param {TemplateResult} first  whom to phone before anybody else
 * @returns {TemplateResult} to read out to the ambulance
 */
export function whereabouts({ bedside, now_ms }, first) {
  if (!bedside?.patient) return html`<div class="whereabouts"><p role="status">${missing(bedside)}</p>${first}</div>`;
  const { patient, isFailed } = bedside;
  return html`<div class="whereabouts">
    ${
      patient.place
        ? html`<p>${t("They are at:")}</p>
          <p class="whereabouts-place"><bdi>${patient.place}</bdi></p>
          <p class="small">${sourceWords(patient, now_ms)}</p>`
        : html`<p class="whereabouts-place">${t("Nobody knows where they are: ask them now.")}</p>`
    }
    ${isFailed ? html`<p class="small" role="status">${t("This may have changed and cannot be fetched just now. We keep trying.")}</p>` : nothing}
    <p class="small"><bdi>${patient.name}</bdi>${patient.born_on ? html`, ${t("born on")} ${day(patient.born_on)}` : nothing}</p>
    ${first} ${phones(patient)}
  </div>`;
}

/** @param {VisitState["bedside"]} bedside */
function missing(bedside) {
  return bedside?.isFailed
    ? t("The patient's record cannot be fetched just now. We keep trying.")
    : t("Fetching the patient's record…");
}

/** @param {Patient} patient @param {number} now_ms */
function sourceWords({ confirmed_at }, now_ms) {
  if (!confirmed_at) return t("As the clinic has it, not confirmed today.");
  const isToday = new Date(confirmed_at).toDateString() === new Date(now_ms).toDateString();
  return isToday
    ? t("They said so today at {time}.", { time: timeOfDay(confirmed_at) })
    : t("They said so before today.");
}

/** @param {Patient} patient */
function phones({ phone, contact_name, contact_phone }) {
  const number = phoneWords(contact_phone);
  const contact = contact_name
    ? t("Emergency contact, {name}: {phone}", { name: contact_name, phone: number })
    : t("Emergency contact: {phone}", { phone: number });
  return html`${phone ? phoneButton(phone, t("Call them back: {phone}", { phone: phoneWords(phone) })) : nothing}
    ${contact_phone ? phoneButton(contact_phone, contact) : nothing}
    ${contact_name && !contact_phone ? html`<p class="small">${t("Emergency contact: {name}", { name: contact_name })}</p>` : nothing}`;
}

/** @param {string} number @param {string} words */
function phoneButton(number, words) {
  return html`<a class="button" href=${phoneLink(number)}>${icon("phone")}<span>${words}</span></a>`;
}

/** @param {string} date  YYYY-MM-DD @returns {TemplateResult} the month in full */
function day(date) {
  const words = new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeZone: "UTC" }).format(new Date(date));
  return html`<time datetime=${date}>${words}</time>`;
}
