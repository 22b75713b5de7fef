"""How the virtual patient stands at a moment of an exercise: joints in space, from the library's key poses. Pure.

The skeleton is that of `web/static/js/mannequin/rig.js` (docs/reference/mannequin.md) without hands and feet that are
held in place: whoever does an exercise at home is no mannequin.
"""

from collections.abc import Mapping, Sequence
from math import cos, radians, sin

from telesession.domain.exercises import Exercise, Move, Pair, Pose

Point = tuple[float, float, float]
Turn = tuple[Point, Point, Point]
"""A rotation: its rows."""
Joints = dict[str, Point]

STANDING = Pose(
    "standing",
    (0.0, 0.9004, 0.0),
    {"shoAb": Pair(9.0, 9.0), "sho": Pair(4.0, 4.0), "elb": Pair(16.0, 16.0), "pro": Pair(45.0, 45.0)},
)
THIGH, SHANK, ARM, FOREARM, SOLE = 0.4165, 0.418, 0.316, 0.248, 0.066
SIDES = (("L", 1.0), ("R", -1.0))
FACE = {
    "eyeL": (0.034, 0.125, 0.088), "eyeR": (-0.034, 0.125, 0.088),
    "mouthL": (0.036, 0.07, 0.092), "mouthR": (-0.036, 0.07, 0.092), "mouth": (0.0, 0.052, 0.1),
    "nose": (0.0, 0.095, 0.112), "jaw": (0.0, 0.035, 0.045),
}  # fmt: skip


