"""Scenes that are composed on purpose draw no finding at all."""

import pytest

from tests.scene.looking import findings_of

QUIET = {
    "a title with a subtitle": """
with column(gap=24, at=center):
    text("Hello, world", size=112, weight=800, enter=rise(40), stagger="word")
    rect(width=spring(0, 320, start=0.6), height=8, radius=4, fill="#38bdf8")
    text("a subtitle", size=40, color="#cbd5e1", enter=fade(), start=0.9)
circle(24, x=lambda t: width / 2 + 300 * sin(t), y=height * 0.8, fill="#38bdf8")
""",
    "text on a card": """
with column(padding=60, gap=20, fill="#1e293b", radius=32, enter=rise()):
    text("Monthly report", size=72)
    text("Everything went up", size=40, color="#94a3b8")
""",
    "text on a rectangle painted before it": """
rect(900, 300, fill="#f8fafc", radius=40, enter=fade())
text("On a plate", size=90, color="#0f172a", enter=fade())
""",
    "a text slides in from outside": 'text("From afar", size=120, enter=slide("left"))\n',
    "a text leaves by flying out": 'text("So long", size=120, enter=fade(), exit=slide("right"))\n',
    "a text flies out by a track and stays outside": """
text("Leaving by keys", size=100, x=keys((0, 960), (3, 960), (3.5, 3000)))
circle(60, y=900, fill="#38bdf8")
""",
    "a marquee crosses the picture": """
news = "breaking news " * 3
text(news, size=80, max_width=4000, x=tween(3500, -1600, 5, ease="linear"))
""",
    "a big word is behind the title, faintly": """
text("2026", size=420, opacity=0.08, weight=900)
text("The year in numbers", size=96, enter=rise())
""",
    "the same words are their own shadow": """
text("Echo", size=160, color="#0ea5e9", x=966, y=546, enter=fade())
text("Echo", size=160, enter=fade())
""",
    "glitch copies are blended": """
text("GLITCH", size=200, color="#ff0055", x=lambda t: 960 + 8 * sin(40 * t), blend="screen")
text("GLITCH", size=200, color="#00ffee", x=lambda t: 960 - 8 * sin(40 * t), blend="screen")
text("GLITCH", size=200)
""",
    "particles rain over a text": """
text("Celebrate", size=140, enter=pop())
particles(count=120, motion="fall", colors=("#fbbf24", "#f472b6"))
""",
    "one text follows the other in the same place": """
text("First this", size=120, end=2.4, enter=fade(), exit=fade())
text("then that", size=120, start=2.5, enter=fade())
""",
    "two texts cross-fade": """
text("Before", size=120, opacity=tween(1, 0, 0.5, start=2))
text("After", size=120, opacity=tween(0, 1, 0.5, start=2))
""",
    "a panel slides away from the text it hid": """
text("Revealed at last", size=120)
rect(1300, 240, fill="#38bdf8", x=keys((0, 960), (0.4, 960), (1.2, 3000)))
""",
    "a decorative circle hangs over the edge": """
circle(420, x=1920, y=0, fill="#1d4ed8")
text("Big shapes may bleed", size=100, enter=rise())
""",
    "a large circle glows behind a wider text": """
circle(220, fill=radial("#1d4ed8", "#0b1020"), blur=30)
text("Wider than the sun behind it", size=90, enter=rise())
""",
    "a line strikes a price through": """
text("$ 49 a month", size=90, enter=fade())
rect(tween(0, 700, 0.4, start=1), 10, fill="#f43f5e")
""",
    "a caret blinks after typed text": """
text("ask me anything", size=72, enter=typewriter(24))
rect(6, 80, x=1320, fill="#38bdf8", opacity=lambda t: 1 if int(t * 2) % 2 else 0)
""",
    "words come one by one": """
text("Words arrive in their own good time", size=80, enter=rise(), stagger="word")
""",
    "large words at a glance": """
text("FAST", size=260, weight=900, end=0.5)
text("FASTER", size=260, weight=900, start=0.5, end=1.0)
text("FASTEST", size=260, weight=900, start=1.0, enter=pop())
""",
    "a background that drifts and nothing else": """
background(linear(tween("#0f172a", "#7c3aed", 5), tween("#38bdf8", "#f472b6", 5)))
""",
    "a slow zoom as long as the scene": 'text("Steady", size=140, scale=tween(1, 1.1, 5))\n',
    "text on a gradient that is dark enough": """
background(linear("#0b1020", "#1c2c54", angle=60))
text("Readable everywhere", size=100, enter=rise())
""",
    "black text on a bright card on a dark ground": """
with stack(padding=40, fill="#fde68a", radius=20):
    text("Contrast is local", size=64, color="black", enter=fade())
""",
    "an outlined text on its own colour": """
background("#f8fafc")
text("OUTLINE", size=220, color="#f8fafc", outline=stroke("#0f172a", 8), enter=fade())
""",
    "a light that pulses twice a second": """
rect(width, height, fill="#ffffff", opacity=lambda t: 0.5 if int(t * 4) % 2 else 0)
text("Calm", size=160, color="#2563eb", shadow=shadow(), enter=fade(), allow=["contrast"])
""",
    "a small lamp that blinks fast": """
circle(16, x=200, y=200, fill="#f43f5e", opacity=lambda t: int(t * 16) % 2)
text("On air", size=120, enter=fade())
""",
    "dots in a grid, each coming in turn": """
with grid(5, gap=40):
    for i in range(15):
        circle(30, fill="#38bdf8", start=i * 0.05, enter=grow())
""",
    "a button whose label fits": """
with group():
    rect(480, 120, radius=60, fill="#2563eb", enter=pop())
    text("Start now", size=48, enter=fade(), start=0.4)
""",
    "a picture with a caption below": """
with column(gap=30):
    image("logo.png", width=600)
    text("Our new mark", size=48, enter=rise())
""",
    "a footer in the corner of the safe area": """
circle(200, fill="#38bdf8", enter=pop())
text("example.org", size=32, at=bottom_right, enter=fade())
""",
    "a looping wave": """
for i in range(8):
    rect(40, 300 + 60 * wave(1, 1.2, phase=i / 8), x=600 + 100 * i, radius=20, fill="#818cf8")
""",
    "a counter runs up": """
counter(0, 1250, seconds=2, prefix="$", size=180)
text("raised so far", size=48, y=720, color="#cbd5e1", enter=fade())
""",
    "a list enters line by line": """
with column(gap=28, align="start"):
    for i, item in enumerate(["Plan the week", "Write the brief", "Ship the film"]):
        text(item, size=60, start=0.2 + 0.3 * i, enter=slide("left", distance=80))
""",
}


@pytest.mark.parametrize("name", QUIET)
def test_a_composed_scene_is_silent(name):
    """Nothing is said about a scene in which nothing is wrong."""
    assert [str(finding) for finding in findings_of(QUIET[name])] == []


TITLE = """
with column(gap=24):
    text("Any shape will do", size=88, weight=800, enter=rise(), stagger="word")
    text("one source, three pictures", size=44, color="#cbd5e1", enter=fade(), start=0.5)
text("example.org", size=32, at=bottom, enter=fade())
"""


@pytest.mark.parametrize("shape", ["16:9", "9:16", "1:1", "4:5"])
def test_a_title_is_silent_in_every_shape(shape):
    """A source laid out by containers and places is fine in every format."""
    assert [str(finding) for finding in findings_of(TITLE, shape)] == []
