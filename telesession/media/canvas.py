"""A small picture in YUV 4:2:0 and a brush: round strokes and flat shapes, row by row. Nothing but bytes, no library.

It costs a few milliseconds a picture, so that a virtual patient is light on a therapist's laptop.
"""

from collections.abc import Sequence
from math import hypot, sqrt

Colour = tuple[int, int, int]
"""Luma and the two colour differences."""
Spot = tuple[float, float]
Edges = Sequence[tuple[Spot, Spot]]


def colour(red: int, green: int, blue: int) -> Colour:
    """ITU-R BT.601, limited range: what VP8 decoders take for granted."""
    luma = 16 + (65.481 * red + 128.553 * green + 24.966 * blue) / 255
    cb = 128 + (-37.797 * red - 74.203 * green + 112.0 * blue) / 255
    cr = 128 + (112.0 * red - 93.786 * green - 18.214 * blue) / 255
    return round(luma), round(cb), round(cr)


class Canvas:
    """A picture of an even width and height; a copy of `background` if there is one."""

    def __init__(self, width: int, height: int, background: "Canvas | None" = None) -> None:
        self.width = width
        self.height = height
        small = width // 2 * (height // 2)
        if background is None:
            self.planes = bytearray(b"\x80" * (width * height)), bytearray(b"\x80" * small), bytearray(b"\x80" * small)
        else:
            luma, cb, cr = background.planes
            self.planes = bytearray(luma), bytearray(cb), bytearray(cr)

    def bands(self, top: int, bottom: int, shade: Colour) -> None:
        """Fill whole rows."""
        self._fill([(row, 0.0, float(self.width)) for row in range(max(top, 0), min(bottom, self.height))], shade)

    def stroke(self, a: Spot, b: Spot, wide_a: float, wide_b: float, shade: Colour) -> None:
        """A limb: round at both ends, `wide` is its radius there."""
        length = hypot(b[0] - a[0], b[1] - a[1])
        if length > 1e-6:
            nx, ny = (a[1] - b[1]) / length, (b[0] - a[0]) / length
            corners = (
                (a[0] + nx * wide_a, a[1] + ny * wide_a),
                (b[0] + nx * wide_b, b[1] + ny * wide_b),
                (b[0] - nx * wide_b, b[1] - ny * wide_b),
                (a[0] - nx * wide_a, a[1] - ny * wide_a),
            )
            edges: Edges = tuple(zip(corners, (*corners[1:], corners[0]), strict=True))
        else:
            edges = ()
        self._convex(edges, ((a, wide_a), (b, wide_b)), shade)

    def dot(self, at: Spot, wide: float, shade: Colour) -> None:
        """A disc."""
        self._convex((), ((at, wide),), shade)

    def shape(self, corners: Sequence[Spot], shade: Colour) -> None:
        """A convex shape."""
        self._convex(tuple(zip(corners, (*corners[1:], corners[0]), strict=True)), (), shade)

    def _convex(self, edges: Edges, discs: Sequence[tuple[Spot, float]], shade: Colour) -> None:  # noqa: C901
        """What lies within the edges or a disc. Written out, since most of the time of a picture passes here."""
        tops = [y - r for (_, y), r in discs] + [a[1] for a, _ in edges]
        bottoms = [y + r for (_, y), r in discs] + [a[1] for a, _ in edges]
        lines = [_line(a, b) for a, b in edges if a[1] != b[1]]
        rounds = [(x, y, r * r) for (x, y), r in discs]
        spans = []
        for row in range(max(int(min(tops)), 0), min(int(max(bottoms)) + 1, self.height)):
            y = row + 0.5
            left, right = 1e9, -1e9
            for x, middle, square in rounds:
                half = square - (y - middle) * (y - middle)
                if half > 0:
                    half = sqrt(half)
                    if x - half < left:
                        left = x - half
                    if x + half > right:
                        right = x + half
            for ax, ay, low, high, slope in lines:
                if low <= y < high:
                    x = ax + (y - ay) * slope
                    if x < left:
                        left = x
                    if x > right:
                        right = x
            if right > left:
                spans.append((row, left, right))
        self._fill(spans, shade)

    def _fill(self, spans: Sequence[tuple[int, float, float]], shade: Colour) -> None:
        luma, cb, cr = self.planes
        width, small = self.width, self.width // 2
        light = shade[0]
        y_row, cb_row, cr_row = (bytes([value]) * width for value in shade)
        for row, left, right in spans:
            if left < 0.0:
                left = 0.0
            if right > width:
                right = width
            begin, end = int(left), int(right)
            if begin >= end:
                continue
            start = row * width
            luma[start + begin + 1 : start + end] = y_row[: end - begin - 1]
            # The first pixel, and the one after the last, are covered in part: soft edges.
            at = start + begin
            luma[at] += int((light - luma[at]) * (begin + 1 - left))
            if end < width:
                at = start + end
                luma[at] += int((light - luma[at]) * (right - end))
            if row & 1 == 0:
                first, last = (begin + 1) >> 1, (end + 1) >> 1
                if first < last:
                    start = (row >> 1) * small
                    cb[start + first : start + last] = cb_row[: last - first]
                    cr[start + first : start + last] = cr_row[: last - first]


def _line(a: Spot, b: Spot) -> tuple[float, float, float, float, float]:
    """Where it begins, its upper and lower end, and how far it goes to the right with each row."""
    (ax, ay), (bx, by) = a, b
    return ax, ay, min(ay, by), max(ay, by), (bx - ax) / (by - ay)
