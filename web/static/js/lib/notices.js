// @ts-check
/** Notifications of the system that somebody waits: one for each visit, with a way straight to it. They name nobody. */
import { t } from "./i18n.js";

/** @typedef {{ visit: string, words: string, may_admit: boolean }} Waiting */

/** Chromium asks for the address of a script in this form, and only for one that the page itself names. @type {(url: string) => any} */
function trusted(url) {
  const policies = /** @type {any} */ (window).trustedTypes;
  return policies ? policies.createPolicy("notices", { createScriptURL: () => url }).createScriptURL("") : url;
}

/** @param {ServiceWorkerRegistration} registration @returns {boolean} it is of this or another build's `pages` */
const isOurs = ({ scope }) => scope.endsWith("/js/pages/");

export class Notices {
  #worker_url;
  /** @type {Promise<ServiceWorkerRegistration> | null} */
  #registration = null;
  /** @type {ReadonlySet<string>} */
  #shown = new Set();

  /** @param {string} worker_url @param {(visit: string) => void} admit  somebody pressed "Admit" there */
  constructor(worker_url, admit) {
    this.#worker_url = worker_url;
    if (!this.isSupported) return;
    navigator.serviceWorker.onmessage = ({ data }) => {
      if (typeof data?.visit === "string") admit(data.visit);
    };
  }

  /** @returns {boolean} whether this browser shows notifications with buttons at all */
  get isSupported() {
    return "Notification" in window && "serviceWorker" in navigator;
  }

  /** @returns {boolean} whether the person was not asked yet */
  get mayAsk() {
    return this.isSupported && Notification.permission === "default";
  }

  /** From a click. */
  async ask() {
    if (this.mayAsk) await Notification.requestPermission();
  }

  /** Shows who has come while nobody looked, and takes back those who wait no longer. @param {readonly Waiting[]} waiting */
  async show(waiting) {
    if (!this.isSupported || Notification.permission !== "granted") return;
    const before = this.#shown;
    this.#shown = new Set(waiting.map(({ visit }) => visit));
    const come = waiting.filter(({ visit }) => !before.has(visit));
    const gone = [...before].filter((visit) => !this.#shown.has(visit));
    if (come.length + gone.length === 0) return;
    this.#registration ??= this.#register();
    const registration = await this.#registration;
    for (const visit of gone) {
      for (const notice of await registration.getNotifications({ tag: visit })) notice.close();
    }
    if (!document.hidden) return;
    for (const { visit, words, may_admit } of come) {
      /** @type {any} */
      const options = {
        tag: visit,
        body: words,
        requireInteraction: true,
        data: visit,
        actions: may_admit ? [{ action: "admit", title: t("Admit") }] : [],
      };
      await registration.showNotification(t("A patient is waiting"), options);
    }
  }

  /** The worker of this build, once it runs; those of builds before it go. */
  async #register() {
    const registration = await navigator.serviceWorker.register(trusted(this.#worker_url));
    for (const other of await navigator.serviceWorker.getRegistrations()) {
      if (isOurs(other) && other.scope !== registration.scope) void other.unregister();
    }
    const begun = registration.active ?? registration.waiting ?? registration.installing;
    while (begun && !["activated", "redundant"].includes(begun.state)) {
      await new Promise((resolve) => begun.addEventListener("statechange", resolve, { once: true }));
    }
    return registration;
  }
}
