_GLASS = "#05070b"
_LAMPS = ("#ff5f57", "#febc2e", "#28c840")
_SCREENS = {"night": "#111a2c", "day": "#ffffff"}
_WINDOWS = {
    "night": {"bar": "#1e293b", "field": "#0f172a", "ink": "#a3b1c6", "line": "#3b4a61"},
    "day": {"bar": "#e8edf4", "field": "#ffffff", "ink": "#475569", "line": "#cbd5e1"},
}
_MOST_SPOTS = 12


def _screen(frame, role, width, height, **props):
    if width <= 0 or height <= 0:
        _refuse("argument", f"The screen of {frame.id} is {width:g} x {height:g}", "Give it a width and height above 0.")
    return _part(frame, "stack", role, width=width, height=height, clip=True, **props)


def phone(*, width=400, height=0, color="#64748b", theme="night", **props):
    tall = height or width * 2.16
    rim, bezel, corner = width * 0.012, width * 0.03, width * 0.14
    edge = rim + bezel
    metal = linear(lighten(color, 0.22), color, darken(color, 0.16), color, lighten(color, 0.1), angle=35)
    with _chart("phone", width + 2 * edge, tall + 2 * edge, props) as frame:
        for side, at_height, long in (("left", 0.3, 0.055), ("left", 0.38, 0.055), ("right", 0.34, 0.09)):
            _button(frame, side, tall * at_height, tall * long, width * 0.012, color)
        _part(frame, "rect", "body", width=width + 2 * edge, height=tall + 2 * edge, radius=corner + edge, fill=metal,
              anchor="center", shadow=shadow("#00000080", blur=width * 0.24, y=width * 0.09))
        _part(frame, "rect", "bezel", width=width + 2 * bezel, height=tall + 2 * bezel, radius=corner + bezel, fill=_GLASS,
              anchor="center")
        screen = _screen(frame, "screen", width, tall, radius=corner, fill=_SCREENS[theme], anchor="center",
                         padding=(width * 0.06, width * 0.16))
        _part(frame, "rect", "island", width=width * 0.29, height=width * 0.082, radius=width * 0.041, fill=_GLASS, anchor="top",
              x=0, y=edge + width * 0.034)
        _part(frame, "rect", "home", width=width * 0.36, height=width * 0.012, radius=width * 0.006, anchor="bottom",
              fill=alpha(ink_on(_SCREENS[theme]), 0.8), x=0, y=-edge - width * 0.022)
    return screen


def _button(frame, side, down, long, out, color):
    count = len(frame.children) + 1
    _part(frame, "rect", f"button-{count}", width=out * 3, height=long, radius=out * 0.7, fill=darken(color, 0.1), anchor=f"top {side}",
          x=out * (-0.55 if side == "left" else 0.55), y=down)


def browser(url="", *, width=1200, height=700, theme="night", **props):
    look, bar = _WINDOWS[theme], clamp(width * 0.055, 44, 72)
    window = {"fill": look["bar"], "radius": 20, "clip": True, "shadow": shadow("#00000059", blur=100, y=40), **props}
    with _chart("browser", width, height + bar, window) as frame:
        for place, lamp in enumerate(_LAMPS):
            _part(frame, "circle", f"lamp-{place + 1}", radius=bar * 0.1, fill=lamp, anchor="top left",
                  x=bar * (0.36 + 0.33 * place), y=bar * 0.4)
        for name, tip in (("back", 0), ("forward", 8)):
            _part(frame, "path", name, data=f"M {8 - tip} 0 L {tip} 8 L {8 - tip} 16", height=bar * 0.24, anchor="top left",
                  stroke=stroke(alpha(look["ink"], 0.7), bar * 0.045), x=bar * (1.6 if tip == 0 else 2.05), y=bar * 0.38)
        _address(frame, url, min(width * 0.46, 640), bar, look)
        page = _screen(frame, "page", width, height, fill=_SCREENS[theme], anchor="bottom")
        _part(frame, "rect", "line", width=width, height=2, fill=look["line"], anchor="top", x=0, y=bar - 1)
        _part(frame, "rect", "edge", width=width, height=height + bar, radius=20, fill=None, stroke=stroke(look["line"], 3),
              anchor="center")
    return page


def _address(frame, url, across, bar, look):
    with _part(frame, "row", "address", width=across, height=bar * 0.6, radius=bar * 0.3, fill=look["field"], clip=True, gap=bar * 0.16,
               anchor="top", x=0, y=bar * 0.2):
        if url:
            _part(frame, "path", "lock", data="M 0 6 H 10 V 14 H 0 Z M 2 6 V 3.5 A 3 3 0 0 1 8 3.5 V 6", height=bar * 0.24,
                  stroke=stroke(look["ink"], bar * 0.035))
            _part(frame, "text", "url", content=url, size=bar * 0.36, weight=500, color=look["ink"], max_width=across - bar,
                  max_lines=1, allow=["overlap", "text-too-small", "text-overflow"])


def cursor(points, *, seconds=1.4, bend=0.1, press=True, size=64, color="#0f172a", ring="#38bdf8", **props):
    line = props.pop("_line", None)
    spots = [(x + 0.0, y + 0.0) for x, y in points]
    if not 1 <= len(spots) <= _MOST_SPOTS:
        _refuse("argument", f"cursor() goes along 1 to {_MOST_SPOTS} points, not {len(spots)}", "Write cursor([(300, 900), (960, 540)]).")
    x, y = _way(spots, seconds, bend)
    reach = size * 1.2
    with Node("stack", {"width": reach * 2, "height": reach * 2, "x": x, "y": y, **props}, line, "cursor") as whole:
        squash = 1
        if press:
            squash = keys((seconds, 1), (seconds + 0.12, 0.8), (seconds + 0.42, 1), ease="in_out_sine")
            _part(whole, "circle", "ring", radius=tween(size * 0.2, size, 0.6, start=seconds + 0.1, ease="out_cubic"), fill=None,
                  stroke=stroke(ring, size * 0.08), opacity=keys((seconds + 0.08, 0), (seconds + 0.12, 0.9), (seconds + 0.7, 0)))
        with _part(whole, "stack", "pointer", width=reach * 2, height=reach * 2, scale=squash):
            _part(whole, "path", "arrow", data="M 0 0 V 17.2 L 4.1 13.4 L 6.7 19.4 L 9.2 18.3 L 6.7 12.4 H 12.2 Z", height=size, fill=color,
                  stroke=stroke(ink_on(color), size * 0.055), anchor="top left", x=reach, y=reach,
                  shadow=shadow("#00000073", blur=size * 0.3, y=size * 0.08))
    return whole


def _way(spots, seconds, bend):
    # Every leg is a quadratic curve; its middle lies aside of the straight way by `bend` times its length.
    legs = [(after[0] - before[0], after[1] - before[1]) for before, after in zip(spots, spots[1:])]
    lengths = [math.sqrt(dx * dx + dy * dy) for dx, dy in legs]
    (x, y), begin = spots[0], 0.0
    for (dx, dy), length in zip(legs, lengths):
        if length:
            finish = begin + seconds * length / sum(lengths)
            share = keys((begin, 0), (finish, 1), ease="in_out_cubic")
            x = x + share * (dx - 4 * bend * dy) + share * share * (4 * bend * dy)
            y = y + share * (dy + 4 * bend * dx) - share * share * (4 * bend * dx)
            begin = finish
    return x, y
