"""Login sessions: begun by whoever has proved who they are, looked up at every request, ended from anywhere."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from telesession.domain import sessions as rules
from telesession.domain.audit import Action, Actor, Draft
from telesession.domain.errors import Refused
from telesession.domain.ids import SessionId, StaffId
from telesession.domain.sessions import Factor, Session
from telesession.domain.staff import Staff
from telesession.services.identity import fresh_id
from telesession.store import audit, seats, sessions, staff
from telesession.store.database import Database, Transaction


class Client(Struct, frozen=True):
    """The browser that asks, as far as sign-in has to know it."""

    place: str
    """The network that it comes from: guesses from one place count together."""
    device: str = ""
    token: str | None = None
    """The session that it has now, which the next one replaces."""

    def acting_as(self, who: Staff) -> Actor:
        """`who`, as the audit names them when they act from here."""
        return Actor(who.id, who.role, self.place)


class SignedIn(Struct, frozen=True):
    """Somebody of the staff, and the session by which they are here."""

    staff: Staff
    session: Session


async def begin(
    tx: Transaction, who: StaffId, factor: Factor, client: Client, now: datetime, random_bytes: Callable[[int], bytes]
) -> str:
    """Sign `who` in, and answer with the token for the cookie. What the browser brought ends: none is carried over."""
    token = rules.token_of(random_bytes(rules.TOKEN_BYTES))
    session = Session(SessionId(fresh_id(random_bytes)), who, client.device[:100], now, now, now)
    await _replace(tx, client, session)
    await sessions.remove_over(tx, now)
    for one in rules.surplus(await sessions.list_for_staff(tx, who)):
        await sessions.remove(tx, one.id, who)
    await sessions.add(tx, session, rules.digest(token))
    await audit.add(tx, Draft(client.acting_as(await staff.get(tx, who)), Action.SIGNED_IN, f"{who}:{factor}"), now)
    return token


async def _replace(tx: Transaction, client: Client, new: Session) -> None:
    """End what the browser brought. A visit goes on for whoever proves afresh who they are, and for nobody else."""
    if client.token is None or not rules.is_token(client.token):
        return
    found = await sessions.find(tx, rules.digest(client.token))
    if found is None:
        return
    before = found[0]
    await sessions.remove(tx, before.id, before.staff)
    if before.staff == new.staff:
        await seats.follow(tx, before.id, to=new.id)
    else:
        await seats.end(tx, before.staff, new.began_at, session=before.id)


async def renew(tx: Transaction, session: Session, now: datetime, random_bytes: Callable[[int], bytes]) -> str:
    """Give this session another token and end all others of the account: how one signs in to it has changed."""
    token = rules.token_of(random_bytes(rules.TOKEN_BYTES))
    await sessions.change_token(tx, session.id, rules.digest(token))
    await sign_out(tx, session.staff, now, but=session.id)
    return token


async def sign_out(tx: Transaction, who: StaffId, now: datetime, but: SessionId | None = None) -> None:
    """End every session of an account, except one, and the seats in visits that hang on them."""
    await sessions.remove_all(tx, who, but)
    if but is None:
        await seats.end(tx, who, now)
    else:
        await seats.end_others(tx, who, now, but)


async def require_open(tx: Transaction, session: Session) -> None:
    """Raise `Refused("prove_again")` when it was ended meanwhile: who is out changes no way in any more.

    Asked in the transaction of the change, since an administrator may begin the account anew while a password is
    compared.
    """
    if await sessions.find_open(tx, session.id) is None:
        raise prove_again()


def prove_again() -> Refused:
    """Too long ago to change how one signs in."""
    return Refused("prove_again", "Please sign in again, then you can change this.")


class Sessions:
    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def whose(self, token: str | None, *, is_activity: bool = True) -> SignedIn | None:
        """Who is signed in with this token; None when nobody is (any more).

        Counts as activity unless told that a page asks by itself: then a session that is left alone ends all the same.
        """
        if token is None or not rules.is_token(token):
            return None
        async with self._database.reading() as tx:
            found = await sessions.find(tx, rules.digest(token))
        now = self._now()
        if found is None or rules.is_over(found[0], now) or found[1].disabled_at is not None:
            return None
        session, staff = found
        if is_activity and rules.is_due(session, now):
            session = replace(session, seen_at=now)
            await self.note_seen(session.id)
        return SignedIn(staff, session)

    async def look_at(self, session: SessionId) -> Session | None:
        """It as it is now, also when it was left alone; None once it was ended or is too old. Counts as no activity."""
        async with self._database.reading() as tx:
            found = await sessions.find_open(tx, session)
        return found if found is not None and self._now() < found.began_at + rules.ABSOLUTE else None

    async def note_seen(self, session: SessionId) -> None:
        """Somebody is there: they did something, or are in a visit."""
        async with self._database.transaction() as tx:
            await sessions.note_seen(tx, session, self._now())

    async def list_for(self, who: StaffId) -> list[Session]:
        """Where this person is signed in, the place used last first."""
        async with self._database.reading() as tx:
            found = await sessions.list_for_staff(tx, who)
        return [one for one in found if not rules.is_over(one, self._now())]

    async def end(self, session: SessionId, who: Staff, place: str) -> None:
        """Sign one browser of `who` out."""
        async with self._database.transaction() as tx:
            await sessions.remove(tx, session, who.id)
            await seats.end(tx, who.id, self._now(), session=session)
            await self._note_end(tx, who, place)

    async def end_all(self, who: Staff, place: str, but: SessionId | None = None) -> None:
        """Sign `who` out everywhere, except in one browser."""
        async with self._database.transaction() as tx:
            await sign_out(tx, who.id, self._now(), but)
            await self._note_end(tx, who, place)

    async def end_token(self, client: Client) -> None:
        """Sign out the browser that brings this token; harmless when it is signed out already."""
        if client.token is None or not rules.is_token(client.token):
            return
        async with self._database.transaction() as tx:
            found = await sessions.find(tx, rules.digest(client.token))
            if found is not None:
                await sessions.remove(tx, found[0].id, found[1].id)
                await seats.end(tx, found[1].id, self._now(), session=found[0].id)
                await self._note_end(tx, found[1], client.place)

    async def _note_end(self, tx: Transaction, who: Staff, place: str) -> None:
        await audit.add(tx, Draft(Client(place).acting_as(who), Action.SIGNED_OUT, who.id), self._now())
