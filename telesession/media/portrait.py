"""What the virtual patient's camera sees: a simple friendly figure in a room, who moves with the exercise and counts.

It knows neither network nor clock: whoever wants a picture says what is being done and how much time has passed.
"""

from collections.abc import Iterable
from functools import lru_cache
from math import cos, exp, radians, sin

from msgspec import Struct

from telesession.domain.dosage import Dosage
from telesession.domain.exercises import CameraView, Equipment, Exercise, Framing, Position, dosed
from telesession.media.canvas import Canvas, Spot, colour
from telesession.media.figure import SIDES, STANDING, Joints, Point, across, first_pose, joints, pose_at

WIDTH, HEIGHT = 480, 360

WALL, SKIRTING, FLOOR = colour(228, 231, 226), colour(206, 210, 204), colour(200, 184, 164)
WINDOW, SKY, LEAF, POT = colour(246, 247, 244), colour(190, 215, 228), colour(112, 150, 112), colour(190, 122, 92)
MAT, CHAIR, CHAIR_DARK = colour(120, 142, 168), colour(150, 118, 88), colour(122, 94, 70)
SKIN, SKIN_FAR, HAIR = colour(226, 178, 146), colour(206, 158, 128), colour(86, 66, 58)
SHIRT, SHIRT_FAR, TROUSERS, TROUSERS_FAR = (
    colour(28, 122, 126),
    colour(20, 98, 104),
    colour(70, 78, 98),
    colour(56, 62, 82),
)
SHOES, INK, LIPS, CHEEK, PAPER = (
    colour(238, 238, 234),
    colour(44, 40, 44),
    colour(168, 84, 78),
    colour(226, 150, 132),
    colour(250, 250, 248),
)

VIEWS: dict[CameraView, tuple[float, float]] = {
    CameraView.FRONT: (0, 8),
    CameraView.OBLIQUE: (40, 12),
    CameraView.LATERAL_LEFT: (78, 9),
    CameraView.LATERAL_RIGHT: (-78, 9),
    CameraView.REAR: (154, 12),
    CameraView.TOP: (0, 70),
    CameraView.FOOT_END: (28, 24),
}
"""Degrees around from the front to the body's left, and above the horizon: much as `camera.js` has them."""

FOLLOW_PER_S = 7.0
STEP_BACK_PER_S = 2.5
STILL_DEG, STILL_PX = 0.4, 1.0
"""How fast body and camera come to where they should be: nobody jumps."""

SEGMENTS = {
    "0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd", "6": "afgedc", "7": "abc",
    "8": "abcdefg", "9": "abcfgd",
}  # fmt: skip
PLACES = {"a": (0, 0, 1, 0), "b": (1, 0, 1, 1), "c": (1, 1, 1, 2), "d": (0, 2, 1, 2), "e": (0, 1, 0, 2),
          "f": (0, 0, 0, 1), "g": (0, 1, 1, 1)}  # fmt: skip


class Doing(Struct, frozen=True):
    """What the patient does at one moment. `exercise` None: sits before the camera and listens."""

    exercise: Exercise | None = None
    dosage: Dosage = Dosage(sets=1, reps=1)
    cycle_s: float = 0.0
    is_mirrored: bool = False
    view: CameraView = CameraView.FRONT
    count: int | None = None
    is_waving: bool = False
    is_hurting: bool = False


class Camera(Struct, frozen=True):
    """Where it stands, and so many pixels a metre."""

    around: float
    above: float
    middle: Point
    scale: float


class Eye:
    """From space to the picture."""

    def __init__(self, camera: Camera, width: int, height: int) -> None:
        self._sin_a, self._cos_a = sin(radians(camera.around)), cos(radians(camera.around))
        self._sin_e, self._cos_e = sin(radians(camera.above)), cos(radians(camera.above))
        self._middle = camera.middle
        self.scale = camera.scale
        self._x, self._y = width / 2, height / 2

    def spot(self, point: Point) -> Spot:
        x, y, z = (a - b for a, b in zip(point, self._middle, strict=True))
        towards = x * self._sin_a + z * self._cos_a
        right = x * self._cos_a - z * self._sin_a
        up = y * self._cos_e - towards * self._sin_e
        return self._x + right * self.scale, self._y - up * self.scale

    def depth(self, point: Point) -> float:
        """The larger, the nearer."""
        x, y, z = point
        return (x * self._sin_a + z * self._cos_a) * self._cos_e + y * self._sin_e


