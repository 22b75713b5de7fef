// @ts-check
/** The page of a pre-call check, before one joins. */
import { html, nothing, render } from "../../vendor/lit.js";
import { facts, need } from "../lib/dom.js";
import { load, n, number, t } from "../lib/i18n.js";
import { keepVerdict } from "../precall/kept.js";
import { askForMicrophone, openPrecall } from "../precall/open.js";

/** @type {{ socket_path: string, clinic_phone: string }} */
const page = facts("page");
const place = need("precall", HTMLElement);

await load();
const check = openPrecall({ html, nothing, t, n, number }, page.socket_path, askForMicrophone, keepVerdict, draw);
place.replaceChildren();
draw();

function draw() {
  render(check.draw(page.clinic_phone), place);
}
