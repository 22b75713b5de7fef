"""Codes of an app, recovery codes, and what becomes of them."""

from collections.abc import Awaitable, Callable

import pytest

from telesession.domain.errors import Refused
from telesession.domain.staff import StaffRole
from telesession.services.passwords import Passwords, Verdict
from telesession.services.sessions import Client, SignedIn
from telesession.store.database import Database
from tests.fakes import Clock
from tests.people import HERE, PASSWORD, People
from tests.services.security_key import SecurityKey


@pytest.fixture
def people(database: Database, clock: Clock) -> People:
    return People(database, clock)


@pytest.fixture
async def me(people: People) -> SignedIn:
    """Tess, who signed in by password."""
    return (await people.enter(await people.hire()))[1]


async def protected(people: People, me: SignedIn) -> tuple[str, list[str]]:
    """The secret of her app and her recovery codes."""
    secret = (await people.own.offer_totp(me.staff)).secret
    _, codes = await people.own.confirm_totp(me, people.code(secret, -1), HERE.place)
    return secret, list(codes)


async def step(people: People, me: SignedIn) -> str:
    """The password is given, the code is not."""
    entry = await people.sign_in.with_password(me.staff.email, PASSWORD, HERE)
    assert not entry.is_in
    assert await people.sessions.whose(entry.token) is None, "half a sign-in is none"
    return entry.token


async def refused(people: People, token: str, code: str, client: Client = HERE) -> str:
    with pytest.raises(Refused) as refusal:
        await people.sign_in.with_code(token, code, client)
    return refusal.value.code


async def test_an_offered_secret_asks_for_nothing_until_it_is_confirmed(people: People, me: SignedIn) -> None:
    offer = await people.own.offer_totp(me.staff)

    assert await people.own.offer_totp(me.staff) == offer
    assert offer.address.startswith("otpauth://totp/")
    await people.enter(me.staff)
    with pytest.raises(Refused):
        await people.own.confirm_totp(me, "000000", HERE.place)
    await people.enter(me.staff)


async def test_a_code_works_once_and_an_older_one_not_any_more(people: People, me: SignedIn) -> None:
    secret, _ = await protected(people, me)
    token = await step(people, me)

    assert await people.sign_in.with_code(token, people.code(secret, 1), HERE)
    assert await people.proved_by() == f"{me.staff.id}:password+code"
    token = await step(people, me)
    for periods in (1, 0, -1):
        assert await refused(people, token, people.code(secret, periods)) == "code_wrong"


async def test_codes_from_too_far_away_are_wrong(people: People, me: SignedIn) -> None:
    secret, _ = await protected(people, me)
    token = await step(people, me)

    assert await refused(people, token, people.code(secret, 2)) == "code_wrong"
    assert await refused(people, token, people.code(secret, -2)) == "code_wrong"


async def test_a_recovery_code_works_once(people: People, me: SignedIn) -> None:
    _, codes = await protected(people, me)

    assert await people.sign_in.with_code(await step(people, me), codes[0].lower(), HERE)
    assert await refused(people, await step(people, me), codes[0]) == "code_wrong"
    assert (await people.own.access(me.staff))[1] == 9
    renewed = await people.own.renew_codes(me, HERE.place)
    assert await refused(people, await step(people, me), codes[1]) == "code_wrong"
    assert await people.sign_in.with_code(await step(people, me), renewed[0], HERE)


async def test_guessing_codes_waits_even_when_the_password_is_given_again(people: People, me: SignedIn) -> None:
    secret, _ = await protected(people, me)
    answers: list[str] = []
    for _ in range(3):
        token = await step(people, me)
        answers += [await refused(people, token, "000000") for _ in range(2) if len(answers) < 4]

    assert answers == ["code_wrong"] * 4
    assert await refused(people, token, "000000") == "code_wrong"
    assert await refused(people, token, people.code(secret)) == "wait"
    with pytest.raises(Refused):
        await people.sign_in.with_password(me.staff.email, PASSWORD, HERE)


async def test_a_step_is_over_after_ten_minutes_and_after_its_use(people: People, me: SignedIn, clock: Clock) -> None:
    secret, _ = await protected(people, me)
    token = await step(people, me)
    assert await people.sign_in.with_code(token, people.code(secret), HERE)
    assert await refused(people, token, people.code(secret, 1)) == "step_over"

    token = await step(people, me)
    clock.pass_by(minutes=10)
    assert await refused(people, token, people.code(secret)) == "step_over"
    for nonsense in ("", "x", "é" * 43, "A" * 43):
        assert await refused(people, nonsense, "000000") == "step_over"


async def test_confirming_an_app_renews_the_session_and_ends_the_others(people: People, me: SignedIn) -> None:
    other, _ = await people.enter(me.staff)
    secret = (await people.own.offer_totp(me.staff)).secret

    token, _ = await people.own.confirm_totp(me, people.code(secret), HERE.place)

    found = await people.sessions.whose(token)
    assert found is not None
    assert found.session.id == me.session.id
    assert await people.sessions.whose(other) is None


async def test_a_short_password_never_stands_alone(people: People, me: SignedIn) -> None:
    secret, _ = await protected(people, me)
    await people.own.change_password(me, PASSWORD, "brwn0ttr", HERE.place)

    with pytest.raises(Refused) as refusal:
        await people.own.remove_totp(me, HERE.place)
    assert refusal.value.code == "password_needed"
    await people.own.change_password(me, "brwn0ttr", PASSWORD, HERE.place)
    await people.own.remove_totp(me, HERE.place)
    assert (await people.sign_in.with_password(me.staff.email, PASSWORD, HERE)).is_in
    assert secret


