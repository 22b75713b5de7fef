"""Somebody who uses no mouse."""

import pytest

from tests.browser.clinic import Person

FOCUSED = """() => {
    const one = document.activeElement;
    return one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent ?? one.textContent;
}"""


async def tabs_to(person: Person, name: str) -> None:
    """Only the Tab key, until what it reaches is called so."""
    for _ in range(80):
        await person.page.keyboard.press("Tab")
        if (await person.page.evaluate(FOCUSED)).strip().startswith(name):
            return
    pytest.fail(f"The Tab key does not come to {name}.")
