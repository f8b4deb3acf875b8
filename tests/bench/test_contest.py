"""The benchmark measures what it says, and its contestants draw the same picture."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.bench.contest import Contestant, compete, used_by
from workbench.bench.contestants import PEERS, SCENE, PeerPlaces, peers
from workbench.bench.encoder import encode_frames, write_frames
from workbench.bench.likeness import psnr
from workbench.bench.rendering import run_contest
from workbench.bench.report import ratio_rows, size_data, video_rows
from workbench.errors import InputError
from workbench.render.film import render_film
from workbench.render.quality import quality_named
from workbench.render.shaping import HarfbuzzMeasure
from workbench.render.timeline import FilmScene
from workbench.scene.evaluate import evaluate
from workbench.scene.format import Format
from workbench.scene.graph import Graph, Node
from workbench.scene.stage import stage

SMALL = Format(320, 180, 30)


def writing(name: str, text: str, turns: list[str]) -> Contestant:
    """A contestant that writes a file and notes that it was asked."""

    def command(picture: Format, output: Path, frame: int | None) -> list[str]:
        turns.append(name)
        return [sys.executable, "-c", f"sum(range(10**7)); open({str(output)!r}, 'w').write({text!r})"]

    return Contestant(name, "peer", "", command)


def film(kind: str) -> tuple[Graph, FilmScene]:
    node = Node("n-1", kind, None, {"x": 200.0, "y": 200.0, "fill": "#38bdf8"})
    graph = Graph(1920, 1080, 30, 0.5, 15, "#101820", (node,))
    return graph, FilmScene(graph, "one", 0.5)


@pytest.mark.slow
def test_the_processor_time_of_grandchildren_that_are_left_behind_counts() -> None:
    """A command that leaves a busy child behind is charged for it."""
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    usage, _ = used_by(["sh", "-c", f"{sys.executable} -c '{busy}' & true"])
    assert usage.exit_code == 0
    assert usage.cpu_seconds > 0.25
    assert usage.peak_bytes >= usage.largest_bytes > 0


@pytest.mark.slow
def test_contestants_take_turns_and_nobody_is_always_first(tmp_path: Path) -> None:
    """Rounds interleave contestants, and another begins each round."""
    turns: list[str] = []
    standings = compete([writing("a", "1", turns), writing("b", "2", turns)], SMALL, 2, tmp_path)
    assert turns[-4:] == ["a", "b", "b", "a"]
    assert [len(each.runs) for each in standings] == [2, 2]
    assert all(each.wall_seconds > 0 and each.cpu_seconds > 0 for each in standings)


@pytest.mark.slow
def test_who_fails_is_out_and_says_why(tmp_path: Path) -> None:
    """A contestant that fails has no figures, only its last words."""

    def command(picture: Format, output: Path, frame: int | None) -> list[str]:
        return [sys.executable, "-c", "raise SystemExit('no paint left')"]

    (standing,) = compete([Contestant("dry", "peer", "", command)], SMALL, 3, tmp_path)
    assert "no paint left" in standing.failure
    assert standing.runs == []


@pytest.mark.slow
def test_the_encoder_alone_makes_the_same_file(tmp_path: Path) -> None:
    """Our film equals, byte for byte, what the encoder makes of the same frames: nothing is skimped."""
    graph, scene = film("circle")
    quality = quality_named("good")
    render_film([scene], SMALL, tmp_path / "ours.mp4", workers=1)
    write_frames(stage(graph, HarfbuzzMeasure()), SMALL, tmp_path / "frames.yuv")
    encode_frames(tmp_path / "frames.yuv", SMALL, quality, tmp_path / "alone.mp4")
    assert (tmp_path / "ours.mp4").read_bytes() == (tmp_path / "alone.mp4").read_bytes()


@pytest.mark.slow
def test_likeness_is_infinite_for_the_same_film_and_low_for_another(tmp_path: Path) -> None:
    """PSNR tells equal films from different ones."""
    for kind in ("circle", "rect"):
        render_film([film(kind)[1]], SMALL, tmp_path / f"{kind}.mp4", workers=1)
    assert psnr(tmp_path / "circle.mp4", tmp_path / "circle.mp4", (3,)) == float("inf")
    assert psnr(tmp_path / "circle.mp4", tmp_path / "rect.mp4", (3,)) < 40


def test_a_peer_that_is_not_installed_is_named_with_what_to_do() -> None:
    """Absent peers are told, each with a remedy, and take no part."""
    present, absent = peers(PEERS, PeerPlaces(Path(sys.executable)))
    assert {each.name for each in absent} | {each.name.partition(",")[0].lower() for each in present} == {
        *PEERS
    }
    assert all("pip install" in each.remedy or "npm install" in each.remedy for each in absent)


def test_an_unknown_peer_is_wrong_use() -> None:
    """A misspelt peer is refused instead of being left out silently."""
    with pytest.raises(InputError, match="afterfx"):
        peers(["afterfx"], PeerPlaces(Path(sys.executable)))


@pytest.mark.slow
def test_a_contest_reports_every_contestant_and_its_ratios(tmp_path: Path) -> None:
    """The whole contest at a small size: four videos, one still, the encoder's very file, and ratios."""
    (result,) = run_contest(["180p"], 1, [], tmp_path)
    assert video_rows(result)[0][0] == "workbench good"
    assert all(not standing.failure for standing in result.videos + result.stills)
    assert result.same_bytes
    shares = [name for name, *_ in ratio_rows(result)]
    assert shares == [f"share of encoder-only speed, {quality}" for quality in ("final", "good")]
    assert json.loads(json.dumps(size_data(result)))["videos"][0]["runs"][0]["wall_seconds"] > 0


def test_the_benchmark_scene_is_the_one_of_the_peers() -> None:
    """The peers' numbers say where the scene's circles are, at any moment."""
    order = "Order(1920, 1080, 30, 5, '', '', 0, '')"
    code = f"from picture import *; d = dot({order}, 4, 1.0); print(d.x, d.y, d.sigma)"
    said = subprocess.check_output([sys.executable, "-c", code], cwd=SCENE.parent / "peers", text=True)
    x, y, sigma = map(float, said.split())
    graph = evaluate(SCENE.read_text()).graph
    assert graph is not None
    item = next(item for item in stage(graph, HarfbuzzMeasure()).walk() if item.node.id == "dot 5")
    assert tuple(item.matrix[4:, 30]) == pytest.approx((x, y), abs=0.01)
    assert item.blur == pytest.approx(sigma)
