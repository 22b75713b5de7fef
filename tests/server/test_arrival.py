"""Patients are asked once where they are; therapists alone are told."""

import re
from datetime import date

import msgspec
import pytest

from telesession.config import Settings
from telesession.domain.consent import Part, current
from telesession.domain.patients import Details
from telesession.domain.staff import StaffRole
from telesession.server.keys import CONSENTS, PATIENTS, SCHEDULING
from tests.server.conftest import LENGTH, START_IN, Person, Service


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, asks_where_patients_are=True)


async def pat_before(service: Service) -> Person:
    pat = await service.pat()
    pat.visit_path = pat.visit_path.removesuffix("/before")
    return pat


async def bedside(person: Person) -> dict[str, object]:
    async with person.http.get(f"{person.visit_path}/bedside") as answer:
        assert answer.status == 200
        told: dict[str, object] = await answer.json()
        return told


async def test_a_patient_is_asked_and_the_therapist_is_told(service: Service) -> None:
    pat, tess = await pat_before(service), await service.tess()

    async with pat.http.post(
        f"{pat.visit_path}/before?check=skip",
        data={"place": " 7 Quay  Street ", "phone": "0034 600 123 456"},
        allow_redirects=False,
    ) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, f"{pat.visit_path}?check=skip")

    told = await bedside(tess)
    assert (told["place"], told["phone"]) == ("7 Quay Street", "+34600123456")
    assert told["confirmed_at"] is not None


async def test_one_tap_is_enough_where_the_clinic_knows_and_shows_nothing_to_whoever_has_the_link(
    service: Service,
) -> None:
    known = await service.app[PATIENTS].register(Details("Pat", address="1 Canary Wharf", phone="+34600777888"))
    service.booked = await service.app[SCHEDULING].book(service.clock() + START_IN, LENGTH, "Tess", known.id, "UTC")
    pat, tess = await pat_before(service), await service.tess()

    async with pat.http.get(f"{pat.visit_path}/before") as answer:
        page = await answer.text()
    async with pat.http.post(f"{pat.visit_path}/before", data={"where": "usual", "number": "usual"}) as answer:
        assert answer.status == 200

    assert "Canary" not in page
    assert "777" not in page
    assert (await bedside(tess))["place"] == "1 Canary Wharf"


async def test_the_therapist_is_told_whom_to_ask_for(service: Service) -> None:
    pat = Details("Pat", phone="+34600777888")
    told = []
    for details in (msgspec.structs.replace(pat, born_on=date(1951, 3, 9)), pat, Details("Pat")):
        known = await service.app[PATIENTS].register(details)
        service.booked = await service.app[SCHEDULING].book(service.clock() + START_IN, LENGTH, "Tess", known.id, "UTC")
        seen = await bedside(await service.tess())
        told.append((seen["name"], seen["born_on"], seen["phone_ends"]))

    assert told == [("Pat", "1951-03-09", ""), ("Pat", None, "888"), ("Pat", None, "")]


async def test_a_number_that_whoever_has_the_link_typed_is_nothing_to_know_them_by(service: Service) -> None:
    pat, tess = await pat_before(service), await service.tess()
    async with pat.http.post(f"{pat.visit_path}/before", data={"place": "home", "phone": "600123456"}):
        pass

    assert (await bedside(tess))["phone_ends"] == ""


async def test_who_has_answered_is_not_asked_again(service: Service) -> None:
    pat = await pat_before(service)
    async with pat.http.post(f"{pat.visit_path}/before", data={"place": "home", "phone": "600123456"}):
        pass

    assert not (await service.pat()).visit_path.endswith("/before")


async def test_what_is_wrong_is_said_beside_its_field_where_the_page_opens_and_what_was_typed_stays(
    service: Service,
) -> None:
    pat = await pat_before(service)

    async with pat.http.post(f"{pat.visit_path}/before", data={"place": "7 Quay Street", "phone": "soon"}) as answer:
        page = await answer.text()

    assert answer.status == 422
    assert 'value="7 Quay Street"' in page
    assert 'id="phone-error"' in page
    assert re.findall(r'<input id="(\w+)"[^>]* autofocus', page) == ["phone"]


