from pathlib import Path

import pytest

from telesession.config import SECRETS, BadSettings, LogFormat, Settings, load
from telesession.server.serving import require_safe


def refusal(environ: dict[str, str], toml: Path | None = None) -> str:
    with pytest.raises(BadSettings) as raised:
        load(environ, toml)
    return str(raised.value)


def secret_file(folder: Path, text: str = "a secret that is long enough", mode: int = 0o600) -> Path:
    path = folder / "secret"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_without_any_setting_the_defaults_hold() -> None:
    assert load({"HOME": "/root", "PATH": "/bin"}) == Settings()


def test_environment_beats_file_beats_default(tmp_path: Path) -> None:
    toml = tmp_path / "telesession.toml"
    toml.write_text('port = 9000\nclinic_name = "From the file"\nstun_urls = ["stun:a.example:3478"]\n')

    settings = load({"TELESESSION_PORT": "9001", "TELESESSION_LOG_FORMAT": "console"}, toml)

    assert settings.port == 9001
    assert settings.clinic_name == "From the file"
    assert settings.stun_urls == ("stun:a.example:3478",)
    assert settings.log_format is LogFormat.CONSOLE
    assert settings.host == Settings().host


def test_the_file_can_be_named_by_the_environment(tmp_path: Path) -> None:
    toml = tmp_path / "telesession.toml"
    toml.write_text("port = 9000\n")

    assert load({"TELESESSION_CONFIG": str(toml)}).port == 9000


def test_paths_are_read_from_both(tmp_path: Path) -> None:
    toml = tmp_path / "telesession.toml"
    toml.write_text("tls_key = 'host.key'\ndata_dir = 'here'\n")

    settings = load({"TELESESSION_TLS_CERT": "host.pem", "TELESESSION_DATA_DIR": "there"}, toml)

    assert (settings.tls_cert, settings.tls_key) == (Path("host.pem"), Path("host.key"))
    assert settings.data_dir == Path("there")


def test_lists_are_separated_by_commas() -> None:
    settings = load({"TELESESSION_STUN_URLS": "stun:a.example:3478, stun:b.example:3478,"})

    assert settings.stun_urls == ("stun:a.example:3478", "stun:b.example:3478")


def test_an_unknown_name_is_refused_and_the_nearest_named(tmp_path: Path) -> None:
    assert "Did you mean TELESESSION_PUBLIC_URL?" in refusal({"TELESESSION_PUBLIC_ULR": "https://a.example"})

    toml = tmp_path / "telesession.toml"
    toml.write_text("clinic_nmae = 'x'\n")
    assert "Did you mean TELESESSION_CLINIC_NAME?" in refusal({}, toml)


@pytest.mark.parametrize("text", ["True", "False", "1", "0", "yes", "no", "on", ""])
def test_a_switch_is_true_or_false_and_nothing_else(text: str) -> None:
    assert "must be true or false" in refusal({"TELESESSION_DEBUG": text})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PORT", "eighty"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("TURN_TTL_S", "5"),
        ("LOG_FORMAT", "xml"),
        ("PUBLIC_URL", "visits.example.org"),
        ("PUBLIC_URL", "ftp://visits.example.org"),
        ("PUBLIC_URL", "https://visits.example.org/path"),
        ("PUBLIC_URL", "https://visits.example.org?x"),
        ("PUBLIC_URL", "https://user:word@visits.example.org"),
        ("DRAIN_S", "nan"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("TRUSTED_PROXIES", "proxy.example"),
        ("TURN_URLS", "turn:a.example"),
        ("ICE_RELAY_ONLY", "true"),
        ("TLS_CERT", "cert.pem"),
        ("DATA_DIR", ""),
        ("TIME_ZONE", "Europe/Atlantis"),
        ("TIME_ZONE", "../etc/passwd"),
    ],
)
def test_a_value_that_cannot_work_is_refused_at_the_start(name: str, text: str) -> None:
    assert refusal({f"TELESESSION_{name}": text})


