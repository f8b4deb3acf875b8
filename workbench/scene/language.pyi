"""The scene language: typed Python that builds a picture as a function of time.

This file is the single source of the type check, the editor's completion and hover, the reference and
the guide a model is given. Nothing can be imported in scene source; everything below is simply there.

Space is in design pixels: the short side of the picture is always 1080, so 16:9 is 1920 x 1080, 9:16 is
1080 x 1920 and 1:1 is 1080 x 1080. x grows to the right, y grows down. Later statements paint over earlier.
Time is in seconds. Inside a node (its tracks and functions of time) 0 is the moment the node starts.
"""
# fmt: off
from collections.abc import Callable, Sequence
from typing import Literal, overload

# ---------------------------------------------------------------- given

width: float
"""Width of the picture: 1920 in 16:9, 1080 in 9:16 and 1:1."""
height: float
"""Height of the picture: 1080 in 16:9 and 1:1, 1920 in 9:16."""
fps: int
duration: float
"""Length of the scene in seconds. It belongs to the scene and is never changed by source."""
aspect: Literal["wide", "tall", "square"]
"""Shape of the picture; use it to lay out differently, e.g. `size = 160 if aspect == "wide" else 110`."""

class Place:
    """A point of the picture and the part of a node that goes there (`top_left` holds its top left corner)."""
    x: float
    y: float
    def offset(self, dx: float = 0, dy: float = 0) -> Place:
        """The same place moved right by dx and down by dy."""

center: Place
top: Place
bottom: Place
left: Place
right: Place
top_left: Place
top_right: Place
bottom_left: Place
bottom_right: Place
safe: tuple[float, float, float, float]
"""Left, top, right and bottom of the safe area, 5 % of the short side inside the picture. The places above lie on it."""

Anchor = Literal["center", "top", "bottom", "left", "right", "top left", "top right", "bottom left", "bottom right"]
Point = tuple[float, float]

# ---------------------------------------------------------------- values that change

class Track:
    """A number that changes over time. Combine tracks and numbers with + - *."""
    def __add__(self, other: float | Track) -> Track: ...
    def __radd__(self, other: float) -> Track: ...
    def __sub__(self, other: float | Track) -> Track: ...
    def __rsub__(self, other: float) -> Track: ...
    def __mul__(self, other: float | Track) -> Track: ...
    def __rmul__(self, other: float) -> Track: ...
    def __neg__(self) -> Track: ...

class ColorTrack:
    """A colour that changes over time."""

Number = float | Track | Callable[[float], float]
"""A number, a track, or a function of the node's local seconds: `lambda t: 40 * sin(t)`."""
Color = str | ColorTrack | Callable[[float], str]
"""`"#38bdf8"`, `"#38bdf880"` with alpha, a CSS colour name such as `"white"`, a colour track, or a function of time."""

Ease = Literal[
    "linear", "in_sine", "out_sine", "in_out_sine", "in_quad", "out_quad", "in_out_quad",
    "in_cubic", "out_cubic", "in_out_cubic", "in_quart", "out_quart", "in_out_quart",
    "in_expo", "out_expo", "in_out_expo", "in_back", "out_back", "in_out_back", "out_elastic", "out_bounce",
]
Taste = Literal["smooth", "snappy", "bouncy"]

@overload
def tween(a: float | Track, b: float | Track, seconds: float = 1, *, start: float = 0, ease: Ease = "in_out_cubic") -> Track:
    """Go from a to b in `seconds`, beginning at `start`; holds a before and b after."""
@overload
def tween(a: str, b: str, seconds: float = 1, *, start: float = 0, ease: Ease = "in_out_cubic") -> ColorTrack:
    """Go from colour a to colour b (mixed in Oklab)."""
@overload
def keys(*points: tuple[float, float], ease: Ease = "in_out_cubic") -> Track:
    """Pass through (seconds, value) points, eased between neighbours: `keys((0, 0), (1, 200), (3, 200), (4, 0))`."""
@overload
def keys(*points: tuple[float, str], ease: Ease = "in_out_cubic") -> ColorTrack: ...
def spring(a: float, b: float, *, start: float = 0, taste: Taste = "smooth", stiffness: float | None = None, damping: float | None = None, mass: float = 1) -> Track:
    """Go from a to b like a damped spring. `taste` picks stiffness and damping unless they are given."""
def noise(amount: float = 1, *, speed: float = 1, seed: int = 0) -> Track:
    """Drift smoothly between -amount and amount, about `speed` times a second."""
