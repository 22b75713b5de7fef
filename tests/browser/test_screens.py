"""Every screen of the visit, from the gallery's made-up states: for everybody, in any size, in any language."""

from collections.abc import AsyncIterator, Iterator
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.gallery import WEB, gallery

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

FOUND = """async (tags) => (await axe.run({ runOnly: tags })).violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(", ")}`)"""

SIZES = [(320, 640), (320, 256), (360, 740), (740, 360), (1280, 800)]
SMALLEST = [(320, 640)]

MISFITS = """() => {
    const page = document.documentElement;
    const isSmall = ({ width, height }) => width < 43.5 || height < 43.5;
    const small = [...document.querySelectorAll("#app button, #app a, #app select, #app summary")]
        .filter((one) => one.checkVisibility() && one.getClientRects().length > 0)
        .filter((one) => isSmall(one.getBoundingClientRect()) && !(one.tagName === "A" && one.closest("p")))
        .map((one) => one.textContent.trim());
    return [page.scrollWidth > page.clientWidth, small];
}"""
"""Whether the page is wider than the screen, and the targets smaller than 44 CSS px."""

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


async def serious_faults(page: Page) -> list[str]:
    """What axe finds on the page as it is, without what is only moderate."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    found: list[str] = await page.evaluate(FOUND, TAGS)
    return found


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


@pytest.mark.parametrize(("width", "height", "theme"), [(360, 740, "light"), (1280, 800, "dark")])
async def test_axe_finds_nothing_serious_on_any_screen(
    page: Page, width: int, height: int, theme: Literal["light", "dark"]
) -> None:
    await page.set_viewport_size({"width": width, "height": height})
    await page.emulate_media(color_scheme=theme)
    complaints = {name: found async for name in show_each(page) if (found := await serious_faults(page))}
    assert complaints == {}


@pytest.mark.parametrize(
    ("wishes", "sizes"), [({}, SIZES), ({"language": "pseudo"}, SMALLEST), ({"text": "large"}, SMALLEST)]
)
async def test_nothing_is_wider_than_the_screen_nor_too_small_to_press(
    page: Page, wishes: dict[str, str], sizes: list[tuple[int, int]]
) -> None:
    wide, small = [], []
    async for name in show_each(page, **wishes):
        for width, height in sizes:
            await page.set_viewport_size({"width": width, "height": height})
            is_wide, pressed_by_luck = await page.evaluate(MISFITS)
            wide += [(name, width, height)] if is_wide else []
            small += [(name, width, height, one) for one in pressed_by_luck]
    assert (wide, small) == ([], [])


async def test_every_sentence_can_be_translated(page: Page) -> None:
    plain = {name: found async for name in show_each(page, language="pseudo") if (found := await page.evaluate(PLAIN))}
    assert plain == {}
