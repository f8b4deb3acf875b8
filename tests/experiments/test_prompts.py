"""A variant that is promoted is what the studio uses, until it is rolled back."""

import pytest

from tests.experiments.model_server import ModelServer
from workbench.errors import NotFound
from workbench.experiments.opening import open_experiment
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

pytestmark = pytest.mark.slow


def test_the_studio_uses_what_was_promoted(workspace: Workspace, server: ModelServer) -> None:
    """Its brief and rules are sent from then on; what the user said is kept as it was said."""
    studio = Studio(workspace, workspace.project("Mine", create=True))
    variants = {"ours": {}, "calm": {"brief": "Calmly: {prompt}", "extra_rules": "CALM-RULE"}}
    experiment = open_experiment(workspace, "try", variants=variants, models=["m1"], cases=["a title"])
    version = experiment.promote("calm", "Mine")
    assert (version.number, version.origin["experiment"]) == (1, "try")
    studio.ask("a title for Orbit")
    assert "Calmly: a title for Orbit" in str(server.heard[0]["messages"])
    assert "CALM-RULE" in str(server.heard[1]["messages"])
    assert studio.messages[0].text == "a title for Orbit"


def test_versions_have_labels_a_history_and_a_way_back(offline: Workspace) -> None:
    """Each version stays; a label moves and moves back, and every move is kept."""
    studio = Studio(offline, offline.project("Mine", create=True))
    prompts = studio.prompts
    assert prompts.live is None
    prompts.add("first", {"extra_rules": "one"})
    prompts.add("second", {"extra_rules": "two"}, note="shorter")
    prompts.add("trial", {"extra_rules": "three"}, label="candidate")
    assert getattr(prompts.live, "name", None) == "second"
    assert prompts.labelled("candidate") == prompts.versions[0]
    prompts.roll_back()
    assert getattr(prompts.live, "name", None) == "first"
    prompts.roll_back()
    assert prompts.live is None
    prompts.use(2, why="better after all")
    assert prompts.prompting.extra_rules == "two"
    assert [version.number for version in prompts.versions] == [3, 2, 1]
    assert len(prompts.history) == 6
    with pytest.raises(NotFound):
        prompts.use(9)


def test_prompts_of_one_project_are_not_anothers(offline: Workspace) -> None:
    """Another project keeps the workbench's own."""
    first, second = (Studio(offline, offline.project(name, create=True)) for name in ("A", "B"))
    first.prompts.add("mine", {"extra_rules": "x"})
    assert second.prompts.live is None
