"""Where the browser's part of the product lies: beside the package in a checkout, inside it once installed."""

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent

WEB = next((place for place in (_PACKAGE / "web", _PACKAGE.parent / "web") if place.is_dir()), _PACKAGE / "web")
