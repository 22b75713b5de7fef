"""The way in from a printed letter, for who has it and knows the date of birth; guessing leads nowhere."""

import asyncio
from datetime import date

import aiohttp
import pytest

from telesession.domain.messages import Role
from telesession.domain.patients import Details
from telesession.server.keys import PATIENTS, SCHEDULING
from tests.server.conftest import LENGTH, START_IN, Person, Service


@pytest.fixture
async def code(service: Service) -> str:
    pat = await service.app[PATIENTS].register(Details("Pat", born_on=date(1951, 3, 9)))
    booked = await service.app[SCHEDULING].book(service.clock() + START_IN, LENGTH, "Tess", pat.id, "UTC")
    link = (await service.app[SCHEDULING].links(booked.appointment.id))[Role.PATIENT]
    assert link.is_code_good
    return link.code


async def typed(person: Person, code: str, born_on: str = "1951-03-09") -> aiohttp.ClientResponse:
    async with person.http.post("/join", data={"code": code, "born_on": born_on}, allow_redirects=False) as answer:
        await answer.read()
    return answer


async def test_the_page_takes_a_code_as_it_is_printed(service: Service) -> None:
    async with service.somebody().http.get("/join") as answer:
        page = await answer.text()

    assert 'maxlength="16" autocapitalize="characters" spellcheck="false"' in page


async def test_a_code_and_the_date_of_birth_lead_to_the_visit(service: Service, code: str) -> None:
    answer = await typed(service.somebody(), code.lower().replace("-", " "))

    assert answer.status == 303
    assert answer.headers["Location"].startswith("/visit/")


async def test_a_wrong_date_and_a_wrong_code_say_the_same_and_keep_what_was_typed(service: Service, code: str) -> None:
    wrong_date = await typed(service.somebody(), code, "1951-03-10")
    wrong_code = await typed(service.somebody(), "ABCD-2345")

    assert wrong_date.status == wrong_code.status == 422
    pages = [(await answer.text()).replace(code, "ABCD-2345") for answer in (wrong_date, wrong_code)]
    assert "We do not know this code together with this date of birth" in pages[0]
    assert 'value="1951-03-10"' in pages[0]


async def test_a_code_is_spent_after_five_wrong_dates_and_its_link_still_opens(service: Service, code: str) -> None:
    for day in range(10, 15):
        assert (await typed(service.somebody(), code, f"1951-03-{day}")).status == 422

    answer = await typed(service.somebody(), code)
    assert answer.status == 422
    assert "tried too often" in await answer.text()


async def test_who_guesses_is_stopped_and_links_are_guessed_no_better_than_codes(service: Service, code: str) -> None:
    sam = service.somebody()
    for number in range(10):
        assert (await typed(sam, f"ABCD-234{number}")).status == 422
    for number in range(10):
        async with sam.http.get(f"/join/{'x' * 31}{number}") as answer:
            assert answer.status == 404

    assert (await typed(sam, code)).status == 429
    async with sam.http.get(f"/join/{service.booked.patient_token}") as answer:
        assert answer.status == 429


async def test_many_guesses_at_once_are_as_many_as_one_after_the_other(service: Service, code: str) -> None:
    sam = service.somebody()

    answers = await asyncio.gather(*(typed(sam, f"ABCD-23{number}") for number in range(10, 70)))

    assert sorted(one.status for one in answers) == [422] * 20 + [429] * 40


async def test_whoever_knows_both_costs_their_network_no_try(service: Service, code: str) -> None:
    pat = service.somebody()

    for _ in range(30):
        assert (await typed(pat, code)).status == 303


@pytest.mark.parametrize(("code", "born_on"), [("", ""), ("ABCD-2345", "yesterday"), ("x" * 6_000, "1951-03-09")])
async def test_what_is_no_code_and_no_date_is_said_in_words(service: Service, code: str, born_on: str) -> None:
    assert (await typed(service.somebody(), code, born_on)).status == 422
