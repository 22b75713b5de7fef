"""Half characters in JSON text: a browser can hold and send one, for instance half of an emoji that was cut in two.

Nothing that is stored or sent on can hold it (it has no UTF-8), so it becomes U+FFFD, as a browser does it by itself
wherever it leaves JavaScript.
"""

import re

_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # both halves: whole
    r"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    r"|\\."  # any other escape, so that the u of an escaped backslash is none
)


def mended(json_text: str) -> str:
    """The same JSON text with every escaped lone surrogate (RFC 8259 section 8.2) replaced."""
    return _ESCAPE.sub(lambda found: r"\ufffd" if found["half"] else found[0], json_text)
