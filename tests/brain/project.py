"""A project of five scenes, as the brain sees it, for tests of decisions and edits."""

from workbench.brain import ProjectView, SceneView

INTRO = """# The opening
title = param("title", "Welcome to Orbit")
subtitle = param("subtitle", "A habit tracker")
accent = param("accent", "#38bdf8", kind="color")

background(linear("#0b1020", "#1c2c54", angle=60))

with column(gap=24, at=center):
    text(title, size=112, weight=800, enter=rise(40), stagger="word", name="title")
    rect(width=320, height=8, radius=4, fill=accent, start=0.6, name="rule")
    text(subtitle, size=40, color="#cbd5e1", enter=fade(), start=0.9, name="subtitle")
"""

FEATURES = """background("#101828")

with column(gap=32, at=center, name="list"):
    text("Why Orbit", size=88, weight=800, enter=rise(), name="heading")  # the question
    text("Fast", size=56, color="#cbd5e1", enter=fade(), start=0.4)
    text("Simple", size=56, color="#cbd5e1", enter=fade(), start=0.8)
    text("Private", size=56, color="#cbd5e1", enter=fade(), start=1.2)
"""

GROWTH = """title = param("title", "Growing users")
values = param("values", "120, 480, 1900")
labels = param("labels", "2023, 2024, 2025")
accent = param("accent", "#22c55e", kind="color")
ground = param("background", "#0c0f1d", kind="color")

background(ground)
text(title, size=80, weight=700, at=top.offset(0, 60), enter=rise(), name="headline")
bar_chart([float(v) for v in values.split(",")], labels.split(","), colors=[accent],
          y=height * 0.58, name="chart")
"""

QUOTE = """background(radial("#312e81", "#0b1020"))
circle(220, x=300, y=300, fill="#6366f1", opacity=0.4, name="moon")
text("It changed my mornings.", size=72, weight=600, max_width=1200, enter=blur_in(),
     stagger="word", name="quote")
text("Ann Lee", size=36, color="#a5b4fc", y=height * 0.7, start=1.0, enter=fade(), name="author")
"""

SIGN_UP = """cta = param("cta", "Get started")
accent = param("accent", "#f97316", kind="color")
background("#0b1020")
text("Ready?", size=120, weight=800, y=height * 0.38, enter=rise(), name="headline")
with stack(at=center.offset(0, 140), width=420, height=110, radius=55, fill=accent, enter=pop(),
           start=0.5, name="button"):
    text(cta, size=44, weight=700, color="#ffffff", name="label")
"""  # fmt: skip

SCENES = (
    SceneView("s1", "Intro", INTRO, 5.0, {"title": "Welcome to Orbit"}, "title"),
    SceneView("s2", "Features", FEATURES, 6.0),
    SceneView("s3", "Growth", GROWTH, 8.0, {}, "growth-graph"),
    SceneView("s4", "Quote", QUOTE, 6.0),
    SceneView("s5", "Sign up", SIGN_UP, 4.0, {}, "sign-in"),
)
PROJECT = ProjectView("Orbit launch", SCENES, selected="s2", last_touched="s3")
