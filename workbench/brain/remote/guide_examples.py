"""Worked scenes for the guide: short, in good taste, each showing something else of the language."""

TITLE = """
title = param("title", "Quiet mornings")
subtitle = param("subtitle", "A film about light")
accent = param("accent", "#38bdf8", kind="color")
background(linear("#0b1020", "#1c2c54", angle=60))
with column(gap=28, at=center, name="words"):
    text(title, size=112 if aspect == "wide" else 88, weight=800, enter=rise(40), stagger="word",
         name="title")
    rect(spring(0, 320, start=0.6), 8, radius=4, fill=accent, name="rule")
    text(subtitle, size=42, color="#cbd5e1", enter=fade(), start=0.9, name="subtitle")
"""

CARDS = """
title = param("title", "What is new")
items = param("items", "Faster exports | Shared palettes | Undo for everything")
accent = param("accent", "#f59e0b", kind="color")
background("#111827")
words = [each.strip() for each in items.split("|")][:4]
with column(gap=36, at=center, name="page"):
    text(title, size=84, weight=800, enter=rise(), name="title")
    with column(gap=20, align="stretch", name="cards"):
        for place, each in enumerate(words):
            with row(gap=28, padding=(28, 40), radius=24, fill="#1f2937", justify="start",
                     start=0.4 + 0.25 * place, enter=slide("left", distance=80), name=f"card {place + 1}"):
                circle(14, fill=accent, name=f"dot {place + 1}")
                text(each, size=44, weight=600, align="left", name=f"item {place + 1}")
"""

MOVING = """
accent = param("accent", "#34d399", kind="color")
background(radial("#12263a", "#070d18"))
for place in range(6):
    angle = place * tau / 6
    circle(18, fill=alpha(accent, 0.9), start=0.1 * place, enter=pop(),
           x=lambda t, a=angle: width / 2 + 260 * cos(t * 0.8 + a),
           y=lambda t, a=angle: height / 2 + 260 * sin(t * 0.8 + a), name=f"planet {place + 1}")
counter(0, 1200, suffix=" users", size=96, at=center, start=0.5, name="count")
"""

EXAMPLES = {"title card": TITLE, "list of cards": CARDS, "functions of time": MOVING}
