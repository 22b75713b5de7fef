"""The visit's page: a shell with the facts that its scripts need. What happens in the visit comes over the socket."""

from aiohttp import web

from telesession.domain.ids import ParticipantId
from telesession.domain.messages import Role
from telesession.server import seat_cookie
from telesession.server.keys import INVITATIONS, NOW, SCHEDULING, SETTINGS, STATIC, STUDIO, TEMPLATES
from telesession.services.exercises import INDEX_FILE

INSIDE = ("css/visit-inside.css",)
DESK = ("css/visit-desk.css", "css/visit-panel.css", "css/visit-clips.css", "css/visit-bedside.css")
"""What is fetched while one waits, and what only therapists need."""


async def show(request: web.Request) -> web.Response:
    """The page of one seat, for the browser that holds it; for all others there is no such page."""
    participant = ParticipantId(request.match_info["participant"])
    seat = await request.app[INVITATIONS].seat(participant, seat_cookie.browser_key(request))
    appointment = await request.app[SCHEDULING].appointment(seat.visit)
    settings = request.app[SETTINGS]
    is_therapist = seat.role is Role.THERAPIST
    facts = {
        "participant": seat.participant,
        "role": seat.role,
        "name": seat.name,
        "therapist_name": appointment.therapist_name,
        "clinic_name": settings.clinic_name,
        "clinic_phone": settings.clinic_phone,
        "emergency_number": settings.emergency_number,
        "starts_at": appointment.starts_at.isoformat(),
        "ends_at": appointment.ends_at.isoformat(),
        "socket_path": f"/visit/{participant}/socket",
        "guests_path": f"/visit/{participant}/guests" if is_therapist else "",
        "bedside_path": f"/visit/{participant}/bedside" if is_therapist else "",
        "clips_path": f"/visit/{participant}/clips",
        "exercises_url": request.app[STATIC].url(INDEX_FILE).removesuffix("index.json"),
        "inside_sheets": [request.app[STATIC].url(sheet) for sheet in (*INSIDE, *(DESK if is_therapist else ()))],
        "precall_path": f"/visit/{participant}/line" if settings.precall_checks else "",
        "schedule_path": "/schedule" if is_therapist and appointment.therapist else "",
        "visit_path": f"/appointments/{seat.visit}" if is_therapist and appointment.therapist else "",
        "opened_ms": round(request.app[NOW]().timestamp() * 1000),
        "keep_recordings_days": request.app[STUDIO].keep_days if is_therapist else None,
        "skip_check": request.query.get("check") == "skip",
        "debug": settings.debug,
    }
    return request.app[TEMPLATES].render(request, "visit/show.html", {"page": facts})
