"""Who is shown what a new clinic does next."""

from aiohttp import web

from telesession.domain.staff import StaffRole
from telesession.server.keys import FIRST_STEPS, STAFF, VIRTUAL_PATIENT
from telesession.services.first_steps import Steps


async def steps_of(request: web.Request) -> Steps | None:
    """What is left to do, for whoever can do it; a demo is no clinic."""
    if request[STAFF].role is not StaffRole.ADMINISTRATOR or VIRTUAL_PATIENT in request.app:
        return None
    return await request.app[FIRST_STEPS].look()
