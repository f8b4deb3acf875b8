"""What happens when processes die, hang, or the disk is full."""

from __future__ import annotations

import os
import resource
import select
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.render.films import GRADIENTS, SMALL, graph, scene
from tests.render.troubled import EASEL as TROUBLED
from workbench.errors import RenderFailed
from workbench.render.film import render_film
from workbench.render.timeline import source_of
from workbench.render.warm import WarmRenderer

pytestmark = pytest.mark.slow


def marker(folder: Path) -> Path:
    path = folder / "marker"
    path.touch()
    return path


def test_a_film_survives_the_death_of_a_worker(tmp_path: Path) -> None:
    """A worker killed in the middle of a chunk is replaced; the film is the same."""
    undisturbed = render_film([scene(seconds=3)], SMALL, tmp_path / "a.mp4", easel=TROUBLED)
    told: list[int] = []
    disturbed = render_film(
        [scene(seconds=3, die_once=marker(tmp_path))],
        SMALL,
        tmp_path / "b.mp4",
        easel=TROUBLED,
        on_progress=lambda step: told.append(step.done),
    )
    assert not (tmp_path / "marker").exists()
    assert disturbed.path.read_bytes() == undisturbed.path.read_bytes()
    assert told[-1] == disturbed.painted_frames == 90


def test_a_scene_that_kills_its_painter_twice_is_named_with_evidence(tmp_path: Path) -> None:
    """The error says which scene and how the process ended; nothing is left at the path."""
    with pytest.raises(RenderFailed, match=r"died twice at scene 'Scene #102030': signal SIGKILL") as error:
        render_film([scene(die=b"")], SMALL, tmp_path / "film.mp4", easel=TROUBLED)
    assert "dying now" in error.value.evidence["stderr"]
    assert not list(tmp_path.iterdir())


def test_a_process_that_ends_slowly_is_told_as_it_ended() -> None:
    """What is told is how it died, not that we ended what was left of it."""
    with WarmRenderer(TROUBLED) as renderer, pytest.raises(RenderFailed, match="exit code 7"):
        renderer.still(source_of(graph(), "Bad", {"leave": b""}), 3)


def test_a_still_is_answered_although_its_process_was_killed() -> None:
    """Killed between two requests or in the middle of one, the process starts again by itself."""
    with WarmRenderer(GRADIENTS) as renderer:
        before = renderer.still(graph(), 5)
        os.kill(renderer.pid or 0, signal.SIGKILL)
        assert renderer.still(graph(), 5) == before


def test_a_preview_killed_half_way_begins_again() -> None:
    """The listener hears that it begins anew, and gets the same file."""
    with WarmRenderer(GRADIENTS) as renderer:
        whole = renderer.preview(graph(seconds=3)).content
        heard: list[bytes | None] = []

        def hear(piece: bytes | None) -> None:
            heard.append(piece)
            if len(heard) == 3:
                os.kill(renderer.pid or 0, signal.SIGKILL)

        assert renderer.preview(graph(seconds=3), on_piece=hear).content == whole
    after = heard[heard.index(None) + 1 :]
    assert b"".join(piece for piece in after if piece) == whole


def test_a_painter_that_kills_twice_leaves_the_renderer_usable() -> None:
    """One bad scene fails; the next request is served."""
    with WarmRenderer(TROUBLED) as renderer:
        with pytest.raises(RenderFailed, match="SIGKILL"):
            renderer.still(source_of(graph(), "Bad", {"die": b""}), 3)
        assert renderer.still(graph(), 3)


def test_a_painter_that_hangs_is_ended(tmp_path: Path) -> None:
    """After the patience is over the request fails and the process is gone."""
    with WarmRenderer(TROUBLED) as renderer:
        renderer.still(graph(), 0)
        renderer._process.patience_seconds = 2.0
        with pytest.raises(RenderFailed, match=r"did not answer for 2 s"):
            renderer.still(source_of(graph(), "Stuck", {"hang": b""}), 3)
        assert renderer.pid is None


def test_a_painter_that_prints_does_not_garble_answers() -> None:
    """Printing goes to stderr, not between the messages."""
    with WarmRenderer(TROUBLED) as renderer:
        assert renderer.still(source_of(graph(), "Loud", {"print": b""}), 3) == renderer.still(graph(), 3)


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("name", ["film.mp4", "film.gif", "frames"])
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    """The error names the file and says what to do; no partial file stays."""
    with files_at_most(200), pytest.raises(RenderFailed, match=r"could not be written") as error:
        render_film([scene(seconds=2)], SMALL, tmp_path / name, easel=GRADIENTS, workers=1)
    assert error.value.remedy
    assert not list(tmp_path.iterdir())


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_render_process_ends_with_its_parent() -> None:
    """When the workbench is killed no process stays behind."""
    script = """
        import os, signal
        from tests.render.films import GRADIENTS, graph
        from workbench.render.warm import WarmRenderer
        renderer = WarmRenderer(GRADIENTS)
        renderer.still(graph(), 0)
        print(renderer.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    pid = int(run(script).stdout)
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    with os.fdopen(handle) as ended:
        assert select.select([ended], [], [], 10)[0]


def test_a_script_without_a_main_guard_renders_once() -> None:
    """Render processes never run the user's script; leaving without closing ends them too."""
    script = """
        from tests.render.films import GRADIENTS, graph
        from workbench.render.warm import WarmRenderer
        print(len(WarmRenderer(GRADIENTS).still(graph(), 0)) > 0)
    """
    assert run(script).stdout == "True\n"


MEMORY = """
    import sys
    from pathlib import Path
    from tests.render.films import SMALL, graph
    from tests.render.troubled import EASEL, peak_memory
    from workbench.render.film import render_film
    from workbench.render.timeline import FilmScene
    seconds, folder = float(sys.argv[1]), Path(sys.argv[2])
    scenes = [FilmScene(graph(seconds=5), "s", 5, assets={"memory": folder / "worker"})] * int(seconds / 5)
    render_film(scenes, SMALL, folder / "film.mp4", easel=EASEL, workers=1)
    print(peak_memory(), (folder / "worker").read_text())
"""


def test_memory_does_not_grow_with_the_films_length(tmp_path: Path) -> None:
    """A film of a minute takes as much memory as one of five seconds, in the worker and outside."""
    short, long = (
        [int(part) for part in run(MEMORY, seconds, str(tmp_path)).stdout.split()] for seconds in ("5", "60")
    )
    assert len(short) == len(long) == 2
    assert all(after <= before * 1.1 + 4000 for before, after in zip(short, long, strict=True))
