"""Hypothesis strategies for scene graphs: values, tracks, motions, nodes of every drawn kind, scenes."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from workbench.scene.easing import EASES, SPRING_TASTES
from workbench.scene.graph import Gradient, Graph, Motion, Node, Samples, Shadow, Stroke, Track

eases = st.sampled_from(sorted(EASES))
numbers = st.floats(-500, 500, allow_nan=False).map(lambda value: round(value, 3))
lengths = st.floats(0, 400, allow_nan=False).map(lambda value: round(value, 3))
seconds = st.floats(0, 4, allow_nan=False).map(lambda value: round(value, 3))
spans = st.floats(0.05, 3, allow_nan=False).map(lambda value: round(value, 3))
colors = st.sampled_from(["#38bdf8", "#f0f", "#12345678", "white", "rebeccapurple", "rgb(10, 20, 30)"])
words = st.sampled_from(
    ["Hello", "two words", "Three\nshort lines", "", "a much longer line of words that wraps"]
)


def tweens(values: SearchStrategy) -> SearchStrategy[Track]:
    """Return tweens between two of the values."""
    return st.builds(
        lambda a, b, length, start, ease: Track(
            "tween", {"a": a, "b": b, "seconds": length, "start": start, "ease": ease}
        ),
        values,
        values,
        spans,
        seconds,
        eases,
    )


def springs(values: SearchStrategy[float] = numbers) -> SearchStrategy[Track]:
    """Return springs between two of the values, by taste."""
    tastes = st.sampled_from(sorted(SPRING_TASTES))
    return st.builds(
        lambda a, b, start, taste: Track("spring", {"a": a, "b": b, "start": start, "taste": taste}),
        values,
        values,
        seconds,
        tastes,
    )


def tracks(values: SearchStrategy[float] = numbers) -> SearchStrategy[Track]:
    """Return number tracks of every kind, nested a little."""
    leaves = st.one_of(
        tweens(values),
        springs(values),
        st.lists(st.tuples(seconds, values), min_size=1, max_size=5).map(
            lambda points: Track("keys", {"points": tuple(sorted(points))})
        ),
        st.builds(
            lambda a, s, n: Track("noise", {"amount": a, "speed": s, "seed": n}),
            values,
            spans,
            st.integers(0, 9),
        ),
        st.builds(
            lambda a, s, p: Track("wave", {"amount": a, "seconds": s, "phase": p}), values, spans, spans
        ),
    )
    return st.recursive(leaves, _combined, max_leaves=4)


def _combined(inner: SearchStrategy[Track]) -> SearchStrategy[Track]:
    return st.one_of(
        st.builds(lambda t, s: Track("delay", {"track": t, "seconds": s}), inner, seconds),
        st.builds(
            lambda t, s, b: Track("loop", {"track": t, "seconds": s, "bounce": b}),
            inner,
            spans,
            st.booleans(),
        ),
        st.builds(lambda a, b: Track("add", {"a": a, "b": b}), inner, numbers | inner),
        st.builds(lambda a, b: Track("multiply", {"a": a, "b": b}), inner, st.floats(-2, 2)),
        st.builds(lambda a: Track("negate", {"a": a}), inner),
    )


def changing(values: SearchStrategy[float], frames: int) -> SearchStrategy:
    """Return a value, a track between such values, or samples of them."""
    samples = st.lists(values, min_size=frames, max_size=frames).map(lambda items: Samples(tuple(items)))
    return st.one_of(values, tweens(values), samples)


paints = st.one_of(
    colors,
    tweens(colors),
    st.builds(
        lambda kind, first, last, angle: Gradient(kind, ((0.0, first), (1.0, last)), angle),
        st.sampled_from(["linear", "radial", "sweep"]),
        colors,
        colors | tweens(colors),
        numbers,
    ),
)
strokes = st.builds(
    Stroke, paints, lengths, st.sampled_from([(), (8.0, 4.0)]), st.sampled_from(["butt", "round"])
)
shadows = st.builds(Shadow, colors, lengths, numbers, numbers)

_COMES = (
    ("fade", {}),
    ("rise", {"distance": 40.0}),
    ("slide", {"side": "top", "distance": None}),
    ("slide", {"side": "right", "distance": 80.0}),
    ("grow", {"from_scale": 0.2}),
    ("pop", {"taste": "bouncy"}),
    ("wipe", {"side": "bottom"}),
    ("blur_in", {"radius": 20.0}),
    ("spin", {"degrees": 120.0}),
    ("typewriter", {"per_second": 12.0, "cursor": True}),
    ("draw", {}),
)
_DWELLS = (
    ("pulse", {"amount": 0.1}),
    ("bob", {"distance": 9.0}),
    ("shake", {"distance": 9.0}),
    ("wiggle", {"degrees": 4.0}),
)


def _motions(kinds: tuple) -> SearchStrategy[Motion]:
    return st.builds(
        lambda kind, length, ease: Motion(kind[0], length, ease, kind[1]),
        st.sampled_from(kinds),
        spans,
        eases,
    )


comings = _motions(_COMES)
emphases = _motions(_DWELLS)


def _props(kind: str, frames: int) -> SearchStrategy[dict]:
    number = changing(lengths, frames)
    own = {
        "rect": {"width": number, "height": number, "fill": paints, "stroke": strokes, "radius": lengths},
        "circle": {"radius": number, "fill": paints, "trim": changing(st.floats(0, 1), frames)},
        "ellipse": {"width": number, "height": number, "fill": paints},
        "text": {
            "size": changing(st.floats(10, 90), frames),
            "color": paints,
            "stagger": st.sampled_from(["letter", "word", "line"]),
        },
        "line": {"curve": st.booleans(), "stroke": strokes},
        "path": {"width": lengths, "fill": paints},
        "code": {"line_numbers": st.booleans()},
        "particles": {"count": st.integers(0, 20), "seed": st.integers(0, 9)},
        "row": {
            "gap": lengths,
            "fill": paints,
            "justify": st.sampled_from(["start", "end", "between", "around"]),
        },
        "column": {"gap": lengths, "padding": lengths, "align": st.sampled_from(["start", "end", "stretch"])},
        "stack": {"align": st.sampled_from(["center", "top left", "bottom"])},
        "grid": {"gap": lengths},
        "group": {"width": lengths},
        "mask": {"invert": st.booleans()},
    }[kind]
    shared = {
        "x": changing(numbers, frames),
        "opacity": changing(st.floats(0, 1), frames),
        "rotation": changing(numbers, frames),
        "shadow": shadows,
        "blur": lengths,
    }
    needed = {
        "text": {"content": words},
        "line": {"points": st.lists(st.tuples(numbers, numbers), min_size=2, max_size=5).map(tuple)},
        "path": {
            "data": st.sampled_from(["M0 0 L 50 20 Q 80 80 0 40 Z", "m 5 5 h 20 v 10 a 5 5 0 0 1 -5 5 z"])
        },
        "code": {"source": st.sampled_from(["x = 1\nprint(x)", ""])},
        "grid": {"columns": st.integers(1, 3)},
    }.get(kind, {})
    optional = {name: values for name, values in {**shared, **own}.items() if name not in needed}
    return st.fixed_dictionaries(needed, optional=optional)


LEAVES = ("rect", "circle", "ellipse", "text", "line", "path", "code", "particles")
CONTAINERS = ("row", "column", "stack", "grid", "group")


def nodes(frames: int = 12) -> SearchStrategy[Node]:
    """Return nodes of every kind that needs no picture, nested at most a few deep; ids are not yet unique."""

    def built(kinds: tuple[str, ...], children: SearchStrategy) -> SearchStrategy[Node]:
        def of_kind(kind: str) -> SearchStrategy[Node]:
            return st.builds(
                Node,
                id=st.just(kind),
                kind=st.just(kind),
                line=st.integers(1, 99),
                props=_props(kind, frames),
                children=children,
                start=seconds,
                end=st.none() | seconds,
                enter=st.none() | comings,
                exit=st.none() | comings,
                emphasis=st.none() | emphases,
            )

        return st.sampled_from(kinds).flatmap(of_kind)

    leaves = built(LEAVES, st.just(()))

    def holding(inner: SearchStrategy[Node]) -> SearchStrategy[Node]:
        few = st.lists(inner, max_size=3).map(tuple)
        masked = st.builds(_masked, built(("group",), few), built(("mask",), few))
        return built(CONTAINERS, few) | masked

    return st.recursive(leaves, holding, max_leaves=4)


def _masked(group: Node, mask: Node) -> Node:
    return replace(group, children=(mask, *group.children))


def graphs(frames: int = 12, fps: int = 6) -> SearchStrategy[Graph]:
    """Return whole scenes of a few nodes with unique ids, wide or tall."""

    def whole(size: tuple[float, float], background: object, roots: list[Node]) -> Graph:
        counter = iter(range(1, 1000))
        named = tuple(_named(node, counter) for node in roots)
        return Graph(*size, fps, frames / fps, frames, background, named)

    sizes = st.sampled_from([(1920.0, 1080.0), (1080.0, 1920.0), (1080.0, 1080.0)])
    return st.builds(whole, sizes, paints, st.lists(nodes(frames), max_size=3))


def _named(node: Node, counter: object) -> Node:
    name = f"{node.kind}-{next(counter)}"
    children = tuple(_named(child, counter) for child in node.children)
    return Node(
        name,
        node.kind,
        node.line,
        node.props,
        children,
        node.start,
        node.end,
        node.enter,
        node.exit,
        node.emphasis,
    )
