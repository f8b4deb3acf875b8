"""Every action leaves its spans, in one tree from the door to the worker, and nothing that is secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench.brain.model import ScriptedModel, Usage, Writing
from workbench.brain.plan import EditScene, Plan
from workbench.errors import ModelFailed
from workbench.spans import span
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio, open_studio
from workbench.studio.workspace import Workspace
from workbench.telemetry.question import Period

GOOD = 'background("#101820")\ntext("Hello", size=120)\n'


def opened(folder: Path, model: Any = None) -> Workspace:
    settings = Settings(data=folder, job_threads=0, workers=1)
    return Workspace(settings, model=model)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with opened(tmp_path) as workspace:
        yield open_studio("Demo", workspace=workspace)


def rows(studio: Studio, sql: str = "SELECT * FROM events ORDER BY ts") -> list[dict[str, Any]]:
    return studio.workspace.telemetry.query(sql).dicts()


def tree(studio: Studio, root: str) -> set[tuple[str, str]]:
    """Return (outer, inner) names of all spans below the last `root`."""
    (first,) = rows(studio, f"SELECT trace_id FROM events WHERE name = '{root}' ORDER BY ts DESC LIMIT 1")
    spans = studio.workspace.telemetry.ask("trace", Period.last(hours=1), trace_id=first["trace_id"]).dicts()
    names = {row["span_id"]: row["name"] for row in spans}
    return {(names.get(row["parent_id"], ""), row["name"]) for row in spans}


@pytest.mark.slow
def test_an_answered_prompt_is_one_tree(studio: Studio) -> None:
    """From the prompt to the check of what was made, each part lies inside its cause."""
    take = studio.ask("a title card for Orbit, a habit tracker")
    assert take.ok
    found = tree(studio, "studio.ask")
    assert {
        ("", "studio.ask"),
        ("studio.ask", "brain.decide"),
        ("brain.decide", "model.call"),
        ("studio.ask", "memory.recall"),
        ("studio.ask", "studio.step"),
        ("studio.step", "studio.add_scene"),
        ("studio.add_scene", "scene.evaluate"),
        ("scene.evaluate", "scene.check"),
    } <= found
    (asked,) = rows(studio, "SELECT * FROM events WHERE name = 'studio.ask'")
    assert asked["project_id"] == studio.project_id
    assert json.loads(asked["attributes"])["done"] is True


@pytest.mark.slow
def test_frames_are_measured_in_the_process_that_paints(studio: Studio) -> None:
    """The span of the render process lies inside that of whoever asked for the frame."""
    studio.add_scene(source=GOOD)
    studio.frame(1)
    assert ("render.still", "paint.still") in tree(studio, "render.still")


@pytest.mark.slow
def test_a_film_is_measured_chunk_by_chunk(studio: Studio, tmp_path: Path) -> None:
    """Each chunk is a span of its worker inside the film, and the cache tells hits and misses."""
    studio.add_scene(source=GOOD, duration_seconds=1)
    for _ in range(2):
        studio.export(tmp_path / "film.mp4", quality="draft")
    films = rows(studio, "SELECT attributes FROM events WHERE name = 'render.film' ORDER BY ts")
    assert [json.loads(row["attributes"])["painted_frames"] > 0 for row in films] == [True, False]
    (caches,) = [row for row in studio.workspace.telemetry.ask("caches").dicts() if row["cache"] == "chunks"]
    assert caches["hits"] == caches["misses"] > 0
    (chunk,) = rows(studio, "SELECT trace_id FROM events WHERE name = 'paint.chunk'")
    assert chunk["trace_id"] in {
        row["trace_id"] for row in rows(studio, "SELECT trace_id FROM events WHERE name = 'studio.export'")
    }


def test_what_a_model_used_is_kept(tmp_path: Path) -> None:
    """Who wrote, how often it had to be repaired, and that it was kept in the end."""
    usage = Usage("server", "tiny", 100, 40, 20, None)
    plan = Plan("edit", (EditScene("1", "make it bigger", "creative"),))
    writings = [Writing(usage, source="text("), Writing(usage, source=GOOD.replace("120", "160"))]
    with opened(tmp_path, ScriptedModel([plan], writings)) as workspace:
        studio = open_studio("Demo", workspace=workspace)
        studio.add_scene(source=GOOD)
        studio.ask("make it bigger")
        (row,) = workspace.telemetry.ask("validity").dicts()
    assert (row["model"], row["step"], row["steps"], row["repairs"]) == ("tiny", "edit_scene", 1, 1)


def test_errors_are_kept_with_where_and_without_secrets(tmp_path: Path) -> None:
    """A failing model is one error of the innermost operation, its key is nowhere in any file."""

    class Failing(ScriptedModel):
        def decide(self, packet: Any) -> Any:
            raise ModelFailed("refused sk-abcdefghijkl0123456789 at https://me:pass@host/v1?api_key=hunter22")

    with opened(tmp_path, Failing()) as workspace:
        studio = open_studio("Demo", workspace=workspace)
        for _ in range(2):
            with pytest.raises(ModelFailed):
                studio.ask("a prompt that is nobody's business")
        (row,) = workspace.telemetry.ask("errors").dicts()
        operations = {each["name"]: each for each in workspace.telemetry.ask("operations").dicts()}
    assert (row["name"], row["times"], row["error_type"]) == ("brain.decide", 2, "ModelFailed")
    assert row["project_id"] == studio.project_id
    assert "workbench.studio.asking" in row["stack"]
    assert (operations["studio.ask"]["errors"], operations["studio.ask"]["ok"]) == (2, 0)
    kept = b"".join(file.read_bytes() for file in (tmp_path / "telemetry").rglob("*") if file.is_file())
    assert row["message"].startswith("refused [removed]")
    for secret in ("sk-abc", "hunter22", "me:pass"):
        assert secret not in row["message"]
        assert secret.encode() not in kept
    assert "nobody" not in str(row)


@pytest.mark.slow
def test_a_job_is_part_of_what_asked_for_it(studio: Studio) -> None:
    """The job that measures a picture hangs below the action that added it, wherever it runs."""
    from PIL import Image

    path = studio.workspace.settings.data / "red.png"
    Image.new("RGB", (64, 64), "red").save(path)
    with span("studio.upload", to=studio.workspace.telemetry.recorder, project_id=studio.project_id):
        studio.add_picture(path)
    studio.workspace.background.drain()
    assert ("studio.upload", "job.run") in tree(studio, "studio.upload")
    (row,) = studio.workspace.telemetry.ask("jobs").dicts()
    assert (row["job_kind"], row["runs"], row["errors"]) == ("image_facts", 1, 0)
    assert row["waited_p50_ms"] >= 0


@pytest.mark.slow
def test_standing_and_waiting_for_a_job_is_no_win(studio: Studio) -> None:
    """Waiting lies in the trace of whoever asked for the job, and is taken from what nobody waited for."""
    from PIL import Image

    path = studio.workspace.settings.data / "blue.png"
    Image.new("RGB", (64, 64), "blue").save(path)
    with span("studio.upload", to=studio.workspace.telemetry.recorder, project_id=studio.project_id):
        asset = studio.pictures.add(path)
    job = studio.workspace.analysing.of(asset).job_id
    assert job is not None
    slept: list[float] = []

    def does_the_work(seconds: float) -> None:
        slept.append(seconds)
        studio.workspace.background.drain()

    assert studio.workspace.jobs.wait(job, 60, pause=does_the_work).state == "done"
    assert slept
    (waited,) = rows(studio, "SELECT trace_id, attributes FROM events WHERE name = 'wait.job'")
    (ran,) = rows(studio, "SELECT trace_id FROM events WHERE name = 'job.run'")
    assert waited["trace_id"] == ran["trace_id"]
    (win,) = studio.workspace.telemetry.ask("async_win").dicts()
    assert win["not_waited_seconds"] == 0


def test_nothing_is_recorded_when_it_is_switched_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """WORKBENCH_TELEMETRY_RECORDING=false leaves no file."""
    monkeypatch.setenv("WORKBENCH_TELEMETRY_RECORDING", "false")
    with opened(tmp_path) as workspace:
        open_studio("Demo", workspace=workspace).add_scene(source=GOOD)
    assert not list((tmp_path / "telemetry").rglob("*.*"))


def test_two_workspaces_keep_their_own(tmp_path: Path) -> None:
    """With two folders open in one process, each records what was done in it."""
    with opened(tmp_path / "a") as first, opened(tmp_path / "b") as second:
        open_studio("One", workspace=first).add_scene(source=GOOD)
        names = [row["name"] for row in second.telemetry.ask("operations").dicts()]
        assert "studio.add_scene" not in names
        assert "studio.add_scene" in [row["name"] for row in first.telemetry.ask("operations").dicts()]


@pytest.mark.parametrize("trouble", ["no folder", "no room"])
def test_an_author_never_notices(tmp_path: Path, trouble: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where telemetry cannot be written, scenes are added, changed and undone as ever."""
    if trouble == "no folder":
        (tmp_path / "telemetry").write_text("a file")
    else:

        def refuse(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("pyarrow.parquet.write_table", refuse)
    with opened(tmp_path) as workspace:
        studio = open_studio("Demo", workspace=workspace)
        studio.add_scene(source=GOOD)
        workspace.telemetry.recorder.flush()
        studio.save_scene(1, source=GOOD.replace("Hello", "Bye"))
        studio.undo()
        assert len(studio.scenes) == 1
        assert workspace.telemetry.state.trouble
