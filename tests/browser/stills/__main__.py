"""Photograph every key pose of every exercise: `python -m tests.browser.stills [SLUG ...]`, to be looked at.

Writes contact sheets into screenshots/mannequin/: the figure by light and by dark, and the drawings in its stead.
With --open the studio stays open for a browser of your own.
"""

import argparse
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.clinic import CHROMIUM, FLAGS
from tests.browser.stills import SOFTWARE, slugs, studio

SHEETS = ("light", "dark", "drawn")


def photograph(address: str, arguments: argparse.Namespace) -> None:
    """One file for each sheet."""
    with sync_playwright() as playwright:
        flags = [flag for flag in FLAGS if flag != "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*flags, *SOFTWARE])
        for sheet in arguments.sheet:
            page = browser.new_page(viewport={"width": 1800, "height": 900})
            page.on("pageerror", lambda error: print(error))
            page.goto(f"{address}?sheet")
            page.wait_for_function("window.studio")
            asked = [arguments.slugs or slugs(), sheet, arguments.view, arguments.side]
            count = page.evaluate("(asked) => studio.sheet(...asked)", asked)
            path = Path(arguments.to) / f"{sheet}.png"
            page.screenshot(path=path, full_page=True)
            page.close()
            print(f"{count} poses in {path}")
        browser.close()


def main() -> None:
    """Read the wishes from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slugs", nargs="*", help="only these exercises")
    parser.add_argument("--sheet", nargs="+", choices=SHEETS, default=list(SHEETS))
    parser.add_argument("--view", default=None, help="instead of the best one")
    parser.add_argument("--side", default=None, choices=["left", "right"])
    parser.add_argument("--to", default="screenshots/mannequin")
    parser.add_argument("--open", action="store_true")
    arguments = parser.parse_args()
    Path(arguments.to).mkdir(parents=True, exist_ok=True)
    with studio() as address:
        if arguments.open:
            print(address)
            while True:
                time.sleep(3600)
        photograph(address, arguments)


if __name__ == "__main__":
    main()
