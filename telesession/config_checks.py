"""What no single type of a setting can say: which of them go together, and how an address looks."""

import re
from ipaddress import ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from telesession.config import Settings

PREFIX = "TELESESSION_"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_DATABASE = re.compile(r"sqlite(\+aiosqlite)?:///[^/]*.")


class BadSettings(Exception):
    """The settings cannot be used; the text tells the operator what to change."""


def check(settings: "Settings") -> None:
    """What no single type can say; raises `BadSettings`."""
    if settings.public_url and not _is_origin(settings.public_url):
        raise BadSettings("public_url must look like https://visits.example.org, without a path.")
    if settings.database_url and not _is_database(settings.database_url):
        raise BadSettings(
            "database_url must look like sqlite:////var/lib/visits.db. This version keeps its data in SQLite only; "
            "PostgreSQL is prepared for and not supported yet."
        )
    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadSettings("time_zone must be a name such as Europe/Madrid.") from None
    for network in settings.trusted_proxies:
        try:
            ip_network(network)
        except ValueError as wrong:
            raise BadSettings(f"trusted_proxies: {wrong}.") from None
    if settings.turn_urls and not settings.turn_secret:
        raise BadSettings(f"turn_urls need {PREFIX}TURN_SECRET_FILE.")
    if settings.ice_relay_only and not settings.turn_urls:
        raise BadSettings("ice_relay_only needs turn_urls: without a TURN server nobody could connect.")
    if settings.precall_sound_kbps > settings.precall_picture_kbps:
        raise BadSettings("precall_sound_kbps may not be more than precall_picture_kbps.")
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise BadSettings("tls_cert and tls_key go together.")
    _check_post(settings)


def _check_post(settings: "Settings") -> None:
    """What mail and text messages need; raises `BadSettings`."""
    if settings.smtp_host and not settings.mail_from:
        raise BadSettings("smtp_host needs mail_from: the address that patients see as the sender.")
    if settings.mail_from and not _MAIL_ADDRESS.fullmatch(settings.mail_from):
        raise BadSettings("mail_from must be an address alone, such as visits@example.org.")
    for address in settings.alert_mails:
        if not _MAIL_ADDRESS.fullmatch(address):
            raise BadSettings("alert_mails must be addresses alone, such as desk@example.org, separated by commas.")
    if bool(settings.smtp_username) != bool(settings.smtp_password):
        raise BadSettings(f"smtp_username and {PREFIX}SMTP_PASSWORD_FILE go together.")
    if settings.smtp_host and settings.smtp_tls == "none" and settings.smtp_host not in LOOPBACK:
        raise BadSettings("smtp_tls may be none only for a server on this machine: mails carry names and links.")
    if settings.sms_url and (not settings.sms_url.startswith("https://") or not _has_good_port(settings.sms_url)):
        raise BadSettings("sms_url must begin with https://: text messages carry names and links.")
    if settings.sms_token and not settings.sms_url:
        raise BadSettings("sms_token needs sms_url.")


def _is_database(url: str) -> bool:
    return _DATABASE.match(url) is not None and _has_good_port(url)


def _is_origin(url: str) -> bool:
    if not _has_good_port(url):
        return False
    parts = urlsplit(url)
    return url.rstrip("/") == f"{parts.scheme}://{parts.netloc}" and (
        parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    )


def _has_good_port(url: str) -> bool:
    try:
        _ = urlsplit(url).port  # a wrong one only shows when it is read
    except ValueError:
        return False
    return True
