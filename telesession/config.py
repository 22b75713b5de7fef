"""Settings: one frozen Struct, read once at the start. `TELESESSION_*` beats the optional TOML file beats the default.

The descriptions below are the reference: `docs/reference/settings.md` is generated from them.
"""

import difflib
import stat
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from telesession.config_checks import LOOPBACK as LOOPBACK
from telesession.config_checks import PREFIX as PREFIX
from telesession.config_checks import BadSettings as BadSettings
from telesession.config_checks import check
from telesession.domain.retention import Periods

SHORTEST_SECRET = 16


class LogFormat(StrEnum):
    JSON = "json"
    CONSOLE = "console"


class MailTls(StrEnum):
    """How mail is kept from others on the way to the clinic's server."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


Text = Annotated[str, Meta(max_length=200)]
Address = Annotated[str, Meta(max_length=256)]


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an operator can choose. Made by `load`; tests may build it directly."""

    host: Annotated[Text, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535, description="Port to listen on; 0 takes any free one.")] = 8080
    public_url: Annotated[
        Address,
        Meta(
            description="Where browsers reach the service, without a path: `https://visits.example.org`. Links "
            "are made from it, and only pages of this origin may open a socket. Empty: `http://localhost:PORT`."
        ),
    ] = ""
    data_dir: Annotated[
        Path, Meta(description="Folder of everything that is kept, unless `database_url` says otherwise.")
    ] = Path("var")
    database_url: Annotated[
        Address,
        Meta(description="SQLAlchemy address of the SQLite database; no other is supported yet. Empty: in `data_dir`."),
    ] = ""
    master_key_file: Annotated[
        Path | None,
        Meta(
            description="File of the keys that seal patients' records; made at the first start. Empty: "
            "`keys/master.key` in `data_dir`. Keep a copy elsewhere: without it nothing can be read."
        ),
    ] = None
    clinic_name: Annotated[Text, Meta(description="Name of the clinic, as patients read it.")] = ""
    clinic_phone: Annotated[Text, Meta(description="Number that patients can call when nothing else works.")] = ""
    emergency_number: Annotated[
        Text, Meta(description="Number of the ambulance where patients are, such as `112`. Empty: said in words.")
    ] = ""
    asks_where_patients_are: Annotated[
        bool, Meta(description="Ask patients before each visit where they are, so that help could be sent there.")
    ] = True
    asks_for_consent: Annotated[
        bool, Meta(description="Ask patients before their first visit to agree to treatment by video.")
    ] = True
    time_zone: Annotated[
        Text, Meta(description="Time zone of the clinic and, unless booked otherwise, of patients.")
    ] = "UTC"
    languages: Annotated[
        tuple[Text, ...],
        Meta(max_length=64, description="Languages offered, the first is the default. Empty: all that are translated."),
    ] = ()
    stun_urls: Annotated[
        tuple[Address, ...], Meta(max_length=8, description="STUN servers, such as `stun:turn.example.org:3478`.")
    ] = ()
    turn_urls: Annotated[
        tuple[Address, ...],
        Meta(max_length=8, description="TURN servers, such as `turn:turn.example.org:3478?transport=udp`."),
    ] = ()
    turn_secret: Annotated[
        str,
        Meta(
            max_length=256,
            description="Secret shared with the TURN server (coturn `static-auth-secret`); needed with `turn_urls`.",
            extra={"secret": True},
        ),
    ] = ""
    turn_ttl_s: Annotated[
        int, Meta(ge=10, le=86_400, description="How long a TURN credential is good for; it is renewed at half of it.")
    ] = 600
    ice_relay_only: Annotated[
        bool, Meta(description="Send all media through TURN, so that nobody learns another's address.")
    ] = False
    precall_checks: Annotated[
        int,
        Meta(
            ge=0,
            le=64,
            description="How many patients may test their line at the same time; the others stand in line. 0: no test "
            "is offered, which is right where UDP reaches the service neither directly nor by a TURN server.",
        ),
    ] = 8
    precall_picture_kbps: Annotated[
        int, Meta(ge=1, le=900, description="Below so many kbit/s a test of the line says that the picture may pause.")
    ] = 330
    precall_sound_kbps: Annotated[
        int, Meta(ge=1, le=900, description="Below so many kbit/s a test of the line says to start with sound.")
    ] = 180
    tls_cert: Annotated[
        Path | None, Meta(description="PEM file of the certificate chain; with it the service speaks https.")
    ] = None
    tls_key: Annotated[
        Path | None, Meta(description="PEM file of the certificate's private key; not readable by others.")
    ] = None
    keep_visit_logs_days: Annotated[
        int,
        Meta(
            ge=0,
            le=36_500,
            description="Days after an appointment until what happened in the visit (chat too) is removed; 0: never.",
        ),
    ] = 30
    keep_clips_days: Annotated[
        int,
        Meta(ge=0, le=36_500, description="Days after an appointment until videos uploaded for it go; 0: never."),
    ] = 30
    recording: Annotated[
        bool, Meta(description="Therapists may ask to record a visit; it needs the agreement of everybody in it.")
    ] = False
    keep_recordings_days: Annotated[
        int,
        Meta(ge=0, le=36_500, description="Days after an appointment until recordings of it are removed; 0: never."),
    ] = 30
    keep_notifications_days: Annotated[
        int,
        Meta(ge=0, le=36_500, description="Days after an appointment until messages about it are removed; 0: never."),
    ] = 90
    keep_seats_days: Annotated[
        int,
        Meta(ge=0, le=36_500, description="Days after an appointment until its browsers are forgotten; 0: never."),
    ] = 30
    keep_jobs_days: Annotated[
        int, Meta(ge=0, le=36_500, description="Days until finished work of the service is forgotten; 0: never.")
    ] = 30
    keep_audit_days: Annotated[
        int,
        Meta(
            ge=0,
            le=36_500,
            description="Days until a line of the record of access is removed; 0: never. HIPAA asks for six years.",
        ),
    ] = 2192
    trusted_proxies: Annotated[
        tuple[Text, ...],
        Meta(
            max_length=32, description="Networks of reverse proxies in front, such as `10.0.0.0/8`; they do the https."
        ),
    ] = ()
    smtp_host: Annotated[
        Text,
        Meta(description="Server that takes the mail. Empty: mails wait in the outbox for staff to copy."),
    ] = ""
    smtp_port: Annotated[int, Meta(ge=1, le=65_535, description="Its port; 465 is usual with `tls`.")] = 587
    smtp_tls: Annotated[
        MailTls,
        Meta(description="`starttls`, `tls` from the first byte, or `none`, which is for a server on this machine."),
    ] = MailTls.STARTTLS
    smtp_username: Annotated[Text, Meta(description="Name to sign in with there. Empty: it asks for none.")] = ""
    smtp_password: Annotated[
        str, Meta(max_length=256, description="Password that goes with it.", extra={"secret": True, "shortest": 1})
    ] = ""
    mail_from: Annotated[
        Address,
        Meta(description="Address that patients see as the sender, `visits@example.org`; needed with `smtp_host`."),
    ] = ""
    sms_url: Annotated[
        Address,
        Meta(
            description='https address of a gateway for text messages, which takes `{"to": ..., "text": ...}` by POST. '
            "Empty: text messages wait in the outbox."
        ),
    ] = ""
    sms_token: Annotated[
        str,
        Meta(
            max_length=4_096,
            description="Sent there as `Authorization: Bearer`.",
            extra={"secret": True, "shortest": 1},
        ),
    ] = ""
    webhook_private_names: Annotated[
        tuple[Text, ...],
        Meta(
            max_length=32,
            description="Names or addresses inside the clinic's own network that webhooks may be sent to, such as "
            "`records.clinic.lan`, by http too. All others have to be on the open network, and reached by https.",
        ),
    ] = ()
    alert_after_min: Annotated[
        int,
        Meta(
            ge=0,
            le=120,
            description="Minutes that a patient waits until their therapist is called by mail, counted from the start "
            "of the appointment at the earliest; 0: never.",
        ),
    ] = 5
    alert_mails: Annotated[
        tuple[Address, ...],
        Meta(max_length=8, description="Addresses that are called as well, such as the front desk's."),
    ] = ()
    log_format: Annotated[LogFormat, Meta(description="`json` for machines, `console` for people.")] = LogFormat.JSON
    drain_s: Annotated[
        float, Meta(ge=0, le=600, description="On SIGTERM, how long browsers get to move before the service stops.")
    ] = 5.0
    debug: Annotated[
        bool, Meta(description="Development and tests only: the visit's page exposes a probe of its connections.")
    ] = False

    def __repr__(self) -> str:
        """Without secrets, so that a printed Settings gives nothing away."""
        return f"Settings(public_url={self.origin!r})"

    def __post_init__(self) -> None:
        check(self)

    @property
    def origin(self) -> str:
        """Scheme, host and port of the service as browsers see it, without a trailing slash."""
        scheme = "https" if self.tls_cert else "http"
        return self.public_url.rstrip("/") or f"{scheme}://localhost:{self.port}"

    @property
    def origins(self) -> tuple[str, ...]:
        """Every origin whose pages are ours. A loopback service answers to each of its names."""
        parts = urlsplit(self.origin)
        if parts.hostname not in LOOPBACK:
            return (self.origin,)
        port = f":{parts.port}" if parts.port else ""
        names = ("localhost", "127.0.0.1", "[::1]")
        return tuple(f"{parts.scheme}://{name}{port}" for name in names)

    @property
    def is_https(self) -> bool:
        """Browsers reach the service over https, so cookies are `__Host-` and HSTS is sent."""
        return self.origin.startswith("https:")

    @property
    def database(self) -> str:
        """SQLAlchemy address of the database in use."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.data_dir / 'telesession.db').absolute()}"

    @property
    def periods(self) -> Periods:
        """How long what is kept."""
        return Periods(
            visit_logs=self.keep_visit_logs_days,
            clips=self.keep_clips_days,
            recordings=self.keep_recordings_days,
            notifications=self.keep_notifications_days,
            seats=self.keep_seats_days,
            jobs=self.keep_jobs_days,
            audit=self.keep_audit_days,
        )

    @property
    def master_keys(self) -> Path:
        """The file of the clinic's keys."""
        return self.master_key_file or self.data_dir / "keys" / "master.key"


