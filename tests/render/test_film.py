"""Whole films: what they contain, what is refused, what is painted again."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tests.render.films import GRADIENTS, SMALL, WHY, broken, graph, led_by, scene, shown_times
from tests.render.troubled import EASEL as TROUBLED
from workbench.clock import FrozenClock
from workbench.errors import Cancelled, InputError, RenderFailed, SceneBroken
from workbench.render.chunk_cache import ChunkCache
from workbench.render.crew import Crew
from workbench.render.film import FilmReport, render_film, settle
from workbench.render.progress import Progress, ProgressMeter
from workbench.render.timeline import FilmScene
from workbench.scene.format import Format

THREE = [scene("#111111"), scene("#222222", 1.5), scene("#333333", 2)]


def film(scenes: list[FilmScene], path: Path, **options) -> FilmReport:
    return render_film(scenes, SMALL, path, **{"easel": GRADIENTS, "workers": 2, **options})


@pytest.mark.slow
def test_a_crew_paints_one_film_after_the_other(tmp_path: Path) -> None:
    """Also after a failure; the films are the same, by the same processes."""
    with Crew(1, TROUBLED) as crew:
        first = film(THREE[:1], tmp_path / "a.mp4", crew=crew).path.read_bytes()
        pids = crew.pids()
        with pytest.raises(RenderFailed):
            film([scene(seconds=5, **{"raise": b""})], tmp_path / "b.mp4", crew=crew)
        assert film(THREE[:1], tmp_path / "c.mp4", crew=crew).path.read_bytes() == first
        assert crew.pids() == pids != []


@pytest.mark.slow
def test_a_film_has_every_frame_at_its_time(tmp_path: Path) -> None:
    """Frame count, frame times and length are those of its scenes together."""
    report = film([THREE[0], FilmScene(graph(), "n", 1, transition_in=led_by("fade"))], tmp_path / "film.mp4")
    assert np.allclose(shown_times(report.path), np.arange(60) / 30)
    with av.open(str(report.path)) as video:
        assert video.duration / av.time_base == report.seconds == 2.0


@pytest.mark.slow
def test_progress_counts_every_frame_once(tmp_path: Path) -> None:
    """Progress rises to the film's frames and ends with nothing left to wait for."""
    told: list[Progress] = []
    film(THREE, tmp_path / "film.mp4", on_progress=told.append)
    assert [step.done for step in told] == list(range(1, 136))
    assert (told[-1].share, told[-1].eta_seconds) == (1.0, 0.0)


@pytest.mark.slow
def test_after_an_edit_only_that_scene_is_painted(tmp_path: Path) -> None:
    """Of ten scenes nine come from the cache, and the film is what a fresh render gives."""
    scenes = [scene(f"#1111{number:02d}") for number in range(10)]
    cache = ChunkCache(tmp_path / "cache")
    film(scenes, tmp_path / "before.mp4", cache=cache)
    scenes[4] = scene("#ffffff")
    report = film(scenes, tmp_path / "after.mp4", cache=cache)
    fresh = film(scenes, tmp_path / "fresh.mp4")
    assert (report.painted_frames, report.cached_frames) == (30, 270)
    assert report.path.read_bytes() == fresh.path.read_bytes()


@pytest.mark.slow
def test_a_damaged_cache_entry_is_painted_again(tmp_path: Path) -> None:
    """A flipped byte is noticed; the film comes out as before."""
    cache = ChunkCache(tmp_path / "cache")
    whole = film(THREE[:2], tmp_path / "film.mp4", cache=cache).path.read_bytes()
    entry = next((tmp_path / "cache").glob("*/*"))
    entry.write_bytes(entry.read_bytes()[:-1] + b"x")
    report = film(THREE[:2], tmp_path / "film.mp4", cache=cache)
    assert 0 < report.painted_frames < report.frames
    assert report.path.read_bytes() == whole


def test_a_cache_keeps_what_was_used_last_within_its_bounds(tmp_path: Path) -> None:
    """When it is full the least recently used entry goes."""
    cache = ChunkCache(tmp_path, max_bytes=3 * (100 + 32))
    for key in ("aa1", "bb2", "cc3"):
        assert cache.put(key, bytes(100))
    os_times(tmp_path, "aa1", "bb2", "cc3")
    assert cache.get("aa1") == bytes(100)
    cache.put("dd4", bytes(100))
    assert [cache.get(key) is not None for key in ("aa1", "bb2", "cc3", "dd4")] == [True, False, True, True]
    assert cache.size_bytes() <= 3 * 132


def os_times(folder: Path, *keys: str) -> None:
    """Pretend the entries were used long ago, one second apart."""
    import os

    for second, key in enumerate(keys):
        os.utime(folder / key[:2] / f"{key}.chunk", (second, second))


