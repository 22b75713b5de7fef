"""A therapist invites somebody else to the visit."""

import msgspec
from aiohttp import web
from msgspec import Struct

from telesession.domain.errors import Refused
from telesession.domain.ids import ParticipantId
from telesession.domain.messages import Name, Relation
from telesession.server import qr, seat_cookie
from telesession.server.address import place_of
from telesession.server.keys import INVITATIONS, SETTINGS


class Guest(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is to be invited."""

    name: Name
    relation: Relation


async def invite(request: web.Request) -> web.Response:
    """Answer with the guest's link, shown only this once, and its QR code; "" where no other device could open it."""
    invitations = request.app[INVITATIONS]
    participant = ParticipantId(request.match_info["participant"])
    seat = await invitations.seat(participant, seat_cookie.browser_key(request))
    try:
        guest = msgspec.json.decode(await request.read(), type=Guest)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Refused("bad_guest", "Please give the guest's name and who they are.") from wrong
    token = await invitations.invite_guest(seat, guest.name, guest.relation, place_of(request))
    url = f"{request.app[SETTINGS].origin}/join/{token}"
    return web.json_response({"url": url, "qr_svg": qr.for_other_devices(url) or ""})