def test_a_secret_is_read_from_its_file(tmp_path: Path) -> None:
    path = secret_file(tmp_path, "a secret that is long enough\n")

    settings = load({"TELESESSION_TURN_SECRET_FILE": str(path), "TELESESSION_TURN_URLS": "turn:a.example"})

    assert settings.turn_secret == "a secret that is long enough"
    assert "secret that" not in repr(settings)


def test_a_secret_is_not_taken_from_the_environment_or_the_settings_file(tmp_path: Path) -> None:
    assert "TELESESSION_TURN_SECRET_FILE" in refusal({"TELESESSION_TURN_SECRET": "a secret that is long enough"})

    toml = tmp_path / "telesession.toml"
    toml.write_text("turn_secret = 'a secret that is long enough'\n")
    assert "turn_secret_file" in refusal({}, toml).lower()


@pytest.mark.parametrize(
    ("text", "mode", "sentence"),
    [
        ("swordfish", 0o600, "shorter than 16"),
        ("a secret that is long enough", 0o604, "chmod 600"),
        ("a secret that is long enough", 0o602, "chmod 600"),
    ],
)
def test_a_weak_or_open_secret_is_refused(tmp_path: Path, text: str, mode: int, sentence: str) -> None:
    said = refusal({"TELESESSION_TURN_SECRET_FILE": str(secret_file(tmp_path, text, mode))})

    assert sentence in said
    assert text not in said


def test_a_missing_secret_names_its_file(tmp_path: Path) -> None:
    assert str(tmp_path / "none") in refusal({"TELESESSION_TURN_SECRET_FILE": str(tmp_path / "none")})


def test_a_loopback_service_answers_to_each_of_its_names() -> None:
    settings = Settings(public_url="http://127.0.0.1:8080")

    assert settings.origins == ("http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080")


def test_a_public_service_has_one_origin() -> None:
    settings = Settings(public_url="https://visits.example.org/")

    assert settings.origins == ("https://visits.example.org",)
    assert settings.is_https


def test_plain_http_is_refused_on_a_network_and_fine_behind_a_proxy() -> None:
    with pytest.raises(BadSettings):
        require_safe(Settings(host="0.0.0.0"))
    with pytest.raises(BadSettings):
        require_safe(Settings(host="0.0.0.0", public_url="https://visits.example.org"))

    require_safe(Settings())
    require_safe(Settings(host="0.0.0.0", tls_cert=Path("cert.pem"), tls_key=Path("key.pem")))
    require_safe(Settings(host="0.0.0.0", public_url="https://a.example", trusted_proxies=("10.0.0.0/8",)))


def test_there_is_a_secret_to_test() -> None:
    assert {"turn_secret", "smtp_password", "sms_token"} == SECRETS


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"SMTP_HOST": "mail.example.org"}, "mail_from"),
        ({"SMTP_HOST": "mail.example.org", "MAIL_FROM": "Clinic <visits@example.org>"}, "address alone"),
        ({"MAIL_FROM": "visits@example.org\nBcc: all@example.org"}, "address alone"),
        ({"SMTP_HOST": "mail.example.org", "MAIL_FROM": "visits@example.org", "SMTP_TLS": "none"}, "this machine"),
        ({"SMTP_USERNAME": "visits"}, "go together"),
        ({"SMS_URL": "http://sms.example.org/send"}, "https"),
    ],
)
def test_mail_and_text_messages_go_nowhere_in_the_open(environ: dict[str, str], sentence: str) -> None:
    assert sentence in refusal({f"TELESESSION_{name}": value for name, value in environ.items()})


def test_a_secret_that_somebody_else_gave_may_be_short(tmp_path: Path) -> None:
    settings = load(
        {
            "TELESESSION_SMTP_USERNAME": "visits",
            "TELESESSION_SMTP_PASSWORD_FILE": str(secret_file(tmp_path, "short")),
        }
    )
    assert settings.smtp_password == "short"
    assert "short" not in repr(settings)
