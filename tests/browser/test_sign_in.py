"""From a new clinic to a protected account, in a real browser with a pretended security key."""

import re

import pyotp
import pytest
from aiohttp import web
from playwright.async_api import Page, expect

from telesession.server.keys import ACCOUNTS, SETTINGS
from tests.browser.clinic import PHONE
from tests.browser.conftest import Sit
from tests.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NO_PASSKEY = """
PublicKeyCredential.isConditionalMediationAvailable = async () => true;
navigator.credentials.get = async () => {
  setTimeout(() => { window.isRefused = true; });
  throw new DOMException("", "NotAllowedError");
};
"""
"""A browser that turns the quiet offer down by itself: nobody has tried anything, so nothing is said."""


async def give_key(page: Page) -> None:
    """An authenticator inside the device that says yes to everything."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


async def test_a_clinic_is_set_up_with_a_passkey_which_then_signs_in(fresh: web.Application, sit: Sit) -> None:
    ada = await sit(viewport=PHONE)
    origin, token = fresh[SETTINGS].origin, await fresh[ACCOUNTS].setup_token()
    await give_key(ada.page)
    await ada.page.goto(f"{origin}/setup/{token}")
    await ada.page.get_by_label("Your name").fill("Ada Admin")
    await ada.page.get_by_label("Email address").fill("ada@example.org")
    await ada.press("Go on")
    await ada.press("Use a passkey")
    await ada.sees_heading("Your account")
    await expect(ada.page.get_by_text("Please add a passkey")).to_be_hidden()

    await ada.press("Sign out")
    # The pretended key answers the quiet offer at once; where it does not, the button asks.
    await ada.page.wait_for_url(re.compile(r"/schedule$"))
    await ada.sees_heading("Schedule")


async def test_a_password_and_a_code_sign_in_and_another_browser_is_signed_out(
    fresh: web.Application, sit: Sit
) -> None:
    tess = await sit()
    origin, token = fresh[SETTINGS].origin, await fresh[ACCOUNTS].setup_token()
    welcome = await fresh[ACCOUNTS].set_up(token or "", "Tess Therapist", "tess@example.org")
    await tess.page.goto(f"{origin}/welcome/{welcome}")
    await tess.page.get_by_label("New password").fill(PASSWORD)
    await tess.press("Use this password")
    await tess.page.get_by_role("link", name="Set up the app").click()
    secret = re.sub(r"\s", "", await tess.page.locator(".reference").inner_text())
    codes = pyotp.TOTP(secret)
    await tess.page.get_by_label("Code").fill(codes.now())
    await tess.press("Switch it on")
    await tess.sees_heading("Your recovery codes")
    recovery = await tess.page.locator(".codes li").first.inner_text()

    second = await sit(viewport=PHONE)
    await second.page.add_init_script(NO_PASSKEY)
    await second.page.goto(f"{origin}/account")
    await second.page.wait_for_function("() => window.isRefused")
    await expect(second.page.locator("#passkey > .error")).to_be_hidden()
    await second.page.get_by_label("Email address").fill("tess@example.org")
    await second.page.get_by_label("Password").fill(PASSWORD)
    await second.press("Sign in")
    await second.page.get_by_label("Code").fill(recovery)
    await second.press("Sign in")
    await second.sees_heading("Your account")
    await expect(second.page.get_by_text("9 recovery codes left")).to_be_visible()
    await expect(second.page.get_by_role("link", name="Account")).to_be_in_viewport(ratio=1)
    await second.press("Sign out all others")

    await tess.page.goto(f"{origin}/account")
    await tess.sees_heading("Sign in")
