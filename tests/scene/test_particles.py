import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scene.making import node, scene
from workbench.scene.particles import MOST_PARTICLES, swarm

MOTIONS = ["drift", "burst", "rise", "fall", "orbit"]


def made(motion="drift", *, count=50, speed=60.0, gravity=0.0, life=0.0, seed=1, frames=60):
    return swarm(
        count,
        size=(4, 12),
        colors=("#f00", "#0f0"),
        motion=motion,
        speed=speed,
        area=(800.0, 600.0),
        gravity=gravity,
        life_seconds=life,
        seed=seed,
        local_seconds=np.arange(frames) / 30,
    )


@pytest.mark.slow
@settings(deadline=None)
@given(st.sampled_from(MOTIONS), st.floats(0, 500), st.floats(-200, 200), st.floats(0, 3), st.integers(0, 99))
def test_particles_are_sane_at_every_frame(motion, speed, gravity, life, seed):
    """Places are finite, opacities are shares, sizes lie within their bounds."""
    for frame in (0, 17, 59):
        seen = made(motion, speed=speed, gravity=gravity, life=life, seed=seed).at(frame)
        assert np.all(np.isfinite(seen.x) & np.isfinite(seen.y))
        assert np.all((seen.opacity >= 0) & (seen.opacity <= 1))
        assert np.all((seen.size >= 4) & (seen.size <= 12))
        assert set(seen.color.tolist()) <= {0, 1}


@pytest.mark.parametrize("motion", MOTIONS)
def test_the_seed_decides(motion):
    """One seed always gives the same picture, another gives another."""
    assert np.array_equal(made(motion).at(30).x, made(motion).at(30).x)
    assert not np.allclose(made(motion).at(30).x, made(motion, seed=2).at(30).x)


@pytest.mark.parametrize("motion", ["drift", "rise", "fall"])
def test_roaming_particles_stay_in_their_area_and_fade_at_its_edges(motion):
    """What leaves on one side returns on the other, unseen."""
    particles = made(motion, speed=900, count=400)
    for frame in range(0, 60, 7):
        seen = particles.at(frame)
        assert np.all((np.abs(seen.x) <= 400) & (np.abs(seen.y) <= 300))
        assert np.all(seen.opacity[(np.abs(seen.x) > 396) | (np.abs(seen.y) > 297)] < 0.15)


@pytest.mark.parametrize("motion", MOTIONS)
def test_particles_move_without_jumps(motion):
    """Between neighbouring frames a visible particle goes no further than its speed allows."""
    particles = made(motion, count=200)
    for frame in range(40):
        now, then = particles.at(frame), particles.at(frame + 1)
        steps = np.hypot(then.x - now.x, then.y - now.y)
        assert np.all(steps[(now.opacity > 0.2) & (then.opacity > 0.2)] < 2.2 * 60 / 30)


def test_rising_goes_up_and_falling_goes_down():
    """Most particles move the way the motion is called."""
    for motion, sense in (("rise", -1), ("fall", 1)):
        before, after = made(motion).at(10), made(motion).at(12)
        assert np.mean(np.sign(after.y - before.y) == sense) > 0.9


def test_a_burst_starts_at_the_centre_and_its_life_ends():
    """All begin in one point, fly apart, and are gone when their life is over."""
    burst = made("burst", life=0.5)
    assert np.allclose(burst.at(0).x, 0)
    assert np.hypot(burst.at(9).x, burst.at(9).y).min() > 1
    assert np.all(burst.at(40).opacity == 0)


def test_gravity_pulls_down():
    """With gravity a burst ends lower than without."""
    light, heavy = made("burst"), made("burst", gravity=400)
    assert np.allclose(heavy.at(30).y - light.at(30).y, 400 / 2)


def test_their_number_is_held_within_bounds():
    """A million particles are as many as may be, and fewer than none are none."""
    assert len(made(count=10**6).sizes) == MOST_PARTICLES
    assert len(made(count=-5).sizes) == 0


def test_the_picture_is_the_area_unless_one_is_given():
    """Without an area particles fill the picture; with one the node is as big."""
    (whole,) = scene(node("particles", count=3)).items
    (part,) = scene(node("particles", count=3, area=(300, 200))).items
    assert (whole.width, whole.height) == (1920, 1080)
    assert (part.width, part.height) == (300, 200)
