"""A link as a picture that a phone's camera reads."""

import io

import segno
from markupsafe import Markup


def svg(text: str) -> Markup:
    """A QR code as one `<svg>`, as large as its place: black on white in every theme, with a quiet border."""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        picture, kind="svg", xmldecl=False, omitsize=True, border=2, light="#fff", svgclass=None, lineclass=None
    )
    return Markup(picture.getvalue().decode().strip())  # noqa: S704 segno's own drawing, no text of ours is in it
