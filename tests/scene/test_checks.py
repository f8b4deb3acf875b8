"""What every rule finds, and what it says about it."""

from pathlib import Path

import numpy as np
import pytest

from tests.scene.looking import codes_of, findings_of, graph_of, the
from workbench.errors import NotFound
from workbench.scene.checks import RULES, SOURCE_CODES, checks_page, explain, explanations
from workbench.scene.evaluate import evaluate

PICTURE = {rule.code: rule.explanation for rule in RULES}
SOURCE = {code.code: code for code in SOURCE_CODES if code.failing}
PAGE = Path(__file__).parents[2] / "docs" / "checks.md"


@pytest.mark.parametrize("code", PICTURE)
def test_the_failing_example_of_a_rule_fails(code):
    """Every rule finds what its own documentation says it finds."""
    assert code in codes_of(PICTURE[code].failing)


@pytest.mark.parametrize("code", PICTURE)
def test_the_passing_example_of_a_rule_is_silent(code):
    """The mended scene draws no finding of any rule."""
    assert [str(finding) for finding in findings_of(PICTURE[code].passing)] == []


@pytest.mark.parametrize("code", PICTURE)
def test_a_finding_is_never_graver_than_documented(code):
    """The severity in the documentation is the worst its example is raised with."""
    found = [finding.severity for finding in findings_of(PICTURE[code].failing) if finding.code == code]
    order = ("info", "warning", "error")
    assert max(found, key=order.index) in order[: order.index(PICTURE[code].severity) + 1]


@pytest.mark.slow
@pytest.mark.parametrize("code", SOURCE)
def test_the_examples_of_a_source_code_hold(code):
    """Source codes are raised by their failing example and not by the mended one."""
    assert code in [finding.code for finding in evaluate(SOURCE[code].failing).findings]
    assert findings_of(SOURCE[code].passing) == ()


def test_every_rule_of_the_language_is_implemented():
    """The codes that `allow` takes are exactly the rules there are."""
    stub = Path(evaluate.__code__.co_filename).with_name("language.pyi").read_text()
    listed = stub.split("Rule = Literal[")[1].split("]")[0]
    assert {word.strip().strip('"') for word in listed.split(",") if word.strip()} == set(PICTURE)


def test_the_reference_page_is_in_step_with_the_rules():
    """docs/checks.md is what `checks_page` writes."""
    assert PAGE.read_text() == checks_page()


def test_explain_knows_every_code_once():
    """Each code has one explanation, with words for its summary, reason and remedy."""
    codes = [explanation.code for explanation in explanations()]
    assert len(codes) == len(set(codes))
    assert all(explain(code).summary and explain(code).why and explain(code).fix for code in codes)


def test_explain_suggests_the_code_that_was_meant():
    """A misspelt code is answered with the nearest one."""
    with pytest.raises(NotFound, match="contrast"):
        explain("contrst")


@pytest.mark.parametrize("code", sorted(set(PICTURE) - {"unused-param", "frozen", "nothing-visible"}))
def test_a_finding_about_a_node_says_where_it_is(code):
    """Findings of the picture carry the node and its source line."""
    (first, *_) = [finding for finding in findings_of(PICTURE[code].failing) if finding.code == code]
    assert first.node in {node.id for node in graph_of(PICTURE[code].failing).walk()}
    assert first.line is not None or code == "flashing"


def test_allow_silences_the_rule_on_that_node():
    """A deliberate exception is not reported."""
    assert "off-canvas" not in codes_of('text("BIG", size=900, x=300, enter=fade(), allow=["off-canvas"])\n')


def test_allow_leaves_other_rules_and_children_alone():
    """An exception on a container speaks neither for what it holds nor for other rules."""
    source = """
with column(x=1900, allow=["off-canvas"]):
    text("Out of the picture", size=90, color="#1e293b", enter=fade(), allow=["safe-area"])
"""
    assert set(codes_of(source)) == {"off-canvas", "contrast"}


def test_a_text_beyond_the_edge_is_told_how_far_to_move():
    """The fix of an off-canvas text brings it inside."""
    finding = the("off-canvas", 'text("Welcome aboard", size=96, x=1800, y=540, enter=rise())\n')
    assert finding.fix == "Move it left by 338."
    assert codes_of('text("Welcome aboard", size=96, x=1462, y=540, enter=rise())\n') == []


def test_a_text_outside_for_good_is_an_error():
    """A text that is never seen is as bad as a missing one."""
    finding = the("off-canvas", 'text("Nowhere", size=90, x=4000, enter=fade())\ncircle(50)\n')
    assert (finding.severity, finding.node) == ("error", "text-1")


def test_the_suggested_size_makes_the_text_fit():
    """The size named by text-overflow removes the finding."""
    card = """
with column(width=500, height=200, fill="#1e293b"):
    text("Unforgettable", size={}, enter=fade())
"""
    fix = the("text-overflow", card.format(96)).fix
    size = fix.split("size=")[1].split(" ")[0]
    assert codes_of(card.format(size)) == []


