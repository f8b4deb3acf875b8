_LAYOUTS = ("row", "column", "stack", "grid")
_AT_NODE = ("start", "end", "enter", "exit", "emphasis", "allow")
_times = ()
_roots = []
_stack = []
_taken = {}
_totals = {}
_room = 2000
_samples_left = 200000
_backdrop = {"paint": "#0b1020", "line": None}
_params = []
_declared = {}
_result_room = 0
_deepest = 32
_printed = 0
_print_room = 0
_overrides = {}


class Place:
    def __init__(self, x, y, anchor):
        self.x = x
        self.y = y
        self.anchor = anchor

    def offset(self, dx=0, dy=0):
        return Place(self.x + dx, self.y + dy, self.anchor)


def _open(given_width, given_height, given_fps, given_duration, given_aspect, margin, frames, room, samples, result_room, print_room, deepest, overrides):
    global width, height, fps, duration, aspect, safe, center, top, bottom, left, right
    global top_left, top_right, bottom_left, bottom_right, _times, _room, _samples_left, _result_room, _print_room, _deepest, _overrides
    width, height, fps, duration, aspect = given_width, given_height, given_fps, given_duration, given_aspect
    safe = (margin, margin, width - margin, height - margin)
    across = (margin, width / 2, width - margin)
    down = (margin, height / 2, height - margin)
    center = Place(across[1], down[1], "center")
    top = Place(across[1], down[0], "top")
    bottom = Place(across[1], down[2], "bottom")
    left = Place(across[0], down[1], "left")
    right = Place(across[2], down[1], "right")
    top_left = Place(across[0], down[0], "top left")
    top_right = Place(across[2], down[0], "top right")
    bottom_left = Place(across[0], down[2], "bottom left")
    bottom_right = Place(across[2], down[2], "bottom right")
    _times = [frame / fps for frame in range(frames)]
    _room = room
    _samples_left = samples
    _result_room = result_room
    _print_room = print_room
    _deepest = deepest
    _overrides = overrides


def _plain(value, begin):
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Track):
        return {"$": "track", "kind": value.kind, "args": {name: _plain(item, begin) for name, item in value.args.items()}}
    if isinstance(value, Gradient):
        return {"$": "gradient", "kind": value.kind, "stops": [_plain(stop, begin) for stop in value.stops],
                **{name: _plain(item, begin) for name, item in value.more.items()}}
    if isinstance(value, Stroke):
        return {"$": "stroke", **{name: _plain(item, begin) for name, item in value.fields.items()}}
    if isinstance(value, Shadow):
        return {"$": "shadow", **{name: _plain(item, begin) for name, item in value.fields.items()}}
    if isinstance(value, Motion):
        return {"$": "motion", "kind": value.kind, "seconds": value.seconds, "ease": value.ease, "args": value.args}
    if isinstance(value, (list, tuple, range)):
        return [_plain(item, begin) for item in value]
    if isinstance(value, (dict, set, Place, Node)):
        raise TypeError(f"a {type(value).__name__} is not something a picture is made of")
    return {"$": "samples", "values": _sampled(value, begin)}


def _sampled(function, begin):
    global _samples_left
    _samples_left -= len(_times)
    if _samples_left < 0:
        _refuse("limit-size", "Too many functions of time for a scene of this length",
                "Use tracks such as tween() or wave(), which cost nothing.")
    return [function(t - begin if t > begin else 0.0) for t in _times]


class Node:
    def __init__(self, kind, props, line, called=None):
        global _room
        _room -= 1
        if _room < 0:
            _refuse("limit-nodes", "The scene has too many nodes", "Use particles() for crowds, and fewer loops.")
        if len(_stack) >= _deepest:
            _refuse("limit-depth", f"Containers are nested more than {_deepest} deep", "Nest fewer containers.")
        parent = _stack[-1] if _stack else None
        self.kind = kind
        self.line = line
        start = props.get("start", 0)
        self.begin = start + (parent.begin if parent else 0)
        self.id = _name(called or kind, props.pop("name", ""))
        self.children = []
        _place(parent, props, line)
        node = {"id": self.id, "kind": kind, "line": line}
        for field in _AT_NODE:
            if field in props:
                node[field] = _plain(props.pop(field), self.begin)
        node["props"] = {name: _plain(value, self.begin) for name, value in props.items()
                         if value is not None or name == "fill"}
        node["children"] = self.children
        (parent.children if parent else _roots).append(node)

    def __enter__(self):
        _stack.append(self)
        return self

    def __exit__(self, *error):
        _stack.pop()


