// @ts-check
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { n, share, t, translate, use } from "../../web/static/js/lib/i18n.js";

afterEach(() => use({ locale: "en", messages: {} }));

test("without a catalogue the English sentence is said", () => {
  assert.equal(t("{name} is waiting", { name: "Pat" }), "Pat is waiting");
  assert.equal(n("{count} minute", "{count} minutes", 1), "1 minute");
  assert.equal(n("{count} minute", "{count} minutes", 0), "0 minutes");
});

test("the catalogue's sentence is said, with its fields in its own order", () => {
  use({ locale: "es", messages: { "{name} is waiting": "Espera {name}" } });

  assert.equal(t("{name} is waiting", { name: "Pat" }), "Espera Pat");
  assert.equal(t("Nobody translated this"), "Nobody translated this");
});

test("a sentence of the server is translated as any other", () => {
  use({ locale: "es", messages: { "This visit has ended.": "Esta visita ha terminado." } });

  assert.equal(translate("This visit has ended."), "Esta visita ha terminado.");
});

test("the number chooses the form as the language does, and is written as people there write it", () => {
  use({ locale: "pl", messages: { "{count} minute": ["{count} minuta", "{count} minuty", "{count} minut"] } });
  const said = [1, 2, 5, 22].map((count) => n("{count} minute", "{count} minutes", count));

  assert.deepEqual(said, ["1 minuta", "2 minuty", "5 minut", "22 minuty"]);
  use({ locale: "es", messages: { "{count} minute": ["{count} minuto", "{count} minutos"] } });
  assert.equal(n("{count} minute", "{count} minutes", 12000), "12.000 minutos");
  assert.equal(share(0.6), "60\u00a0%");
});

test("a sentence that is also said with a number is translated without one", () => {
  use({ locale: "es", messages: { "Somebody is waiting": ["Alguien espera", "Esperan {count} personas"] } });

  assert.equal(t("Somebody is waiting"), "Alguien espera");
});

test("a field that nobody filled stays visible, and a filled one is not filled again", () => {
  assert.equal(t("{name} and {other}", { name: "{other}" }), "{other} and {other}");
});
