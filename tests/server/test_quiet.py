"""A whole visit, and every kind of bad request, leave none of what was said or carried in the logs."""

import io

from tests.domain.test_sdp import MINIMAL
from tests.server.conftest import Service
from tests.server.test_socket import admitted

CANARY = "canary"


async def test_a_visit_leaves_no_word_in_the_logs(logged: io.StringIO, service: Service) -> None:
    tess, pat = await admitted(service)
    async with tess.ws, pat.ws:
        await pat.ask("chat.send", text=f"{CANARY} my knee hurts")
        sdp = MINIMAL + f"a=tool:{CANARY} 203.0.113.7\r\n"
        signal = {"type": "rtc.description", "connection": 1, "offer": 1, "kind": "offer", "sdp": sdp}
        await tess.send({"type": "signal", "to": service.people[1].participant, "signal": signal})
        await pat.until("signal")
        await pat.send({"type": CANARY, "text": CANARY})
    async with service.somebody().http.get(f"/join/{CANARY}?{CANARY}={CANARY}", headers={"Cookie": f"a={CANARY}"}):
        pass
    async with service.somebody().http.post(f"/{CANARY}", data={CANARY: CANARY}):
        pass

    text = logged.getvalue()
    assert '"event": "socket_closed"' in text
    assert '"route": "/join/{token}"' in text
    secrets = [service.booked.therapist_token, service.booked.patient_token]
    secrets += [cookie.value for person in service.people for cookie in person.http.cookie_jar]
    for word in [CANARY, "Tess", "Pat", "203.0.113.7", "127.0.0.1", *secrets]:
        assert word not in text, word
    assert '"dropped"' not in text, "every key that we log ourselves is on the list"
