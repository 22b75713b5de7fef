"""The front page: what this is. In the demo it opens its two doors; a clinic that is not set up begins there."""

from aiohttp import web

from telesession.server import forms, qr
from telesession.server.keys import ACCOUNTS, DEMO_LINKS, TEMPLATES, VIRTUAL_PATIENT


async def show(request: web.Request) -> web.Response:
    """No name and no appointment is on this page, unless it is the demo's made-up one."""
    links = request.app.get(DEMO_LINKS, {})
    doors = [
        {"role": role, "url": links[role], "qr": qr.for_other_devices(links[role])}
        for role in ("therapist", "patient")
        if role in links
    ]
    if not doors and not await request.app[ACCOUNTS].is_set_up():
        return forms.see_other("/setup")
    return request.app[TEMPLATES].render(
        request,
        "home/show.html",
        {"doors": doors, "demo": links, "has_virtual_patient": VIRTUAL_PATIENT in request.app},
    )
