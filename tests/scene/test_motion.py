import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scene.making import node, scene
from tests.scene.strategies import comings, emphases
from workbench.scene.graph import Motion
from workbench.scene.motion import EMPHASES, PRESETS, Stagefloor, emphasising, entering, exiting
from workbench.scene.staged import at

FLOOR = Stagefloor(dict.fromkeys(("left", "right", "top", "bottom"), 700.0), outlined=True)
NUMBERS = ("opacity", "dx", "dy", "scale", "rotation", "blur", "trim")
REST = {"opacity": 1, "dx": 0, "dy": 0, "scale": 1, "rotation": 0, "blur": 0, "trim": 1}


def motion(kind, seconds=1.0, ease="linear", **args):
    return Motion(kind, seconds, ease, args)


def rests(change, place=0):
    values = {name: float(np.broadcast_to(getattr(change, name), 4)[place]) for name in NUMBERS}
    whole = change.window is None or change.window[:, place].tolist() == [0, 0, 1, 1]
    return values == REST and whole


@settings(deadline=None)
@given(comings)
def test_an_enter_ends_and_an_exit_begins_at_rest(preset):
    """Once in, and until it leaves, a node is exactly as its source says."""
    seconds = np.array([preset.seconds, preset.seconds + 1, 50.0, 90.0])
    assert rests(entering(preset, seconds, FLOOR))
    assert rests(exiting(preset, seconds, FLOOR))


@pytest.mark.slow
@settings(deadline=None)
@given(comings, st.floats(-1, 4))
def test_presets_make_sane_numbers(preset, moment):
    """Opacity and trim stay shares, scale and blur never turn negative, nothing is NaN."""
    for play in (entering, exiting):
        change = play(preset, np.full(4, moment), FLOOR)
        assert all(np.all(np.isfinite(getattr(change, name))) for name in NUMBERS)
        assert np.all((np.asarray(change.opacity) >= 0) & (np.asarray(change.opacity) <= 1))
        assert np.all(np.asarray(change.scale) >= 0)
        assert np.all(np.asarray(change.blur) >= 0)
        assert change.window is None or np.all((change.window >= 0) & (change.window <= 1))


@pytest.mark.parametrize("kind", sorted(PRESETS - {"slide", "typewriter"}))
def test_nothing_shows_before_an_enter_or_after_an_exit(kind):
    """At its first moment an entering node is unseen, and so is a node that has left."""
    for play in (entering, exiting):
        change = play(motion(kind), np.zeros(4), FLOOR)
        assert np.all(np.asarray(change.opacity) == 0) or np.all(np.asarray(change.scale) == 0)


def test_a_rise_goes_on_upwards_when_it_leaves():
    """It comes from below and leaves upwards; a negative distance turns both round."""
    half = np.full(4, 0.5)
    assert entering(motion("rise", distance=60), half, FLOOR).dy[0] == 30
    assert exiting(motion("rise", distance=60), half, FLOOR).dy[0] == -30
    assert entering(motion("rise", distance=-60), half, FLOOR).dy[0] == -30


@pytest.mark.parametrize(
    ("side", "way"), [("left", (-1, 0)), ("right", (1, 0)), ("top", (0, -1)), ("bottom", (0, 1))]
)
def test_a_slide_comes_from_and_leaves_to_its_side(side, way):
    """Enter and exit are on the named side, as far as the outside is."""
    for play in (entering, exiting):
        change = play(motion("slide", side=side, distance=None), np.zeros(4), FLOOR)
        assert np.allclose([np.max(change.dx), np.max(change.dy)], np.multiply(way, 700))


def test_a_slide_without_distance_starts_outside_the_picture():
    """At its first frame the box just touches the edge from outside, even within a scaled group."""
    card = node("rect", width=200, height=100, x=400, y=300, enter=motion("slide", side="right"), name="card")
    staged = scene(node("group", card, scale=0.5))
    assert at(staged.items[0].children[0].world, 0)[0] == pytest.approx(1920)


def test_a_wipe_uncovers_and_covers_from_the_same_side():
    """A wipe from the left shows the left first, and hides the left first."""
    half = np.full(4, 0.5)
    assert entering(motion("wipe", side="left"), half, FLOOR).window[:, 0].tolist() == [0, 0, 0.5, 1]
    assert exiting(motion("wipe", side="left"), half, FLOOR).window[:, 0].tolist() == [0.5, 0, 1, 1]
    assert entering(motion("wipe", side="bottom"), half, FLOOR).window[:, 0].tolist() == [0, 0.5, 1, 1]


