"""Looks at a clinic as a doctor would: what is well, what needs care, what has to be mended now, and how."""

import asyncio
import shutil
import stat
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from telesession import master_keys
from telesession.config import LOOPBACK, BadSettings, MailTls, Settings
from telesession.domain.errors import Refused
from telesession.domain.ids import ParticipantId, VisitId
from telesession.domain.webhooks import Webhook
from telesession.live.ice import Ice
from telesession.services import address_probe, turn_probe
from telesession.services.address_probe import AddressFailed
from telesession.services.audit import Audit
from telesession.services.backup import last_made
from telesession.services.mail_probe import MailFailed, MailServer, log_in
from telesession.services.turn_probe import TurnFailed
from telesession.store import webhooks
from telesession.store.database import Database
from telesession.store.revisions import HEAD, current, is_begun

LEAST_FREE = 500_000_000
LITTLE_FREE = 5_000_000_000
BACKUP_OLD = timedelta(days=2)
BACKUP_TOO_OLD = timedelta(days=7)
CLOCK_ASKED_WITHIN_S = 5.0
CERTIFICATE_SOON = timedelta(days=14)


class Level(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    PROBLEM = "problem"


class Finding(Struct, frozen=True):
    """One line of what was found. `advice` is what to do, empty when nothing is to be done."""

    name: str
    level: Level
    text: str
    advice: str = ""


def good(name: str, text: str) -> Finding:
    """All is well."""
    return Finding(name, Level.GOOD, text)


def warning(name: str, text: str, advice: str) -> Finding:
    """It works, and could work better or longer."""
    return Finding(name, Level.WARNING, text, advice)


def problem(name: str, text: str, advice: str) -> Finding:
    """It does not work, or patients are not safe."""
    return Finding(name, Level.PROBLEM, text, advice)


Knock = Callable[[str, Path | None], Awaitable[datetime]]


async def look(
    settings: Settings, now: Callable[[], datetime], mail: MailServer | None = None, knock: Knock = address_probe.knock
) -> list[Finding]:
    """Everything that can be looked at from here; nothing is changed but that a relay is asked for an address."""
    found = [await address(settings, now(), knock), *await asyncio.to_thread(_on_the_disk, settings, now())]
    found += [
        await clock(),
        *await turn(settings, now()),
        await mail_server(mail or _mail_of(settings)),
        *await _database(settings, now),
    ]
    return found


async def address(settings: Settings, now: datetime, knock: Knock) -> Finding:
    """Whether browsers reach the service so that they give it the camera."""
    origin = settings.origin
    if settings.is_https:
        return await _encrypted(origin, now, knock, address_probe.authority_of(settings))
    if any(f"//{name}" in origin or f"//[{name}" in origin for name in LOOPBACK):
        return warning(
            "address",
            "Only browsers on this machine can use the service.",
            "Set TELESESSION_PUBLIC_URL to the https address that patients use.",
        )
    return problem(
        "address",
        f"{origin} is not encrypted: browsers give no camera there, and anybody may listen.",
        "Set TELESESSION_PUBLIC_URL to an https address, with a certificate here or in a proxy in front.",
    )


async def _encrypted(origin: str, now: datetime, knock: Knock, authority: Path | None) -> Finding:
    try:
        good_until = await knock(origin, authority)
    except AddressFailed as no:
        return (problem if no.is_sure else warning)("address", f"{origin}: {no}.", no.advice)
    text = f"{origin} answers, encrypted; its certificate is good until {good_until:%d %B %Y}."
    if good_until - now < CERTIFICATE_SOON:
        return warning("address", text, "Renew it, and see why that did not happen by itself.")
    return good("address", text)


def key_file(settings: Settings) -> Finding:
    """Whether the keys are there, private, and not stolen together with the database."""
    path = settings.master_keys
    if not path.exists():
        return problem(
            "keys", f"There are no keys at {path}.", "Put back a copy; only a clinic that never ran makes new ones."
        )
    try:
        keys = master_keys.load(path)
    except BadSettings as wrong:
        return problem("keys", str(wrong), "Mend that before the service is started again.")
    if path.stat().st_mode & (stat.S_IRGRP | stat.S_IWGRP):
        return warning("keys", f"A group of accounts can read {path}.", f"Run: chmod 600 {path}")
    if len(keys.masters) > 1:
        return warning("keys", "A rotation of the master key is not finished.", "Run: telesession keys rotate")
    if path.resolve().is_relative_to(settings.data_dir.resolve()):
        return warning(
            "keys",
            "The keys lie in the folder of the database: whoever takes the folder can read everything.",
            "Move the file to another disk or a secret store and set TELESESSION_MASTER_KEY_FILE.",
        )
    return good("keys", "The keys are there, private, and apart from the database.")


def disk(folder: Path) -> Finding:
    """Whether there is room."""
    place = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    free = shutil.disk_usage(place).free
    text = f"{free / 1e9:.1f} GB are free on the disk of {folder}."
    if free < LEAST_FREE:
        return problem("disk", text, "Free some: without room no visit can be written down, and none can go on.")
    if free < LITTLE_FREE:
        return warning("disk", text, "Free some, or give the clinic a larger disk.")
    return good("disk", text)


def backup(data_dir: Path, now: datetime) -> Finding:
    """How old the newest backup is."""
    made, advice = last_made(data_dir), "Run telesession backup every day, and take what it writes elsewhere."
    if made is None:
        return warning("backup", "No backup was made here yet.", advice)
    age = now - made.made_at
    text = f"The newest backup is {age.days} days and {age.seconds // 3600} hours old."
    if age > BACKUP_TOO_OLD:
        return problem("backup", text, advice)
    return warning("backup", text, advice) if age > BACKUP_OLD else good("backup", text)


async def clock(command: str = "timedatectl") -> Finding:
    """Whether the machine's clock is kept right: codes, links and relays depend on it."""
    said = ""
    if path := shutil.which(command):
        process = await asyncio.create_subprocess_exec(
            path, "show", "--property=NTPSynchronized", "--value",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with asyncio.timeout(CLOCK_ASKED_WITHIN_S):
                said = (await process.communicate())[0].decode(errors="replace").strip()
        except TimeoutError:
            process.kill()
            await process.wait()
    if said == "yes":
        return good("clock", "The clock is kept right by time servers.")
    if said == "no":
        return problem("clock", "Nothing keeps the clock right.", "Run: timedatectl set-ntp true")
    return warning(
        "clock", "It is not known whether anything keeps the clock right.", "See that the machine uses time servers."
    )


async def turn(settings: Settings, now: datetime) -> list[Finding]:
    """Whether each relay gives an address with the credentials that patients get."""
    if not settings.turn_urls:
        return [
            warning(
                "turn",
                "There is no TURN server: some patients' networks let no visit through without one.",
                "Set one up (docs/how-to/turn.md) and name it in TELESESSION_TURN_URLS.",
            )
        ]
    ice = Ice(turn_urls=settings.turn_urls, turn_secret=settings.turn_secret, turn_ttl_s=settings.turn_ttl_s)
    given = ice.servers_for(VisitId("check"), ParticipantId("check"), now).ice_servers[-1]
    found = []
    for url in settings.turn_urls:
        try:
            await asyncio.to_thread(turn_probe.allocate, url, given.username or "", given.credential or "")
        except TurnFailed as no:
            advice = "Look at the relay's log, its secret (TELESESSION_TURN_SECRET_FILE) and the firewall."
            found.append(problem("turn", f"{url}: {no}.", advice))
        else:
            found.append(good("turn", f"{url} gives addresses."))
    return found


def _mail_of(settings: Settings) -> MailServer | None:
    if not settings.smtp_host:
        return None
    return MailServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_username,
        settings.smtp_password,
        is_tls=settings.smtp_tls is MailTls.TLS,
        is_plain=settings.smtp_tls is MailTls.NONE,
    )


async def mail_server(server: MailServer | None) -> Finding:
    """Whether mail can leave."""
    if server is None:
        return warning("mail", "No mail server is set: patients get no messages.", "Set one in the settings.")
    try:
        await log_in(server)
    except MailFailed as no:
        return problem("mail", f"{server.host}: {no}.", "Check its address, name and password in the settings.")
    return good("mail", f"{server.host} takes our mail.")


async def _database(settings: Settings, now: Callable[[], datetime]) -> list[Finding]:
    if not is_begun(settings.database):
        return [
            problem("database", "There is no database yet.", "Start the service once, or check TELESESSION_DATA_DIR.")
        ]
    async with Database(settings.database) as database:
        try:
            revision = await current(database)
            silenced = [one for one in await _webhooks(database, revision) if one.disabled_at is not None]
        except Refused:
            return [problem("database", "The database cannot be read.", "Check its file and its rights.")]
        except Exception as error:  # noqa: BLE001  whatever is in that file, the other lines are still wanted
            text = f"The database is damaged ({type(error).__name__})."
            return [problem("database", text, "Restore the newest backup: telesession restore")]
    if revision != HEAD:
        text = f"The database is of another release (revision {revision}, wanted {HEAD})."
        return [problem("database", text, "Run: telesession migrate")]
    fine = good("database", f"The database is there, revision {revision}.")
    return [fine, await _chain(settings, now), *map(_silenced, silenced)]


async def _webhooks(database: Database, revision: str | None) -> list[Webhook]:
    if revision != HEAD:
        return []
    async with database.reading() as tx:
        return await webhooks.list_all(tx)


def _silenced(webhook: Webhook) -> Finding:
    return warning(
        "webhook",
        f"Nothing is sent to {webhook.url} any more ({webhook.disabled_why}).",
        f"Mend the receiver, then run: telesession webhook enable {webhook.id}",
    )


async def _chain(settings: Settings, now: Callable[[], datetime]) -> Finding:
    try:
        keys = await asyncio.to_thread(master_keys.load, settings.master_keys)
    except BadSettings:
        return warning("audit", "The record of access cannot be checked without the keys.", "See the keys first.")
    async with Database(settings.database, keys) as database:
        verdict = await Audit(database, now).verify()
    if verdict.is_whole:
        return good("audit", f"The record of access is whole: {verdict.lines} lines.")
    return problem(
        "audit",
        f"The record of access was changed or shortened at line {verdict.broken}.",
        "Keep a copy of the database, find out who could write to it, and compare with an export.",
    )


def _on_the_disk(settings: Settings, now: datetime) -> list[Finding]:
    return [key_file(settings), disk(settings.data_dir), backup(settings.data_dir, now)]