async def test_a_reset_forgets_every_way_in(people: People, me: SignedIn) -> None:
    _, codes = await protected(people, me)
    token = await step(people, me)

    link = await people.accounts.reset(me.staff.id)

    with pytest.raises(Refused):
        await people.sign_in.with_code(token, codes[0], HERE)
    with pytest.raises(Refused):
        await people.sign_in.with_password(me.staff.email, PASSWORD, HERE)
    assert await people.sessions.list_for(me.staff.id) == []
    assert await people.welcome.choose_password(link, PASSWORD, HERE)
    with pytest.raises(Refused) as refusal:
        await people.welcome.choose_password(link, PASSWORD, HERE)
    assert refusal.value.code == "welcome_unknown"


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", '{"response": {"clientDataJSON": "e30"}}', "\ud800", "nonsense", '{"a":' * 9_000]
)
async def test_what_is_no_passkey_is_refused_in_words(people: People, me: SignedIn, credential: str) -> None:
    with pytest.raises(Refused) as refusal:
        await people.passkeys.sign_in(credential, HERE)
    assert refusal.value.code == "passkey_refused"
    with pytest.raises(Refused):
        await people.passkeys.add_to_account(me, credential, "Key", HERE.place)


async def test_who_is_out_meanwhile_changes_no_way_in(people: People, me: SignedIn) -> None:
    secret, _ = await protected(people, me)
    await people.accounts.reset(me.staff.id)

    for change in (
        people.own.rename(me, "Tess Again"),
        people.own.confirm_totp(me, people.code(secret), HERE.place),
        people.own.remove_totp(me, HERE.place),
        people.own.renew_codes(me, HERE.place),
        people.passkeys.add_to_account(me, "{}", "Key", HERE.place),
        people.passkeys.remove(b"key", me, HERE.place),
    ):
        with pytest.raises(Refused) as refusal:
            await change
        assert refusal.value.code == "prove_again"


async def test_a_new_name_takes_no_other_change_back(people: People, me: SignedIn) -> None:
    await people.accounts.set_role(me.staff.id, StaffRole.FRONT_DESK)
    _, again = await people.enter(me.staff)
    stale = SignedIn(me.staff, again.session)

    await people.own.rename(stale, "Tess Tested")

    found = (await people.accounts.get(me.staff.id)).staff
    assert (found.name, found.role) == ("Tess Tested", StaffRole.FRONT_DESK)


class Interrupted(Passwords):
    """Something happens while a password is looked at."""

    def __init__(self) -> None:
        super().__init__(memory_kib=64, passes=1)
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def _happens(self) -> None:
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            await happens()

    async def compare(self, hashed: str | None, password: str) -> Verdict:
        await self._happens()
        return await super().compare(hashed, password)


async def test_a_password_that_is_changed_while_the_account_is_begun_anew_opens_nothing(
    database: Database, clock: Clock
) -> None:
    passwords = Interrupted()
    people = People(database, clock, passwords)
    tess = await people.hire()
    _, me = await people.enter(tess)

    passwords.meanwhile = lambda: people.accounts.reset(tess.id)
    with pytest.raises(Refused) as refusal:
        await people.own.change_password(me, PASSWORD, "a thief chose this one", HERE.place)
    assert refusal.value.code == "prove_again"
    with pytest.raises(Refused):
        await people.sign_in.with_password(tess.email, "a thief chose this one", HERE)


async def test_a_sign_in_that_was_begun_before_the_account_was_begun_anew_ends_there(
    database: Database, clock: Clock
) -> None:
    passwords = Interrupted()
    people = People(database, clock, passwords)
    tess = await people.hire()

    passwords.meanwhile = lambda: people.accounts.reset(tess.id)
    with pytest.raises(Refused) as refusal:
        await people.sign_in.with_password(tess.email, PASSWORD, HERE)
    assert refusal.value.code == "wrong"
    assert await people.sessions.list_for(tess.id) == []


@pytest.mark.parametrize("is_verified", [True, False])
async def test_a_key_that_was_only_touched_is_one_factor_and_opens_nothing(
    people: People, me: SignedIn, *, is_verified: bool
) -> None:
    key = SecurityKey("https://visits.example.org")
    made = key.make(await people.passkeys.begin_adding(me.staff), is_verified=True)
    await people.passkeys.add_to_account(me, made, "Key", HERE.place)

    used = key.use(await people.passkeys.begin_sign_in(), is_verified=is_verified)
    if is_verified:
        found = await people.sessions.whose(await people.passkeys.sign_in(used, HERE))
        assert found is not None
        assert found.staff == me.staff
        assert await people.proved_by() == f"{me.staff.id}:passkey"
    else:
        with pytest.raises(Refused) as refusal:
            await people.passkeys.sign_in(used, HERE)
        assert refusal.value.code == "passkey_refused"


async def test_a_key_that_was_only_touched_is_not_kept(people: People, me: SignedIn) -> None:
    made = SecurityKey("https://visits.example.org").make(
        await people.passkeys.begin_adding(me.staff), is_verified=False
    )

    with pytest.raises(Refused):
        await people.passkeys.add_to_account(me, made, "Key", HERE.place)
    assert await people.passkeys.list_for(me.staff.id) == []
