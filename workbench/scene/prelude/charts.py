_RULE = "#94a3b833"


def _figure(value, prefix, suffix, decimals=None):
    if decimals is None:
        words = f"{abs(value):,.2f}".rstrip("0").rstrip(".")
    else:
        words = f"{abs(value):,.{decimals}f}"
    sign = "-" if value < 0 and words.strip("0.,") else ""
    return f"{sign}{prefix}{words}{suffix}"


def _fitting(words, room, size):
    longest = max([len(word) for word in words], default=1)
    return max(14, min(size, room / (0.58 * max(longest, 1))))


def _numbers(kind, values):
    if len(values) > 200:
        _refuse("limit-nodes", f"{kind}() shows at most 200 values, not {len(values)}", "Show fewer.")
    numbers = [value + 0.0 for value in values]
    if not numbers:
        _refuse("argument", f"{kind}() needs at least one value", f"Write {kind}([3, 5, 8]).")
    for value in numbers:
        if not math.isfinite(value):
            _refuse("argument", f"{kind}() was given {value}, which has no place on a chart", "Give finite numbers.")
    return numbers


def _chart(kind, width, height, props):
    line = props.pop("_line", None)
    return Node("stack", {"width": width, "height": height, "align": "top left", **props}, line, kind)


def _part(chart, kind, role, **props):
    return Node(kind, {"name": f"{chart.id}/{role}", "allow": ["overlap"], **props}, chart.line)


def _label(chart, role, words, size, color, x, y, **props):
    return _part(chart, "text", role, content=words, size=size, weight=600, color=color, x=x, y=y, **props)


def bar_chart(values, labels=(), *, width=900, height=480, colors=("#38bdf8",), radius=12, gap=24, show_values=True,
              prefix="", suffix="", label_color="#cbd5e1", size=30, seconds=1.0, stagger_seconds=0.12, **props):
    numbers = _numbers("bar_chart", values)
    words = [str(label) for label in labels][: len(numbers)]
    figures = [_figure(value, prefix, suffix) for value in numbers]
    slot = width / len(numbers)
    gap = min(gap, slot * 0.5)
    thick = min(slot - gap, 240)
    small = _fitting(words, slot - 8, size)
    large = _fitting(figures, slot - 6, size)
    under = small * 1.7 if words else 0
    over = large * 1.5 if show_values else 0
    low, high = min(0.0, min(numbers)), max(0.0, max(numbers))
    span = high - low or 1.0
    room = max(height - under - (over if high > 0 or low == 0 else 0) - (over if low < 0 else 0), 1)
    zero = (over if high > 0 or low == 0 else 0) + room * (high / span if high > low else 1)
    with _chart("bar_chart", width, height, props) as chart:
        _part(chart, "rect", "baseline", width=width, height=2, fill=_RULE, anchor="left", x=0, y=zero - height / 2)
        for place, value in enumerate(numbers):
            _bar(chart, place, value / span * room, slot, thick, zero, colors[place % len(colors)], radius, seconds,
                 place * stagger_seconds)
            if show_values:
                _bar_figure(chart, place, figures[place], value / span * room, slot * (place + 0.5) - width / 2, zero,
                            large, label_color, seconds, place * stagger_seconds)
        for place, word in enumerate(words):
            _label(chart, f"label-{place + 1}", word, small, label_color, slot * (place + 0.5) - width / 2, 0,
                   anchor="bottom", max_width=slot - 4, max_lines=1, enter=fade(0.4), start=place * stagger_seconds)
    return chart


def _bar(chart, place, tall, slot, thick, zero, color, radius, seconds, start):
    if abs(tall) < 0.5:
        return
    grown = tween(0, abs(tall), seconds, ease="out_cubic")
    _part(chart, "rect", f"bar-{place + 1}", width=thick, height=grown, radius=min(radius, thick / 2, abs(tall) / 2),
          fill=color, anchor="top left", x=slot * (place + 0.5) - thick / 2,
          y=zero - grown if tall > 0 else zero, start=start)


