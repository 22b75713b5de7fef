"""The way to somebody else's patient: asked why, let in for an hour, and seen by an administrator."""

import re
from datetime import timedelta

from telesession.domain.patients import Details
from telesession.domain.staff import StaffRole
from telesession.server.keys import PATIENTS, SCHEDULING
from tests.server.conftest import LENGTH, START_IN, Person, Service

WHY = "Tess is ill and Pat called, dizzy"


async def said(person: Person, method: str, path: str, **form: str) -> tuple[int, str, str]:
    async with person.http.request(method, path, data=form or None, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", ""), await answer.text()


async def test_a_therapist_says_why_and_goes_on_to_the_visit_of_a_colleague(service: Service) -> None:
    tess = await service.hire("Tess Therapist")
    pat = await service.app[PATIENTS].register(Details("Pat Patient", notes="CANARY", address="7 CANARY Wharf"))
    booked = await service.app[SCHEDULING].book(service.clock() + START_IN, LENGTH, tess.name, pat.id, "UTC", tess.id)
    record, visit = f"/patients/{pat.id}", f"/appointments/{booked.appointment.id}"
    tom = await service.somebody().sign_in(await service.hire("Tom Therapist"))

    asked = f"{record}/emergency"
    assert (await said(tom, "GET", record))[:2] == (303, asked)
    assert (await said(tom, "POST", record, name="x", revision="1"))[:2] == (303, asked)
    assert (await said(tom, "POST", record, born_on="soon"))[:2] == (303, asked), "a bad form shows nothing either"
    assert (await said(tom, "GET", f"/appointments/new?patient={pat.id}"))[:2] == (303, asked)
    assert (await said(tom, "POST", f"{visit}/open"))[:2] == (303, f"{asked}?next={visit}")
    assert (await said(tom, "GET", f"{visit}/practised"))[:2] == (303, f"{asked}?next={visit}/practised")
    async with tom.http.get(record, headers={"Accept": "application/json"}, allow_redirects=False) as answer:
        assert (answer.status, (await answer.json())["code"]) == (403, "not_in_charge")

    status, _, page = await said(tom, "POST", f"{asked}?next={visit}", reason="hm", next=visit)
    assert (status, 'id="reason-error"' in page, f'value="{visit}"' in page) == (422, True, True)
    assert "CANARY" not in page
    assert (await said(tom, "POST", asked, reason=WHY, next="//evil.example"))[:2] == (303, record)
    assert (await said(tom, "POST", asked, reason=WHY, next=visit))[:2] == (303, visit)
    assert (await said(tom, "POST", f"{visit}/open"))[1].startswith("/visit/")
    _, _, page = await said(tom, "GET", record)
    assert "CANARY" in page
    assert "You opened this record in an emergency" in page

    own = await service.somebody().sign_in(tess)
    assert WHY in (await said(own, "GET", record))[2], "whoever treats Pat sees it on the record"
    for _ in range(5):
        service.clock.pass_by(minutes=12)
        await said(tom, "GET", "/schedule")
    assert (await said(tom, "GET", record))[:2] == (303, asked)


async def test_an_administrator_looks_at_it(service: Service) -> None:
    tess, ada = await service.hire("Tess Therapist"), await service.hire("Ada Admin", StaffRole.ADMINISTRATOR)
    booked = await service.app[SCHEDULING].book(
        service.clock() + timedelta(days=1), LENGTH, tess.name, Details("Quill"), "UTC", tess.id
    )
    fay = await service.somebody().sign_in(await service.hire("Fay Front", StaffRole.FRONT_DESK))
    card = f"/appointments/{booked.appointment.id}/emergency"
    status, asked, _ = await said(fay, "GET", card)
    assert (status, asked.endswith(f"/emergency?next={card}")) == (303, True)
    assert (await said(fay, "POST", asked, reason=WHY, next=card))[:2] == (303, card)
    assert "Where to send help" in (await said(fay, "GET", card))[2]

    admin = await service.somebody().sign_in(ada)
    assert "Somebody used emergency access" in (await said(admin, "GET", "/schedule"))[2]
    _, _, page = await said(admin, "GET", "/emergencies")
    assert WHY in page
    assert "Fay Front" in page
    review = re.search(r"/emergencies/\w+/review", page)
    assert review is not None
    assert (await said(fay, "POST", review[0]))[0] == 403
    assert (await said(admin, "POST", review[0]))[0] == 303
    assert "Looked at on" in (await said(admin, "GET", "/emergencies"))[2]
