"""Every screen of the visit, from the gallery's made-up states: for everybody, in any size, in any language."""

from collections.abc import AsyncIterator, Iterator
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.browser.gallery import WEB, gallery
from tests.browser.screenshots import CHROMIUM, FLAGS

pytestmark = pytest.mark.browser

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

FOUND = """async (tags) => (await axe.run({ runOnly: tags })).violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(", ")}`)"""

TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"

TOO_SMALL = """() => [...document.querySelectorAll("#app button, #app a, #app select, #app summary")]
    .filter((one) => one.checkVisibility() && one.getClientRects().length > 0)
    .filter((one) => { const box = one.getBoundingClientRect(); return box.width < 43.5 || box.height < 43.5; })
    .filter((one) => !(one.tagName === "A" && one.closest("p")))
    .map((one) => one.textContent.trim())"""

PLAIN = r"""() => {
    const walker = document.createTreeWalker(document.querySelector("#app"), NodeFilter.SHOW_TEXT);
    const plain = [];
    while (walker.nextNode()) {
        const text = walker.currentNode.data.trim();
        const around = walker.currentNode.parentElement;
        const made = around.closest("bdi, kbd, option, time, .avatar, .chat-text, .notices, [role=alert], [data-live]");
        if (/\p{L}{2}/u.test(text) && !/[⟦⟧]/u.test(text) && !made) plain.push(text);
    }
    return plain;
}"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
def address() -> Iterator[str]:
    with gallery() as opened:
        yield opened


@pytest.fixture
async def page(browser: Browser, address: str) -> Page:
    page = await browser.new_page(reduced_motion="reduce")
    await page.goto(f"{address}?calm")
    await page.wait_for_function("() => window.gallery")
    return page


async def show_each(page: Page, **wishes: str) -> AsyncIterator[str]:
    """Each state of the gallery by name, while it is shown."""
    for name in await page.evaluate("gallery.names"):
        await page.evaluate("([name, wishes]) => gallery.show(name, wishes)", [name, wishes])
        yield name


@pytest.mark.parametrize(("width", "height", "theme"), [(360, 740, "light"), (1280, 800, "dark")])
async def test_axe_finds_nothing_serious_on_any_screen(
    page: Page, width: int, height: int, theme: Literal["light", "dark"]
) -> None:
    await page.set_viewport_size({"width": width, "height": height})
    await page.emulate_media(color_scheme=theme)
    await page.evaluate(AXE.read_text())
    complaints = {name: found async for name in show_each(page) if (found := await page.evaluate(FOUND, TAGS))}
    assert complaints == {}


@pytest.mark.parametrize(("width", "height"), [(320, 640), (320, 256), (360, 740), (740, 360), (1280, 800)])
async def test_nothing_is_wider_than_the_screen_nor_too_small_to_press(page: Page, width: int, height: int) -> None:
    await page.set_viewport_size({"width": width, "height": height})
    small = {name: found async for name in show_each(page) if (found := await page.evaluate(TOO_SMALL))}
    wide = [name async for name in show_each(page, language="pseudo") if await page.evaluate(TOO_WIDE)]
    large = [name async for name in show_each(page, text="large") if await page.evaluate(TOO_WIDE)]
    assert (small, wide, large) == ({}, [], [])


async def test_every_sentence_can_be_translated(page: Page) -> None:
    plain = {name: found async for name in show_each(page, language="pseudo") if (found := await page.evaluate(PLAIN))}
    assert plain == {}


async def test_no_screen_breaks_the_content_security_policy(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    drawn = [name async for name in show_each(page)]
    assert drawn
    assert complaints == []