class Portrait:
    """The figure and the camera as they are now; both move a little with every picture."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        self._width = width
        self._height = height
        self._room = room(width, height)
        self._body: Joints = joints(STANDING)
        self._camera = camera_for(Doing(), width, height)
        self._elapsed_s = 0.0
        self._backdrop = self._room
        self._place: tuple[Camera, str | None, bool] | None = None

    def draw(self, doing: Doing, passed_s: float) -> Canvas:
        """The next picture, `passed_s` after the last one."""
        self._elapsed_s += passed_s
        self._move(doing, passed_s)
        eye = Eye(self._camera, self._width, self._height)
        canvas = Canvas(self._width, self._height, self._behind(doing, eye))
        _draw_body(canvas, eye, self._body, doing, is_blinking=self._elapsed_s % 3.7 < 0.14)
        if doing.count is not None:
            _draw_count(canvas, doing.count)
        return canvas

    def _behind(self, doing: Doing, eye: Eye) -> Canvas:
        """The room as this camera sees it; drawn anew only when the camera has moved."""
        place = self._camera, doing.exercise.slug if doing.exercise else None, doing.is_mirrored
        if self._place != place:
            self._place = place
            self._backdrop = Canvas(self._width, self._height, self._room)
            _furnish(self._backdrop, eye, doing)
        return self._backdrop

    def _move(self, doing: Doing, passed_s: float) -> None:
        share = 1 - exp(-FOLLOW_PER_S * passed_s)
        target = body_of(doing, self._elapsed_s)
        self._body = {name: _mixed(at, target[name], share) for name, at in self._body.items()}
        share = 1 - exp(-STEP_BACK_PER_S * passed_s)
        now, then = self._camera, camera_for(doing, self._width, self._height)
        around = (then.around - now.around + 180) % 360 - 180
        if abs(around) < STILL_DEG and abs(then.scale - now.scale) < STILL_PX:
            self._camera = then  # near enough: from here on the room need not be drawn again
            return
        self._camera = Camera(
            now.around + around * share,
            now.above + (then.above - now.above) * share,
            _mixed(now.middle, then.middle, share),
            now.scale + (then.scale - now.scale) * share,
        )


def body_of(doing: Doing, elapsed_s: float) -> Joints:
    """Where the joints should be."""
    if doing.exercise is None or not doing.exercise.timeline:
        return _listening(elapsed_s, doing.is_waving)
    timeline = dosed(doing.exercise, doing.dosage)
    found = joints(pose_at(doing.exercise.poses, timeline, doing.cycle_s))
    return across(found) if doing.is_mirrored else found


def _listening(elapsed_s: float, is_waving: bool) -> Joints:
    """Standing before the camera, breathing; the right hand waves."""
    found = joints(STANDING)
    breath = 0.006 * sin(elapsed_s * 1.7)
    sway = 0.008 * sin(elapsed_s * 0.6)
    found = {name: (x + sway, y + breath, z) for name, (x, y, z) in found.items()}
    if is_waving:
        x, y, z = found["shoulderR"]
        swing = sin(elapsed_s * 8)
        found["elbowR"] = (x - 0.22, y - 0.16, z + 0.1)
        found["wristR"] = (x - 0.3 + 0.05 * swing, y + 0.08, z + 0.14)
        found["handR"] = (x - 0.31 + 0.1 * swing, y + 0.17, z + 0.15)
    return found


def camera_for(doing: Doing, width: int, height: int) -> Camera:
    """The whole of the exercise in the picture; without one, head and shoulders as in any video visit."""
    if doing.exercise is None or not doing.exercise.timeline:
        return Camera(0.0, 4.0, (0.0, 1.42, 0.0), height / 0.82)
    view = doing.view
    if doing.is_mirrored:
        view = {
            CameraView.LATERAL_LEFT: CameraView.LATERAL_RIGHT,
            CameraView.LATERAL_RIGHT: CameraView.LATERAL_LEFT,
        }.get(view, view)
    around, above = VIEWS[view]
    middle, scale = _framed(doing.exercise.slug, doing.exercise, around, above, doing.is_mirrored, width, height)
    return Camera(around, above, middle, scale)


_FRAMED: dict[tuple[str, int, float, bool, int], tuple[Point, float]] = {}


def _framed(
    slug: str, exercise: Exercise, around: float, above: float, is_mirrored: bool, width: int, height: int
) -> tuple[Point, float]:
    key = (slug, exercise.version, around, is_mirrored, width)
    if key not in _FRAMED:
        _FRAMED[key] = _frame(exercise, Eye(Camera(around, above, (0, 0, 0), 1.0), 0, 0), is_mirrored, width, height)
    return _FRAMED[key]


def _frame(exercise: Exercise, eye: Eye, is_mirrored: bool, width: int, height: int) -> tuple[Point, float]:
    bodies = [joints(pose) for pose in exercise.poses.values()]
    points = [point for body in bodies for point in (across(body) if is_mirrored else body).values()]
    if exercise.framing is Framing.UPPER_BODY:
        hips = min(body["pelvis"][1] for body in bodies)
        points = [point for point in points if point[1] > hips - 0.2]
    spots = [eye.spot(point) for point in points]
    wide = max(x for x, _ in spots) - min(x for x, _ in spots) + 0.5
    high = max(y for _, y in spots) - min(y for _, y in spots) + 0.5
    low, top = (tuple(pick(p[axis] for p in points) for axis in range(3)) for pick in (min, max))
    middle = ((low[0] + top[0]) / 2, (low[1] + top[1]) / 2, (low[2] + top[2]) / 2)
    return middle, min(width / wide, height / high)


@lru_cache(maxsize=2)
def room(width: int, height: int) -> Canvas:
    """Wall, window, plant. The floor is drawn where the camera sees it."""
    canvas = Canvas(width, height)
    canvas.bands(0, height, WALL)
    right = width * 0.83
    canvas.shape(((right - 52, 30), (right + 52, 30), (right + 52, 140), (right - 52, 140)), WINDOW)
    canvas.shape(((right - 45, 37), (right + 45, 37), (right + 45, 133), (right - 45, 133)), SKY)
    canvas.shape(((right - 3, 37), (right + 3, 37), (right + 3, 133), (right - 3, 133)), WINDOW)
    return canvas


def _furnish(canvas: Canvas, eye: Eye, doing: Doing) -> None:
    horizon = int(eye.spot((0.0, 0.0, 0.0))[1] - 0.3 * eye.scale)
    if horizon < canvas.height:
        canvas.bands(horizon, horizon + 5, SKIRTING)
        canvas.bands(horizon + 5, canvas.height, FLOOR)
    _plant(canvas, min(horizon + 12, canvas.height + 40))
    exercise = doing.exercise
    if exercise is None or not exercise.timeline:
        return
    x, _, z = joints(first_pose(exercise))["pelvis"]
    x = -x if doing.is_mirrored else x
    if Equipment.MAT in exercise.equipment:
        corners = ((x - 0.4, z - 1.1), (x + 0.4, z - 1.1), (x + 0.4, z + 1.1), (x - 0.4, z + 1.1))
        if exercise.poses and _lies_across(exercise):
            corners = ((x - 1.1, z - 0.4), (x + 1.1, z - 0.4), (x + 1.1, z + 0.4), (x - 1.1, z + 0.4))
        canvas.shape([eye.spot((a, 0.0, b)) for a, b in corners], MAT)
    elif exercise.start_position is Position.SITTING:
        _chair(canvas, eye, x, z - 0.03)
    elif Equipment.CHAIR in exercise.equipment or Equipment.TABLE in exercise.equipment:
        hands = max(joints(first_pose(exercise))[f"hand{side}"][2] for side, _ in SIDES)
        if Equipment.CHAIR in exercise.equipment:
            _chair(canvas, eye, x, hands + 0.26)
        else:
            _table(canvas, eye, x, hands)


def _lies_across(exercise: Exercise) -> bool:
    body = joints(first_pose(exercise))
    (hx, _, hz), (fx, _, fz) = body["head"], body["ankleL"]
    return abs(hx - fx) > abs(hz - fz)


def _plant(canvas: Canvas, floor: float) -> None:
    x = canvas.width * 0.12
    for lean, tall in ((-22, 74), (-8, 92), (12, 84), (26, 62)):
        canvas.stroke((x, floor - 34), (x + lean, floor - 34 - tall), 4, 9, LEAF)
    canvas.shape(((x - 20, floor - 38), (x + 20, floor - 38), (x + 14, floor), (x - 14, floor)), POT)


def _chair(canvas: Canvas, eye: Eye, x: float, z: float) -> None:
    wide = max(0.02 * eye.scale, 2.0)
    back, front = z - 0.24, z + 0.2
    for a, b, shade in (
        (x - 0.2, back, CHAIR_DARK),
        (x + 0.2, back, CHAIR_DARK),
        (x - 0.2, front, CHAIR),
        (x + 0.2, front, CHAIR),
    ):
        canvas.stroke(eye.spot((a, 0.43, b)), eye.spot((a, 0.0, b)), wide, wide, shade)
    for side in (-0.2, 0.2):
        canvas.stroke(eye.spot((x + side, 0.43, back)), eye.spot((x + side, 0.86, back - 0.05)), wide, wide, CHAIR_DARK)
    canvas.stroke(
        eye.spot((x - 0.2, 0.8, back - 0.05)), eye.spot((x + 0.2, 0.8, back - 0.05)), wide * 2, wide * 2, CHAIR
    )
    seat = ((x - 0.23, back), (x + 0.23, back), (x + 0.23, front), (x - 0.23, front))
    canvas.shape([eye.spot((a, 0.45, b)) for a, b in seat], CHAIR)


def _table(canvas: Canvas, eye: Eye, x: float, z: float) -> None:
    wide, near, far = max(0.02 * eye.scale, 2.0), z - 0.12, z + 0.4
    for a, b in ((x - 0.4, far), (x + 0.4, far), (x - 0.4, near), (x + 0.4, near)):
        canvas.stroke(eye.spot((a, 0.76, b)), eye.spot((a, 0.0, b)), wide, wide, CHAIR_DARK)
    top = ((x - 0.45, near), (x + 0.45, near), (x + 0.45, far), (x - 0.45, far))
    corners = [eye.spot((a, 0.78, b)) for a, b in top]
    canvas.shape(corners, CHAIR)
    canvas.stroke(corners[0], corners[1], wide, wide, CHAIR)


def _draw_body(canvas: Canvas, eye: Eye, body: Joints, doing: Doing, *, is_blinking: bool) -> None:
    """Far parts first. Each limb is a stroke; what is on the far side is a shade darker."""
    strokes = sorted(_limbs(eye, body), key=lambda one: one[0])
    spots = {name: eye.spot(point) for name, point in body.items()}
    for _, a, b, wide_a, wide_b, shade in strokes:
        if a == "head":
            _draw_head(canvas, eye, body, spots, doing, is_blinking=is_blinking)
        else:
            canvas.stroke(spots[a], spots[b], wide_a * eye.scale, wide_b * eye.scale, shade)


Limb = tuple[float, str, str, float, float, tuple[int, int, int]]


def _limbs(eye: Eye, body: Joints) -> Iterable[Limb]:
    def limb(a: str, b: str, wide_a: float, wide_b: float, shade: tuple[int, int, int], nearer: float = 0.0) -> Limb:
        return (eye.depth(body[a]) + eye.depth(body[b])) / 2 + nearer, a, b, wide_a, wide_b, shade

    middle = eye.depth(body["pelvis"])
    for side, _ in SIDES:
        far = eye.depth(body[f"hip{side}"]) < middle - 0.02
        legs, sleeve, skin = (TROUSERS_FAR, SHIRT_FAR, SKIN_FAR) if far else (TROUSERS, SHIRT, SKIN)
        yield limb(f"hip{side}", f"knee{side}", 0.085, 0.06, legs)
        yield limb(f"knee{side}", f"ankle{side}", 0.06, 0.042, legs)
        yield limb(f"heel{side}", f"toe{side}", 0.04, 0.032, SHOES)
        yield limb(f"shoulder{side}", f"elbow{side}", 0.056, 0.045, sleeve, 0.02)
        yield limb(f"elbow{side}", f"wrist{side}", 0.042, 0.032, skin, 0.02)
        yield limb(f"wrist{side}", f"hand{side}", 0.036, 0.034, skin, 0.02)
    yield limb("hipL", "hipR", 0.095, 0.095, TROUSERS, 0.05)
    yield limb("lumbar", "chest", 0.125, 0.14, SHIRT)
    yield limb("chest", "shoulders", 0.14, 0.13, SHIRT)
    yield limb("shoulderL", "shoulderR", 0.06, 0.06, SHIRT)
    yield limb("shoulders", "neck", 0.11, 0.065, SHIRT)
    yield limb("neck", "head", 0.05, 0.05, SKIN, 0.01)
    yield limb("head", "crown", 0.1, 0.1, SKIN, 0.03)


def _draw_head(
    canvas: Canvas, eye: Eye, body: Joints, spots: dict[str, Spot], doing: Doing, *, is_blinking: bool
) -> None:
    s = eye.scale
    back = tuple(a - 0.35 * (b - a) for a, b in zip(body["crown"], body["nose"], strict=True))
    hair = eye.spot((back[0], back[1] + 0.012, back[2]))
    is_away = eye.depth(body["nose"]) < eye.depth(body["crown"]) - 0.02
    if not is_away:
        canvas.dot(hair, 0.118 * s, HAIR)
    canvas.stroke(spots["crown"], spots["jaw"], 0.1 * s, 0.07 * s, SKIN)
    if is_away:
        canvas.dot(hair, 0.118 * s, HAIR)
        return
    canvas.dot(spots["nose"], 0.016 * s, SKIN_FAR)
    nose = eye.depth(body["nose"])
    for name in ("eyeL", "eyeR"):
        if eye.depth(body[name]) > nose - 0.1:
            x, y = spots[name]
            if is_blinking or doing.is_hurting:
                canvas.stroke((x - 0.014 * s, y), (x + 0.014 * s, y), 0.005 * s, 0.005 * s, INK)
            else:
                canvas.dot((x, y), 0.013 * s, INK)
    left, right, low = spots["mouthL"], spots["mouthR"], spots["mouth"]
    if doing.is_hurting:  # the corners go down
        low = ((left[0] + right[0]) / 2, (left[1] + right[1]) / 2 - 0.012 * s)
        left, right = (left[0], left[1] + 0.008 * s), (right[0], right[1] + 0.008 * s)
    for a, b in ((left, low), (low, right)):
        canvas.stroke(a, b, 0.007 * s, 0.007 * s, LIPS)


def _draw_count(canvas: Canvas, count: int) -> None:
    """The number that the patient says, in the corner where the wall is."""
    digits = str(count)
    wide, high, thick = 22.0, 26.0, 4.0
    left, top = 26.0, 26.0
    canvas.shape(
        [(10, 10), (left + len(digits) * (wide + 16) + 4, 10), (left + len(digits) * (wide + 16) + 4, 94), (10, 94)],
        PAPER,
    )
    for n, digit in enumerate(digits):
        x = left + n * (wide + 16)
        for segment in SEGMENTS[digit]:
            ax, ay, bx, by = PLACES[segment]
            canvas.stroke((x + ax * wide, top + ay * high), (x + bx * wide, top + by * high), thick, thick, SHIRT)


def _mixed(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share
