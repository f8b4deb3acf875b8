"""The same film, byte for byte, for any number of workers and any number of times."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.render.films import SMALL, graph, led_by, scene
from workbench.render.film import render_film
from workbench.render.timeline import FilmScene

FILM = [
    scene("#102030", 1.5),
    FilmScene(graph("#301020", 1.3), "Two", 1.3, transition_in=led_by("fade")),
    FilmScene(graph("#203010", 0.1), "Three", 0.1, transition_in=led_by("wipe")),
]


def digests(path: Path) -> list[str]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["film.mp4", "frames"])
def test_any_number_of_workers_makes_the_same_bytes(tmp_path: Path, name: str) -> None:
    """One, two and four workers, and one again, write the same video and the same frames."""
    made = []
    for run, workers in enumerate((1, 2, 4, 1)):
        folder = tmp_path / str(run)
        folder.mkdir()
        made.append(digests(render_film(FILM, SMALL, folder / name, workers=workers).path))
    assert made[0] == made[1] == made[2] == made[3]
    assert len(set(made[0])) == (1 if name == "film.mp4" else 87)


ENCODE = """
import hashlib
import sys

import numpy as np

from workbench.render.encode import encode_chunk
from workbench.render.quality import quality_named
from workbench.scene.format import Format


def paint(number, out):
    height, width = out.shape[:2]
    out[..., 0] = (np.arange(width) * 255 // width + 3 * number) % 256
    out[..., 1] = (np.arange(height) * 255 // height)[:, None]
    out[..., 2:] = (120, 255)


picture = Format(int(sys.argv[1]), int(sys.argv[2]), 30)
chunk = encode_chunk(paint, 30, picture, quality_named("good"), lambda: None)
print(hashlib.sha256(chunk).hexdigest())
"""


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), [(160, 90), (480, 854), (1280, 720)])
def test_what_lay_in_memory_before_does_not_show(width: int, height: int) -> None:
    """A chunk's bytes are the same whatever memory held that was never written."""

    def encoded(filling: int) -> str:
        environment = {**os.environ, "MALLOC_PERTURB_": str(filling)}
        command = [sys.executable, "-c", ENCODE, str(width), str(height)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert len({encoded(filling) for filling in (1, 77, 200)}) == 1
