"""Whatever was acknowledged is there after the process was killed."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE

import pytest

from telesession.domain.ids import VisitId
from telesession.store.database import Database
from telesession.store.visit_log import VisitLog
from tests.keys import KEYS, any_cipher

WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from telesession.domain.ids import CommandId, ParticipantId, VisitId
from telesession.domain.messages import ChatSent, Entry
from telesession.store.database import Database
from telesession.store.visit_log import Logged, VisitLog
from tests.keys import KEYS, any_cipher

async def write(log, visit):
    for seq in range(1, 1_000_000):
        event = ChatSent(ParticipantId("pat"), "still there?")
        line = Logged(Entry(seq, datetime.now(UTC), event), ParticipantId("pat"), CommandId(str(seq)))
        await log.append(VisitId(visit), [line])
        print(visit, seq, flush=True)

async def main():
    log = VisitLog(Database(sys.argv[1], KEYS), find_cipher=any_cipher)
    await asyncio.gather(*(write(log, f"v{n}") for n in range(8)))

asyncio.run(main())
"""


@pytest.mark.parametrize("acknowledged_before_the_end", [1, 100, 500])
async def test_nothing_acknowledged_is_lost_when_the_process_is_killed(
    url: str, acknowledged_before_the_end: int
) -> None:
    writer = await asyncio.create_subprocess_exec(sys.executable, "-c", WRITER, url, stdout=PIPE)
    assert writer.stdout is not None
    acknowledged = [await writer.stdout.readline() for _ in range(acknowledged_before_the_end)]
    writer.send_signal(signal.SIGKILL)
    acknowledged += (await writer.stdout.read()).splitlines(keepends=True)
    await writer.wait()

    last = {}
    for told in acknowledged:
        if told.endswith(b"\n"):
            visit, number = told.decode().split()
            last[VisitId(visit)] = int(number)
    async with Database(url, KEYS) as restarted:
        log = VisitLog(restarted, find_cipher=any_cipher)
        for visited, seq in last.items():
            stored = [line.entry.seq for line in await log.read(visited)]
            assert stored == list(range(1, len(stored) + 1))
            assert len(stored) >= seq
