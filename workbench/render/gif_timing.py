"""Which frames of a film a GIF shows, and how fast."""

from __future__ import annotations

PALETTE_FRAMES = 24
MAX_FPS = 25
"""GIF counts time in hundredths of a second and browsers slow down what is faster than 50 a second."""


def gif_fps(fps: int) -> int:
    """Return the rate a GIF of a film of `fps` is shown at: the highest up to 25 that is exact."""
    return max(rate for rate in (1, 2, 4, 5, 10, 20, 25) if rate <= min(fps, MAX_FPS))


def gif_frames(frames: int, fps: int) -> list[int]:
    """Return which film frames a GIF shows."""
    rate = gif_fps(fps)
    count = max(1, round(frames * rate / fps))
    return [min(frames - 1, number * fps // rate) for number in range(count)]


def palette_frames(frames: int) -> list[int]:
    """Return which film frames the palette is made from."""
    count = min(PALETTE_FRAMES, frames)
    return [(2 * number + 1) * frames // (2 * count) for number in range(count)]


def gif_work(frames: int, fps: int) -> int:
    """Return how many frames are painted in all: once for the palette, once for the picture."""
    return len(palette_frames(frames)) + len(gif_frames(frames, fps))
