"""A visit is recorded only while everybody in it agrees, and everybody sees and can end that at any time."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.clinic import PATIENCE_MS, PHONE, Clinic, Person
from tests.browser.conftest import Sit, meet
from tests.browser.test_guests import invite

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def clinic_settings() -> dict[str, str]:
    return {"TELESESSION_RECORDING": "true"}


def sign(person: Person) -> Locator:
    return person.page.get_by_role("region", name="Recording of this visit")


async def reads(person: Person, words: str) -> None:
    await expect(sign(person)).to_contain_text(words, timeout=PATIENCE_MS)


async def listens(person: Person) -> None:
    """From now on the page remembers each tone that it makes."""
    await person.page.evaluate(
        """() => {
            window.tones = [];
            const start = OscillatorNode.prototype.start;
            OscillatorNode.prototype.start = function (...when) {
                window.tones.push(Math.round(this.frequency.value));
                return start.apply(this, when);
            };
        }"""
    )


async def lines(person: Person, count: int) -> None:
    """So many others this page keeps a media connection with."""
    await person.page.wait_for_function(
        "(count) => Object.keys(window.telesession.connections()).length === count", arg=count, timeout=PATIENCE_MS
    )


async def test_a_visit_is_recorded_while_everybody_agrees_and_at_no_other_time(clinic: Clinic, sit: Sit) -> None:
    tess, pat = await meet(clinic, sit)
    await tess.press("More")
    await tess.press("Record this visit")
    await tess.page.get_by_label("For teaching").check()
    await tess.press("Ask everybody")

    # No costs nothing, and can be taken back.
    await pat.sees_heading("May this visit be recorded?")
    await expect(pat.page.get_by_text("For teaching")).to_be_visible()
    await pat.press("No")
    await reads(tess, "Pat Morgan does not want to be recorded.")
    await expect(pat.page.get_by_role("heading", name="May this visit be recorded?")).to_have_count(0)
    await expect(pat.page.get_by_role("heading", level=1)).to_be_focused()
    await expect(sign(pat)).to_have_count(0)
    await pat.press("More")
    await pat.press("Recording of this visit")
    for person in (tess, pat):
        await listens(person)
    await pat.press("I agree")

    for person in (tess, pat):
        await reads(person, "encrypted to the server")
        await expect(sign(person)).to_contain_text("Recording 0:")
        assert await person.page.evaluate("window.tones.slice(-2)") == [523, 784]
        await lines(person, 2)
    await expect(tess.page.locator(".person", has_text="Recorder")).to_be_visible()
    await pat.press("More")
    await pat.press("How this visit is protected")
    await expect(pat.page.get_by_text("picture and sound are encrypted to the server")).to_be_visible()
    await expect(pat.page.get_by_text("The clinic's server cannot")).to_have_count(0)
    await pat.press("Close")

    # Whoever comes has to be asked first.
    gus = await sit(viewport=PHONE, reduced_motion="reduce")
    await gus.open(await invite(tess, "Gus Moreno"))
    await tess.press("Admit")
    await reads(pat, "Recording paused: Gus Moreno has not agreed yet.")
    assert await pat.page.evaluate("window.tones.slice(-2)") == [784, 523]
    await lines(pat, 2)
    await gus.press("I agree")
    for person in (tess, pat, gus):
        await reads(person, "encrypted to the server")
    await lines(gus, 3)

    # A yes can be taken back at any time, and the visit goes on.
    await pat.press("Stop recording")
    await reads(gus, "Recording paused: Pat Morgan does not want to be recorded.")
    await reads(pat, "you said no")
    await lines(gus, 2)
    await tess.press("Stop recording")
    for person in (tess, pat, gus):
        await expect(sign(person)).to_have_count(0)
    await pat.keeps_seeing_pictures()
