// @ts-check
/** The few sounds this page makes itself, and how loud the person's own microphone is. Never touches the others' sound. */

const NOTES_HZ = [587.33, 880];
const NOTE_S = 0.35;
const LISTEN_EVERY_MS = 80;
/** A microphone that works is never perfectly still; one that is switched off by a key is. */
const STILL = 0.0005;
const SILENT_MS = 4_000;

export class Sounds {
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {{ source: MediaStreamAudioSourceNode, track: MediaStreamTrack, timer: ReturnType<typeof setInterval> } | null} */
  #listening = null;

  /** Lets sound through; browsers want a click for it. */
  async wake() {
    this.#context ??= new AudioContext();
    if (this.#context.state === "suspended") await this.#context.resume();
    return this.#context;
  }

  /** Two soft notes. @param {string} [speaker_id] */
  async chime(speaker_id) {
    if (navigator.userActivation?.hasBeenActive === false) return; // it would sound at the first tap, far too late
    const context = await this.wake();
    if (context.state !== "running") return;
    if (speaker_id !== undefined && "setSinkId" in context) {
      await /** @type {any} */ (context).setSinkId(speaker_id);
    }
    NOTES_HZ.forEach((hz, index) => {
      note(context, hz, context.currentTime + index * NOTE_S * 0.6);
    });
  }

  /** One note, by the clock of the sound card. @param {number} hz @param {number} in_s  seconds from now */
  tone(hz, in_s) {
    const context = this.#context;
    if (context?.state === "running") note(context, hz, context.currentTime + in_s);
    else void this.wake(); // loaded again in the middle of a set, or back from a phone call: the next one is heard
  }

  /**
   * Measures `track` until told otherwise; null stops.
   * @param {MediaStreamTrack | null} track @param {(level: number, isSilent: boolean) => void} heard
   */
  listen(track, heard) {
    if (track === (this.#listening?.track ?? null)) return;
    if (this.#listening) {
      clearInterval(this.#listening.timer);
      this.#listening.source.disconnect();
      this.#listening = null;
      heard(0, false);
    }
    if (track === null) return;
    this.#context ??= new AudioContext();
    const context = this.#context;
    void this.wake();
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = context.createAnalyser();
    analyser.fftSize = 1_024;
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let still_ms = 0;
    const timer = setInterval(() => {
      if (context.state !== "running") return;
      analyser.getFloatTimeDomainData(samples);
      const loudness = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
      still_ms = loudness < STILL && track.enabled ? still_ms + LISTEN_EVERY_MS : 0;
      heard(levelOf(loudness), still_ms >= SILENT_MS);
    }, LISTEN_EVERY_MS);
    this.#listening = { source, track, timer };
  }
}

/** Loudness as ears have it: 0 at -60 dB, 1 at -10 dB. @param {number} loudness @returns {number} */
export function levelOf(loudness) {
  if (loudness <= 0) return 0;
  return Math.min(1, Math.max(0, (20 * Math.log10(loudness) + 60) / 50));
}

/** @param {AudioContext} context @param {number} hz @param {number} at_s */
function note(context, hz, at_s) {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = hz;
  volume.gain.setValueAtTime(0, at_s);
  volume.gain.linearRampToValueAtTime(0.2, at_s + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at_s + NOTE_S);
  tone.connect(volume).connect(context.destination);
  tone.start(at_s);
  tone.stop(at_s + NOTE_S);
}