def test_an_export_with_broken_scenes_is_refused_with_the_list(tmp_path: Path) -> None:
    """Every broken scene is named and its findings are attached; no file is made."""
    with pytest.raises(SceneBroken, match=r"2 of 3 .*\"Don't\", 'Two'") as refusal:
        film([scene(), broken(), broken("Two")], tmp_path / "film.mp4")
    assert refusal.value.evidence["findings"] == (WHY, WHY)
    assert not list(tmp_path.iterdir())


def test_skipping_leaves_broken_scenes_out_unless_all_are() -> None:
    """A film of nothing is refused."""
    good = scene()
    assert settle([broken(), good], "skip") == [good]
    with pytest.raises(SceneBroken, match="1 of 1"):
        settle([broken()], "skip")
    with pytest.raises(InputError, match="no scene"):
        settle([], "card")


@pytest.mark.slow
def test_a_draft_shows_a_card_for_a_broken_scene(tmp_path: Path) -> None:
    """The film keeps its length and its report names the scene."""
    report = film([scene(), broken()], tmp_path / "film.mp4", broken="card", quality="draft")
    assert (report.frames, report.cards, len(shown_times(report.path))) == (45, ("Don't",), 45)
    skipped = film([scene(), broken()], tmp_path / "film.mp4", broken="skip")
    assert (skipped.frames, skipped.cards, skipped.skipped) == (30, (), ("Don't",))


@pytest.mark.slow
def test_a_scene_whose_painting_fails_gets_a_card_in_a_draft_and_is_not_kept(tmp_path: Path) -> None:
    """An export says which scene failed and why; a draft goes on, and caches nothing of that scene."""
    scenes = [scene("#111111"), scene("#222222", **{"raise": b"yes"})]
    with pytest.raises(RenderFailed, match=r"Scene 'Scene #222222' could not .*the paint ran out"):
        film(scenes, tmp_path / "film.mp4", easel=TROUBLED)
    cache = ChunkCache(tmp_path / "cache")
    for _ in range(2):
        report = film(scenes, tmp_path / "film.mp4", easel=TROUBLED, broken="card", cache=cache)
    assert (report.cards, report.frames, report.painted_frames) == (("Scene #222222",), 60, 30)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["film.mp4", "film.gif", "frames"])
def test_a_cancelled_render_stops_soon_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    """After the fifth frame at most the frames already on their way are still painted."""
    told: list[Progress] = []
    with pytest.raises(Cancelled):
        film(
            [scene(seconds=60)],
            tmp_path / name,
            workers=1,
            on_progress=told.append,
            cancel=lambda: len(told) >= 5,
        )
    assert len(told) < 60
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_sequence_is_a_folder_of_numbered_pictures(tmp_path: Path) -> None:
    """One PNG a frame, from 1, of the film's size; a folder that holds something is not touched."""
    report = film(THREE[:2], tmp_path / "frames")
    names = sorted(path.name for path in report.path.iterdir())
    assert names == [f"frame-{number:06d}.png" for number in range(1, 76)]
    with Image.open(report.path / names[0]) as picture:
        assert picture.size == (160, 90)
    with pytest.raises(RenderFailed, match="not empty"):
        film(THREE[:1], tmp_path / "frames")
    assert len(list(report.path.iterdir())) == 75


@pytest.mark.slow
def test_a_gif_of_a_film_loops_at_an_exact_rate(tmp_path: Path) -> None:
    """25 frames a second for a film of 30, for ever."""
    report = film(THREE[:2], tmp_path / "film.gif")
    with Image.open(report.path) as picture:
        assert (picture.n_frames, picture.info["duration"], picture.info["loop"]) == (62, 40, 0)


@pytest.mark.parametrize(("name", "word"), [("film.avi", "ending"), ("nowhere/film.mp4", "written")])
def test_a_place_that_cannot_be_written_is_told_before_long(tmp_path: Path, name: str, word: str) -> None:
    """An unknown ending and a missing folder are errors with a remedy."""
    with pytest.raises((InputError, RenderFailed), match=word) as error:
        film(THREE[:1], tmp_path / name)
    assert error.value.remedy


def test_quality_decides_the_size(tmp_path: Path) -> None:
    """A low export of a wide film is 854 x 480."""
    report = render_film(
        [scene(seconds=0.1)], Format(), tmp_path / "film.mp4", quality="low", easel=GRADIENTS, workers=1
    )
    assert report.picture == Format(854, 480)


def test_cached_frames_do_not_make_the_rest_look_fast() -> None:
    """The rate and the time left come from painted frames alone."""
    clock = FrozenClock()
    meter = ProgressMeter(100, clock)
    assert meter.now().eta_seconds is None
    meter.cached(50)
    clock.advance(2)
    meter.painted(10)
    now = meter.now()
    assert (now.done, now.fps, now.eta_seconds) == (60, 5.0, 8.0)
