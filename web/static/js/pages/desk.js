// @ts-check
/** What a script adds to the pages for staff, which work without it. */
import { offerCopying } from "../lib/copying.js";
import { load } from "../lib/i18n.js";

await load();
offerCopying(document.getElementById("status"));
