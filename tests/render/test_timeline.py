"""How scenes become shots and chunks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render.films import SMALL, broken, graph, led_by, scene
from workbench.errors import InputError, NotFound
from workbench.render.quality import QUALITIES, quality_named
from workbench.render.timeline import FilmScene, Shot, Transition, chunks_of, shots_of, source_of
from workbench.scene.format import Format

seconds = st.integers(1, 300).map(lambda frames: frames / 30)
leads = st.sampled_from(["cut", "fade", "slide", "wipe"])
scenes = st.lists(
    st.builds(
        lambda length, kind, span: FilmScene(
            graph(seconds=length), "s", length, transition_in=led_by(kind, span)
        ),
        seconds,
        leads,
        st.floats(0, 10),
    ),
    min_size=1,
    max_size=6,
)


@given(scenes)
def test_a_film_is_exactly_as_long_as_its_scenes_together(film: list[FilmScene]) -> None:
    """Transitions cost no time."""
    assert sum(shot.frames for shot in shots_of(film, SMALL)) == sum(s.graph.frames for s in film if s.graph)


@given(scenes)
def test_chunks_cover_every_frame_once_and_in_order(film: list[FilmScene]) -> None:
    """Cutting a film into chunks loses and repeats nothing."""
    shots = shots_of(film, SMALL)
    frames = [(c.source.key, c.first + n) for c in chunks_of(shots, 30) for n in range(c.frames)]
    assert frames == [(shot.source.key, n) for shot in shots for n in range(shot.frames)]


@given(scenes)
def test_only_chunks_inside_a_transition_know_the_scene_before(film: list[FilmScene]) -> None:
    """An edit touches at most the first chunks of the next scene."""
    for chunk in chunks_of(shots_of(film, SMALL), 30):
        assert chunk.over is None or chunk.first + chunk.frames <= chunk.over_frames
        assert chunk.over or not chunk.over_frames


def test_an_edit_changes_the_keys_of_its_own_chunks_only() -> None:
    """With cuts, other scenes' chunks stay what they were."""
    before = chunks_of(shots_of([scene("#111111", 3), scene("#222222", 3)], SMALL), 30)
    after = chunks_of(shots_of([scene("#111111", 3), scene("#333333", 3)], SMALL), 30)
    same = [a.describe() == b.describe() for a, b in zip(before, after, strict=True)]
    assert same == [True, True, True, False, False, False]


def test_a_changed_picture_changes_the_key(tmp_path) -> None:
    """The content of an asset counts, not its name."""
    picture = tmp_path / "a.png"
    picture.write_bytes(b"one")
    first = source_of(graph(), "s", {"a": picture}).key
    picture.write_bytes(b"two")
    assert source_of(graph(), "s", {"a": picture}).key != first
    assert source_of(graph(), "s", {"a": b"one"}).key == first


def test_a_broken_scene_holds_its_card_for_its_time() -> None:
    """A card is one still frame, as long as the scene, and leads over like any other."""
    card, after = shots_of(
        [broken(seconds=0.5), FilmScene(graph(), "s", 1, transition_in=led_by("fade"))], SMALL
    )
    assert (card.still, card.frames) == (True, 15)
    assert (after.over, after.over_frame) == (card.source, 0)


def test_the_first_scene_has_nothing_to_lead_over_from() -> None:
    """A transition into the first scene means nothing."""
    assert shots_of([FilmScene(graph(), "s", 1, transition_in=led_by("fade"))], SMALL)[0].over is None


def test_a_shot_says_everything_that_decides_its_frames() -> None:
    """Two shots that differ in anything describe themselves differently."""
    source, other = source_of(graph()), source_of(graph("#ffffff"))
    shots = [
        Shot(source, 0, 5),
        Shot(source, 1, 5),
        Shot(source, 0, 6),
        Shot(source, 0, 5, still=True),
        Shot(source, 0, 5, "fade", other, 29, 5),
        Shot(source, 0, 5, "wipe", other, 29, 5),
        Shot(source, 0, 5, "fade", other, 29, 6),
    ]
    assert len({str(shot.describe()) for shot in shots}) == len(shots)


@pytest.mark.parametrize(("kind", "length"), [("dissolve", 1), ("fade", -1), ("fade", 60)])
def test_a_transition_that_cannot_be_is_refused(kind: str, length: float) -> None:
    """Unknown kinds and lengths out of range are input errors."""
    with pytest.raises(InputError):
        Transition(kind, length)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "size"), [("low", (854, 480)), ("medium", (1280, 720)), ("high", (1920, 1080))]
)
def test_export_qualities_have_their_sizes(name: str, size: tuple[int, int]) -> None:
    """Low, medium and high are 480, 720 and 1080 pixels on the short side, upright too."""
    wide, tall = QUALITIES[name].sized(Format()), QUALITIES[name].sized(Format(1080, 1920))
    assert (wide.width, wide.height) == (tall.height, tall.width) == size


def test_an_unknown_quality_is_answered_with_the_nearest() -> None:
    """A typing mistake in the quality's name gets a suggestion."""
    with pytest.raises(NotFound, match="'final'"):
        quality_named("finall")


@pytest.mark.parametrize("size", [(853, 480), (854, 481)])
def test_odd_sizes_are_refused(size: tuple[int, int]) -> None:
    """Video cannot hold an odd side."""
    with pytest.raises(InputError, match="odd side"):
        Format(*size)
