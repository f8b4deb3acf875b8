"""Cells are done at the server's pace, each by itself, each for real."""

import threading
import time
from typing import Any

import pytest

from tests.experiments.model_server import BROKEN, SOURCE, ModelServer
from tests.models import troubled_server as answers
from workbench.brain.model import ScriptedModel
from workbench.brain.plan import AddScene, Plan, WriteScene
from workbench.errors import InputError
from workbench.experiments.opening import open_experiment
from workbench.experiments.pace import Pace
from workbench.store.trial_values import CellKey
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow
TITLE = Plan("steps", (AddScene("title", {"title": "Hi"}),))


def scripted(key: CellKey) -> ScriptedModel:
    return ScriptedModel([TITLE])


def test_every_cell_is_done_once(offline: Workspace) -> None:
    """Variants times models times cases times repeats, each with its scores."""
    with open_experiment(
        offline,
        "grid",
        variants={"a": {}, "b": "{prompt} please"},
        models={"s1": scripted, "s2": scripted},
        cases=["one", "two"],
        repeats=2,
    ) as experiment:
        assert experiment.run(threads=2).counts == {"done": 16}
        keys = {cell.key for cell in experiment.cells}
        assert len(keys) == 16
        assert all(cell.scores and cell.scores["valid"] == 1.0 for cell in experiment.cells)


def test_repeats_are_real(workspace: Workspace, server: ModelServer) -> None:
    """Each repeat asks again, although it asks the same."""
    with open_experiment(workspace, "real", models=["m1"], cases=["a title"], repeats=3) as experiment:
        experiment.run(threads=1)
    assert set(server.paid.values()) == {3}
    assert server.paid.total() == 6


def test_nothing_reaches_the_users_projects_or_memory(offline: Workspace) -> None:
    """A brief that would teach memory teaches nobody, and no project is made."""
    with open_experiment(offline, "alone", cases=["I always want teal titles. A title card"]) as experiment:
        experiment.run(threads=1)
        assert offline.projects.list() == ()
        project = offline.project("Mine", create=True)
        assert offline.messages.list(project.id) == ()


def test_cells_do_not_see_each_other(offline: Workspace) -> None:
    """Every cell begins with an empty project: the second repeat adds scene 1, as the first did."""
    with open_experiment(offline, "apart", cases=[{"brief": "a title card", "expect": [{"scenes": 1}]}],
                         repeats=3) as experiment:  # fmt: skip
        experiment.run(threads=1)
        assert [cell.scores and cell.scores["met"] for cell in experiment.cells] == [1.0] * 3


def test_arms_that_send_the_same_are_refused(offline: Workspace) -> None:
    """The offline director hears the brief alone, so another rule is no other arm; nothing is run."""
    experiment = open_experiment(
        offline, "same", variants={"a": {}, "b": "Use few colours."}, cases=["a title card"]
    )
    with pytest.raises(InputError, match="exactly the same"):
        experiment.run()
    with pytest.raises(InputError, match="hears only the brief"):
        experiment.estimate()
    assert experiment.counts == {"pending": 2}


def test_each_part_of_a_prompt_reaches_the_server(workspace: Workspace, server: ModelServer) -> None:
    """The texts, examples, order of steps and sampling of a variant are what is sent."""
    variants: dict[str, dict[str, Any]] = {
        "deciding": {"deciding": "Decide as JSON: DECIDING-MARK"},
        "rules": {"rules": "RULES-MARK"},
        "extra": {"extra_rules": "EXTRA-MARK"},
        "writing": {"writing": "Answer in a block. WRITING-MARK"},
        "examples": {"examples": {"mine": "text('EXAMPLE-MARK')"}},
        "brief": {"brief": "BRIEF-MARK {prompt}"},
        "layout": {"two_step": "always", "laying_out": "LAYOUT-MARK"},
        "sampling": {"temperature": 0.5, "seed": 7},
    }
    with open_experiment(
        workspace, "sent", variants=variants, models=["m1"], cases=["a title"]
    ) as experiment:
        experiment.run(threads=1)
        sent = {cell.key.variant: experiment.sent(cell.id) for cell in experiment.cells}
    for name in set(variants) - {"sampling"}:
        mark = {"extra": "EXTRA", "examples": "EXAMPLE"}.get(name, name.upper())
        holders = [each for each in sent if any(f"{mark}-MARK" in text for _, text in sent[each])]
        assert holders == [name], name
    sampled = [body for body in server.heard if body.get("temperature") == 0.5 and body.get("seed") == 7]
    assert len(sampled) == 2


