class Motion:
    def __init__(self, kind, seconds, ease, args):
        self.kind = kind
        self.seconds = seconds
        self.ease = ease
        self.args = args


def fade(seconds=0.5, *, ease="out_sine"):
    return Motion("fade", seconds, ease, {})


def rise(distance=60, seconds=0.7, *, ease="out_cubic"):
    return Motion("rise", seconds, ease, {"distance": distance})


def slide(side="left", seconds=0.7, *, distance=None, ease="out_cubic"):
    return Motion("slide", seconds, ease, {"side": side, "distance": distance})


def grow(from_scale=0.0, seconds=0.6, *, ease="out_back"):
    return Motion("grow", seconds, ease, {"from_scale": from_scale})


def pop(seconds=0.8, *, taste="bouncy"):
    return Motion("pop", seconds, "linear", {"taste": taste})


def wipe(side="left", seconds=0.7, *, ease="in_out_cubic"):
    return Motion("wipe", seconds, ease, {"side": side})


def blur_in(radius=24, seconds=0.7, *, ease="out_cubic"):
    return Motion("blur_in", seconds, ease, {"radius": radius})


def spin(degrees=90, seconds=0.7, *, ease="out_cubic"):
    return Motion("spin", seconds, ease, {"degrees": degrees})


def typewriter(per_second=20, *, cursor=True):
    return Motion("typewriter", 0, "linear", {"per_second": per_second, "cursor": cursor})


def draw(seconds=1.2, *, ease="in_out_cubic"):
    return Motion("draw", seconds, ease, {})


def pulse(amount=0.06, seconds=1.2):
    return Motion("pulse", seconds, "in_out_sine", {"amount": amount})


def bob(distance=14, seconds=3):
    return Motion("bob", seconds, "in_out_sine", {"distance": distance})


def shake(distance=10, seconds=0.5):
    return Motion("shake", seconds, "linear", {"distance": distance})


def wiggle(degrees=3, seconds=1.6):
    return Motion("wiggle", seconds, "in_out_sine", {"degrees": degrees})
