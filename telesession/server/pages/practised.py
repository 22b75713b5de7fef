"""What was practised in a visit, for the therapist's note."""

from aiohttp import web

from telesession.domain.exercises import spoken
from telesession.domain.ids import VisitId
from telesession.server.actors import actor_of
from telesession.server.i18n import reader_of
from telesession.server.keys import PRACTISED, SETTINGS, TEMPLATES


async def show(request: web.Request) -> web.Response:
    """Everything that was shown, how often, pain and effort of each set, and what goes home."""
    record = await request.app[PRACTISED].read(VisitId(request.match_info["visit"]), actor_of(request))
    tag = reader_of(request).tag
    return request.app[TEMPLATES].render(
        request,
        "appointments/practised.html",
        {
            "appointment": record.appointment,
            "exercises": [(spoken(one.names, tag), one.times, one.exertions) for one in record.exercises],
            "programme": [(spoken(one.names, tag), one.dosage) for one in record.programme],
            "zone": request.app[SETTINGS].time_zone,
        },
    )
