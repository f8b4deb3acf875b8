"""Films leave room on the disk: one that would take the last of it is refused, or ended meanwhile."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.render.films import GRADIENTS, SMALL, scene
from workbench.errors import Cancelled, EnvironmentFault
from workbench.render import reserve as reserves
from workbench.render.chunk_cache import ChunkCache
from workbench.render.crew import Crew
from workbench.render.film import render_film
from workbench.render.progress import Progress
from workbench.render.reserve import Reserve

MB = 2**20
KINDS = pytest.mark.parametrize("name", ["film.mp4", "film.gif", "frames"])


class Disk:
    """A disk with `free` bytes left."""

    def __init__(self, free: int) -> None:
        self.free = free

    def usage(self, _: Path) -> SimpleNamespace:
        return SimpleNamespace(free=self.free)

    def shrink(self, _: Progress) -> None:
        self.free = 100 * MB


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk(1000 * MB)
    monkeypatch.setattr(reserves.shutil, "disk_usage", disk.usage)
    return disk


def test_room_is_counted_with_what_comes(disk: Disk, tmp_path: Path) -> None:
    """Of 1000 MB, 512 stay: 488 may be written and not a byte more; without a reserve all of it may."""
    reserve, folder = Reserve(), tmp_path / "not" / "there" / "yet"
    assert reserve.lack(folder) is None
    assert reserve.lack(folder, 488 * MB) is None
    lack = reserve.lack(folder, 488 * MB + 1)
    assert lack is not None
    assert lack.message == (
        "489 MB more would be written, and the disk has 1000 MB left; "
        "films and pictures leave 512 MB of it free."
    )
    assert "WORKBENCH_DISK_RESERVE_BYTES" in lack.remedy
    disk.free = 0
    assert Reserve(0).lack(folder, 10**12) is None


def test_where_room_cannot_be_known_the_disk_itself_tells(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file system that does not say what is left refuses nothing beforehand."""

    def unknown(_: Path) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(reserves.shutil, "disk_usage", unknown)
    assert Reserve().lack(tmp_path) is None


@KINDS
def test_a_film_is_not_begun_without_room(disk: Disk, tmp_path: Path, name: str) -> None:
    """It is told before anything is painted."""
    disk.free = 300 * MB
    told: list[Progress] = []
    with pytest.raises(EnvironmentFault, match=r"had 300 MB left; films and pictures leave 512 MB"):
        render_film([scene()], SMALL, tmp_path / name, easel=GRADIENTS, workers=1, on_progress=told.append)
    assert (told, list(tmp_path.iterdir())) == ([], [])


@pytest.mark.slow
@KINDS
def test_a_film_that_takes_the_last_room_is_ended(disk: Disk, tmp_path: Path, name: str) -> None:
    """The half of it is removed, and the same painters make the next one when there is room."""
    with Crew(1, GRADIENTS) as crew:
        with pytest.raises(EnvironmentFault, match=r"had 100 MB left"):
            render_film([scene(seconds=4)], SMALL, tmp_path / name, crew=crew, on_progress=disk.shrink)
        assert list(tmp_path.iterdir()) == []
        disk.free = 1000 * MB
        assert render_film([scene()], SMALL, tmp_path / name, crew=crew).frames == 30


@pytest.mark.slow
def test_pieces_from_the_cache_take_room_too(disk: Disk, tmp_path: Path) -> None:
    """A film that nobody has to paint is ended as well."""
    cache, films = ChunkCache(tmp_path / "cache"), tmp_path / "films"
    films.mkdir()
    scenes = [scene(seconds=4)]
    with Crew(1, GRADIENTS) as crew:
        render_film(scenes, SMALL, films / "a.mp4", crew=crew, cache=cache)
        with pytest.raises(
            EnvironmentFault, match="1 MB more would be written, and the disk has 100 MB left"
        ):
            render_film(scenes, SMALL, films / "b.mp4", crew=crew, cache=cache, on_progress=disk.shrink)
    assert [each.name for each in films.iterdir()] == ["a.mp4"]


@pytest.mark.slow
def test_a_film_that_is_cancelled_is_not_told_of_the_disk(disk: Disk, tmp_path: Path) -> None:
    """Whoever stopped it hears that it was stopped."""
    with pytest.raises(Cancelled):
        render_film([scene()], SMALL, tmp_path / "film.mp4", easel=GRADIENTS, workers=1, cancel=lambda: True)


def test_the_cache_takes_no_room_that_films_leave(disk: Disk, tmp_path: Path) -> None:
    """What it has stays readable; what comes is not kept until there is room."""
    cache = ChunkCache(tmp_path / "cache")
    assert cache.put("aa1", b"before")
    disk.free = 512 * MB
    assert not cache.put("aa2", b"x")
    assert (cache.get("aa1"), cache.get("aa2")) == (b"before", None)
