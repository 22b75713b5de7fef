"""A server process to measure: the real service with seated pairs, or a bare aiohttp relay as the baseline.

`python -m bench.served service PAIRS` prints one JSON line: port, and cookie and path of every seat. `bare` instead of
`service` prints the same form; it passes text on to the other socket of the pair.
"""

import asyncio
import json
import secrets
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
import uvloop
from aiohttp import WSMsgType, web

from telesession import logs
from telesession.config import LogFormat, Settings
from telesession.domain.messages import MAX_FRAME_BYTES, SUBPROTOCOL
from telesession.domain.patients import Details
from telesession.server.app import build
from telesession.server.keys import INVITATIONS, SCHEDULING
from telesession.store.revisions import migrate

Places = list[dict[str, str]]


async def service(pairs: int) -> tuple[web.Application, Places]:
    """The service with `pairs` visits in which therapist and patient hold a seat."""
    logs.configure(LogFormat.JSON, Path("/dev/null").open("w"))  # noqa: ASYNC230, SIM115  before anything runs
    structlog.configure(cache_logger_on_first_use=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    settings = Settings(
        data_dir=folder, public_url="http://127.0.0.1", asks_where_patients_are=False, asks_for_consent=False
    )
    await migrate(settings.database)
    app = build(settings)
    places: Places = []
    for _ in range(pairs):
        booked = await app[SCHEDULING].book(datetime.now(UTC), timedelta(hours=1), "Tess", Details("Pat"), "UTC")
        for token in (booked.therapist_token, booked.patient_token):
            granted = await app[INVITATIONS].redeem(token, None)
            places.append({"path": f"/visit/{granted.seat.participant}/socket", "cookie": granted.browser_key})
    return app, places


async def bare(pairs: int) -> tuple[web.Application, Places]:
    """The least that aiohttp can do: no types, no rights, no bounds."""
    rooms: dict[str, list[web.WebSocketResponse]] = defaultdict(list)

    async def relay(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(protocols=(SUBPROTOCOL,), heartbeat=10, max_msg_size=MAX_FRAME_BYTES, compress=False)
        await ws.prepare(request)
        room = rooms[request.match_info["room"]]
        room.append(ws)
        async for message in ws:
            if message.type is WSMsgType.TEXT:
                for other in room:
                    if other is not ws:
                        await other.send_str(message.data)
        room.remove(ws)
        return ws

    app = web.Application()
    app.router.add_get("/{room}/{side}", relay)
    return app, [{"path": f"/{n}/{side}", "cookie": secrets.token_hex(8)} for n in range(pairs) for side in "ab"]


async def main(kind: str, pairs: int) -> None:
    app, places = await {"service": service, "bare": bare}[kind](pairs)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=4096)
    await site.start()
    print(json.dumps({"port": runner.addresses[0][1], "places": places}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2])))
