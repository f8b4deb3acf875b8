"""Every template can be edited by general requests and filled from briefs, and stays free of errors."""

import pytest

from tests.brain.contract import EDITS, HEADLINE, Bench
from workbench.brain.context import context_of
from workbench.brain.facts import facts_of
from workbench.brain.filling import fill
from workbench.brain.quoting import set_aside
from workbench.scene.format import Format
from workbench.templates.registry import templates

BRIEFS = (
    'a scene titled "Meet Orbit" with the tagline "Habits that stick" on a dark blue background',
    "sales 12, 19, 31 for Jan, Feb, Mar in warm colours with the button Join now",
    "features: fast delivery, simple prices, friendly people in teal on a white background",
)
CASES = [
    (template, EDITS[(2 * place + turn + place // 8) % len(EDITS)])
    for place, template in enumerate(templates())
    for turn in range(2)
]


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("template", "edit"), CASES, ids=[f"{template.id}: {edit[0]}" for template, edit in CASES]
)
def test_an_edit_of_a_template_brings_no_error_and_stays_where_it_was_asked(bench, template, edit):
    """An edit is refused in words, or it changes the picture without a new error, and only there."""
    instruction, touches = edit
    edited = bench.edited(template, instruction)
    if edited.writing is None or edited.writing.cannot:
        assert edited.plan.message or edited.writing.cannot
        return
    assert not edited.new_errors
    assert edited.changes
    assert touches != HEADLINE or edited.locality() >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["16:9", "9:16"])
@pytest.mark.parametrize("place", range(len(templates())), ids=[template.id for template in templates()])
def test_a_template_filled_from_a_brief_has_no_errors(bench, place, shape):
    """Texts, numbers and colours of a brief leave every template without an error, wide and tall."""
    template = templates()[place]
    quoted = set_aside(BRIEFS[place % len(BRIEFS)])
    facts = facts_of(quoted, quoted.text)
    filled = fill(template, facts, facts.texts.get("title", "Good news"), context_of(quoted, quoted.text))
    checked = bench.checked(template, Format.parse(shape), template.source, dict(filled.params))
    assert [one for one in checked.findings if one.severity == "error"] == []
