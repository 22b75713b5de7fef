"""Stands in for the process of the checks where a test is about the socket: answers whatever it is offered at once.

`python -m tests.server.quick_peer`; an offer whose ICE user is `dies` ends it, as a crash would.
"""

import asyncio
import sys

from telesession.media.check_frames import Answer, Failure, Offer, Ready, read_to_peer, write

DIES, FAILS = "a=ice-ufrag:dies", "a=ice-ufrag:fails"


async def main() -> None:
    coming = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(coming), sys.stdin)
    write(sys.stdout.buffer, Ready(0))
    while (frame := await read_to_peer(coming)) is not None:
        if isinstance(frame, Offer):
            if DIES in frame.sdp:
                return
            is_failed = FAILS in frame.sdp
            said = Failure(frame.check, frame.route, "failed") if is_failed else Answer(frame.check, frame.route, "v=0")
            write(sys.stdout.buffer, said)


if __name__ == "__main__":
    asyncio.run(main())