def test_a_label_wider_than_its_button_is_found():
    """A rectangle and a text with one centre are a button, even without a container."""
    source = (
        'rect(300, 120, radius=60, fill="#2563eb")\ntext("Start your free trial", size=48, enter=fade())\n'
    )
    assert "text-overflow" in codes_of(source)


def test_a_clipped_text_is_an_error():
    """What a clipping container cuts off cannot be read."""
    source = """
with column(width=400, height=120, clip=True):
    text("A very long headline", size=80, max_width=2000, enter=fade())
"""
    assert the("text-overflow", source).severity == "error"


def test_a_shape_over_a_text_is_found():
    """A solid rectangle painted later hides the text."""
    finding = the("overlap", 'text("Hidden", size=120, enter=fade())\nrect(900, 300, fill="#1e293b")\n')
    assert (finding.severity, finding.node) == ("error", "text-1")
    assert "rect-1" in finding.message


def test_a_turned_shape_covers_only_what_it_covers():
    """Coverage is told from the turned shape, not from its larger box."""
    beside = (
        'text("Beside", size=90, x=500, y=540, enter=fade())\nrect(1200, 60, x=1100, y=500, rotation=-60)\n'
    )
    across = 'text("Across", size=90, enter=fade())\nrect(1200, 60, rotation=-60)\n'
    assert codes_of(beside) == []
    assert codes_of(across) == ["overlap"]


def test_a_passing_fault_is_only_told():
    """What is wrong for a moment is info, what is held is a warning or an error."""
    held = 'text("One", size=120)\ntext("Two", size=120, enter=fade())\n'
    brief = 'text("One", size=120)\ntext("Two", size=120, start=1, end=1.2, allow=["too-brief"])\n'
    assert the("overlap", held).severity == "warning"
    assert the("overlap", brief).severity == "info"


def test_the_worst_frame_is_named():
    """The frame of a finding is one at which it can be seen."""
    finding = the("overlap", 'text("One", size=120)\ntext("Two", size=120, start=2, enter=fade())\n')
    assert finding.frame is not None
    assert 75 <= finding.frame < 150


def test_a_dark_text_on_a_light_card_is_measured_against_the_card():
    """The background of a text is what is painted right behind it."""
    source = (
        'with column(padding=40, fill="#fef3c7"):\n    text("Pale", size=90, color="#fde68a", enter=fade())\n'
    )
    assert "#fef3c7" in the("contrast", source).message


def test_half_transparent_text_is_weaker():
    """Opacity counts: the colour that is seen is compared."""
    assert codes_of('text("Ghost", size=90, opacity=0.4, color="#94a3b8", enter=fade())\n') == ["contrast"]


ON_A_PHOTO = """
image("logo.png", width=1200, enter=fade())
text("On a photo", size=90, color="#777777", enter=fade())
"""


def test_text_over_a_picture_is_not_guessed_at():
    """Without pixels nothing is said about text on a picture."""
    assert codes_of(ON_A_PHOTO) == []


class _Photo:
    """A picture of one grey, with some letters of another."""

    def pixels(self, frame, box):
        picture = np.full((40, 160, 3), 140, dtype=np.uint8)
        picture[10:30:2, ::3] = 119
        return picture


def test_text_over_a_picture_is_measured_on_real_pixels():
    """With pixels the contrast is that of the painted picture."""
    (finding,) = findings_of(ON_A_PHOTO, seen=_Photo())
    assert finding.code == "contrast"
    assert "#8c8c8c" in finding.message


def test_a_scene_without_ink_is_an_error():
    """An empty picture is reported, at frame 0."""
    finding = the("nothing-visible", 'text("Too late", start=9)\n')
    assert (finding.severity, finding.frame) == ("error", 0)


def test_findings_come_gravest_first():
    """Errors are told before warnings, and those before hints."""
    severities = [
        finding.severity for finding in findings_of('text("x", size=14, x=1917, color="#222222")\n')
    ]
    assert severities == sorted(severities, key=("error", "warning", "info").index)
    assert len(set(severities)) > 1


def test_flashes_are_counted_within_a_second():
    """Three flashes a second are allowed, four are not."""
    source = 'rect(width, height, fill=lambda t: "white" if int(t * {}) % 2 else "black")\n'
    assert "flashing" not in codes_of(source.format(6))
    assert "flashing" in codes_of(source.format(9))


def test_a_missing_picture_is_named_with_the_nearest_one():
    """The fix of a missing asset suggests a picture that is there."""
    finding = the("missing-asset", 'image("logo.png", x=400)\nimage("lgo.png", x=1400, enter=fade())\n')
    assert 'Did you mean "logo.png"?' in finding.fix
