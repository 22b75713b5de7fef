"""Two people who may only meet through the relay."""

import pytest

from tests.browser.clinic import PHONE, Clinic
from tests.browser.conftest import Sit
from tests.browser.peers import Peers
from tests.network.coturn import TURNSERVER, Coturn

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(TURNSERVER is None, reason="needs coturn: apt-get install coturn"),
]


@pytest.fixture
def clinic_settings(relay: Coturn) -> dict[str, str]:
    return relay.settings


async def test_two_people_meet_by_the_relay_alone_and_tell_no_address_of_theirs(clinic: Clinic, sit: Sit) -> None:
    tess, pat = await sit(), await sit(viewport=PHONE)
    of_tess, of_pat = await Peers.of(tess), await Peers.of(pat)
    await tess.open(clinic.therapist)
    await pat.open(clinic.patient)
    await tess.press("Admit")
    await tess.sees_moving_pictures()
    await pat.sees_moving_pictures()

    assert await of_tess.paths() == await of_pat.paths() == [["relay", "relay"]]
    told = of_tess.candidates_told + of_pat.candidates_told
    assert told
    assert [candidate for candidate in told if "typ relay" not in candidate] == []
    assert [candidate for candidate in told if "raddr 0.0.0.0" not in candidate] == []