def _place(parent, props, line):
    at = props.pop("at", None)
    if at is None:
        return
    if parent is not None and parent.kind in _LAYOUTS:
        _refuse("argument", f"at= has no meaning inside {parent.kind}(), which places its children itself",
                "Leave it out, or move the node with x= and y=.", line)
    if isinstance(at, Place):
        props["x"], props["y"] = at.x, at.y
        if props.get("anchor") is None:
            props["anchor"] = at.anchor
    else:
        props["x"], props["y"] = at
        if props.get("anchor") is None:
            props["anchor"] = "center"


def _name(kind, wanted):
    if not wanted:
        _totals[kind] = _totals.get(kind, 0) + 1
        wanted = f"{kind}-{_totals[kind]}"
    count = _taken.get(wanted, 0) + 1
    _taken[wanted] = count
    return wanted if count == 1 else _name(kind, f"{wanted}-{count}")


def _node(kind, names, args, props):
    for name, value in zip(names, args):
        props[name] = value
    line = props.pop("_line", None)
    return Node(kind, props, line)


def text(*args, **props):
    return _node("text", ("content",), args, props)


def rect(*args, **props):
    return _node("rect", ("width", "height"), args, props)


def circle(*args, **props):
    return _node("circle", ("radius",), args, props)


def ellipse(*args, **props):
    return _node("ellipse", ("width", "height"), args, props)


def line(*args, **props):
    return _node("line", ("points",), args, props)


def path(*args, **props):
    return _node("path", ("data",), args, props)


def image(*args, **props):
    return _node("image", ("asset",), args, props)


def code(*args, **props):
    return _node("code", ("source",), args, props)


def particles(*args, **props):
    return _node("particles", ("count",), args, props)


def group(**props):
    return _node("group", (), (), props)


def mask(**props):
    line = props.get("_line")
    parent = _stack[-1] if _stack else None
    if parent is None or parent.kind != "group":
        where = f"inside {parent.id}, which is no group()" if parent else "outside of a group()"
        _refuse("argument", f"mask() stands {where}", "Put it into the group() that it cuts out: with group(): with mask(): ...", line)
    if any([child["kind"] == "mask" for child in parent.children]):
        _refuse("argument", f"{parent.id} has a mask already", "Put everything that decides where it shows into one mask().", line)
    return _node("mask", (), (), props)


def row(**props):
    return _node("row", (), (), props)


def column(**props):
    return _node("column", (), (), props)


def stack(**props):
    return _node("stack", (), (), props)


def grid(*args, **props):
    return _node("grid", ("columns",), args, props)


def background(paint, *, _line=None):
    global _backdrop
    _backdrop = {"paint": _plain(paint, 0), "line": _line}


def _refuse(code, message, fix, line=None):
    raise ValueError(f"@{code}{f'@{line}' if line else ''}: {message} | {fix}")


def _kind_of(value):
    return "boolean" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"


def _fit(name, value, default, kind, choices, low, high):
    wanted = _kind_of(default)
    if _kind_of(value) != wanted:
        _refuse("param", f"The param {name} was set to {value!r}, which is a {_kind_of(value)}", f"Set it to a {wanted}.")
    if kind == "color":
        _channels(value)
    if choices and value not in choices:
        _refuse("param", f"The param {name} was set to {value!r}", f"Choose one of {', '.join(choices)}.")
    if (low is not None and value < low) or (high is not None and value > high):
        _refuse("param", f"The param {name} was set to {value}", f"Stay {_range(low, high)}.")


def _range(low, high):
    if low is None:
        return f"at or below {high}"
    return f"at or above {low}" if high is None else f"between {low} and {high}"


def param(name, default, *, kind=None, choices=(), min=None, max=None, _line=None):
    if not isinstance(default, (bool, int, float, str)):
        _refuse("param", f"The default of {name} is neither a number nor a text nor True or False", "Give one of these.")
    if kind is None:
        kind = _kind_of(default)
    value = _overrides.get(name, default)
    _fit(name, value, default, kind, choices, min, max)
    if name not in _declared:
        if len(_params) >= 200:
            _refuse("limit-nodes", "A scene has at most 200 params", "Compute values from fewer params.")
        _declared[name] = True
        _params.append({"name": name, "kind": kind, "default": default, "value": value, "minimum": min,
                        "maximum": max, "choices": list(choices), "line": _line})
    return value


def print(*values, sep=" ", end="\n", file=None, flush=False):
    global _printed
    _printed += sum([len(str(value)) for value in values]) + len(values)
    if _printed > _print_room:
        _refuse("limit-output", f"The source printed more than {_print_room:,} letters", "Take print() out; nobody sees it.")


def _export():
    result = _dumps({"background": _backdrop, "nodes": _roots, "params": _params})
    if len(result) > _result_room:
        _refuse("limit-size", f"The picture takes {len(result):,} bytes; at most {_result_room:,} are kept",
                "Use fewer nodes and functions of time.")
    return result
