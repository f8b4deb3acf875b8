import json

import math
import random as _chance

_dumps = json.dumps

pi = math.pi
tau = math.tau
sin = math.sin
cos = math.cos
tan = math.tan
atan2 = math.atan2
sqrt = math.sqrt
exp = math.exp
log = math.log
floor = math.floor
ceil = math.ceil


class Track:
    def __init__(self, kind, args):
        self.kind = kind
        self.args = args

    def __add__(self, other):
        return Track("add", {"a": self, "b": other})

    def __radd__(self, other):
        return Track("add", {"a": other, "b": self})

    def __sub__(self, other):
        return Track("add", {"a": self, "b": -other})

    def __rsub__(self, other):
        return Track("add", {"a": other, "b": -self})

    def __mul__(self, other):
        return Track("multiply", {"a": self, "b": other})

    def __rmul__(self, other):
        return Track("multiply", {"a": other, "b": self})

    def __neg__(self):
        return Track("negate", {"a": self})


def tween(a, b, seconds=1, *, start=0, ease="in_out_cubic"):
    return Track("tween", {"a": a, "b": b, "seconds": seconds, "start": start, "ease": ease})


def keys(*points, ease="in_out_cubic"):
    if not points:
        _refuse("argument", "keys() needs at least one point", "Write keys((0, 0), (1, 200)).")
    return Track("keys", {"points": [list(point) for point in sorted(points, key=lambda point: point[0])], "ease": ease})


def spring(a, b, *, start=0, taste="smooth", stiffness=None, damping=None, mass=1):
    given = {"taste": taste, "stiffness": stiffness, "damping": damping}
    return Track("spring", {"a": a, "b": b, "start": start, "mass": mass,
                            **{name: value for name, value in given.items() if value is not None}})


def noise(amount=1, *, speed=1, seed=0):
    return Track("noise", {"amount": amount, "speed": speed, "seed": seed})


def wave(amount=1, seconds=2, *, phase=0):
    return Track("wave", {"amount": amount, "seconds": seconds, "phase": phase})


def loop(track, seconds, *, bounce=False):
    return Track("loop", {"track": track, "seconds": seconds, "bounce": bounce})


def delay(track, seconds):
    return Track("delay", {"track": track, "seconds": seconds})


class Gradient:
    def __init__(self, kind, stops, more):
        if len(stops) < 2:
            _refuse("argument", f"{kind}() needs at least two colours", f'Write {kind}("#0b1020", "#38bdf8").')
        self.kind = kind
        last = len(stops) - 1
        self.stops = [
            stop if isinstance(stop, tuple) else (place / last, stop) for place, stop in enumerate(stops)
        ]
        self.more = more


def linear(*stops, angle=90):
    return Gradient("linear", stops, {"angle": angle})


def radial(*stops, x=0.5, y=0.5, radius=0.7):
    return Gradient("radial", stops, {"x": x, "y": y, "radius": radius})


def sweep(*stops, angle=0, x=0.5, y=0.5):
    return Gradient("sweep", stops, {"angle": angle, "x": x, "y": y})


class Stroke:
    def __init__(self, paint, width=3, *, dash=(), cap="round"):
        self.fields = {"paint": paint, "width": width, "dash": dash, "cap": cap}


class Shadow:
    def __init__(self, color="#00000066", *, blur=40, x=0, y=16):
        self.fields = {"color": color, "blur": blur, "x": x, "y": y}


stroke = Stroke
shadow = Shadow


def glow(color, blur=40):
    return Shadow(color, blur=blur, x=0, y=0)


def clamp(x, low=0, high=1):
    return low if x < low else high if x > high else x


def lerp(a, b, share):
    return a + (b - a) * share


def remap(x, from_low, from_high, to_low=0, to_high=1):
    span = from_high - from_low
    return to_low + (to_high - to_low) * (clamp((x - from_low) / span) if span else 0)


class Random:
    def __init__(self, seed):
        self._source = _chance.Random(seed)

    def uniform(self, low=0, high=1):
        return self._source.uniform(low, high)

    def integer(self, low, high):
        return self._source.randint(low, high)

    def choice(self, items):
        return self._source.choice(items)

    def shuffled(self, items):
        mixed = list(items)
        self._source.shuffle(mixed)
        return mixed


def random(seed):
    return Random(seed)


def numbers(words):
    for mark in ";|\n\t":
        words = words.replace(mark, ",")
    found = []
    for word in words.replace(", ", ",").replace(" ", ",").split(","):
        digits = "".join([letter for letter in word if letter in "0123456789.-"])
        try:
            found.append(float(digits))
        except ValueError:
            continue
    return found
