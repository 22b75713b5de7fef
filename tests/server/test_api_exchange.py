"""Whatever software sends, it hears what is wrong with it."""

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from telesession.server.api import exchange, wire
from telesession.server.api.exchange import TAGS
from telesession.server.api.problems import Declined

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from([*wire.NewAppointment.__struct_fields__, "count", "other", "a/b", "~"])


@given(st.dictionaries(fields, anything, max_size=6) | anything)
def test_every_json_is_taken_or_declined_with_a_place(sent: object) -> None:
    text = msgspec.json.encode(sent)
    try:
        taken = exchange.read(text, wire.NewAppointment)
    except Declined as no:
        declined = no
    else:
        assert isinstance(taken, wire.NewAppointment)
        return
    assert declined.status == 422
    assert declined.code == "invalid"
    assert declined.field == "" or declined.field.startswith("/")


@given(st.binary(max_size=300))
@example(b'"\\ud800"')
@example(b"[" * 300)
def test_every_text_is_taken_or_declined(text: bytes) -> None:
    with pytest.raises(Declined) as no:
        exchange.read(text, wire.NewAppointment)
    assert no.value.status in (400, 422)


@given(st.text())
def test_what_passes_for_etags_is_read_whole(text: str) -> None:
    assert not TAGS.fullmatch(text) or text == "*" or '"' in text