def wave(amount: float = 1, seconds: float = 2, *, phase: float = 0) -> Track:
    """Swing between -amount and amount, once every `seconds`; phase is a share of a swing."""
@overload
def loop(track: Track, seconds: float, *, bounce: bool = False) -> Track:
    """Repeat the first `seconds` of a track for ever; `bounce` runs every second round backwards."""
@overload
def loop(track: ColorTrack, seconds: float, *, bounce: bool = False) -> ColorTrack: ...
@overload
def delay(track: Track, seconds: float) -> Track:
    """The same track, later."""
@overload
def delay(track: ColorTrack, seconds: float) -> ColorTrack: ...

# ---------------------------------------------------------------- paint

class Gradient:
    """A fill that goes through several colours."""

Paint = Color | Gradient

def linear(*stops: Color | tuple[float, Color], angle: Number = 90) -> Gradient:
    """A gradient along a line through the painted box; angle 0 runs to the right, 90 runs down. Stops are colours or (offset 0..1, colour)."""
def radial(*stops: Color | tuple[float, Color], x: Number = 0.5, y: Number = 0.5, radius: Number = 0.7) -> Gradient:
    """A gradient from the point x, y outwards; all three are shares of the painted box (radius: of its longer side)."""
def sweep(*stops: Color | tuple[float, Color], angle: Number = 0, x: Number = 0.5, y: Number = 0.5) -> Gradient:
    """A gradient around the point x, y, beginning at `angle` degrees."""

class Stroke:
    """An outline."""
class Shadow:
    """A soft shadow or glow."""

def stroke(paint: Paint, width: Number = 3, *, dash: Sequence[float] = (), cap: Literal["butt", "round", "square"] = "round") -> Stroke:
    """An outline of that width; dash gives lengths of marks and gaps."""
def shadow(color: Color = "#00000066", *, blur: Number = 40, x: Number = 0, y: Number = 16) -> Shadow:
    """A soft shadow, moved by x and y."""
def glow(color: Color, blur: Number = 40) -> Shadow:
    """Light around the node."""

def background(paint: Paint) -> None:
    """Fill the whole picture behind everything. Without it the picture is #0b1020."""

# ---------------------------------------------------------------- motion presets (enter=, exit=, emphasis=)

class Motion:
    """How a node comes, goes or draws attention."""

Side = Literal["left", "right", "top", "bottom"]

def fade(seconds: float = 0.5, *, ease: Ease = "out_sine") -> Motion:
    """Appear or vanish by opacity."""
def rise(distance: float = 60, seconds: float = 0.7, *, ease: Ease = "out_cubic") -> Motion:
    """Fade while moving up by distance (as exit: up and away). A negative distance moves down."""
def slide(side: Side = "left", seconds: float = 0.7, *, distance: float | None = None, ease: Ease = "out_cubic") -> Motion:
    """Come in from (or leave to) a side; without distance, from outside the picture."""
def grow(from_scale: float = 0.0, seconds: float = 0.6, *, ease: Ease = "out_back") -> Motion:
    """Scale up from (or down to) from_scale, with a fade."""
def pop(seconds: float = 0.8, *, taste: Taste = "bouncy") -> Motion:
    """Spring up from nothing."""
def wipe(side: Side = "left", seconds: float = 0.7, *, ease: Ease = "in_out_cubic") -> Motion:
    """Uncover (or cover) beginning at a side."""
def blur_in(radius: float = 24, seconds: float = 0.7, *, ease: Ease = "out_cubic") -> Motion:
    """Come into (or go out of) focus while fading."""
def spin(degrees: float = 90, seconds: float = 0.7, *, ease: Ease = "out_cubic") -> Motion:
    """Turn into place while fading."""
def typewriter(per_second: float = 20, *, cursor: bool = True) -> Motion:
    """Text only: show letter after letter."""
def draw(seconds: float = 1.2, *, ease: Ease = "in_out_cubic") -> Motion:
    """Lines, paths and outlines: draw along their length."""
def pulse(amount: float = 0.06, seconds: float = 1.2) -> Motion:
    """Emphasis: breathe in size."""
def bob(distance: float = 14, seconds: float = 3) -> Motion:
    """Emphasis: float up and down."""
def shake(distance: float = 10, seconds: float = 0.5) -> Motion:
    """Emphasis: tremble at once, then rest."""
def wiggle(degrees: float = 3, seconds: float = 1.6) -> Motion:
    """Emphasis: rock left and right."""

Unit = Literal["letter", "word", "line"]

