// @ts-check
/** For the therapist: who waits, who is in, who was here; admit, decline, remove, invite. */
import { n, t } from "../../lib/i18n.js";
import { html, nothing, repeat } from "../../../vendor/lit.js";
import { absent, company, gone, hasHadCompany, justDeclined, queue, recorderOf } from "./cast.js";
import { icon } from "../icon.js";
import { otherDevice } from "./same_link.js";
import { say } from "../speaker.js";
import { linkWarning, wayIn } from "./way_in.js";
import { cameraWords, duration, initials, microphoneWords, roleWords } from "../words.js";

/** @import { TemplateResult } from "../../../vendor/lit.js" */
/** @import { ParticipantView } from "../../messages.js" */
/** @import { Actions, VisitState } from "../state.js" */

/** @param {VisitState} state @param {Actions} act @returns {TemplateResult | typeof nothing} cards of those who wait */
export function arrivals(state, act) {
  const waiting = queue(state);
  const declined = justDeclined(state);
  const away = gone(state);
  if (state.page.role !== "therapist" || waiting.length + declined.length + away.length === 0) return nothing;
  return html`<section class="arrivals" aria-labelledby="arrivals-title">
    <h2 id="arrivals-title" class="small">
      ${waiting.length ? n("{count} person is waiting", "{count} people are waiting", waiting.length) : t("Waiting room")}
    </h2>
    ${repeat(
      waiting,
      (one) => one.id,
      (one) => waitingCard(state, one, act),
    )}
    ${repeat(
      declined,
      (one) => one.id,
      (one) => declinedCard(state, one, act),
    )}
    ${repeat(
      away,
      (one) => one.id,
      (one) => awayCard(state, one),
    )}
  </section>`;
}

/** @param {VisitState} state @param {ParticipantView} one @param {Actions} act */
function waitingCard(state, one, act) {
  return html`<article class="card arrival" aria-label=${t("{name} is waiting", { name: one.name })}>
    <div class="arrival-who">
      <span class="avatar" aria-hidden="true">${initials(one.name)}</span>
      <p>
        <b><bdi>${one.name}</bdi></b>
        <span class="small quiet number">${roleWords(one)} · ${t("waiting {time}", { time: duration(state.now_ms - Date.parse(one.since)) })}</span>
      </p>
    </div>
    ${otherDevice(state, one) ? linkWarning(state, one) : deviceNotes(one)} ${state.desk?.identity(state, one)}
    <div class="arrival-doors">
      ${wayIn(state, one, act, { words: html`${icon("user-check")}${t("Admit")}`, look: "is-primary is-large" })}
      <button type="button" class="button is-large" @click=${() => act.decline(one.id)}>${t("Decline")}</button>
    </div>
    ${quickMessages(state, one, act)}
  </article>`;
}

/** @param {ParticipantView} one */
function deviceNotes(one) {
  const notes = [cameraWords(one), microphoneWords(one)].filter(Boolean);
  if (notes.length === 0)
    return html`<p class="small arrival-note is-good">${icon("check")}${t("Camera and microphone work")}</p>`;
  return html`${notes.map((note) => html`<p class="small arrival-note">${icon("info")}${note}</p>`)}`;
}

/** @param {VisitState} state @param {ParticipantView} one @param {Actions} act */
function quickMessages({ page }, one, act) {
  const texts = [
    t("I am 5 minutes late."),
    t("I will be with you in a moment."),
    t("Please keep your chair and towel at hand."),
  ];
  if (page.clinic_phone) texts.push(t("Please phone the clinic: {phone}", { phone: page.clinic_phone }));
  return html`<details class="quick">
    <summary>${icon("message-circle")}${t("Send a message")}</summary>
    <ul>
      ${texts.map(
        (text) =>
          html`<li><button type="button" class="button is-block" @click=${(/** @type {Event} */ event) => sendNotice(event, one, text, act)}>${text}</button></li>`,
      )}
    </ul>
  </details>`;
}

/** @param {Event} event @param {ParticipantView} one @param {string} text @param {Actions} act */
function sendNotice(event, one, text, act) {
  act.notice(one.id, text);
  /** @type {HTMLElement} */ (event.currentTarget).closest("details")?.removeAttribute("open");
  say(t("Message sent to {name}", { name: one.name }));
}

/** @param {VisitState} state @param {ParticipantView} one @param {Actions} act */
function declinedCard(state, one, act) {
  return html`<article class="card arrival is-declined">
    <p>${t("Declined: {name}", { name: one.name })}</p>
    ${wayIn(state, one, act, { words: html`${icon("undo-2")}${t("Undo and let in")}` })}
  </article>`;
}

