"""The authenticator app of one's own account, and its recovery codes, which are shown once."""

from aiohttp import web

from telesession.domain.errors import Refused
from telesession.server import forms, qr, session_cookie
from telesession.server.address import place_of
from telesession.server.keys import OWN_ACCOUNT, STAFF
from telesession.server.pages.account import HERE, me_of


async def show(request: web.Request) -> web.Response:
    """The secret as a picture and as letters, and the field for the first code."""
    return await _page(request)


async def confirm(request: web.Request) -> web.Response:
    """Take the first code; from then on one is asked for. The answer shows the recovery codes, once."""
    given = await forms.typed(request, "code")
    try:
        token, codes = await request.app[OWN_ACCOUNT].confirm_totp(me_of(request), given["code"], place_of(request))
    except Refused as no:
        if no.code != "code_wrong":
            raise
        return await _page(request, no)
    response = forms.answer(request, "account/codes.html", {"me": request[STAFF], "codes": codes, "is_new": True})
    session_cookie.keep(request, response, token)
    return response


async def remove(request: web.Request) -> web.Response:
    """Ask for no codes any more."""
    await request.app[OWN_ACCOUNT].remove_totp(me_of(request), place_of(request))
    return forms.see_other(HERE)


async def renew_codes(request: web.Request) -> web.Response:
    """New recovery codes, shown once."""
    codes = await request.app[OWN_ACCOUNT].renew_codes(me_of(request), place_of(request))
    return forms.answer(request, "account/codes.html", {"me": request[STAFF], "codes": codes, "is_new": False})


async def _page(request: web.Request, no: Refused | None = None) -> web.Response:
    offer = await request.app[OWN_ACCOUNT].offer_totp(request[STAFF])
    groups = [offer.secret[at : at + 4] for at in range(0, len(offer.secret), 4)]
    context = {"me": request[STAFF], "qr": qr.svg(offer.address), "groups": groups}
    return forms.answer(request, "account/authenticator.html", context, no)
