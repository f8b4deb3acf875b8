def _sine(share):
    return 1 - math.cos(share * math.pi / 2)


def _expo(share):
    return (2 ** (10 * share) - 1) / 1023


def _back(share):
    return share * share * (2.70158 * share - 1.70158)


def _elastic_out(share):
    return 2 ** (-10 * share) * math.sin((share * 10 - 0.75) * 2 * math.pi / 3) + 1


def _bounce_out(share):
    for until, middle, low in ((1.0, 0.0, 0.0), (2.0, 1.5, 0.75), (2.5, 2.25, 0.9375), (2.75, 2.625, 0.984375)):
        if share <= until / 2.75:
            return 7.5625 * (share - middle / 2.75) ** 2 + low
    return 1.0


_INWARD = {
    "sine": _sine,
    "quad": lambda share: share**2,
    "cubic": lambda share: share**3,
    "quart": lambda share: share**4,
    "expo": _expo,
    "back": _back,
}


def ease(kind, share):
    share = clamp(share)
    if share in (0, 1) or kind == "linear":
        return share
    if kind == "out_elastic":
        return _elastic_out(share)
    if kind == "out_bounce":
        return _bounce_out(share)
    way, _, name = kind.rpartition("_")
    curve = _INWARD[name]
    if way == "in":
        return curve(share)
    if way == "out":
        return 1 - curve(1 - share)
    return curve(2 * share) / 2 if share < 0.5 else 1 - curve(2 - 2 * share) / 2
