"""A link as a picture that a phone's camera reads."""

import io
from urllib.parse import urlsplit

import segno
from markupsafe import Markup

from telesession.config import LOOPBACK


def svg(text: str) -> Markup:
    """A QR code as one `<svg>`, as large as its place: black on white in every theme, with a quiet border."""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        picture, kind="svg", xmldecl=False, omitsize=True, border=2, light="#fff", svgclass=None, lineclass=None
    )
    return Markup(picture.getvalue().decode().strip())  # noqa: S704 segno's own drawing, no text of ours is in it


def for_other_devices(link: str) -> Markup | None:
    """The QR code of `link`; None when no other device could open it anyway."""
    return None if urlsplit(link).hostname in LOOPBACK else svg(link)
