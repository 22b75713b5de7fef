"""Every screen of the visit, from the gallery's made-up states: for everybody, in any size, in any language."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
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

ODD_SIZES = [(320, 256), (360, 740), (740, 360)]
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
    const boxes = (choice) => [...document.querySelectorAll(choice)]
        .filter((one) => one.checkVisibility())
        .map((one) => one.getBoundingClientRect());
    const meet = (one, other, slack) =>
        Math.min(one.right, other.right) - Math.max(one.left, other.left) > slack &&
        Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > slack;
    const ways = boxes(".exits > *, .desk-stop");
    const covered = ways.some((one, at) => ways.slice(at + 1).some((other) => meet(one, other, 1)))
        ? ["two ways out cover each other"] : [];
    const faces = boxes(".room.is-showing:not(.is-step-back) > .pictures");
    const figures = boxes(".figure, .stills");
    const hidden = faces.some((one) => figures.some((other) => meet(one, other, 24)))
        ? ["a face covers the exercise"] : [];
    const wide = page.scrollWidth > page.clientWidth ? ["wider than the screen"] : [];
    return [...wide, ...small, ...covered, ...hidden];
}"""
"""A page that is wider than the screen, targets smaller than 44 CSS px, and what covers what one needs."""

ON_THE_SMALLEST = f"""() => {{
    const smallest = ({MISFITS})();
    document.documentElement.dataset.text = "large";
    const large = ({MISFITS})();
    document.documentElement.dataset.text = "usual";
    return {{ smallest, large }};
}}"""
"""All that is asked of one state on the smallest phone, in one question."""

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


@asynccontextmanager
async def opened(browser: Browser, address: str) -> AsyncIterator[Page]:
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


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, address: str) -> AsyncIterator[Page]:
    async with opened(browser, address) as page:
        yield page


async def show_each(page: Page, names: Iterable[str] | None = None, **wishes: str) -> AsyncIterator[str]:
    """Each state of the gallery by name, or each of these, while it is shown."""
    for name in names or await page.evaluate("gallery.names"):
        await page.evaluate("([name, wishes]) => gallery.show(name, wishes)", [name, wishes])
        yield name


Measured = dict[str, dict[str, list[str]]]
"""What is wrong with each state of the gallery, by what was looked for."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def measured(browser: Browser, address: str) -> Measured:
    """Every state drawn once, and everything asked of it that one drawing can answer: drawing is what takes time."""
    async with opened(browser, address) as page:
        return {name: await _measure(page) async for name in show_each(page)}


async def _measure(page: Page) -> dict[str, list[str]]:
    await page.set_viewport_size(DESKTOP)
    desk: list[str] = await page.evaluate(MISFITS)
    await page.set_viewport_size(SMALLEST)
    small: dict[str, list[str]] = await page.evaluate(ON_THE_SMALLEST)
    return {"desk": desk, **small}


def found_by(measured: Measured, *looks: str) -> dict[tuple[str, str], list[str]]:
    return found({(name, look): wrong[look] for name, wrong in measured.items() for look in looks})


async def test_every_part_of_every_screen_fits(measured: Measured) -> None:
    assert found_by(measured, "desk", "smallest") == {}


async def test_large_letters_fit_on_the_smallest_phone(measured: Measured) -> None:
    assert found_by(measured, "large") == {}


async def test_one_of_each_kind_of_screen_has_no_serious_fault(page: Page) -> None:
    await page.set_viewport_size(PHONE)
    names: list[str] = await page.evaluate("gallery.names")
    first_of_kind = {name.split("-")[0]: name for name in reversed(names)}.values()
    assert found({name: await serious_faults(page) async for name in show_each(page, first_of_kind)}) == {}


@pytest.mark.long
async def test_every_part_of_every_screen_fits_in_odd_sizes(page: Page) -> None:
    misfits: dict[tuple[str, int, int], list[str]] = {}
    async for name in show_each(page):
        for width, height in ODD_SIZES:
            await page.set_viewport_size({"width": width, "height": height})
            misfits[name, width, height] = await page.evaluate(MISFITS)
    assert found(misfits) == {}


@pytest.mark.long
@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone-light", "desk-dark"])
async def test_no_screen_has_a_serious_fault(page: Page, size: ViewportSize, scheme: Literal["light", "dark"]) -> None:
    await page.set_viewport_size(size)
    await page.emulate_media(color_scheme=scheme)
    assert found({name: await serious_faults(page) async for name in show_each(page)}) == {}


@pytest.mark.long
async def test_every_sentence_can_be_translated_into_a_longer_one_also_from_right_to_left(page: Page) -> None:
    await page.set_viewport_size(SMALLEST)
    plain: dict[str, list[str]] = {}
    misfits: dict[tuple[str, str], list[str]] = {}
    async for name in show_each(page, language="pseudo"):
        plain[name] = await page.evaluate(PLAIN)
        for way in ("rtl", "ltr"):
            misfits[name, way] = await page.evaluate(
                f"(way) => {{ document.documentElement.dir = way; return ({MISFITS})(); }}", way
            )
    assert (found(plain), found(misfits)) == ({}, {})


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


async def test_a_button_that_is_being_pressed_stays_what_and_where_it_is_when_the_exercise_comes(page: Page) -> None:
    await page.set_viewport_size(PHONE)
    await page.evaluate("gallery.show('shown-coming', {})")
    hurts = await page.get_by_role("button", name="It hurts").element_handle()
    place = await hurts.bounding_box()
    await page.evaluate("gallery.turn('shown-answered')")
    assert await page.locator(".answers button").count() == 4
    assert (await hurts.inner_text(), await hurts.bounding_box()) == ("It hurts", place)
