import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.scene.easing import (
    EASES,
    SPRING_TASTES,
    ease,
    spring_constants,
    spring_seconds,
    spring_share,
)

SHARES = np.linspace(0, 1, 201)
LEAVING = {"in_back", "out_back", "in_out_back", "out_elastic"}
stiffnesses, dampings, masses = st.floats(5, 500), st.floats(1, 80), st.floats(0.2, 5)


@pytest.mark.parametrize("name", sorted(EASES))
def test_a_curve_leads_from_0_to_1(name):
    """Every curve starts at 0, ends at 1, and holds its ends outside."""
    assert np.allclose(ease(name, np.array([-3.0, 0.0, 1.0, 7.0])), [0, 0, 1, 1], atol=1e-12)


@pytest.mark.parametrize("name", sorted(EASES))
def test_only_back_and_elastic_leave_the_way(name):
    """A curve stays within its ends unless it is one of those that swing."""
    shares = ease(name, SHARES)
    assert (bool(np.any((shares < -1e-9) | (shares > 1 + 1e-9)))) == (name in LEAVING)


@pytest.mark.parametrize("name", sorted(set(EASES) - LEAVING - {"out_bounce"}))
def test_plain_curves_never_turn_back(name):
    """Time forward is way forward."""
    assert np.all(np.diff(ease(name, SHARES)) >= -1e-12)


@pytest.mark.parametrize("name", ["sine", "quad", "cubic", "quart", "expo", "back"])
def test_out_is_in_played_backwards(name):
    """An out curve mirrors its in curve, and in_out is symmetric about its middle."""
    assert np.allclose(ease(f"out_{name}", SHARES), 1 - ease(f"in_{name}", 1 - SHARES))
    both = ease(f"in_out_{name}", SHARES)
    assert np.allclose(both, 1 - both[::-1])


@settings(deadline=None)
@given(stiffnesses, dampings, masses)
def test_a_spring_obeys_its_equation(stiffness, damping, mass):
    """Mass times acceleration is pull minus drag, at every moment before it rests."""
    step = 1e-4
    middle = np.linspace(0.01, min(spring_seconds(stiffness, damping, mass), 3.0) * 0.9, 40)
    before, here, after = (
        spring_share(middle + offset, stiffness, damping, mass) for offset in (-step, 0, step)
    )
    acceleration, speed = (after - 2 * here + before) / step**2, (after - before) / (2 * step)
    force = stiffness * (1 - here) - damping * speed
    assert np.allclose(mass * acceleration, force, atol=2e-3 * (stiffness + damping * 20 + 5))


@settings(deadline=None)
@given(stiffnesses, dampings, masses)
def test_a_spring_starts_at_rest_and_settles_exactly(stiffness, damping, mass):
    """It begins at 0 without speed and is 1, not nearly 1, once its time is over."""
    rests = spring_seconds(stiffness, damping, mass)
    shares = spring_share(np.array([0.0, 1e-6, rests, rests * 3]), stiffness, damping, mass)
    assert shares[0] == 0
    assert shares[1] < 1e-6
    assert shares[2] == shares[3] == 1


@settings(deadline=None)
@given(stiffnesses, dampings, masses)
def test_a_spring_does_not_jump_when_it_settles(stiffness, damping, mass):
    """The step into rest is too small to see."""
    rests = spring_seconds(stiffness, damping, mass)
    assert abs(spring_share(np.array([rests * (1 - 1e-9)]), stiffness, damping, mass)[0] - 1) < 5e-5


def test_tastes_are_what_they_are_called():
    """Smooth does not overshoot, snappy hardly, bouncy plainly."""
    seconds = np.linspace(0, 3, 3000)
    over = {taste: spring_share(seconds, *SPRING_TASTES[taste]).max() - 1 for taste in SPRING_TASTES}
    assert over["smooth"] <= 1e-6
    assert 0.005 < over["snappy"] < 0.05
    assert 0.15 < over["bouncy"] < 0.3


def test_an_undamped_spring_swings_for_ever():
    """Without damping there is no rest, and the way is that of a cosine."""
    seconds = np.linspace(0, 50, 500)
    assert spring_seconds(100, 0) == np.inf
    assert np.allclose(spring_share(seconds, 100, 0), 1 - np.cos(10 * seconds))


def test_given_constants_win_over_the_taste():
    """A spring keeps the taste only for what the source does not say."""
    assert spring_constants("bouncy", damping=30.0) == (SPRING_TASTES["bouncy"][0], 30.0)
