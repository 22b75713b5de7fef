"""Is the process alive, and should it get visitors? For load balancers and for whoever is on duty."""

from aiohttp import web

from telesession.server.keys import DATABASE, DRAINING
from telesession.store import revisions


async def alive(_request: web.Request) -> web.Response:
    """200 as long as the process answers at all."""
    return web.json_response({"status": "alive"})


async def ready(request: web.Request) -> web.Response:
    """200 when visitors may come; 503 while draining, without database, or on a schema that is not this version's."""
    checks = {
        "draining": request.app[DRAINING].is_set(),
        "schema": await revisions.current(request.app[DATABASE]) == revisions.HEAD,
    }
    is_ready = not checks["draining"] and checks["schema"]
    return web.json_response(
        {"status": "ready" if is_ready else "not ready", "checks": checks}, status=200 if is_ready else 503
    )
