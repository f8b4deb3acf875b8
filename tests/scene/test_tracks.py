import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.scene.strategies import colors, numbers, springs, tracks, tweens
from workbench.scene.color import parse_color
from workbench.scene.graph import Gradient, Samples, Shadow, Track
from workbench.scene.tracks import Times, chance, color, number, paint, shadow, smooth_noise, track

TIMES = Times.of(90, 30, 0.0)


@pytest.mark.slow
@settings(deadline=None)
@given(tweens(numbers))
def test_a_tween_stays_between_its_ends(tween):
    """A tween with a plain curve never leaves the way from a to b."""
    a, b, ease = (tween.args[name] for name in ("a", "b", "ease"))
    assume("back" not in ease and "elastic" not in ease)
    values = track(tween, TIMES.local)
    assert np.all((values >= min(a, b) - 1e-9) & (values <= max(a, b) + 1e-9))


@pytest.mark.slow
@settings(deadline=None)
@given(tweens(numbers))
def test_a_tween_holds_its_ends_exactly(tween):
    """Before its start a tween is a, after its end it is b, to the bit."""
    begin, end = tween.args["start"], tween.args["start"] + tween.args["seconds"]
    values = track(tween, np.array([begin - 1, end + 0.001, end + 50]))
    assert values[0] == tween.args["a"]
    assert values[1] == values[2] == tween.args["b"]


@settings(deadline=None)
@given(springs())
def test_a_spring_ends_at_its_goal(spring):
    """Long after its start a spring is exactly where it was sent."""
    assert track(spring, np.array([60.0]))[0] == spring.args["b"]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), numbers), min_size=1, max_size=6, unique_by=lambda p: p[0]))
def test_keys_pass_through_their_points(points):
    """At each given second the value is the given value, and the last one stays."""
    keys = Track("keys", {"points": tuple(points), "ease": "in_out_sine"})
    moments = np.array([float(moment) for moment, _ in points])
    assert np.allclose(track(keys, moments), [value for _, value in points])
    assert track(keys, np.array([99.0]))[0] == max(points)[1]


@settings(deadline=None)
@given(numbers, st.floats(0.1, 5), st.integers(-5, 2**40))
def test_noise_and_wave_stay_within_their_amount(amount, speed, seed):
    """Drifting and swinging never leave -amount..amount."""
    for swing in (
        Track("noise", {"amount": amount, "speed": speed, "seed": seed}),
        Track("wave", {"amount": amount, "seconds": speed, "phase": 0.3}),
    ):
        assert np.all(np.abs(track(swing, TIMES.local)) <= abs(amount) + 1e-9)


@settings(deadline=None)
@given(st.integers(0, 1000))
def test_noise_is_smooth_and_depends_on_its_seed(seed):
    """Neighbouring moments are near each other, and another seed drifts elsewhere."""
    time = np.linspace(0, 20, 4001)
    drift = smooth_noise(time, seed)
    assert np.abs(np.diff(drift)).max() < 0.025
    assert not np.allclose(drift, smooth_noise(time, seed + 1))


def test_chance_is_even_and_repeats():
    """Shares fill 0..1 evenly and the same seed gives the same ones."""
    shares = chance(np.arange(20000.0), 7)
    assert np.array_equal(shares, chance(np.arange(20000.0), 7))
    assert np.abs(np.histogram(shares, 10, (0, 1))[0] - 2000).max() < 200


@pytest.mark.slow
@settings(deadline=None)
@given(tracks(), st.floats(0.1, 3))
def test_a_delayed_track_is_the_same_later(inner, seconds):
    """Delay moves a track along time and changes nothing else."""
    delayed = Track("delay", {"track": inner, "seconds": seconds})
    moments = np.linspace(0, 4, 40)
    assert np.allclose(track(delayed, moments + seconds), track(inner, moments), atol=1e-6, rtol=1e-6)


def test_a_loop_repeats_and_a_bouncing_one_turns_round():
    """After its span a loop starts over; with bounce it first runs back."""
    rise = Track("tween", {"a": 0, "b": 10, "seconds": 1, "ease": "linear"})
    moments = np.array([0.25, 1.25, 2.25])
    assert np.allclose(track(Track("loop", {"track": rise, "seconds": 1}), moments), [2.5, 2.5, 2.5])
    bounced = track(Track("loop", {"track": rise, "seconds": 1, "bounce": True}), moments)
    assert np.allclose(bounced, [2.5, 7.5, 2.5])


@pytest.mark.slow
@settings(deadline=None)
@given(tracks(), tracks())
def test_arithmetic_of_tracks_is_arithmetic_of_values(a, b):
    """Adding, multiplying and negating tracks does so at every frame."""
    one, two = track(a, TIMES.local), track(b, TIMES.local)
    assert np.array_equal(track(Track("add", {"a": a, "b": b}), TIMES.local), one + two)
    assert np.array_equal(track(Track("multiply", {"a": a, "b": 3}), TIMES.local), one * 3)
    assert np.array_equal(track(Track("negate", {"a": b}), TIMES.local), -two)


@settings(max_examples=50, deadline=None)
@given(tracks())
def test_tracks_are_finite_everywhere(inner):
    """No track of sane values makes an infinite or missing number."""
    assert np.all(np.isfinite(track(inner, TIMES.local)))


def test_local_time_stands_still_before_the_start():
    """A node's seconds are 0 until it starts and count from there."""
    local = Times.of(4, 2, 1.0).local
    assert local.tolist() == [0.0, 0.0, 0.0, 0.5]


def test_what_never_changes_is_a_plain_number():
    """Constant samples and constant tracks come out as a float."""
    still = Track("tween", {"a": 4, "b": 4, "seconds": 1})
    assert number(Samples((3.0,) * 90), TIMES) == 3.0
    assert number(still, TIMES) == 4.0
    assert isinstance(number(still, TIMES), float)


@settings(deadline=None)
@given(colors, colors)
def test_a_colour_tween_begins_and_ends_at_its_colours(a, b):
    """A colour track shows its two colours at its ends."""
    values = color(Track("tween", {"a": a, "b": b, "seconds": 2.0}), TIMES)
    first, last = (values, values) if isinstance(values, tuple) else (values[:, 0], values[:, -1])
    assert np.allclose(first, parse_color(a), atol=1e-4)
    assert np.allclose(last, parse_color(b), atol=1e-4)


def test_sampled_colours_follow_the_frame():
    """One colour per frame becomes one column per frame."""
    values = color(Samples(("red", "#0000ff80", "red")), Times.of(3, 30, 0.0))
    assert values.shape == (4, 3)
    assert values[:, 1].tolist() == list(parse_color("#0000ff80"))


def test_gradients_and_shadows_are_resolved_inside():
    """Members of a paint are values of their own."""
    angle = Track("tween", {"a": 0, "b": 90, "seconds": 1})
    fill = paint(Gradient("linear", ((0, "red"), (1, "blue")), angle), TIMES)
    assert fill.stops[1] == (1.0, parse_color("blue"))
    assert fill.angle.shape == (90,)
    assert shadow(Shadow("#000", 8), TIMES).blur == 8.0
    assert paint(None, TIMES) is None