def _bar_figure(chart, place, words, tall, x, zero, size, color, seconds, start):
    away = tween(0, abs(tall), seconds, ease="out_cubic")
    y = zero - size * 1.45 - away if tall >= 0 else zero + size * 0.25 + away
    _label(chart, f"value-{place + 1}", words, size, color, x, y, anchor="top", enter=fade(0.4), start=start)


def _ticks(low, high, count):
    rough = (high - low) / max(count, 1)
    scale = 10 ** math.floor(math.log10(rough))
    step = scale * min([nice for nice in (1, 2, 2.5, 5, 10) if nice * scale >= rough * 0.999])
    first = math.floor(low / step + 1e-9)
    ticks = [first * step]
    while ticks[-1] < high - step * 1e-9 and len(ticks) < 40:
        ticks.append((first + len(ticks)) * step)
    return ticks


def _smooth(points):
    # Tangents after Fritsch and Carlson, SIAM J. Numer. Anal. 17 (1980): the curve never swings past a value.
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in zip(points, points[1:])]
    tangents = [slopes[0]]
    for before, after in zip(slopes, slopes[1:]):
        tangents.append(0.0 if before * after <= 0 else 2 * before * after / (before + after))
    tangents.append(slopes[-1])
    parts = []
    for place in range(len(slopes)):
        (x0, y0), (x1, y1) = points[place], points[place + 1]
        third = (x1 - x0) / 3
        parts.append(f"C {x0 + third:.3f} {y0 + third * tangents[place]:.3f} "
                     f"{x1 - third:.3f} {y1 - third * tangents[place + 1]:.3f} {x1:.3f} {y1:.3f}")
    return " ".join(parts)


def _straight(points):
    return " ".join([f"L {x:.3f} {y:.3f}" for x, y in points[1:]])


def line_chart(values, labels=(), *, width=900, height=480, color="#38bdf8", area=True, dots=True, curve=True, grid_lines=4,
               prefix="", suffix="", label_color="#cbd5e1", size=28, seconds=1.8, **props):
    numbers = _numbers("line_chart", values)
    words = [str(label) for label in labels][: len(numbers)]
    low, high = min(numbers), max(numbers)
    if low == high:
        low, high = min(0.0, low), max(0.0, high)
    elif low > 0 and low < (high - low):
        low = 0.0
    if low == high:
        high = low + 1.0
    ticks = _ticks(low, high, grid_lines or 4)
    low, high = ticks[0], ticks[-1]
    figures = [_figure(tick, prefix, suffix) for tick in ticks]
    inset = max([len(words) for words in figures]) * size * 0.6 + size * 0.6 if grid_lines else size * 0.5
    under = size * 1.9 if words else size * 0.5
    room = (width - inset - size * 0.5, height - under - size * 0.6)

    def spot(place, value):
        share = place / (len(numbers) - 1) if len(numbers) > 1 else 0.5
        return (inset + room[0] * share, size * 0.6 + room[1] * (high - value) / (high - low))

    points = [spot(place, value) for place, value in enumerate(numbers)]
    with _chart("line_chart", width, height, props) as chart:
        if grid_lines:
            for place, tick in enumerate(ticks):
                y = spot(0, tick)[1]
                _part(chart, "rect", f"grid-{place + 1}", width=room[0], height=2, fill=_RULE, anchor="left", x=inset,
                      y=y - height / 2, enter=wipe("left", 0.6), start=place * 0.05)
                _label(chart, f"tick-{place + 1}", figures[place], size * 0.9, label_color, inset - size * 0.6 - width, y - height / 2,
                       anchor="right", enter=fade(0.4), start=place * 0.05)
        if len(points) > 1:
            _drawn(chart, points, size * 0.6 + room[1], color, area, curve, seconds)
        if dots:
            _dots(chart, points, width, height, color, seconds)
        _below(chart, words, points, room[0], width, size, label_color, seconds)
    return chart


