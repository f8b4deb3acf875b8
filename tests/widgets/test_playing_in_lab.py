"""Playing in a real browser: frames, loop, safe area, the whole project with a broken scene in it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.widgets.day import STILL, add_scene, picture, save, wait_until, write
from tests.widgets.lab import Notebook

pytestmark = [pytest.mark.slow, pytest.mark.flaky(reruns=1), pytest.mark.timeout(300)]

MOVING = "circle(90, x=lambda t: 200 + 300 * t, y=540)"


@pytest.fixture
def moving(lab: Notebook) -> Locator:
    """A studio with one scene of two seconds in which a circle moves."""
    lab.run(f"_ = studio.add_scene(name='moving', source={MOVING!r}, duration_seconds=2)")
    studio = lab.studio()
    expect(studio.locator(".wb-screen")).to_have_attribute("data-mode", STILL)
    expect(studio.locator(".wb-time")).to_contain_text("/59")
    return studio


def at_frame(studio: Locator, number: int) -> None:
    expect(studio.locator(".wb-still")).to_have_attribute("data-frame", str(number))


def played_seconds(studio: Locator) -> float:
    return float(studio.locator("video").evaluate("(video) => video.currentTime"))


def test_frames_are_stepped_exactly(moving: Locator) -> None:
    """Buttons and keys go frame by frame and to both ends; each frame is its own picture."""
    moving.get_by_label("Frame", exact=True).fill("30")
    at_frame(moving, 30)
    before = picture(moving)
    moving.get_by_role("button", name="Next frame").click()
    at_frame(moving, 31)
    assert picture(moving) != before
    moving.get_by_role("button", name="Previous frame").click()
    at_frame(moving, 30)
    assert picture(moving) == before
    for key, frame in ((".", 31), (",", 30), ("End", 59), ("Home", 0)):
        moving.get_by_role("button", name="Next frame").press(key)
        at_frame(moving, frame)


def test_it_plays_and_ends_or_begins_again(moving: Locator) -> None:
    """With Loop it goes on from the beginning; without it stands at the last frame."""
    moving.get_by_role("button", name="Loop").click()
    expect(moving.get_by_role("button", name="Loop")).to_have_attribute("aria-pressed", "false")
    moving.get_by_role("button", name="Play", exact=True).click()
    expect(moving.locator(".wb-screen")).to_have_attribute("data-mode", "video")
    at_frame(moving, 59)
    expect(moving.get_by_role("button", name="Play", exact=True)).to_be_visible()
    moving.get_by_role("button", name="Loop").click()
    moving.get_by_label("Frame", exact=True).fill("50")
    moving.get_by_role("button", name="Play", exact=True).click()
    expect(moving.get_by_role("button", name="Pause")).to_be_visible()
    wait_until(moving.page, lambda: 0 < played_seconds(moving) < 1.5)
    moving.get_by_role("button", name="Pause").click()
    expect(moving.locator(".wb-screen")).to_have_attribute("data-mode", STILL)


def test_the_safe_area_lies_over_the_picture(moving: Locator) -> None:
    """Safe area draws a frame inside the picture, for the eye alone, and takes it away again."""
    drawn = "(screen) => getComputedStyle(screen, '::after').borderTopStyle"
    screen = moving.locator(".wb-screen")
    assert screen.evaluate(drawn) == "none"
    moving.get_by_role("button", name="Safe area").click()
    expect(moving.get_by_role("button", name="Safe area")).to_have_attribute("aria-pressed", "true")
    assert screen.evaluate(drawn) == "dashed"
    moving.get_by_role("button", name="Safe area").click()
    assert screen.evaluate(drawn) == "none"


def test_the_whole_project_plays_around_a_broken_scene(lab: Notebook, moving: Locator) -> None:
    """The broken scene shows why and its last good frame; the project plays with its neighbours whole."""
    for name in ("middle", "end"):
        lab.run(f"_ = studio.add_scene(name={name!r}, source={MOVING!r}, duration_seconds=2)")
    moving.get_by_role("button", name="Scene 2: middle").click()
    expect(moving.locator(".wb-scene[data-selected=true]")).to_contain_text("middle")
    write(moving, "circle(90, colour='red')")
    expect(moving.locator(".wb-findings [data-severity=error]").first).to_be_visible()
    save(moving)
    expect(moving.locator(".wb-broken")).to_have_count(1)
    expect(moving.locator(".wb-notice")).to_contain_text("last good frame")
    whole = moving.get_by_role("button", name="Whole project")
    whole.click()
    expect(whole).to_have_attribute("aria-pressed", "true")
    expect(moving.locator(".wb-time")).to_contain_text("/179")
    expect(moving.locator(".wb-screen")).to_have_attribute("data-mode", "video")
    wait_until(lab.page, lambda: played_seconds(moving) > 4.2)
    expect(moving.locator(".wb-scene", has_text="end").locator(".wb-playhead")).to_have_count(1)
    whole.click()
    expect(moving.locator(".wb-time")).to_contain_text("/59")
    expect(moving.locator(".wb-notice")).to_contain_text("last good frame")


def test_another_format_shows_at_once(moving: Locator) -> None:
    """Choosing 9:16 gives a tall picture and tall thumbnails; undo goes back."""
    moving.get_by_label("Format", exact=True).select_option("9:16")
    screen = moving.locator(".wb-screen")
    expect(screen).to_have_attribute("style", re.compile("1080 / 1920"))
    box = screen.bounding_box()
    assert box is not None
    assert box["height"] > 1.5 * box["width"]
    moving.get_by_role("button", name="Undo").click()
    expect(screen).to_have_attribute("style", re.compile("1920 / 1080"))
    add_scene(moving)
