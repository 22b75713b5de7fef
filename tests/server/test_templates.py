"""What holds for every page."""

import json
import re
from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request

from telesession.config import Settings
from telesession.domain.staff import StaffRole
from telesession.server.app import build
from telesession.server.i18n import PSEUDO
from telesession.server.keys import DEMO_LINKS, NONCE
from telesession.server.pages import home
from telesession.server.places import WEB
from telesession.server.templates import bdi, script_json
from tests.server.conftest import Service

PLAIN = re.compile(r">\s*([^<>{}]*[A-Za-z]{3}[^<>{}]*?)\s*<")


PAGES = [path for path in sorted((WEB / "templates").rglob("*.html")) if path.parent.name != "mail"]
"""Mails have no sheets to go by, so their few styles are inline; they are never served."""


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_template_has_no_inline_code_or_style_and_no_foreign_address(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text)
    for script in re.findall(r"<script[^>]*>", text):
        assert "nonce=" in script or 'type="application/json"' in script


def test_facts_cannot_end_their_script() -> None:
    name = "</script><script>alert(1)</script>"

    assert "<" not in script_json({"name": name})
    assert json.loads(script_json({"name": name})) == {"name": name}


def test_a_name_is_kept_apart_and_escaped() -> None:
    assert bdi("<i>") == "<bdi>&lt;i&gt;</bdi>"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return Settings(data_dir=settings.data_dir, clinic_name="1", clinic_phone="+44 1632 960001", debug=True)


@pytest.fixture
async def pages(service: Service) -> dict[str, str]:
    """Every page that is not the visit's, in the testers' language."""
    reader = service.somebody()
    reader.http.cookie_jar.update_cookies({"language": PSEUDO})
    paths = [
        "/",
        "/setup",
        "/sign-in",
        f"/join/{service.booked.patient_token}",
        f"/join/{service.booked.therapist_token}",
        "/nowhere",
    ]
    found: dict[str, str] = {}
    async with reader.http.get("/setup") as answer:
        found["/setup"] = await answer.text()
    await service.hire("Olga Owner", StaffRole.ADMINISTRATOR)
    for path in paths:
        async with reader.http.get(path) as answer:
            found[path] = await answer.text()
    return found


async def test_no_sentence_slips_past_the_catalogue(pages: dict[str, str]) -> None:
    """In the testers' language every sentence is accented; plain English words in a page came by another way."""
    names = ("Tess Therapist", "December", "Standard Time", "English", "Español", "Tuesday")
    slipped = [
        (path, text)
        for path, page in pages.items()
        for text in PLAIN.findall(page.partition("<body")[2])
        if not text.startswith("[") and not any(name in text for name in names)
    ]

    assert slipped == []


async def test_a_page_says_which_language_it_is_in(pages: dict[str, str]) -> None:
    for page in pages.values():
        assert f'<html lang="{PSEUDO}" dir="ltr" data-catalogue="/static/' in page


async def test_the_front_page_of_a_clinic_names_nobody(service: Service) -> None:
    await service.hire("Tess Therapist", StaffRole.ADMINISTRATOR)
    async with service.somebody().http.get("/") as answer:
        page = await answer.text()

    assert "Open as" not in page
    assert "Tess" not in page


async def test_only_a_demo_has_doors_on_its_front_page(settings: Settings) -> None:
    app = build(settings)
    app[DEMO_LINKS] = {
        "url": "https://a.example",
        "therapist": "https://a.example/join/t",
        "patient": "https://a.example/join/p",
        "schedule": "https://a.example/schedule",
        "email": "ana@example.org",
        "password": "a printed password",
    }
    request = make_mocked_request("GET", "/", app=app)
    request[NONCE] = "n"

    page = (await home.show(request)).text or ""

    assert 'href="https://a.example/join/t"' in page
    assert "Open as the patient" in page
    assert page.count('<div class="qr">') == 2


async def test_a_page_is_sent_compressed_to_whoever_reads_that(service: Service) -> None:
    async with service.somebody().http.get(f"/join/{service.booked.patient_token}") as answer:
        assert answer.headers["Content-Encoding"] in ("gzip", "deflate")
        assert "Tess" in await answer.text()
