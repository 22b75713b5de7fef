// @ts-check
/** Plays the films of a part together, and goes to what happened when. Without it each film plays by itself. */
import { followed } from "../lib/together.js";

for (const part of document.querySelectorAll(".recorded")) {
  /** @type {HTMLMediaElement[]} */
  const films = [...part.querySelectorAll("video, audio")].filter((film) => film instanceof HTMLMediaElement);
  const leader = films[0];
  if (!leader) continue;
  const followers = films.slice(1);
  for (const film of followers) film.controls = false;

  const follow = () => {
    for (const film of followers) {
      const { at, shouldPlay } = followed(
        { at: leader.currentTime, isPlaying: !leader.paused && !leader.seeking },
        { at: film.currentTime, length: film.duration, isPlaying: !film.paused },
      );
      film.playbackRate = leader.playbackRate;
      if (at !== null) film.currentTime = at;
      if (shouldPlay && film.paused) film.play().catch(() => {});
      if (!shouldPlay && !film.paused) film.pause();
    }
  };
  for (const change of ["play", "pause", "seeking", "seeked", "ratechange", "timeupdate", "ended"]) {
    leader.addEventListener(change, follow);
  }
  for (const button of part.querySelectorAll("button[data-at]")) {
    button.addEventListener("click", () => {
      leader.currentTime = Number(button.getAttribute("data-at"));
      leader.play().catch(() => {});
    });
  }
}