async def test_nobody_else_is_asked_or_told(service: Service) -> None:
    pat, gus, sam = await pat_before(service), await service.gus(), service.somebody()

    assert not gus.visit_path.endswith("/before")
    for person, path in [(pat, pat.visit_path), (gus, gus.visit_path), (sam, pat.visit_path)]:
        async with person.http.get(f"{path}/bedside") as answer:
            assert answer.status == 404
    async with gus.http.post(f"{gus.visit_path}/before", data={"place": "x", "phone": "600123456"}) as answer:
        assert answer.status == 404


class TestConsent:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, asks_where_patients_are=False, asks_for_consent=True)

    async def test_a_patient_agrees_part_by_part_and_is_asked_again_for_what_is_missing(self, service: Service) -> None:
        pat, tess = await pat_before(service), await service.tess()
        async with pat.http.get(f"{pat.visit_path}/before", headers={"Accept-Language": "es"}) as answer:
            page = await answer.text()
        versions = dict(re.findall(r'name="(agree_\w+)" value="([\w-]+)"', page))
        assert set(versions) == {"agree_telehealth", "agree_limits", "agree_privacy"}
        assert "Street, number, town" not in page

        some = {name: versions[name] for name in ("agree_telehealth", "agree_limits")}
        async with pat.http.post(
            f"{pat.visit_path}/before", data=some, headers={"Accept-Language": "es"}, allow_redirects=False
        ) as answer:
            assert answer.status == 303
        assert (await bedside(tess))["not_agreed"] == ["privacy"]
        async with pat.http.get(f"{pat.visit_path}/before") as answer:
            assert re.findall(r'name="(agree_\w+)"', await answer.text()) == ["agree_privacy"]
        async with pat.http.post(f"{pat.visit_path}/before", data={"agree_privacy": versions["agree_privacy"]}):
            pass

        state = await service.app[CONSENTS].state(service.booked.appointment.patient)
        kept = state.standing[Part.TELEHEALTH]
        assert (state.missing, kept.by, kept.visit) == ((), pat.participant, service.booked.appointment.id)
        assert (kept.text_version, kept.language, kept.at) == (versions["agree_telehealth"], "es", service.clock())
        assert not (await service.pat()).visit_path.endswith("/before"), "nothing is left to ask"

    async def test_words_that_changed_meanwhile_are_not_agreed_to(self, service: Service) -> None:
        pat = await pat_before(service)

        async with pat.http.post(f"{pat.visit_path}/before", data={"agree_privacy": "2020-01"}) as answer:
            assert answer.status == 422
            assert "This text has changed" in await answer.text()

    async def test_what_the_patient_tells_staff_is_written_on_their_record(self, service: Service) -> None:
        fay = await service.somebody().sign_in(await service.hire("Fay Front", StaffRole.FRONT_DESK))
        patient = service.booked.appointment.patient
        form = {"part": "limits", "version": current(Part.LIMITS).version}
        for said, is_given in (("yes", True), ("no", False)):
            service.clock.pass_by(minutes=1)
            async with fay.http.post(f"/patients/{patient}/consent", data=form | {"answer": said}) as answer:
                assert answer.status == 200
                assert ("Taken back on" in await answer.text()) is not is_given
            assert (await service.app[CONSENTS].state(patient)).standing[Part.LIMITS].is_given is is_given


async def test_another_contact_is_told_for_this_visit_alone(service: Service) -> None:
    known = await service.app[PATIENTS].register(
        Details("Pat", address="1 Quay", phone="+34600777888", emergency_name="Canary Kin", emergency_phone="112233")
    )
    service.booked = await service.app[SCHEDULING].book(service.clock() + START_IN, LENGTH, "Tess", known.id, "UTC")
    pat, tess = await pat_before(service), await service.tess()
    async with pat.http.get(f"{pat.visit_path}/before") as answer:
        assert "Canary" not in await answer.text()
    usual = {"where": "usual", "number": "usual"}

    for said, told in [
        ({"contact": "usual"}, ("Canary Kin", "112233")),
        ({"contact": "other", "contact_name": "Nan", "contact_phone": "445566"}, ("Nan", "445566")),
    ]:
        async with pat.http.post(f"{pat.visit_path}/before", data=usual | said, allow_redirects=False) as answer:
            assert answer.status == 303
        seen = await bedside(tess)
        assert (seen["contact_name"], seen["contact_phone"]) == told