def test_more_can_be_asked_for(offline: Workspace) -> None:
    """Repeats, cases, variants and models are added; what is done stays done."""
    with open_experiment(offline, "more", models={"s": scripted}, cases=["one"]) as experiment:
        experiment.run()
        first = experiment.cells[0]
        experiment.amend(repeats=2, cases=["two"], variants={"calm": "{prompt}, calmly"})
        assert experiment.counts == {"done": 1, "pending": 7}
        experiment.run()
        assert experiment.counts == {"done": 8}
        assert first in experiment.cells


def test_a_changed_part_of_the_same_name_is_refused(offline: Workspace) -> None:
    """Results of two different prompts are never mixed under one name."""
    open_experiment(offline, "fixed", variants={"a": {}, "b": "{prompt}!"}, cases=["one"])
    with pytest.raises(InputError, match="not what it was"):
        open_experiment(offline, "fixed", variants={"a": {}, "b": "{prompt}?"}, cases=["one"])


def test_too_many_requests_narrow_the_gate(workspace: Workspace, server: ModelServer) -> None:
    """A refusal is waited out as long as the server asks, and costs neither the cell nor a result."""
    server.trouble = lambda number: (
        answers.fails(429, headers={"retry-after": "0.3"}) if number in (3, 4) else None
    )
    with open_experiment(workspace, "busy", models=["m1"], cases=["a", "b", "c"], repeats=2) as experiment:
        began = time.monotonic()
        report = experiment.run(threads=6)
        assert time.monotonic() - began >= 0.3
    assert report.counts == {"done": 6}
    assert 1 <= report.cuts <= 2
    assert server.paid.total() == 12


def test_the_gate_opens_slowly_and_closes_once() -> None:
    """One more after a full round of good answers; one refused round halves the gate once."""
    pace = Pace(start=2, most=8)
    for _ in range(2):
        pace.well()
    assert pace.width == 3
    with pace.turn() as first, pace.turn() as second:
        pace.cut(first)
        pace.cut(second)
    assert (pace.width, pace.cuts) == (1, 1)


def test_a_server_that_is_down_is_no_result(workspace: Workspace, server: ModelServer) -> None:
    """A cell that could not be answered has failed, with the reason; it has no scores."""
    server.trouble = lambda number: answers.fails(401, "wrong key")
    with open_experiment(workspace, "down", models=["m1"], cases=["a"]) as experiment:
        experiment.run(threads=1)
        (cell,) = experiment.cells
        assert (cell.state, cell.error_kind, cell.scores) == ("failed", "unauthorized", None)
        server.trouble = lambda number: None
        assert experiment.retry() == 1
        experiment.run(threads=1)
        assert experiment.counts == {"done": 1}


def test_an_answer_of_no_use_is_a_result(workspace: Workspace, server: ModelServer) -> None:
    """Source that stays broken after three repairs is the model's doing, and counts as not valid."""
    server._source = lambda body: BROKEN
    with open_experiment(workspace, "bad", models=["m1"], cases=["a"]) as experiment:
        experiment.run(threads=1)
        (cell,) = experiment.cells
        assert cell.scores
        assert (cell.state, cell.scores["valid"]) == ("done", 0.0)


def test_a_repair_is_counted(workspace: Workspace, server: ModelServer) -> None:
    """A scene that is right at the second try is valid at one repair and not at none."""
    server._source = lambda body: SOURCE if "sise" in str(body["messages"]) else BROKEN
    with open_experiment(workspace, "mended", models=["m1"], cases=["a"]) as experiment:
        experiment.run(threads=1)
        scores = experiment.cells[0].scores
    assert scores
    assert [scores[f"valid@{n}"] for n in range(4)] == [0.0, 1.0, 1.0, 1.0]
    assert scores["repairs"] == 1.0


