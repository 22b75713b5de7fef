"""Trying camera and sound before the door opens: the schedule learns how it went, and nothing else happens."""

import msgspec
from aiohttp import web
from msgspec import Struct

from telesession.domain.attendance import Devices
from telesession.domain.errors import Refused
from telesession.server.keys import INVITATIONS, SETTINGS, TEMPLATES
from telesession.server.pages.join import counted


class Result(Struct, frozen=True, forbid_unknown_fields=True):
    """How it went."""

    devices: Devices


async def show(request: web.Request) -> web.Response:
    """The check, for whoever has a link that opens now or later."""
    token = request.match_info["token"]
    async with counted(request):
        await request.app[INVITATIONS].peek_early(token)
    facts = {
        "report_path": request.path,
        "landing_path": f"/join/{token}",
        "clinic_phone": request.app[SETTINGS].clinic_phone,
    }
    return request.app[TEMPLATES].render(request, "visit/check.html", {"page": facts})


async def report(request: web.Request) -> web.Response:
    """Keep how the patient's check went."""
    try:
        result = msgspec.json.decode(await request.read(), type=Result)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Refused("bad_result", "This is not the result of a check.") from wrong
    async with counted(request):
        await request.app[INVITATIONS].note_check(request.match_info["token"], result.devices)
    return web.Response(status=204)