def about(axis: str, degrees: float) -> Turn:
    """A turn about one axis, right-handed."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    if axis == "x":
        return ((1.0, 0.0, 0.0), (0.0, c, -s), (0.0, s, c))
    if axis == "y":
        return ((c, 0.0, s), (0.0, 1.0, 0.0), (-s, 0.0, c))
    return ((c, -s, 0.0), (s, c, 0.0), (0.0, 0.0, 1.0))


def chain(*turns: Turn) -> Turn:
    """One after the other, each in the frame of those before it."""
    first, *others = turns
    for other in others:
        first = after(first, other)
    return first


def after(one: Turn, other: Turn) -> Turn:
    """`other` in the frame of `one`."""
    (a, b, c), (d, e, f), (g, h, i) = one
    (p, q, r), (s, t, u), (v, w, x) = other
    return (
        (a * p + b * s + c * v, a * q + b * t + c * w, a * r + b * u + c * x),
        (d * p + e * s + f * v, d * q + e * t + f * w, d * r + e * u + f * x),
        (g * p + h * s + i * v, g * q + h * t + i * w, g * r + h * u + i * x),
    )


def turned(turn: Turn, point: Point) -> Point:
    x, y, z = point
    (a, b, c), (d, e, f), (g, h, i) = turn
    return a * x + b * y + c * z, d * x + e * y + f * z, g * x + h * y + i * z


def _add(a: Point, b: Point) -> Point:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def joints(pose: Pose) -> Joints:
    """Where the joints and the face are."""
    found: Joints = {"pelvis": pose.root_m}
    pelvis = chain(
        about("y", _angle(pose, "yaw")),
        about("z", _angle(pose, "roll")),
        about("x", _angle(pose, "pitch")),
        about("y", _angle(pose, "axial")),
    )
    at, turn, shoulders = pose.root_m, pelvis, pelvis
    for name, up, then in (
        ("lumbar", 0.1, _bend(pose, "lum", 0.6)),
        ("chest", 0.15, _bend(pose, "lum", 0.4)),
        ("shoulders", 0.12, _bend(pose, "tho", 1)),
        ("neck", 0.12, _bend(pose, "cer", 1)),
        ("head", 0.09, _bend(pose, "hed", 1)),
    ):
        at = found[name] = _add(at, turned(turn, (0.0, up, 0.0)))
        turn = chain(turn, then)
        if name == "shoulders":
            shoulders = turn
    found["crown"] = _add(at, turned(turn, (0.0, 0.1, 0.02)))
    found |= {name: _add(at, turned(turn, place)) for name, place in FACE.items()}
    for side, s in SIDES:
        found |= _leg(pose, found["pelvis"], pelvis, side, s)
        found |= _arm(pose, found["shoulders"], shoulders, side, s)
    return found


def _leg(pose: Pose, at: Point, pelvis: Turn, side: str, s: float) -> Joints:
    hip = _ball(pose, pelvis, "hip", side, s)
    shank = chain(hip, about("x", _angle(pose, "kne", side)))
    foot = chain(shank, about("x", -_angle(pose, "ank", side)))
    root = _add(at, turned(pelvis, (s * 0.085, 0.0, 0.0)))
    knee = _add(root, turned(hip, (0.0, -THIGH, 0.0)))
    ankle = _add(knee, turned(shank, (0.0, -SHANK, 0.0)))
    return {
        f"hip{side}": root,
        f"knee{side}": knee,
        f"ankle{side}": ankle,
        f"heel{side}": _add(ankle, turned(foot, (0.0, -SOLE + 0.03, -0.03))),
        f"toe{side}": _add(ankle, turned(foot, (0.0, -SOLE + 0.02, 0.17))),
    }


def _arm(pose: Pose, at: Point, shoulders: Turn, side: str, s: float) -> Joints:
    upper = _ball(pose, shoulders, "sho", side, s)
    forearm = chain(upper, about("x", -_angle(pose, "elb", side)))
    shoulder = _add(at, turned(shoulders, (s * 0.18, 0.1, -_angle(pose, "sca", side) / 100)))
    elbow = _add(shoulder, turned(upper, (0.0, -ARM, 0.0)))
    wrist = _add(elbow, turned(forearm, (0.0, -FOREARM, 0.0)))
    return {
        f"shoulder{side}": shoulder,
        f"elbow{side}": elbow,
        f"wrist{side}": wrist,
        f"hand{side}": _add(wrist, turned(forearm, (0.0, -0.1, 0.0))),
    }


def _angle(pose: Pose, name: str, side: str = "L") -> float:
    both = _both(pose, name)
    return both.left if side == "L" else both.right


def _bend(pose: Pose, name: str, share: float) -> Turn:
    """Of the trunk: forward, then to the left, then turned to the left."""
    return chain(
        about("x", share * _angle(pose, name)),
        about("z", -share * _angle(pose, f"{name}S")),
        about("y", share * _angle(pose, f"{name}R")),
    )


def _ball(pose: Pose, parent: Turn, name: str, side: str, s: float) -> Turn:
    """A hip or a shoulder."""
    return chain(
        parent,
        about("x", -_angle(pose, name, side)),
        about("z", s * _angle(pose, f"{name}Ab", side)),
        about("y", s * _angle(pose, f"{name}Ro", side)),
    )


def between(one: Pose, other: Pose, share: float) -> Pose:
    """`share` of the way from one to the other, from rest to rest with the least jerk."""
    t = share**3 * (10 + share * (6 * share - 15))

    def mixed(a: float, b: float) -> float:
        return a + (b - a) * t

    channels: dict[str, float | Pair] = {}
    for name in one.channels_deg.keys() | other.channels_deg.keys():
        a, b = _both(one, name), _both(other, name)
        channels[name] = Pair(mixed(a.left, b.left), mixed(a.right, b.right))
    x, y, z = (mixed(a, b) for a, b in zip(one.root_m, other.root_m, strict=True))
    return Pose(other.label, (x, y, z), channels)


def _both(pose: Pose, name: str) -> Pair:
    value = pose.channels_deg.get(name, 0.0)
    return value if isinstance(value, Pair) else Pair(value, value)


def pose_at(poses: Mapping[str, Pose], timeline: Sequence[Move], cycle_s: float) -> Pose:
    """The pose so many seconds into a repetition; the timeline is the dosed one."""
    before = poses[timeline[0].pose]
    left_s = cycle_s
    for move in timeline:
        pose = poses[move.pose]
        if left_s < move.move_s:
            return between(before, pose, left_s / move.move_s)
        left_s -= move.move_s
        if left_s < move.hold_s:
            return pose
        left_s -= move.hold_s
        before = pose
    return before


def across(found: Joints) -> Joints:
    """The same for the other side of the body."""
    return {name: (-x, y, z) for name, (x, y, z) in found.items()}


def first_pose(exercise: Exercise) -> Pose:
    """How it begins; standing where it has no poses."""
    return exercise.poses[exercise.timeline[0].pose] if exercise.timeline else STANDING
