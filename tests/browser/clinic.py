"""A clinic to try, and people with real browsers before it."""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, expect

from telesession import demo
from telesession.config import load
from telesession.server import serving
from telesession.server.keys import DEMO_LINKS
from tests.browser.camera import small_camera

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or "chromium"
"""The same engine without a window around it, where there is one: every test needs less of the processor."""
WINDOWED = shutil.which("chromium") or "chromium"
"""With everything that people have around a page, such as the question whether it may use the camera."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FAKE_DEVICES = [
    "--use-fake-device-for-media-stream",
    f"--use-file-for-fake-video-capture={small_camera()}",
    "--use-fake-ui-for-media-stream",
]
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
PATIENCE_MS = 30_000
START_S = 30
EXPECTED_COMPLAINTS = ("ERR_CONNECTION_REFUSED", "WebSocket connection", "410 (Gone)", "409 (Conflict)")
"""What Chromium itself writes when the service is down on purpose, or a link is over or opens later."""

PLAIN = {
    "TELESESSION_DEBUG": "true",
    "TELESESSION_ASKS_WHERE_PATIENTS_ARE": "false",
    "TELESESSION_ASKS_FOR_CONSENT": "false",
}
"""Patients go straight to the visit; the question of where they are has a test of its own."""


class Clinic:
    """Where it is, the links of its therapist and its patient, and how the therapist signs in."""

    url = therapist = patient = email = password = ""


@asynccontextmanager
async def opened(data: Path, chosen: dict[str, str]) -> AsyncIterator[Clinic]:
    """What `telesession demo` serves, in the process of the test: that is open at once."""
    settings, taken = demo.prepare(load({**PLAIN, **chosen}), data, port=0, certs=None)
    app = await demo.seeded(settings)
    clinic = Clinic()
    for name in ("url", "therapist", "patient", "email", "password"):
        setattr(clinic, name, app[DEMO_LINKS][name])
    async with serving.opened(app, taken):
        yield clinic


class ClinicProcess(Clinic):
    """`telesession demo` on a port and in a folder of its own, so that it can be killed and come back."""

    def __init__(self, data: Path, chosen: dict[str, str] | None = None, within: Sequence[str] = ()) -> None:
        """`chosen`: settings; `within`: words before the command, such as `ip netns exec NAME`."""
        self._data = data
        self._chosen = chosen or {}
        self._within = within
        self._port = "0"
        self.process: asyncio.subprocess.Process

    async def start(self) -> "ClinicProcess":
        """Returns once it answers; after a stop or a kill it comes back on the same port with the same links."""
        with (self._data / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self._within, sys.executable, "-m", "telesession", "demo", "--json",
                "--port", self._port, "--data", str(self._data),
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                cwd=ROOT,
                env={**os.environ, **PLAIN, **self._chosen},
            )  # fmt: skip
        assert self.process.stdout is not None
        async with asyncio.timeout(START_S):
            line = await self.process.stdout.readline()
        links = json.loads(line)
        self.url, self.therapist, self.patient = links["url"], links["therapist"], links["patient"]
        self._port = self.url.rpartition(":")[2]
        return self

    async def kill(self) -> None:
        """As a power cut would: no goodbye."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self) -> int:
        """Ask it to stop; answers with its exit code."""
        if self.process.returncode is None:
            self.process.terminate()
        return await self.process.wait()


class Person:
    """Somebody in front of a browser window of their own."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context = context
        self.page = page
        self.complaints: list[str] = []
        page.on("console", lambda line: self._hear(line.type, line.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    @classmethod
    async def sit_down(
        cls,
        browser: Browser,
        viewport: dict[str, int] = DESKTOP,
        permissions: Sequence[str] = ("camera", "microphone"),
        **options: object,
    ) -> "Person":
        context = await browser.new_context(viewport=viewport, permissions=list(permissions), **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        return cls(context, await context.new_page())

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and not any(expected in text for expected in EXPECTED_COMPLAINTS):
            self.complaints.append(text)

    async def open(self, link: str) -> None:
        """Open the link and take the way past the check."""
        await self.page.goto(link)
        await self.page.get_by_role("button", name="Skip the check").click()

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def sees_heading(self, name: str) -> None:
        await expect(self.page.get_by_role("heading", name=name)).to_be_visible(timeout=PATIENCE_MS)

    async def sees_button(self, name: str) -> None:
        await expect(self.page.get_by_role("button", name=name, exact=True)).to_be_visible(timeout=PATIENCE_MS)

    async def sees_moving_pictures(self, count: int = 1) -> None:
        """`count` remote videos decode frames: each at least two more than when this began to look."""
        await self.page.wait_for_function(
            """(count) => {
                const videos = [...document.querySelectorAll("video[data-participant]")];
                const frames = (video) => video.getVideoPlaybackQuality().totalVideoFrames;
                const moved = videos.filter((video) => {
                    if (video.framesAtFirst === undefined) video.framesAtFirst = frames(video);
                    return frames(video) >= video.framesAtFirst + 2 && video.videoWidth > 0;
                });
                return moved.length >= count;
            }""",
            arg=count,
            timeout=PATIENCE_MS,
        )

    async def frames(self) -> int:
        """Pictures decoded so far from the first remote video."""
        decoded: int = await self.page.evaluate(
            """document.querySelector("video[data-participant]")?.getVideoPlaybackQuality().totalVideoFrames ?? 0"""
        )
        return decoded

    async def keeps_seeing_pictures(self, more: int = 8) -> None:
        """At least `more` pictures come from now on."""
        now = await self.frames()
        await self.page.wait_for_function(
            """(goal) => (document.querySelector("video[data-participant]")
                ?.getVideoPlaybackQuality().totalVideoFrames ?? 0) >= goal""",
            arg=now + more,
            timeout=PATIENCE_MS,
        )

    async def says(self, text: str) -> None:
        """Write a line in the chat."""
        box = self.page.get_by_role("textbox")
        if not await box.is_visible():
            await self.page.get_by_role("button", name="Chat", exact=True).click()
        await box.fill(text)
        await box.press("Enter")

    async def reads(self, text: str) -> None:
        """A line of the chat is there to read; opens the chat when it is closed."""
        log = self.page.get_by_role("log")
        if not await log.is_visible():
            await self.page.get_by_role("button", name="Chat", exact=True).click()
        await expect(log.get_by_text(text)).to_be_visible(timeout=PATIENCE_MS)
