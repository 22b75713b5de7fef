"""Every real screen on the way through a visit, for those who read other languages."""

import msgspec
import pytest

from telesession.server.i18n import PSEUDO, longer
from telesession.services.exercises import INDEX_FILE, Library
from tests.browser.clinic import DESKTOP, Clinic
from tests.browser.conftest import Sit
from tests.browser.tour import tour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PLAIN = r"""(names) => {
    const unseen = "script, style, title, noscript";
    const made = "bdi, option, time, .avatar, .chat-text, .languages form, .clinic, .when dd";
    const isMade = (element) => element.closest(unseen) || element.closest(made);
    const isPlain = (text) => /\p{L}{2}/u.test(text) && !/[[\]]/u.test(text) && !names.includes(text);
    const plain = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode.data.trim();
        if (isPlain(text) && !isMade(walker.currentNode.parentElement)) plain.push(text);
    }
    for (const name of ["aria-label", "placeholder", "alt", "title"]) {
        for (const element of document.querySelectorAll(`[${name}]`)) {
            const text = element.getAttribute(name);
            if (isPlain(text) && !isMade(element)) plain.push(`${name}: ${text}`);
        }
    }
    const [title] = document.title.split(" · ");
    return isPlain(title) ? [...plain, `title: ${title}`] : plain;
}"""
"""English that is neither a name nor made by the people themselves: the testers' language stands in brackets."""

NAMES = ["Ana Ruiz", "Pat Morgan"]


def english(part: object) -> list[str]:
    """Every English text in a part of the index of exercises: entries bring their own languages, none stretched."""
    if isinstance(part, list):
        return [text for one in part for text in english(one)]
    if not isinstance(part, dict):
        return []
    own = [part["en"]] if isinstance(part.get("en"), str) else []
    return [*own, *english(list(part.values()))]


LIBRARY = english(msgspec.json.decode(Library.load().files()[INDEX_FILE]))


async def test_no_sentence_of_any_screen_slipped_past_the_catalogue(clinic: Clinic, sit: Sit) -> None:
    """In the testers' language, whose sentences are longer as well."""
    cookie = {"name": "language", "value": PSEUDO, "url": clinic.url}
    reader = {"storage_state": {"cookies": [cookie], "origins": []}, "bypass_csp": True, "reduced_motion": "reduce"}
    plain: dict[str, list[str]] = {}
    async for name, person in tour(clinic, sit, longer, viewport=DESKTOP, **reader):
        plain[name] = await person.page.evaluate(PLAIN, [*NAMES, *LIBRARY])
    assert {name: found for name, found in plain.items() if found} == {}
