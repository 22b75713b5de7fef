"""What schemathesis is to ask of every answer beside what it asks by itself. Loaded by its own process."""

from typing import Any

import schemathesis
from schemathesis import GenerationMode

NOT_BY_TYPES = ("cursor", "If-Match")
"""Where an answer may be 400 although the description allows what was sent: only we know what we handed out."""


@schemathesis.check
def says_no_with_a_reason(_context: Any, response: Any, case: Any) -> None:
    """A no is a problem with a stable code, and what the description allows is not called malformed."""
    if response.status_code < 400:
        return
    assert response.headers["content-type"] == ["application/problem+json"], response.headers["content-type"]
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["code"]
    is_allowed = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    if is_allowed and problem.get("field") not in NOT_BY_TYPES:
        is_whole = "got `float`" in problem.get("detail", "")  # 30.0 is an integer to JSON Schema, not to us
        assert is_whole or problem["code"] not in ("invalid", "malformed", "parameter_wrong"), problem