# ---------------------------------------------------------------- nodes
#
# Every node takes the same last arguments:
#   x, y      where its anchor goes; at the top level the default is the centre of the picture. Inside row, column,
#             stack and grid the layout decides and x, y move the node from there. Inside group: as at the top level.
#   at        a place or a point, instead of x and y. A Place also sets the anchor.
#   anchor    which part of the node x, y or a plain point mean; the default is its centre.
#   opacity 0..1 · rotation in degrees, clockwise · scale 1 is natural size · blur in pixels
#   start     seconds after the parent's start at which the node (and its enter) begins
#   end       seconds after the parent's start at which it is gone; its exit is over by then
#   enter, exit, emphasis   motion presets
#   shadow    shadow() or glow() · blend how it mixes with what is below
#   name      shown in findings and history, and keeps its identity when the source around it changes
#   allow     codes of checks that are meant to be broken by this node: allow=["off-canvas"]

Blend = Literal["normal", "screen", "multiply", "overlay", "lighten", "darken", "add", "difference"]
Rule = Literal[
    "text-overflow", "off-canvas", "overlap", "contrast", "safe-area", "too-brief", "text-too-small", "never-settles", "flashing",
    "frozen", "nothing-visible", "unused-param", "missing-asset", "missing-letters",
]
Font = Literal["sans", "mono"]

class Node:
    """Something in the picture. Containers are used with `with`."""
    def __enter__(self) -> Node: ...
    def __exit__(self, *error: object) -> None: ...

