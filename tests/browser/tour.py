"""A walk through a whole visit, stopping at every screen that somebody sees on the way."""

from collections.abc import AsyncIterator, Callable, Sequence

from tests.browser.clinic import Clinic, Person
from tests.browser.conftest import Sit

Stop = tuple[str, Person]
Say = Callable[[str], str]
"""A sentence as the people of this walk read it."""


async def tour(clinic: Clinic, sit: Sit, say: Say = str, **options: object) -> AsyncIterator[Stop]:
    """What is on the screen, and on whose; the walk goes on when the next stop is asked for."""
    tess, pat = await sit(**options), await sit(**options)
    await pat.page.goto(clinic.patient)
    yield "landing", pat
    await pat.press(say("Check my camera and sound"))
    await pat.sees_heading(say("Check your camera and sound"))
    await pat.page.get_by_text(say("Say hello")).wait_for()
    yield "check", pat
    await pat.press(say("I'm ready"))
    await pat.sees_heading(say("You are in the waiting room"))
    yield "waiting room", pat

    await tess.page.goto(clinic.therapist)
    yield "landing of the therapist", tess
    await tess.press(say("Skip the check"))
    await tess.sees_button(say("Admit"))
    yield "somebody waits", tess
    await tess.press(say("Admit"))
    await tess.sees_moving_pictures()
    await pat.sees_moving_pictures()
    for person, way in _sheets(tess, pat):
        async for stop in _open(person, way, say):
            yield stop

    await tess.press(say("End visit"))
    await tess.page.get_by_role("dialog").get_by_role("button", name=say("End visit")).click()
    for person, link in ((tess, clinic.therapist), (pat, clinic.patient)):
        await person.sees_heading(say("The visit has ended"))
        yield "ended", person
        await person.page.goto(link)
        yield "link of a visit that has ended", person


def _sheets(tess: Person, pat: Person) -> Sequence[tuple[Person, Sequence[str]]]:
    """Whose sheets, and the buttons that lead there one after the other; the last one closes it."""
    return [
        (tess, ["More", "People and guests", "Invite a guest", "Close"]),
        (tess, ["More", "Camera, microphone and sound", "Close"]),
        (tess, ["Leave", "Stay"]),
        (tess, ["End visit", "Go on with the visit"]),
        (pat, ["More", "I can't hear or see", "Close"]),
        (pat, ["Chat", "Chat"]),
        (pat, ["Mute", "Turn camera off", "Unmute", "Turn camera on"]),
    ]


async def _open(person: Person, way: Sequence[str], say: Say) -> AsyncIterator[Stop]:
    dialog = person.page.get_by_role("dialog")
    yield "visit", person
    for at, step in enumerate(way):
        inside = at > 0 and await dialog.is_visible()
        place = dialog if inside else person.page
        await place.get_by_role("button", name=say(step), exact=not inside).first.click()
        if at < len(way) - 1:
            yield " > ".join(way[: at + 1]), person
