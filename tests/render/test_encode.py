"""Chunks, joining, blending, and the files around them."""

from __future__ import annotations

from io import BytesIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.render.films import SMALL, shown_times
from workbench.errors import Cancelled, RenderFailed
from workbench.render.easel import GradientEasel
from workbench.render.encode import encode_chunk, encode_preview, pour
from workbench.render.frames import BLENDS, FilmFrames, Lead, Part
from workbench.render.gif import encode_gif
from workbench.render.gif_timing import gif_fps, gif_frames, palette_frames
from workbench.render.join import join_chunks
from workbench.render.outfile import written, written_folder
from workbench.render.pictures import picture_bytes
from workbench.render.quality import PREVIEW, QUALITIES

PAINT = GradientEasel().scene(b"scene", {}, SMALL)


def nothing() -> None:
    pass


def chunk(frames: int, quality: str = "good") -> tuple[bytes, int]:
    return encode_chunk(PAINT, frames, SMALL, QUALITIES[quality], nothing), frames


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=5), st.sampled_from(["draft", "good", "final"]))
def test_joined_chunks_show_every_frame_at_its_time(lengths: list[int], quality: str) -> None:
    """Whatever the chunks' lengths, frames decode in order, without gaps, the first at 0."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "joined.mp4"
        join_chunks([chunk(length, quality) for length in lengths], 30, path)
        assert np.allclose(shown_times(path), np.arange(sum(lengths)) / 30)


def test_a_video_says_how_its_colours_are_meant(tmp_path: Path) -> None:
    """BT.709, limited range, 4:2:0."""
    path = tmp_path / "film.mp4"
    join_chunks([chunk(4)], 30, path)
    with av.open(str(path)) as film:
        context = film.streams.video[0].codec_context
        tags = (context.pix_fmt, context.colorspace, context.color_range, context.color_primaries)
    assert tags == ("yuv420p", 1, 1, 1)


def test_the_index_comes_before_the_pictures(tmp_path: Path) -> None:
    """A browser can play the file before it has all of it."""
    path = tmp_path / "film.mp4"
    join_chunks([chunk(8), chunk(8)], 30, path)
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_a_chunk_that_was_encoded_differently_is_refused(tmp_path: Path) -> None:
    """Packets of other settings are never joined into one stream."""
    with pytest.raises(RenderFailed, match="differently"):
        join_chunks([chunk(4, "good"), chunk(4, "draft")], 30, tmp_path / "film.mp4")
    assert not list(tmp_path.iterdir())


def test_a_preview_can_be_shown_before_it_is_complete() -> None:
    """The first half of a preview's bytes already decodes to pictures."""
    target = BytesIO()
    encode_preview(PAINT, 60, SMALL, PREVIEW, target, nothing)
    half = target.getvalue()[: len(target.getvalue()) // 2]
    with av.open(BytesIO(half), format="mp4") as film:
        assert len(list(islice(film.decode(video=0), 15))) == 15


def test_colours_survive_the_video(tmp_path: Path) -> None:
    """A flat colour comes back within two levels."""

    def flat(number: int, out: np.ndarray) -> None:
        out[:] = (40, 120, 200, 255)

    path = tmp_path / "film.mp4"
    join_chunks([(encode_chunk(flat, 3, SMALL, QUALITIES["good"], nothing), 3)], 30, path)
    with av.open(str(path)) as film:
        frame = next(film.decode(video=0)).to_ndarray(format="bgra")
    assert np.abs(frame[20:60, 20:60, :3].astype(int) - (40, 120, 200)).max() <= 2


def test_what_cancels_stops_the_pouring_at_once() -> None:
    """An error raised between two frames ends painting with that frame."""
    painted = []

    def stop() -> None:
        if len(painted) == 5:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        pour(lambda number, out: painted.append(number), range(100), SMALL, lambda buffer: None, stop)
    assert painted == [0, 1, 2, 3, 4]


def test_an_encoder_that_fails_is_heard() -> None:
    """An error of the encoding thread reaches the caller."""

    def full(buffer: np.ndarray) -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        pour(PAINT, range(20), SMALL, full, nothing)


@given(st.sampled_from(sorted(BLENDS)), st.floats(0, 1), st.integers(0, 255), st.integers(0, 255))
def test_a_blend_stays_between_its_pictures(kind: str, share: float, before: int, after: int) -> None:
    """Every blended value lies between the two it comes from, and the ends are the pictures themselves."""
    a, b = (np.full((4, 8, 4), level, np.uint8) for level in (before, after))
    out = np.empty_like(a)
    BLENDS[kind](a, b, share, out)
    assert min(before, after) <= out.min() <= out.max() <= max(before, after)
    BLENDS[kind](a, b, 0.0, out)
    assert (out == a).all()
    BLENDS[kind](a, b, 1.0, out)
    assert (out == b).all()


def test_a_transition_leads_from_the_held_frame_to_the_scene() -> None:
    """Its frames are neither picture alone; after it the scene is as it would be without."""
    other = GradientEasel().scene(b"other", {}, SMALL)
    film = FilmFrames([Part(other, 0, 10), Part(PAINT, 0, 10, Lead("fade", other, 9, 4))], 160, 90)
    shown, alone = np.empty((90, 160, 4), np.uint8), np.empty((90, 160, 4), np.uint8)
    film.paint(12, shown)
    PAINT(2, alone)
    assert (shown != alone).any()
    film.paint(14, shown)
    PAINT(4, alone)
    assert (shown == alone).all()


@given(st.integers(1, 2000), st.integers(1, 120))
def test_a_gif_keeps_the_films_length(frames: int, fps: int) -> None:
    """Its rate is exact in hundredths of a second and its length right to one of its frames."""
    rate = gif_fps(fps)
    shown = gif_frames(frames, fps)
    assert 100 % rate == 0
    assert abs(len(shown) / rate - frames / fps) <= 1 / rate
    assert shown == sorted(shown)
    assert set(shown) | set(palette_frames(frames)) <= set(range(frames))


def test_a_gif_looks_like_the_film(tmp_path: Path) -> None:
    """One palette and dithering leave every frame close to the painted one."""
    path = tmp_path / "film.gif"
    encode_gif(PAINT, 12, SMALL, path, nothing)
    painted = np.empty((90, 160, 4), np.uint8)
    with av.open(str(path)) as film:
        frames = [frame.to_ndarray(format="bgra") for frame in film.decode(video=0)]
    assert len(frames) == 10
    PAINT(gif_frames(12, 30)[7], painted)
    assert np.abs(frames[7][..., :3].astype(int) - painted[..., :3]).mean() < 12


@pytest.mark.parametrize(("kind", "mark"), [("jpeg", b"\xff\xd8"), ("png", b"\x89PNG"), ("webp", b"RIFF")])
def test_a_still_is_a_picture_file(kind: str, mark: bytes) -> None:
    """JPEG, PNG and WebP begin as such files do."""
    buffer = np.zeros((90, 160, 4), np.uint8)
    assert picture_bytes(buffer, kind).startswith(mark)  # type: ignore[arg-type]


def fill(path: Path) -> None:
    with written(path) as partial:
        partial.write_text("half")
        raise ZeroDivisionError


def fill_folder(path: Path) -> None:
    with written_folder(path) as partial:
        (partial / "1.png").write_text("half")
        raise ZeroDivisionError


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    """A failure while writing keeps what was there before, and leaves no partial file."""
    path = tmp_path / "a.txt"
    path.write_text("before")
    with pytest.raises(ZeroDivisionError):
        fill(path)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.txt", "before")]


def test_a_folder_is_whole_or_absent(tmp_path: Path) -> None:
    """A failure while filling a folder leaves none."""
    with pytest.raises(ZeroDivisionError):
        fill_folder(tmp_path / "frames")
    assert not list(tmp_path.iterdir())
