// @ts-check
/** Passkeys on the pages where one signs in or adds one. Without this script these pages ask for a password. */
import { load, t } from "../lib/i18n.js";

/** @typedef {{ id: BufferSource, type: "public-key" }} Known */

/** @param {string} text  base64url @returns {Uint8Array<ArrayBuffer>} */
function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

/** @param {ArrayBuffer | null} buffer @returns {string | null} base64url */
function text(buffer) {
  if (!buffer) return null;
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {{ id: string }[]} known @returns {Known[]} */
const credentials = (known) => known.map(({ id }) => ({ id: bytes(id), type: "public-key" }));

/** What went wrong in words for people. */
class Problem extends Error {}

/** @param {string} path @param {object} body @returns {Promise<any>} */
async function ask(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (said.code === "prove_again" || said.code === "not_signed_in") {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
  }
  if (!answer.ok) throw new Problem(said.text || t("That did not work. Please try again."));
  return said;
}

/** @param {any} options  as the server wrote them @returns {Promise<object>} what the server checks */
async function make(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: credentials(options.excludeCredentials ?? []),
  };
  const made = /** @type {PublicKeyCredential} */ (await navigator.credentials.create({ publicKey }));
  const response = /** @type {AuthenticatorAttestationResponse} */ (made.response);
  return {
    id: made.id,
    rawId: made.id,
    type: made.type,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
    },
  };
}

/** @param {any} options @param {CredentialRequestOptions} how @returns {Promise<object>} what the server checks */
async function use(options, how) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: credentials(options.allowCredentials ?? []),
  };
  const used = /** @type {PublicKeyCredential} */ (await navigator.credentials.get({ ...how, publicKey }));
  const response = /** @type {AuthenticatorAssertionResponse} */ (used.response);
  return {
    id: used.id,
    rawId: used.id,
    type: used.type,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: text(response.userHandle),
    },
  };
}

class PasskeyDesk {
  /** @type {HTMLElement} */ #place;
  /** @type {HTMLElement | null} */ #problem;
  /** Ends the quiet offer in the address field, so that the button may ask instead. */
  #quiet = new AbortController();

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
    this.#problem = place.querySelector("[role=alert]");
    place.hidden = false;
    place.querySelector("button")?.addEventListener("click", () => this.#try(() => this.#act()));
  }

  /** Offer passkeys among what the browser fills into the address field. Nobody is disturbed by it. */
  async offerQuietly() {
    if (this.#place.dataset.kind !== "get") return;
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    const nobodyAsked = () => {};
    await this.#try(() => this.#signIn({ mediation: "conditional", signal: this.#quiet.signal }), nobodyAsked);
  }

  async #act() {
    this.#quiet.abort();
    if (this.#place.dataset.kind === "get") return this.#signIn({});
    const credential = await make(await ask(this.#place.dataset.options ?? "", {}));
    return this.#finish(credential);
  }

  /** @param {CredentialRequestOptions} how */
  async #signIn(how) {
    return this.#finish(await use(await ask(this.#place.dataset.options ?? "", {}), how));
  }

  /** @param {object} credential */
  async #finish(credential) {
    const next = this.#place.dataset.next ?? "";
    const { location: goal } = await ask(this.#place.dataset.finish ?? "", { credential, next });
    location.assign(goal);
  }

  /** @param {() => Promise<void>} doing @param {(error: DOMException) => void} explain  what the browser refused */
  async #try(doing, explain = (error) => this.#explain(error)) {
    this.#say("");
    try {
      await doing();
    } catch (error) {
      if (error instanceof Problem) this.#say(error.message);
      else if (error instanceof DOMException) explain(error);
      else throw error;
    }
  }

  /** @param {DOMException} error */
  #explain(error) {
    if (error.name === "AbortError") return;
    if (error.name === "InvalidStateError") this.#say(t("This device has a passkey for your account already."));
    else this.#say(t("No passkey was used. You can try again, or go on with a password."));
  }

  /** @param {string} sentence */
  #say(sentence) {
    if (!this.#problem) return;
    this.#problem.textContent = sentence;
    this.#problem.hidden = sentence === "";
  }
}

/** @param {string} place  the name that passkeys here are for @returns {boolean} */
function isPossible(place) {
  const here = location.hostname;
  return place !== "" && "PublicKeyCredential" in window && (here === place || here.endsWith(`.${place}`));
}

await load();
const place = document.getElementById("passkey");
if (place && isPossible(place.dataset.place ?? "")) {
  const hint = document.getElementById("passkey-hint");
  if (hint) hint.hidden = false;
  await new PasskeyDesk(place).offerQuietly();
}
