"""Half an emoji closes nobody's socket."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesession.server.surrogates import mended
from tests.server.conftest import Service
from tests.server.test_socket import admitted

PIECES = st.sampled_from(["\ud83d", "\ude00", "\\", "u", '"', "d83d", "é", "\n"]) | st.characters(codec="utf-8")


@given(st.lists(PIECES, max_size=20).map("".join))
def test_mended_text_reads_as_a_browser_would_write_it(text: str) -> None:
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")

    assert json.loads(mended(json.dumps(text))) == re.sub("[\ud800-\udfff]", "\ufffd", paired)


@pytest.mark.parametrize("whole", ['"\\ud83d\\ude00"', '"\\\\ud83d"', '"plain"', '"\\u00e9\\n"'])
def test_what_is_whole_stays_as_it_is(whole: str) -> None:
    assert mended(whole) == whole


async def test_a_chat_line_with_half_an_emoji_is_said_with_a_mark_in_its_place(service: Service) -> None:
    tess, pat = await admitted(service)
    async with tess.ws, pat.ws:
        await pat.ws.send_str('{"type":"chat.send","id":"1","text":"Good \\ud83d"}')
        assert (await pat.until("done", "refused"))["type"] == "done"
        assert (await tess.until("event"))["event"]["text"] == "Good \ufffd"