def test_draw_trims_outlines_and_wipes_the_rest():
    """A shape with an outline is drawn along it; a text is uncovered."""
    circle = scene(node("circle", stroke=None, enter=motion("draw"), name="c")).items[0]
    line = scene(node("line", points=((0, 0), (9, 9)), enter=motion("draw"))).items[0]
    assert circle.wipe is not None
    assert at(line.trim, 15) == pytest.approx(0.5)
    assert line.wipe is None


def test_a_pop_overshoots_and_rests_within_its_seconds():
    """A bouncy pop is larger than life for a while, and exactly life-size at its end."""
    change = entering(motion("pop", taste="bouncy"), np.linspace(0, 1, 200), FLOOR)
    assert change.scale.max() > 1.1
    assert change.scale[-1] == 1


@pytest.mark.slow
@settings(deadline=None)
@given(emphases, st.floats(0, 9))
def test_an_emphasis_is_calm_at_its_bounds(preset, moment):
    """Nothing jumps when an emphasis begins, nor when the exit takes over."""
    assert rests(emphasising(preset, np.zeros(4), np.full(4, 9.0)))
    assert rests(emphasising(preset, np.full(4, moment), np.zeros(4)))


def test_every_emphasis_does_something():
    """Each kind moves, turns or scales its node in the middle."""
    for kind in EMPHASES:
        change = emphasising(motion(kind), np.full(4, 0.22), np.full(4, 9.0))
        assert not rests(change)


def test_emphasis_waits_for_the_enter_and_ends_before_the_exit():
    """Between them it runs; outside it does nothing."""
    times = {
        "enter": motion("fade", 0.5),
        "exit": motion("fade", 0.5),
        "emphasis": motion("wiggle", 0.4, degrees=10),
    }
    (item,) = scene(node("rect", **times)).items
    turned = np.abs(item.matrix[1]) > 1e-9
    assert not turned[:15].any()
    assert turned[16:44].any()
    assert not turned[45:].any()


def test_an_exit_ends_when_its_node_does():
    """The last visible frame is nearly gone, also when the scene's end is the node's."""
    for end in (1.0, None):
        (item,) = scene(node("rect", end=end, exit=motion("fade", 0.5))).items
        last = np.flatnonzero(item.visible)[-1]
        assert last == (29 if end else 59)
        assert 0 < at(item.opacity, last) < 0.1


def test_letters_come_one_after_another():
    """With stagger each unit begins its stagger later, and the node itself stays."""
    text = node("text", content="abc de", stagger="letter", stagger_seconds=0.2, enter=motion("fade", 0.5))
    (item,) = scene(text).items
    assert item.units.opacity.shape == (6, 60)
    begins = [int(np.flatnonzero(row > 0)[0]) for row in item.units.opacity]
    assert begins == [1 + 6 * place for place in range(6)]
    assert item.opacity == 1.0


def test_words_leave_in_order_and_are_gone_at_the_end():
    """The first word leaves first, the last is gone exactly when the node ends."""
    text = node(
        "text", content="one two three", stagger="word", end=1.5, exit=motion("rise", 0.3, distance=30)
    )
    (item,) = scene(text).items
    left = [int(np.flatnonzero(row < 1)[0]) for row in item.units.opacity]
    assert left == sorted(left)
    assert len(set(left)) == 3
    assert np.allclose(item.units.opacity[:, 45], 0)


def test_a_typewriter_types_at_its_speed_and_takes_back():
    """Letters per second in, and out by the node's end."""
    kind = motion("typewriter", 0, per_second=10, cursor=False)
    (item,) = scene(node("text", content="abcde", enter=kind, exit=kind)).items
    assert [int(item.reveal[frame]) for frame in (0, 3, 14, 15, 44, 45, 57)] == [0, 1, 4, 5, 5, 5, 1]
    assert item.values["cursor"] is False


def test_ink_follows_the_letters_that_move():
    """The box of what is drawn reaches as far as the moving words do."""
    text = node("text", content="one two", stagger="word", enter=motion("rise", 1.0, distance=300))
    (item,) = scene(text).items
    assert at(item.ink, 3)[3] > at(item.world, 3)[3] + 200
    assert at(item.ink, 59)[3] <= at(item.world, 59)[3] + 1
