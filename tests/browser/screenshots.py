"""One command, every screen: `python -m tests.browser.screenshots [NAME ...]` draws them all, to be looked at."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.clinic import CHROMIUM, FLAGS
from tests.browser.gallery import gallery

SIZES = {"phone": (360, 740), "desktop": (1280, 800), "small": (320, 640), "turned": (740, 360), "zoomed": (320, 256)}
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"

DRAWN_ALIKE = ["--autoplay-policy=no-user-gesture-required", "--force-color-profile=srgb"]


READY = """() => [...document.querySelectorAll("video")]
    .every((one) => !one.srcObject || one.hidden || one.readyState >= 2)"""


def shoot_all(page: Page, size: str, theme: str, arguments: argparse.Namespace) -> Iterator[Path]:
    """One file for each wanted state."""
    wishes = {"language": arguments.language, "text": "large" if arguments.large_text else "usual"}
    for name in arguments.names or page.evaluate("gallery.names"):
        page.evaluate("([name, wishes]) => gallery.show(name, wishes)", [name, wishes])
        page.wait_for_function(READY)
        path = Path(arguments.to) / f"{name}.{size}.{theme}.png"
        page.screenshot(path=path)
        yield path


def shoot(browser: Browser, address: str, arguments: argparse.Namespace) -> Iterator[Path]:
    """One file for each wanted state, size and theme."""
    for theme in arguments.theme:
        for size in arguments.size:
            width, height = SIZES[size]
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=theme,
                reduced_motion="reduce",
                forced_colors="active" if arguments.forced_colors else None,
                user_agent=None if size == "desktop" else ANDROID,
            )
            page = context.new_page()
            page.on("console", lambda line: print(line.text) if line.type in {"error", "warning"} else None)
            page.on("pageerror", lambda error: print(error))
            page.goto(address)
            page.wait_for_function("() => window.gallery")
            yield from shoot_all(page, size, theme, arguments)
            context.close()


def main() -> None:
    """Read the wishes from the command line and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these states")
    parser.add_argument("--size", nargs="+", choices=SIZES, default=["phone", "desktop"])
    parser.add_argument("--theme", nargs="+", choices=["light", "dark"], default=["light", "dark"])
    parser.add_argument("--to", default="screenshots/visit")
    parser.add_argument("--large-text", action="store_true")
    parser.add_argument("--forced-colors", action="store_true")
    parser.add_argument("--language", default="", help="'pseudo', or the address of a catalogue")
    arguments = parser.parse_args()
    Path(arguments.to).mkdir(parents=True, exist_ok=True)
    with gallery() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *DRAWN_ALIKE])
        drawn = sum(1 for _ in shoot(browser, address, arguments))
        browser.close()
    print(f"{drawn} pictures in {arguments.to}")


if __name__ == "__main__":
    main()
