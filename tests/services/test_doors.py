"""Whatever people do with their links and in whatever order: who holds which seat, and when it opens."""

import secrets
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telesession.domain.errors import NotFound, Refused
from telesession.domain.invitations import MAX_SEATS
from telesession.domain.messages import Relation
from telesession.domain.patients import Details
from telesession.domain.seats import Seat
from telesession.services.invitations import Invitations
from telesession.services.scheduling import Scheduling
from telesession.store.database import Database, sqlite_url
from telesession.store.revisions import migrate
from tests.fakes import Clock
from tests.keys import KEYS

BROWSERS = range(7)
HOUR = timedelta(hours=1)

steps = st.lists(
    st.one_of(
        st.tuples(st.just("redeem"), st.integers(0, 3), st.sampled_from(BROWSERS)),
        st.tuples(st.just("pass by"), st.integers(1, 90), st.none()),
        st.tuples(st.just("move"), st.integers(-3, 3), st.none()),
        st.tuples(st.just("revoke"), st.integers(0, 3), st.none()),
        st.tuples(st.just("cancel"), st.integers(0, 5), st.none()),
        st.tuples(st.just("end"), st.integers(0, 5), st.none()),
        st.tuples(st.just("invite"), st.sampled_from(BROWSERS), st.none()),
    ),
    min_size=5,
    max_size=30,
)


class Clinic:
    """One appointment, its links and the browsers that opened them, beside what should be true of them."""

    def __init__(self, database: Database) -> None:
        self.clock = Clock()
        self.scheduling = Scheduling(database, self.clock, secrets.token_bytes)
        self.invitations = Invitations(database, self.clock, secrets.token_bytes)
        self.tokens: list[str] = []
        self.revoked: set[str] = set()
        self.is_closed = False
        self.keys: dict[int, str] = {}
        self.seats: dict[tuple[str, int], Seat] = {}

    async def open(self) -> None:
        booked = await self.scheduling.book(self.clock(), HOUR, "Tess", Details("Pat"), "UTC")
        self.starts_at, self.visit = booked.appointment.starts_at, booked.appointment.id
        self.tokens = [booked.therapist_token, booked.patient_token]

    def opens(self, token: str) -> bool:
        in_time = self.starts_at - HOUR <= self.clock() < self.starts_at + 3 * HOUR
        return in_time and token not in self.revoked and not self.is_closed

    async def take(self, step: str, number: int, browser: int | None) -> None:
        match step:
            case "redeem":
                assert browser is not None
                await self.redeem(self.tokens[number % len(self.tokens)], browser)
            case "pass by":
                self.clock.pass_by(minutes=number)
            case "move" if not self.is_closed:
                moved = await self.scheduling.move(self.visit, self.clock() + max(number, 0) * HOUR)
                links = {moved.therapist_token, moved.patient_token}
                if moved.appointment.starts_at == self.starts_at and links <= set(self.tokens) - self.revoked:
                    return  # where it was already
                assert not links & set(self.tokens)
                self.starts_at = moved.appointment.starts_at
                self.revoked.update(self.tokens)
                self.tokens += [moved.therapist_token, moved.patient_token]
            case "revoke":
                await self.revoke(self.tokens[number % len(self.tokens)])
            case "cancel" if number == 0 and not self.is_closed:
                await self.scheduling.cancel(self.visit)
                self.is_closed = True
            case "end" if number == 0:
                await self.scheduling.end(self.visit)
                self.is_closed = True
            case "invite":
                await self.invite(number)

    async def redeem(self, token: str, browser: int) -> None:
        seated = {holder for of, holder in self.seats if of == token}
        is_full = len(seated) == MAX_SEATS and browser not in seated
        if self.opens(token) and not is_full:
            granted = await self.invitations.redeem(token, self.keys.get(browser))
            assert self.keys.setdefault(browser, granted.browser_key) == granted.browser_key
            assert self.seats.setdefault((token, browser), granted.seat) == granted.seat
        else:
            with pytest.raises(Refused) as refusal:
                await self.invitations.redeem(token, self.keys.get(browser))
            assert (refusal.value.code == "too_many_devices") == self.opens(token)

    async def revoke(self, token: str) -> None:
        """Only a seat tells which invitation a token is, so only used links are revoked here."""
        for (of, _), seat in self.seats.items():
            if of == token:
                await self.invitations.revoke(seat.invitation)
                self.revoked.add(token)
                return

    async def invite(self, browser: int) -> None:
        seat = self.seats.get((self.tokens[0], browser))
        if seat is not None and self.opens(self.tokens[0]) and len(self.tokens) < 4:
            self.tokens.append(await self.invitations.invite_guest(seat, "Gus", Relation.RELATIVE))

    async def look_around(self) -> None:
        assert len({seat.participant for seat in self.seats.values()}) == len(self.seats)
        for (token, holder), seat in self.seats.items():
            assert await self.returns(seat, holder) == ("in" if self.opens(token) else "refused")
            assert await self.returns(seat, (holder + 1) % len(BROWSERS)) == "not found"

    async def returns(self, seat: Seat, browser: int) -> str:
        try:
            found = await self.invitations.seat(seat.participant, self.keys.get(browser))
        except NotFound:
            return "not found"
        except Refused:
            return "refused"
        assert found == seat
        return "in"


@settings(max_examples=30, deadline=None)
@given(steps)
async def test_seats_belong_to_their_browsers_and_open_only_with_their_links(
    taken: list[tuple[str, int, int | None]],
) -> None:
    with TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder) / "clinic.db")
        await migrate(url)
        async with Database(url, KEYS) as database:
            clinic = Clinic(database)
            await clinic.open()
            for step in taken:
                await clinic.take(*step)
                await clinic.look_around()