/** Nobody is at the door who could be let in. @param {VisitState} state @param {ParticipantView} one */
function awayCard(state, one) {
  return html`<article class="card arrival is-declined">
    <p><b><bdi>${one.name}</bdi></b> <span class="small quiet number">${awayWords(state, one)}</span></p>
  </article>`;
}

/** @param {VisitState} state @param {ParticipantView} one */
function awayWords(state, one) {
  const minutes = Math.max(1, Math.floor((state.now_ms - Date.parse(one.away_since ?? "")) / 60_000));
  return n(
    "Waited, and left {count} minute ago. They can come back with the same link.",
    "Waited, and left {count} minutes ago. They can come back with the same link.",
    minutes,
  );
}

/**
 * @param {VisitState} state @param {Actions} act
 * @param {string} id  of its title: the list may stand beside the picture and in a sheet at once
 * @returns {TemplateResult} everybody, with what the therapist may do about them
 */
export function people(state, act, id) {
  const here = company(state);
  const away = absent(state);
  return html`<section class="people" aria-labelledby=${id}>
    <h2 id=${id} class="subtitle">${t("In the visit")}</h2>
    <ul class="people-list">
      ${here.length === 0 ? html`<li class="quiet small">${hasHadCompany(state) ? t("Only you are here now.") : t("Only you, so far.")}</li>` : nothing}
      ${repeat(
        here,
        (one) => one.id,
        (one) => person(one, wayOut(one, act)),
      )}
      ${recorderOf(state) ? recorder() : nothing}
    </ul>
    ${away.length ? elsewhere(state, away, act, id) : nothing}
    ${
      state.page.guests_path
        ? html`<button type="button" class="button is-block" @click=${() => act.show("invite")}>${icon("user-plus")}${t("Invite a guest")}</button>`
        : nothing
    }
  </section>`;
}

/** @param {VisitState} state @param {ParticipantView[]} away @param {Actions} act @param {string} id  of the title of those who are in */
function elsewhere(state, away, act, id) {
  return html`<h3 id="${id}-away" class="people-away small quiet">${t("Not in the visit")}</h3>
    <ul class="people-list" aria-labelledby="${id}-away">
      ${repeat(
        away,
        (one) => one.id,
        (one) => person(one, wayBack(state, one, act), one.away_since ? awayWords(state, one) : standingWords(one)),
      )}
    </ul>`;
}

/** @param {ParticipantView} one @param {TemplateResult | typeof nothing} action @param {string} [words] */
function person(one, action, words = standingWords(one)) {
  return html`<li class="person">
    <span class="avatar" aria-hidden="true">${initials(one.name)}</span>
    <p><b><bdi>${one.name}</bdi></b><span class="small quiet">${words}</span></p>
    ${action}
  </li>`;
}

/** It is in the visit like everybody, and it goes with the recording: its sign has the button for that. */
function recorder() {
  return html`<li class="person">
    <span class="avatar" aria-hidden="true">${icon("video")}</span>
    <p><b>${t("Recorder")}</b><span class="small quiet">${t("Records picture and sound on the clinic's server")}</span></p>
  </li>`;
}

/** Two presses: a visit is not lost by a slip. @param {ParticipantView} one @param {Actions} act */
function wayOut({ id, name }, act) {
  return html`<details class="sure">
    <summary class="button" aria-label=${t("Remove {name}", { name })}>${t("Remove")}</summary>
    <p class="small">${t("They leave at once, and come back only if you let them in again.")}</p>
    <button type="button" class="button is-danger is-block" @click=${() => act.remove(id)}>${t("Remove from the visit")}</button>
  </details>`;
}

/** @param {ParticipantView} one */
function standingWords(one) {
  switch (one.standing) {
    case "left":
      return t("Left. They can come back with the same link.");
    case "declined":
      return t("Declined");
    case "removed":
      return t("Removed");
    default:
      return [roleWords(one), cameraWords(one) && t("camera off"), microphoneWords(one) && t("muted")]
        .filter(Boolean)
        .join(" · ");
  }
}

/** @param {VisitState} state @param {ParticipantView} one @param {Actions} act */
function wayBack(state, one, act) {
  if (one.standing === "left" || one.away_since) return nothing;
  return wayIn(state, one, act, { words: t("Let in again"), label: t("Let {name} in again", { name: one.name }) });
}