def test_the_cap_on_money_stops_before_it_is_passed(workspace: Workspace, server: ModelServer) -> None:
    """A cell that might pass the cap is not begun; raising the cap goes on."""
    model = {"name": "m1", "price": [0.0, 1000.0], "output_tokens": 200}
    with open_experiment(
        workspace, "capped", models=[model], cases=["a", "b", "c"], most_usd=1.63
    ) as experiment:
        report = experiment.run(threads=1)
        assert report.ended == "paused"
        assert "cap" in report.reason
        assert 0 < experiment.spent.cost_usd <= 1.63
        experiment.amend(most_usd=1000.0)
        assert experiment.run(threads=1).ended == "done"


def test_a_cap_on_money_wants_a_price(workspace: Workspace) -> None:
    """An unknown price is unknown: with a cap, nothing is sent; without, the cost stays unknown."""
    with open_experiment(workspace, "unpriced", models=["m1"], cases=["a"], most_usd=1.0) as experiment:
        assert "unknown" in experiment.run(threads=1).reason
    with open_experiment(workspace, "free", models=["m1"], cases=["a"]) as experiment:
        assert experiment.estimate().unpriced == ("m1",)
        experiment.run(threads=1)
        assert experiment.results.arms[0].cost_usd is None
        assert experiment.spent.unpriced_calls == 2


def test_cost_per_accepted_scene(workspace: Workspace) -> None:
    """What was paid, divided by the scenes that are accepted."""
    model = {"name": "m1", "price": [1.0, 10.0]}
    cases = [{"brief": "a", "expect": [{"shows": "Hello"}]}, {"brief": "b", "expect": [{"shows": "Nobody"}]}]
    with open_experiment(workspace, "cost", models=[model], cases=cases) as experiment:
        experiment.run(threads=1)
        arm = experiment.results.arms[0]
    per_call = (100 * 1.0 + 20 * 10.0) / 1e6
    assert arm.cost_usd == pytest.approx(4 * per_call)
    assert arm.cost_per_accepted_usd == pytest.approx(4 * per_call)


def test_pause_finishes_what_is_under_way(workspace: Workspace, server: ModelServer) -> None:
    """Paused from another thread, the run ends with nothing lost and goes on later."""
    with open_experiment(workspace, "paused", models=["m1"], cases=["a", "b", "c"], repeats=3) as experiment:
        seen = threading.Event()

        def on_cell(cell: Any, state: str) -> None:
            if state == "done" and not seen.is_set():
                seen.set()
                experiment.pause()

        report = experiment.run(threads=1, on_cell=on_cell)
        assert report.ended == "paused"
        assert report.counts["done"] >= 1
        assert "running" not in report.counts
        assert experiment.run(threads=2).ended == "done"
    assert server.paid.total() == 18


def test_cancel_breaks_off(workspace: Workspace, server: ModelServer) -> None:
    """Cancelled while requests wait, the run ends at once and what was pending is cancelled."""
    with open_experiment(workspace, "cancelled", models=["m1"], cases=["a", "b", "c"]) as experiment:
        server.hold_after = 1
        experiment.start(threads=2)
        assert server.held.wait(30)
        experiment.cancel()
        server.released.set()
        experiment.wait(30)
        assert experiment.state == "cancelled"
        assert set(experiment.counts) <= {"cancelled", "done"}


def test_two_runners_share_the_work(offline: Workspace) -> None:
    """Two experiments open on one ledger do every cell once."""
    parts: dict[str, Any] = {"models": {"s": scripted}, "cases": ["a", "b", "c"], "repeats": 4}
    first = open_experiment(offline, "shared", **parts)
    second = open_experiment(offline, "shared", models={"s": scripted})
    second.start(threads=1)
    first.run(threads=1)
    second.wait(60)
    assert first.counts == {"done": 12}
    assert all(cell.attempts == 1 for cell in first.cells)


def test_writing_without_a_plan_left_is_told(offline: Workspace) -> None:
    """A model that fails in its own way is a failed cell with its words."""
    with open_experiment(
        offline,
        "empty",
        models={"s": lambda key: ScriptedModel([Plan("steps", (WriteScene("x"),))])},
        cases=["a"],
    ) as experiment:
        experiment.run(threads=1)
        cell = experiment.cell(experiment.cells[0].id)
    assert cell.state == "done"
    assert cell.result
    assert "no source left" in str(cell.result["take"]["steps"])
