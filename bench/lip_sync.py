"""How far apart picture and sound of two Chromiums are in their recording.

    python -m bench.lip_sync [--seconds 30]

Each browser's camera is a canvas that turns white once a second, its microphone a tone that begins at the same instant
of the same clock. In the films that the recorder wrote, each turn to white is compared with the beginning of its tone:
`sound_late_ms` above zero means that one hears later than one sees. The canvas is drawn 60 times a second and captured
30 times, so a picture may itself be up to 50 ms late, more where the page has no processor; the tone leaves in pieces
of 10 ms.
"""

import argparse
import asyncio
import io
import tempfile
from array import array
from contextlib import closing
from pathlib import Path

import av
from playwright.async_api import async_playwright, expect

from bench.report import report, spread
from telesession import demo
from telesession.config import load
from telesession.domain.audit import Actor
from telesession.domain.ids import VisitId
from telesession.domain.recorded import RecordingId
from telesession.media.reel_files import FOLDER
from telesession.server import serving
from telesession.server.keys import ACCOUNTS, ARCHIVE, DEMO_LINKS, RECORDERS
from tests.browser.clinic import CHROMIUM, DESKTOP, FAKE_DEVICES, FLAGS, PLAIN, Person

SOURCE = """() => {
  const FLASH_S = 0.2;
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
    const pen = canvas.getContext("2d");
    const sound = new AudioContext({ latencyHint: "interactive", sampleRate: 48000 });
    const out = sound.createMediaStreamDestination();
    await sound.resume();
    let next = Math.ceil(sound.currentTime) + 1;
    const begun = [];
    setInterval(() => {
      const now = sound.currentTime;
      if (now > next - 0.5) {
        const tone = new OscillatorNode(sound, { frequency: 1000 });
        tone.connect(out);
        tone.start(next);
        tone.stop(next + FLASH_S);
        begun.push(next);
        next += 1;
      }
      pen.fillStyle = begun.some((at) => now >= at && now < at + FLASH_S) ? "#fff" : "#000";
      pen.fillRect(0, 0, 320, 240);
    }, 1000 / 60);
    const stream = canvas.captureStream(30);
    if (wanted.audio) stream.addTrack(out.stream.getAudioTracks()[0]);
    return wanted.video ? stream : new MediaStream(stream.getAudioTracks());
  };
}"""
LIGHT, LOUD, QUIET_S, APART_S = 128, 3_000, 0.3, 0.5


def flashes(film: bytes) -> list[float]:
    """When the picture turned white, in seconds of the film."""
    seen, was_light = [], True
    with av.open(io.BytesIO(film), "r") as read:
        for frame in read.decode(video=0):
            grey = bytes(frame.reformat(format="gray").planes[0])
            is_light = sum(grey) / len(grey) > LIGHT
            if is_light and not was_light:
                assert frame.time is not None
                seen.append(frame.time)
            was_light = is_light
    return seen


def tones(film: bytes) -> list[float]:
    """When a tone began."""
    heard, loud_until = [], float("inf")
    with av.open(io.BytesIO(film), "r") as read:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
        for frame in read.decode(audio=0):
            assert frame.time is not None
            loud_until = frame.time if loud_until == float("inf") else loud_until
            at = frame.time
            for piece in resampler.resample(frame):
                samples = array("h", bytes(piece.planes[0])[: piece.samples * 2])
                for number, one in enumerate(samples):
                    if abs(one) > LOUD:
                        now = at + number / 48_000
                        if now - loud_until > QUIET_S:
                            heard.append(now)
                        loud_until = now
                at += piece.samples / 48_000
    return heard


def sound_late_ms(film: bytes) -> list[float]:
    """Of each flash that has a tone near it, how much later that began."""
    found, began = flashes(film), tones(film)
    pairs = [(at, min(began, key=lambda one: abs(one - at))) for at in found if began]
    return [(heard - seen) * 1_000 for seen, heard in pairs if abs(heard - seen) < APART_S]


async def record(folder: Path, seconds: float) -> dict[str, bytes]:
    """The films of a visit, by the role of whoever is in it."""
    settings, taken = demo.prepare(load({**PLAIN, "TELESESSION_RECORDING": "true"}), folder, port=0, certs=None)
    app = await demo.seeded(settings)
    async with serving.opened(app, taken), async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *FAKE_DEVICES])
        tess, pat = [await Person.sit_down(chromium, DESKTOP, reduced_motion="reduce") for _ in range(2)]
        for person in (tess, pat):
            await person.context.add_init_script(f"({SOURCE})()")
        await tess.open(app[DEMO_LINKS]["therapist"])
        await pat.open(app[DEMO_LINKS]["patient"])
        await tess.press("Admit")
        await tess.sees_moving_pictures()
        await tess.press("More")
        await tess.press("Record this visit")
        await tess.press("Ask everybody")
        await pat.press("I agree")
        sign = tess.page.get_by_role("region", name="Recording of this visit")
        await expect(sign).to_contain_text("Recording 0:", timeout=30_000)
        await asyncio.sleep(seconds)
        await tess.press("Stop recording")
        await expect(sign).to_have_count(0)
        while app[RECORDERS].pids:  # noqa: ASYNC110  it is another process that ends
            await asyncio.sleep(0.1)
        await chromium.close()
        (name,) = [one.name for one in (folder / FOLDER).iterdir()]
        visit, _, number = name.rpartition(".")
        recording = RecordingId(VisitId(visit), int(number))
        (staff,) = [one.staff for one in await app[ACCOUNTS].list_all()]
        by, archive = Actor(staff.id, staff.role, "here"), app[ARCHIVE]
        await archive.say_why(recording, "To measure it", by)
        films = {}
        for reel in (await archive.show(recording, by)).parts[-1].reels:
            with closing(await archive.reel(recording, reel.name, by, lambda _part: ())) as opened:
                films[str(reel.role)] = await asyncio.to_thread(opened.read, 0, opened.size)
        return films


async def main(seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        films = await record(Path(folder), seconds)
    for role, film in films.items():
        found = sound_late_ms(film)
        report(
            "lip_sync", role=role, sound_late_ms=spread(found), least_ms=round(min(found)), most_ms=round(max(found))
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    asyncio.run(main(parser.parse_args().seconds))
