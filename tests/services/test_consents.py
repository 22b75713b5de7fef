"""Consent is given part by part, withdrawn at any time, and asked for again when the words change."""

import secrets

import pytest

from telesession.domain.audit import SERVICE, Actor
from telesession.domain.consent import BEFORE_TREATMENT, Part, current
from telesession.domain.errors import NotFound, Refused
from telesession.domain.ids import PatientId
from telesession.domain.patients import Details, Patient
from telesession.services.audit import Audit
from telesession.services.consents import Consents, Said
from telesession.services.patients import Patients
from telesession.store.audit import Filter
from telesession.store.database import Database
from tests.fakes import Clock

PAT = Actor("seat", "patient", "192.0.2.0/24")


@pytest.fixture
def consents(database: Database, clock: Clock) -> Consents:
    return Consents(database, clock, secrets.token_bytes)


@pytest.fixture
async def pat(database: Database, clock: Clock) -> Patient:
    return await Patients(database, clock, secrets.token_bytes).register(Details("Pat"))


def yes(part: Part) -> Said:
    return Said(part, True, current(part).version, "es")


def no(part: Part) -> Said:
    return Said(part, False, current(part).version, "es")


async def test_parts_are_given_and_withdrawn_one_by_one(consents: Consents, pat: Patient, clock: Clock) -> None:
    assert (await consents.state(pat.id)).missing == BEFORE_TREATMENT

    given = await consents.record(pat.id, [yes(part) for part in BEFORE_TREATMENT], PAT)
    clock.pass_by(minutes=1)
    after = await consents.record(pat.id, [no(Part.TELEHEALTH)], PAT)

    assert given.missing == ()
    assert after.missing == (Part.TELEHEALTH,)
    assert after.standing[Part.PRIVACY].language == "es"
    assert await consents.state(pat.id) == after


async def test_the_same_said_twice_is_kept_once_and_audited_once(
    consents: Consents, pat: Patient, database: Database, clock: Clock
) -> None:
    for _ in range(2):
        await consents.record(pat.id, [yes(Part.LIMITS), no(Part.PRIVACY)], PAT)

    lines = await Audit(database, clock).read(SERVICE, Filter(actor=PAT.id))
    assert [(one.line.action, one.line.subject) for one in lines] == [("consent.given", f"{pat.id}:limits")]


async def test_a_yes_to_words_that_changed_meanwhile_is_not_taken(consents: Consents, pat: Patient) -> None:
    with pytest.raises(Refused):
        await consents.record(pat.id, [yes(Part.LIMITS), Said(Part.PRIVACY, True, "2025-01", "en")], PAT)

    assert (await consents.state(pat.id)).standing == {}


async def test_nobody_agrees_for_nobody(consents: Consents) -> None:
    with pytest.raises(NotFound):
        await consents.record(PatientId("nobody"), [yes(Part.LIMITS)], PAT)
