"""Evidence for tests, and ways to make any of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from workbench.memory.evidence import KEYS, Evidence

laws = settings(deadline=None, max_examples=60)
"""How laws are tried: how long one example takes is no law."""

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=400)
TEAL = Evidence(
    "accent", "teal", 1, "standing", project_id="p", source_id="m0", said="Always teal.", when=START
)


def on_day(statement: Evidence, day: float, **changed: object) -> Evidence:
    """Return the statement as it would be from another message on another day."""
    fresh = replace(statement, when=START + timedelta(days=day), source_id=f"m{day}")
    return replace(fresh, **changed)  # type: ignore[arg-type]


VALUES = ("teal", "gold", "fast", "slow", "bold", "light")

statements = st.builds(
    lambda key, value, sign, stance, scope, source, day, project: Evidence(
        key, value, sign, stance, scope, source, f"{project}{day}", project, f"{value} {sign}",
        START + timedelta(days=day),
    ),
    st.sampled_from(sorted(KEYS)),
    st.sampled_from(VALUES),
    st.sampled_from([1, -1]),
    st.sampled_from(["standing", "wish", "passing"]),
    st.sampled_from(["project", "user"]),
    st.sampled_from(["words", "edit", "image"]),
    st.integers(0, 399),
    st.sampled_from(["p", "q"]),
)  # fmt: skip