def text(content: str | Callable[[float], str], *, size: Number = 64, weight: int = 500, color: Paint = "#f8fafc", font: Font = "sans",
         align: Literal["left", "center", "right"] = "center", max_width: float = 0, max_lines: int = 0, line_height: float = 1.2, letter_spacing: float = 0,
         stagger: Unit | None = None, stagger_seconds: float | None = None, outline: Stroke | None = None,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         shadow: Shadow | None = None, blend: Blend = "normal", name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """Words. Lines break at max_width (0: the container's or the safe area's width); "\\n" breaks too.
    max_lines shrinks the size until the words fit in that many lines. weight is 100 to 900; letter_spacing is in ems.
    stagger lets enter, exit and emphasis run letter by letter, word by word or line by line, stagger_seconds apart."""

def rect(width: Number = 320, height: Number = 180, *, radius: Number = 0, fill: Paint | None = "#f8fafc", stroke: Stroke | None = None,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         shadow: Shadow | None = None, blend: Blend = "normal", name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """A rectangle; radius rounds its corners."""

def circle(radius: Number = 80, *, fill: Paint | None = "#f8fafc", stroke: Stroke | None = None, trim: Number = 1,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         shadow: Shadow | None = None, blend: Blend = "normal", name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """A circle. trim shows that share of its outline, from the top clockwise."""

def ellipse(width: Number = 320, height: Number = 180, *, fill: Paint | None = "#f8fafc", stroke: Stroke | None = None, trim: Number = 1,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         shadow: Shadow | None = None, blend: Blend = "normal", name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """An ellipse that fills width and height."""

def line(points: Sequence[Point], *, stroke: Stroke | None = None, curve: bool = False, trim: Number = 1,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         shadow: Shadow | None = None, blend: Blend = "normal", name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """A line through points of the picture (curve: rounded). Without x, y, at or a container the points are where they say;
    otherwise the line's box is placed. trim draws that share of it."""

def path(data: str, *, fill: Paint | None = None, stroke: Stroke | None = None, trim: Number = 1, width: float = 0, height: float = 0,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         shadow: Shadow | None = None, blend: Blend = "normal", name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """An SVG path ("M 0 0 C ..."), placed like any node by its box; width or height scale it to that size. trim draws that share of it."""

def image(asset: str, *, width: float = 0, height: float = 0, fit: Literal["cover", "contain"] = "cover", radius: Number = 0,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         shadow: Shadow | None = None, blend: Blend = "normal", name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """A picture of the project by its asset name. With one of width and height the other follows; with both, fit decides."""

def code(source: str, *, language: str = "python", size: float = 34, theme: Literal["night", "day"] = "night", line_numbers: bool = False, highlight: Sequence[int] = (), line_height: float = 1.5,
         stagger: Unit | None = None, stagger_seconds: float | None = None,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         shadow: Shadow | None = None, blend: Blend = "normal", name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """Highlighted program text in a mono font. highlight dims all other lines. enter=typewriter() types it."""

def particles(count: int = 80, *, size: tuple[float, float] = (4, 12), colors: Sequence[str] = ("#f8fafc",), shape: Literal["circle", "square", "star"] = "circle",
         motion: Literal["drift", "burst", "rise", "fall", "orbit"] = "drift", speed: float = 60, area: tuple[float, float] | None = None, gravity: float = 0, life: float = 0, seed: int = 0,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         shadow: Shadow | None = None, blend: Blend = "normal", name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """Many small seeded shapes in an area (None: the whole picture). speed is pixels a second; life in seconds fades each (0: for ever)."""

# ---------------------------------------------------------------- containers

Align = Literal["start", "center", "end", "stretch"]
Justify = Literal["start", "center", "end", "between", "around"]

def group(*, clip: bool = False, width: float = 0, height: float = 0,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         shadow: Shadow | None = None, blend: Blend = "normal", name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """Treat nodes as one. Children keep the picture's coordinates; x and y move the whole group (default 0, 0), rotation and
    scale turn it about the centre of what it holds, or of the picture when width or height are not given and clip is off."""

def mask(*, invert: bool = False,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """Inside a group, once: the rest of the group shows only where the mask's nodes paint (invert: where they do not), and as
    strongly as they do, so gradients with alpha and blur make soft edges. They are not seen themselves. Coordinates as in the group."""

def row(*, gap: float = 24, align: Align = "center", justify: Justify = "center", padding: float | tuple[float, float] = 0, width: Number | None = None, height: Number | None = None,
         fill: Paint | None = None, stroke: Stroke | None = None, radius: Number = 0, clip: bool = False,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         shadow: Shadow | None = None, blend: Blend = "normal", name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """Side by side. As big as its content unless width or height are given; fill, stroke and radius make it a card."""

def column(*, gap: float = 24, align: Align = "center", justify: Justify = "center", padding: float | tuple[float, float] = 0, width: Number | None = None, height: Number | None = None,
         fill: Paint | None = None, stroke: Stroke | None = None, radius: Number = 0, clip: bool = False,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         shadow: Shadow | None = None, blend: Blend = "normal", name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """One below the other; otherwise like row."""

def stack(*, align: Anchor = "center", padding: float | tuple[float, float] = 0, width: Number | None = None, height: Number | None = None,
         fill: Paint | None = None, stroke: Stroke | None = None, radius: Number = 0, clip: bool = False,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         shadow: Shadow | None = None, blend: Blend = "normal", name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """On top of each other, held at `align`; otherwise like row. A child's own anchor says where in the stack it sits."""

def grid(columns: int, *, gap: float = 24, padding: float | tuple[float, float] = 0, width: Number | None = None, height: Number | None = None,
         fill: Paint | None = None, stroke: Stroke | None = None, radius: Number = 0, clip: bool = False,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         shadow: Shadow | None = None, blend: Blend = "normal", name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """Rows of `columns` equally wide cells; otherwise like row."""

# ---------------------------------------------------------------- charts: built from the nodes above

def bar_chart(values: Sequence[float], labels: Sequence[str] = (), *, width: float = 900, height: float = 480, colors: Sequence[str] = ("#38bdf8",), radius: float = 12, gap: float = 24,
         show_values: bool = True, prefix: str = "", suffix: str = "", label_color: str = "#cbd5e1", size: float = 30, seconds: float = 1.0, stagger_seconds: float = 0.12,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, start: float = 0, end: float | None = None,
         enter: Motion | None = None, exit: Motion | None = None, name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """Bars that grow one after another, with labels below and values above."""

def line_chart(values: Sequence[float], labels: Sequence[str] = (), *, width: float = 900, height: float = 480, color: str = "#38bdf8", area: bool = True, dots: bool = True, curve: bool = True,
         grid_lines: int = 4, prefix: str = "", suffix: str = "", label_color: str = "#cbd5e1", size: float = 28, seconds: float = 1.8,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, start: float = 0, end: float | None = None,
         enter: Motion | None = None, exit: Motion | None = None, name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """A line that draws itself, over an area that follows it."""

def donut(values: Sequence[float], *, colors: Sequence[str] = ("#38bdf8", "#818cf8", "#f472b6", "#fbbf24", "#34d399"), radius: float = 220, thickness: float = 64, seconds: float = 1.4,
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, start: float = 0, end: float | None = None,
         enter: Motion | None = None, exit: Motion | None = None, name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """A ring of shares that fills clockwise."""

def counter(a: float, b: float, *, seconds: float = 1.6, decimals: int = 0, prefix: str = "", suffix: str = "", separator: str = ",", ease: Ease = "out_cubic",
         size: Number = 120, weight: int = 800, color: Paint = "#f8fafc", font: Font = "sans",
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         shadow: Shadow | None = None, blend: Blend = "normal", name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """A number that counts from a to b; its digits keep their width."""

# ---------------------------------------------------------------- device frames: built from the nodes above

def phone(*, width: float = 400, height: float = 0, color: str = "#64748b", theme: Literal["night", "day"] = "night",
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """A phone, used with `with`. Its screen is width x height pixels (height 0: 2.16 x width); the frame around it adds 4 % of the
    width on each side. Children lie in the middle of the screen, x and y count from there, and it clips them; anchor="top" or
    "bottom" holds one at that edge, clear of island and home bar."""

def browser(url: str = "", *, width: float = 1200, height: float = 700, theme: Literal["night", "day"] = "night",
         x: Number | None = None, y: Number | None = None, at: Place | Point | None = None, anchor: Anchor | None = None, opacity: Number = 1, rotation: Number = 0, scale: Number = 1,
         blur: Number = 0, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, emphasis: Motion | None = None,
         name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """A browser window, used with `with`. Its page is width x height pixels; the bar above adds 44 to 72. Children as in phone."""

def cursor(points: Sequence[Point], *, seconds: float = 1.4, bend: float = 0.1, press: bool = True, size: float = 64, color: str = "#0f172a", ring: str = "#38bdf8",
         opacity: Number = 1, start: float = 0, end: float | None = None, enter: Motion | None = None, exit: Motion | None = None, name: str = "", allow: Sequence[Rule] = ()) -> Node:
    """A mouse pointer whose tip goes through the points in `seconds`, bent aside by that share of each way, and presses at the end.
    Points are what x and y of a node would be there: of the picture, or from the middle of a phone's or browser's screen."""

# ---------------------------------------------------------------- parameters

@overload
def param(name: str, default: bool) -> bool: ...
@overload
def param(name: str, default: str, *, kind: Literal["text", "color", "image"] = "text", choices: Sequence[str] = ()) -> str:
    """A value that the user, a template or an experiment can set without touching the source."""
@overload
def param(name: str, default: float, *, min: float | None = None, max: float | None = None) -> float: ...

# ---------------------------------------------------------------- arithmetic and colours

pi: float
tau: float
def sin(x: float) -> float: ...
def cos(x: float) -> float: ...
def tan(x: float) -> float: ...
def atan2(y: float, x: float) -> float: ...
def sqrt(x: float) -> float: ...
def exp(x: float) -> float: ...
def log(x: float) -> float: ...
def floor(x: float) -> int: ...
def ceil(x: float) -> int: ...
def clamp(x: float, low: float = 0, high: float = 1) -> float: ...
def lerp(a: float, b: float, share: float) -> float:
    """The number that lies `share` of the way from a to b."""
def remap(x: float, from_low: float, from_high: float, to_low: float = 0, to_high: float = 1) -> float:
    """Carry x from one range to another, clamped to the second."""
def numbers(words: str) -> list[float]:
    """The numbers in a text such as `"12, 19.5, $31"`; what is not a number is left out."""
def ease(kind: Ease, share: float) -> float:
    """The eased share, for use in functions of time."""
def hsl(hue: float, saturation: float, lightness: float, opacity: float = 1) -> str:
    """A colour; hue in degrees, the rest 0..1."""
def rgb(red: float, green: float, blue: float, opacity: float = 1) -> str:
    """A colour; channels 0..255, opacity 0..1."""
def mix(a: str, b: str, share: float = 0.5) -> str:
    """The colour `share` of the way from a to b, mixed in Oklab."""
def alpha(color: str, opacity: float) -> str:
    """The same colour with that opacity, 0..1."""
def lighten(color: str, amount: float = 0.1) -> str: ...
def darken(color: str, amount: float = 0.1) -> str: ...
def ink_on(color: str) -> str:
    """Near-white or near-black, whichever reads better on that colour."""
def readable(color: str, ground: str, contrast: float = 4.5) -> str:
    """The colour, made as much lighter or darker as it takes to read on that ground (WCAG contrast; large words need 3)."""

class Random:
    """Chance that repeats: the same seed gives the same numbers."""
    def uniform(self, low: float = 0, high: float = 1) -> float: ...
    def integer(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
    def choice(self, items: Sequence[str]) -> str: ...
    def shuffled(self, items: Sequence[float]) -> list[float]: ...
def random(seed: int) -> Random: ...