def _drawn(chart, points, floor_y, color, area, curve, seconds):
    way = _smooth(points) if curve else _straight(points)
    begin = f"M {points[0][0]:.3f} {points[0][1]:.3f} "
    roof = min([point[1] for point in points])
    if area:
        closed = f"{begin}{way} L {points[-1][0]:.3f} {floor_y:.3f} L {points[0][0]:.3f} {floor_y:.3f} Z"
        _part(chart, "path", "area", data=closed, fill=linear(alpha(color, 0.38), alpha(color, 0.02)), anchor="top left",
              x=points[0][0], y=roof, enter=wipe("left", seconds))
    _part(chart, "path", "line", data=begin + way, fill=None, stroke=stroke(color, 6), trim=tween(0, 1, seconds),
          anchor="top left", x=points[0][0], y=roof)


def _dots(chart, points, width, height, color, seconds):
    passed = [0.0]
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        passed.append(passed[-1] + math.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2))
    for place, (x, y) in enumerate(points):
        share = passed[place] / passed[-1] if passed[-1] else 0
        _part(chart, "circle", f"dot-{place + 1}", radius=9, fill="#f8fafc", stroke=stroke(color, 5), anchor="center",
              x=x - width / 2, y=y - height / 2, start=seconds * _moment(share), enter=pop(0.5))


def _moment(share):
    early, late = 0.0, 1.0
    for _ in range(16):
        middle = (early + late) / 2
        if ease("in_out_cubic", middle) < share:
            early = middle
        else:
            late = middle
    return late if share else 0.0


def _below(chart, words, points, across, width, size, color, seconds):
    slot = across / max(len(points) - 1, 1)
    small = _fitting(words, slot - 10, size)
    longest = max([len(word) for word in words], default=1)
    every = max(1, math.ceil(longest * 0.58 * small / max(slot - 6, 1)))
    for place, word in enumerate(words):
        if place % every == 0:
            _label(chart, f"label-{place + 1}", word, small, color, points[place][0] - width / 2, 0, anchor="bottom",
                   enter=fade(0.4), start=seconds * 0.8 * place / len(points))


def donut(values, *, colors=("#38bdf8", "#818cf8", "#f472b6", "#fbbf24", "#34d399"), radius=220, thickness=64, seconds=1.4, **props):
    numbers = _numbers("donut", values)
    if min(numbers) < 0:
        _refuse("argument", f"donut() shows shares, and {min(numbers):g} is below 0", "Give values of 0 or more.")
    total = sum(numbers)
    middle = radius - thickness / 2
    between = 0.006 if len([value for value in numbers if value]) > 1 else 0
    with _chart("donut", radius * 2, radius * 2, props) as chart:
        _part(chart, "circle", "ring", radius=middle, fill=None, stroke=stroke(_RULE, thickness, cap="butt"), anchor="center")
        passed = 0.0
        for place, value in enumerate(numbers):
            share = value / total if total else 0
            if share:
                _part(chart, "circle", f"share-{place + 1}", radius=middle, fill=None, anchor="center",
                      stroke=stroke(colors[place % len(colors)], thickness, cap="butt"),
                      rotation=tween(0, 360 * passed, seconds), trim=tween(0, max(share - between, share / 2), seconds))
            passed += share
    return chart


def counter(a, b, *, seconds=1.6, decimals=0, prefix="", suffix="", separator=",", ease="out_cubic", **props):
    line = props.pop("_line", None)

    def content(t):
        share = _eased(ease, t / seconds if seconds else 1.0)
        words = _figure(round(a + (b - a) * share, decimals), prefix, suffix, decimals)
        return words if separator == "," else _separated(words, separator, prefix, suffix)

    return Node("text", {"content": content, "size": 120, "weight": 800, "tabular": True, **props}, line, "counter")


def _separated(words, separator, prefix, suffix):
    ending = len(words) - len(suffix)
    beginning = words.index(prefix) + len(prefix) if prefix else 0
    return words[:beginning] + words[beginning:ending].replace(",", separator) + words[ending:]


def _eased(kind, share):
    return ease(kind, share)
