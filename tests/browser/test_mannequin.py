"""The mannequin in a real browser: it paints, moves with the time it is given, and outlives its graphics card."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright

from tests.browser.clinic import CHROMIUM, FLAGS
from tests.browser.stills import SOFTWARE, studio

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

START = """async (slug) => {
    const canvas = document.createElement("canvas");
    canvas.style.cssText = "position: fixed; inset: 0; width: 320px; height: 240px";
    document.body.append(canvas);
    const mannequin = new studio.Mannequin(canvas);
    mannequin.show(await studio.entry(slug));
    const picture = () => canvas.toDataURL();
    window.stand = { canvas, mannequin, draw: (at_s) => { stand.mannequin.draw(at_s); return picture(); }, picture };
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room() -> AsyncIterator[Page]:
    """The studio, where the skin is grown once for all tests."""
    with studio() as address:
        async with async_playwright() as playwright:
            flags = [flag for flag in FLAGS if flag != "--disable-gpu"]
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*flags, *SOFTWARE])
            page = await browser.new_page()
            complaints: list[str] = []
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.goto(f"{address}?sheet")
            await page.wait_for_function("window.studio")
            yield page
            await browser.close()
            assert complaints == []


@pytest_asyncio.fixture(loop_scope="module")
async def page(room: Page) -> AsyncIterator[Page]:
    """With one exercise on a canvas."""
    await room.evaluate(START, "bridge")
    yield room
    await room.evaluate("() => { stand.mannequin.close(); stand.canvas.remove(); }")


async def test_the_same_time_is_the_same_picture_and_another_time_is_not(page: Page) -> None:
    first, again, later = await page.evaluate("[1, 1, 3].map((at_s) => stand.draw(at_s))")
    assert first == again
    assert first != later
    assert len(first) > 10_000


async def test_the_picture_that_stays_is_how_the_movement_begins(page: Page) -> None:
    kept, first = await page.evaluate(
        "() => [stand.mannequin.picture({ width: 320, height: 240 }).toDataURL(), stand.draw(0)]"
    )
    assert kept == first


async def test_the_page_says_how_large_the_canvas_is(page: Page) -> None:
    await page.evaluate("stand.draw(1)")
    assert await page.evaluate("[stand.canvas.clientWidth, stand.canvas.clientHeight]") == [320, 240]


async def test_a_lost_graphics_card_is_got_over(page: Page) -> None:
    before, lost, after = await page.evaluate("""async () => {
        const before = stand.draw(2);
        const card = stand.canvas.getContext("webgl2").getExtension("WEBGL_lose_context");
        const gone = new Promise((done) => stand.canvas.addEventListener("webglcontextlost", done, { once: true }));
        card.loseContext();
        await gone;
        await new Promise((done) => setTimeout(done)); // the loss is only over after its event
        stand.mannequin.draw(3); // nothing to draw on, and no error
        const back = new Promise((done) => stand.canvas.addEventListener("webglcontextrestored", done, { once: true }));
        card.restoreContext();
        await back;
        return [before, stand.mannequin.lost, stand.draw(2)];
    }""")
    assert lost == 1
    assert after == before


async def test_after_closing_the_same_canvas_can_be_used_again(page: Page) -> None:
    before, after = await page.evaluate("""async () => {
        const before = stand.draw(2);
        stand.mannequin.close();
        stand.mannequin = new studio.Mannequin(stand.canvas);
        stand.mannequin.show(await studio.entry("bridge"));
        return [before, stand.mannequin.draw(2) ?? stand.picture()];
    }""")
    assert after == before


async def test_without_webgl_it_says_so(page: Page) -> None:
    name = await page.evaluate("""() => {
        const canvas = document.createElement("canvas");
        canvas.getContext("2d");
        try { new studio.Mannequin(canvas); } catch (error) { return error.constructor.name; }
    }""")
    assert name == "NoWebGl"


async def test_it_can_be_turned_and_brought_nearer_and_put_back(page: Page) -> None:
    start, turned, nearer, back = await page.evaluate("""() => {
        const pictures = [stand.draw(2)];
        stand.mannequin.orbit(40, 10); pictures.push(stand.draw(2));
        stand.mannequin.zoom(1.5); pictures.push(stand.draw(2));
        stand.mannequin.reset(); pictures.push(stand.draw(2));
        return pictures;
    }""")
    assert len({start, turned, nearer}) == 3
    assert back == start


async def test_a_device_that_does_not_keep_up_gets_fewer_pixels(page: Page) -> None:
    before, after, size = await page.evaluate("""() => {
        stand.draw(1);
        const before = stand.canvas.width;
        stand.mannequin.coarser();
        stand.draw(1);
        return [before, stand.canvas.width, stand.canvas.clientWidth];
    }""")
    assert after < before
    assert size == 320


async def test_it_draws_at_most_thirty_times_a_second_and_stops_when_told(page: Page) -> None:
    drawn, after = await page.evaluate("""async () => {
        let drawn = 0;
        const stop = studio.follow(stand.canvas, stand.mannequin, () => { drawn += 1; return null; });
        const frames = (count) => new Promise((done) => {
            const next = () => (count-- > 0 ? requestAnimationFrame(next) : done());
            next();
        });
        const start_ms = performance.now();
        await frames(60);
        const seconds = (performance.now() - start_ms) / 1000;
        stop();
        const so_far = drawn;
        await frames(10);
        return [so_far / seconds, drawn - so_far];
    }""")
    assert 0 < drawn <= 33
    assert after == 0
