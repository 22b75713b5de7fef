// @ts-check
/** Made-up pictures for the gallery: somebody in a room, drawn on a canvas and turned into a MediaStream. */

/** @typedef {{ wall: string, floor: string, skin: string, hair: string, top: string, whole?: boolean }} Look */

/** @type {Record<string, Look>} */
const LOOKS = {
  tess: { wall: "#dfe6e4", floor: "#c9bfae", skin: "#c68e6d", hair: "#3a2a22", top: "#2f6f75" },
  pat: { wall: "#e9e2d6", floor: "#b79f80", skin: "#e3b694", hair: "#b9b4ac", top: "#7d8fb3", whole: true },
  gus: { wall: "#d5dbe3", floor: "#a59a8a", skin: "#8d5a3b", hair: "#1d1714", top: "#a9714a" },
};

/** Nobody looks: pictures need not move. */
const isCalm = new URLSearchParams(location.search).has("calm");

/** @type {Map<string, MediaStream>} */
const made = new Map();

/** @param {string} who  one of LOOKS @param {number} width @param {number} height @returns {MediaStream} */
export function pictureOf(who, width, height) {
  const name = `${who} ${width} ${height}`;
  const stream = made.get(name) ?? picture(/** @type {Look} */ (LOOKS[who]), width, height);
  made.set(name, stream);
  return stream;
}

/** @param {Look} look @param {number} width @param {number} height @returns {MediaStream} */
function picture(look, width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const draw = () => paint(pen, look, width, height);
  draw();
  const stream = canvas.captureStream(5);
  if (!isCalm) setInterval(draw, 500); // a canvas that stands still sends no frames
  return stream;
}

/** @param {CanvasRenderingContext2D} pen @param {Look} look @param {number} w @param {number} h */
function paint(pen, { wall, floor, skin, hair, top, whole }, w, h) {
  const light = pen.createLinearGradient(0, 0, w, h);
  light.addColorStop(0, "#ffffff");
  light.addColorStop(0.5, wall);
  pen.fillStyle = light;
  pen.fillRect(0, 0, w, h);
  pen.fillStyle = floor;
  pen.fillRect(0, h * 0.8, w, h);
  pen.fillStyle = "#ffffff66";
  pen.fillRect(w * 0.06, h * 0.1, w * 0.18, h * 0.42);
  const unit = whole ? h / 9.5 : h / 4.6;
  const x = w / 2;
  const y = whole ? h * 0.16 : h * 0.36;
  pen.fillStyle = top;
  shape(pen, x - unit * 0.95, y + unit * 0.75, unit * 1.9, unit * (whole ? 2.7 : 4), unit * 0.7);
  if (whole) legs(pen, x, y, unit, skin);
  pen.fillStyle = skin;
  shape(pen, x - unit * 0.22, y + unit * 0.3, unit * 0.44, unit * 0.7, unit * 0.2);
  pen.beginPath();
  pen.ellipse(x, y, unit * 0.46, unit * 0.58, 0, 0, Math.PI * 2);
  pen.fill();
  pen.fillStyle = hair;
  pen.beginPath();
  pen.ellipse(x, y - unit * 0.2, unit * 0.5, unit * 0.46, 0, Math.PI, 0);
  pen.fill();
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} unit @param {string} skin */
function legs(pen, x, y, unit, skin) {
  pen.fillStyle = skin;
  shape(pen, x - unit * 1.45, y + unit * 0.9, unit * 0.5, unit * 2.8, unit * 0.25);
  shape(pen, x + unit * 0.95, y + unit * 0.9, unit * 0.5, unit * 2.8, unit * 0.25);
  pen.fillStyle = "#39424e";
  shape(pen, x - unit * 0.9, y + unit * 3.1, unit * 0.8, unit * 4, unit * 0.3);
  shape(pen, x + unit * 0.1, y + unit * 3.1, unit * 0.8, unit * 4, unit * 0.3);
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} w @param {number} h @param {number} r */
function shape(pen, x, y, w, h, r) {
  pen.beginPath();
  pen.roundRect(x, y, w, h, r);
  pen.fill();
}
