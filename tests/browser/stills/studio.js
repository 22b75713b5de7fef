/** The studio's page: one exercise that moves, or with `?sheet` a contact sheet of all of them. */
import { follow, handle, Mannequin } from "/static/js/mannequin/player.js";
import { still, svgOf } from "/static/js/mannequin/stills.js";

const SIZE = { width: 580, height: 440 };

/** @param {string} slug */
const entry = async (slug) => (await fetch(`/exercises/${slug}.json`)).json();

/** Seconds at which a key pose is reached. */
const reached = (timeline, step) =>
  timeline.slice(0, step + 1).reduce((sum, { move_s, hold_s }, i) => sum + move_s + (i < step ? hold_s : 0), 0);

function figure(picture, words) {
  const box = document.createElement("figure");
  const caption = document.createElement("figcaption");
  caption.textContent = words;
  box.append(caption, picture);
  document.querySelector("#sheet").append(box);
}

/** @returns {Promise<number>} how many poses were drawn */
async function sheet(slugs, kind, view, side) {
  document.body.classList.toggle("dark", kind === "dark");
  const canvas = document.createElement("canvas");
  canvas.style.cssText = `position:fixed;inset-inline-start:-2000px;width:${SIZE.width}px;height:${SIZE.height}px`;
  document.body.append(canvas);
  const mannequin = kind === "drawn" ? null : new Mannequin(canvas, { theme: kind });
  let count = 0;
  for (const slug of slugs) {
    const exercise = await entry(slug);
    const wishes = { ...(view ? { view } : {}), ...(side ? { side } : {}) };
    mannequin?.show(exercise, wishes);
    for (const pose of Object.keys(exercise.poses)) {
      const step = exercise.timeline.findIndex((one) => one.pose === pose);
      const words = `${slug} ${pose}`;
      count += 1;
      if (!mannequin) {
        figure(svgOf(still(exercise, { pose, ...wishes })), words);
        continue;
      }
      mannequin.draw(reached(exercise.timeline, step) + 1e-6);
      const copy = document.createElement("canvas");
      [copy.width, copy.height] = [canvas.width, canvas.height];
      copy.getContext("2d").drawImage(canvas, 0, 0);
      figure(copy, words);
    }
  }
  mannequin?.close();
  canvas.remove();
  return count;
}

/** For people: one exercise at a time, with the page's own clock. */
async function perform() {
  const main = document.querySelector("#sheet");
  main.id = "";
  const canvas = document.createElement("canvas");
  canvas.id = "figure";
  canvas.tabIndex = 0;
  const field = document.createElement("input");
  field.value = location.hash.slice(1) || "sit-to-stand";
  field.ariaLabel = "Exercise";
  const form = document.createElement("form");
  form.append(field);
  main.append(form, canvas);
  const mannequin = new Mannequin(canvas);
  const show = async () => mannequin.show(await entry(field.value));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
  await show();
  handle(canvas, mannequin, new AbortController().signal);
  follow(canvas, mannequin, () => performance.now() / 1000);
}

if (!location.search) await perform();
window.studio = { sheet, entry, Mannequin, follow };
