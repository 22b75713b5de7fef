"""Every screen of the visit, from the gallery's made-up states: for everybody, in any size, in any language."""

from collections.abc import AsyncIterator, Iterator
from typing import Literal, TypeVar

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize

from tests.browser.gallery import WEB, gallery

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

FAULTS = """async (tags) => (await axe.run({ runOnly: tags, resultTypes: ["violations"], preload: false })).violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(", ")}`)"""

Theme = Literal["light", "dark"]

SIZES = [(320, 640), (320, 256), (360, 740), (740, 360), (1280, 800)]
PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
SMALLEST: ViewportSize = {"width": 320, "height": 640}

MISFITS = """() => {
    const page = document.documentElement;
    const isSmall = ({ width, height }) => width < 43.5 || height < 43.5;
    const small = [...document.querySelectorAll("#app button, #app a, #app select, #app summary")]
        .filter((one) => one.checkVisibility() && one.getClientRects().length > 0)
        .filter((one) => isSmall(one.getBoundingClientRect()) && !(one.tagName === "A" && one.closest("p")))
        .map((one) => `too small: ${one.textContent.trim()}`);
    return page.scrollWidth > page.clientWidth ? ["wider than the screen", ...small] : small;
}"""
"""A page that is wider than the screen, and targets smaller than 44 CSS px."""

PLAIN = r"""() => {
    const walker = document.createTreeWalker(document.querySelector("#app"), NodeFilter.SHOW_TEXT);
    const plain = [];
    while (walker.nextNode()) {
        const text = walker.currentNode.data.trim();
        const around = walker.currentNode.parentElement;
        const made = around.closest(
            "bdi, kbd, option, time, .avatar, .chat-text, .clip-reason, .notices, [role=alert], [data-live]"
        );
        if (/\p{L}{2}/u.test(text) && !/[⟦⟧]/u.test(text) && !made) plain.push(text);
    }
    return plain;
}"""


Key = TypeVar("Key")


def found(complaints: dict[Key, list[str]]) -> dict[Key, list[str]]:
    """Those with something to say."""
    return {where: what for where, what in complaints.items() if what}


async def serious_faults(page: Page) -> list[str]:
    """What axe finds on the page as it is, without what is only moderate."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    faults: list[str] = await page.evaluate(FAULTS, TAGS)
    return faults


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with gallery() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, address: str) -> AsyncIterator[Page]:
    """The gallery, where no screen may break its strict content security policy."""
    page = await browser.new_page(reduced_motion="reduce")
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{address}?calm")
    await page.wait_for_function("() => window.gallery")
    yield page
    await page.close()
    assert complaints == []


async def show_each(page: Page, **wishes: str) -> AsyncIterator[str]:
    """Each state of the gallery by name, while it is shown."""
    for name in await page.evaluate("gallery.names"):
        await page.evaluate("([name, wishes]) => gallery.show(name, wishes)", [name, wishes])
        yield name


async def test_every_part_of_every_screen_fits_in_any_size(page: Page) -> None:
    misfits: dict[tuple[str, int, int], list[str]] = {}
    async for name in show_each(page):
        for width, height in SIZES:
            await page.set_viewport_size({"width": width, "height": height})
            misfits[name, width, height] = await page.evaluate(MISFITS)
    assert found(misfits) == {}


@pytest.mark.parametrize(
    ("size", "theme"),
    [
        pytest.param(PHONE, "light", id="phone-light"),
        pytest.param(DESKTOP, "dark", id="desktop-dark", marks=pytest.mark.long),
    ],
)
async def test_no_screen_has_a_serious_fault(page: Page, size: ViewportSize, theme: Theme) -> None:
    await page.set_viewport_size(size)
    await page.emulate_media(color_scheme=theme)
    assert found({name: await serious_faults(page) async for name in show_each(page)}) == {}


async def test_every_sentence_can_be_translated_into_a_longer_one(page: Page) -> None:
    await page.set_viewport_size(SMALLEST)
    plain: dict[str, list[str]] = {}
    misfits: dict[str, list[str]] = {}
    async for name in show_each(page, language="pseudo"):
        plain[name] = await page.evaluate(PLAIN)
        misfits[name] = await page.evaluate(MISFITS)
    assert (found(plain), found(misfits)) == ({}, {})


async def test_large_letters_fit_on_the_smallest_phone(page: Page) -> None:
    await page.set_viewport_size(SMALLEST)
    assert found({name: await page.evaluate(MISFITS) async for name in show_each(page, text="large")}) == {}


@pytest.mark.parametrize(
    ("state", "answers"),
    [
        ("shown-coming", ["It hurts", "Too hard"]),
        ("shown-missing", ["I get it", "Show again", "It hurts", "Too hard"]),
    ],
)
async def test_nobody_is_asked_whether_they_get_what_is_still_coming(
    page: Page, state: str, answers: list[str]
) -> None:
    await page.evaluate("(name) => gallery.show(name, {})", state)
    assert await page.locator(".answers button").all_inner_texts() == answers
