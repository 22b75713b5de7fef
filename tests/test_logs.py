"""Whoever reads the logs may not learn who was treated, nor get in: canaries are put everywhere and looked for."""

import io
import json
import logging

from hypothesis import given
from hypothesis import strategies as st

from telesession import logs


def read(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=40)), st.text(max_size=40))
def test_only_allowed_keys_and_plain_event_names_get_through(values: dict[str, str], event: str) -> None:
    kept = logs.keep_allowed(None, "info", {**values, "event": event})

    assert set(kept) <= logs.KEYS
    assert kept["event"] == event if logs.EVENT_NAME.fullmatch(event) else kept["event"] == "unnamed"
    for key in values:
        assert key in logs.KEYS or "dropped" in kept


def test_what_is_dropped_is_counted(logged: io.StringIO) -> None:
    logs.get().info("socket_closed", visit_id="v1", name="Canary Morgan", token="canary")

    (line,) = read(logged)
    assert (line["event"], line["visit_id"], line["dropped"]) == ("socket_closed", "v1", 2)
    assert "anary" not in logged.getvalue()


def test_a_sentence_is_no_event(logged: io.StringIO) -> None:
    logs.get().warning("Canary Morgan could not connect")

    assert read(logged)[0]["event"] == "unnamed"
    assert "Canary" not in logged.getvalue()


def test_libraries_say_where_and_not_what(logged: io.StringIO) -> None:
    logging.getLogger("aiohttp.server").error("bad request line %r", b"GET /join/canary")
    try:
        raise ValueError("canary in the message")
    except ValueError:
        logging.getLogger("asyncio").exception("canary in the text")

    plain, raised = read(logged)
    assert (plain["logger"], plain["level"]) == ("aiohttp.server", "error")
    assert raised["error"] == "ValueError"
    assert "test_libraries_say_where_and_not_what" in str(raised["where"])
    assert "canary" not in logged.getvalue()