FIELDS = get_type_hints(Settings, include_extras=True)
SECRETS = frozenset(
    name for name, kind in FIELDS.items() if any((meta.extra or {}).get("secret") for meta in get_args(kind)[1:])
)

SHORTEST = {
    name: (meta.extra or {}).get("shortest", SHORTEST_SECRET)
    for name in SECRETS
    for meta in get_args(FIELDS[name])[1:]
    if meta.extra
}
"""How long a secret has to be. Those that somebody else gives are as long as they are."""


def load(environ: Mapping[str, str], toml_path: Path | None = None) -> Settings:
    """Read the settings; raises `BadSettings` with a sentence for the operator.

    `toml_path` (or `TELESESSION_CONFIG`) names an optional TOML file with the same names in lower case.
    """
    named = environ.get(f"{PREFIX}CONFIG")
    path = toml_path or (Path(named) if named else None)
    chosen = {**(_from_toml(path) if path else {}), **_from_environment(environ)}
    try:
        return msgspec.convert(chosen, Settings, strict=True, dec_hook=_path)
    except msgspec.ValidationError as wrong:
        raise BadSettings(f"Bad setting: {wrong}") from None


def _from_toml(path: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except OSError as missing:
        raise BadSettings(f"{path} cannot be read: {missing.strerror}.") from None
    except tomllib.TOMLDecodeError as wrong:
        raise BadSettings(f"{path} is not TOML: {wrong}.") from None
    return dict(_settle(name, value, f"{name} in {path}") for name, value in found.items())


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    chosen = {}
    for variable, text in environ.items():
        if variable.startswith(PREFIX) and variable != f"{PREFIX}CONFIG":
            name, value = _settle(variable.removeprefix(PREFIX).lower(), text, variable)
            chosen[name] = _parse(name, value, variable) if isinstance(value, str) else value
    return chosen


def _settle(name: str, value: Any, place: str) -> tuple[str, Any]:
    """Name and value of one setting as given at `place`; a `*_file` of a secret is read here."""
    known = {name for name in FIELDS if name not in SECRETS} | {f"{secret}_file" for secret in SECRETS}
    if name in SECRETS:
        raise BadSettings(f"{place}: a secret comes from a file. Put its path into {place.split(' ')[0]}_FILE.")
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {PREFIX}{near[0].upper()}?" if near else ""
        raise BadSettings(f"{place} is not a setting of telesession.{hint}")
    if name.removesuffix("_file") in SECRETS:
        secret = name.removesuffix("_file")
        return secret, read_secret(Path(str(value)), place, SHORTEST[secret])
    return name, value


def read_secret(path: Path, place: str, shortest: int = SHORTEST_SECRET) -> str:
    """The secret in `path`; refuses one that others can read or that is short enough to guess."""
    require_private(path, place)
    try:
        secret = path.read_text("utf-8").strip()
    except OSError as missing:
        raise BadSettings(f"{place}: {path} cannot be read: {missing.strerror}.") from None
    if len(secret) < shortest:
        raise BadSettings(f"{place}: the secret in {path} is shorter than {shortest} characters.")
    return secret


def require_private(path: Path, place: str) -> None:
    """Raise `BadSettings` unless the file at `path` is there and kept from everybody else on the machine."""
    try:
        mode = path.stat().st_mode
    except OSError as missing:
        raise BadSettings(f"{place}: {path} cannot be read: {missing.strerror}.") from None
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise BadSettings(f"{place}: everybody can read {path}. Run: chmod 600 {path}")


def _parse(name: str, text: str, place: str) -> Any:
    """Text of the environment as the type that the setting has; the limits are checked afterwards by msgspec."""
    kind = _bare(FIELDS[name])
    if kind is bool:
        if text not in ("true", "false"):
            raise BadSettings(f"{place} must be true or false, not {text!r}.")
        return text == "true"
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            raise BadSettings(f"{place} must be a number, not {text!r}.") from None
    if get_origin(kind) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _path(kind: type[Any], text: Any) -> Any:
    """Paths, which msgspec does not read by itself."""
    if kind is Path and isinstance(text, str) and text:
        return Path(text)
    raise ValueError("expected a path")


def _bare(kind: Any) -> Any:
    return _bare(get_args(kind)[0]) if get_origin(kind) is Annotated else kind
