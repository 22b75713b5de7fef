"""Every pair of colours that meets on a screen can be read: WCAG 2.2, 1.4.3 and 1.4.11, measured from tokens.css."""

import math
import re

import pytest

from telesession.server.places import WEB

TEXT, SHAPE = 4.5, 3.0
PAIRS = [
    *[("ink", ground, TEXT) for ground in ("paper", "surface", "sunken")],
    *[("ink-quiet", ground, TEXT) for ground in ("paper", "surface", "sunken")],
    *[("primary", ground, TEXT) for ground in ("paper", "surface")],
    *[("line-strong", ground, SHAPE) for ground in ("paper", "surface")],
    *[("focus", ground, SHAPE) for ground in ("paper", "surface", "tint", "focus-halo")],
    ("on-primary", "primary", TEXT),
    ("on-primary", "primary-hover", TEXT),
    ("on-stop", "stop", TEXT),
    ("on-stop", "stop-hover", TEXT),
    ("on-caution", "caution", TEXT),
    ("on-tint", "tint", TEXT),
    ("on-good-tint", "good-tint", TEXT),
    ("on-caution-tint", "caution-tint", TEXT),
    ("on-stop-tint", "stop-tint", TEXT),
    ("on-stop-tint", "surface", TEXT),
    ("good", "surface", SHAPE),
    ("good", "paper", SHAPE),
]
"""Foreground, background, least contrast."""

SETS = {"light": r":root \{(.*?)\n\}", "dark": r"dark\) \{\s*:root \{(.*?)\n  \}", "stage": r"\.stage \{(.*?)\n\}"}
TOKEN = re.compile(r"--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);")


def colours(name: str) -> dict[str, tuple[float, float, float]]:
    """The opaque colours of one set, as lightness, chroma and hue."""
    text = (WEB / "static/css/tokens.css").read_text()
    found = re.search(SETS[name], text, re.DOTALL)
    assert found is not None
    return {token: (float(light), float(chroma), float(hue)) for token, light, chroma, hue in TOKEN.findall(found[1])}


def linear(colour: tuple[float, float, float]) -> tuple[float, float, float]:
    """OKLCH as linear sRGB (CSS Color 4, section 10.3), not clipped."""
    light, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def luminance(colour: tuple[float, float, float]) -> float:
    red, green, blue = (min(1.0, max(0.0, part)) for part in linear(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", SETS)
def test_every_pair_of_colours_can_be_read(name: str) -> None:
    tokens = colours(name)

    weak = {
        f"{front} on {back}": round(contrast(tokens[front], tokens[back]), 2)
        for front, back, least in PAIRS
        if contrast(tokens[front], tokens[back]) < least
    }

    assert weak == {}


@pytest.mark.parametrize("name", SETS)
def test_every_colour_can_be_shown_by_every_screen(name: str) -> None:
    """Outside of sRGB each browser would show another colour, and the contrast would be a guess."""
    outside = {
        token: tuple(round(part, 3) for part in linear(colour))
        for token, colour in colours(name).items()
        if not all(-0.004 <= part <= 1.004 for part in linear(colour))
    }

    assert outside == {}


def test_the_three_sets_have_the_same_colours() -> None:
    assert colours("light").keys() == colours("dark").keys() == colours("stage").keys()


def test_black_on_white_is_twenty_one() -> None:
    assert contrast((0, 0, 0), (1, 0, 0)) == pytest.approx(21, abs=0.01)
