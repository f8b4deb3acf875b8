"""How good a video is to be: encoder settings by the names a user picks from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workbench.errors import NotFound
from workbench.scene.format import Format

PictureKind = Literal["jpeg", "png", "webp"]


@dataclass(frozen=True, slots=True)
class Quality:
    """x264's preset and constant rate factor (0 lossless .. 51 worst), and the short side in pixels.

    `short_side` None keeps the size that was asked for. `tune` is x264's; empty for none.
    """

    name: str
    preset: str
    crf: int
    short_side: int | None = None
    tune: str = ""

    def sized(self, picture: Format) -> Format:
        """Return the format painted at this quality: the same shape, with this short side."""
        if self.short_side is None:
            return picture
        ratio = self.short_side / min(picture.width, picture.height)
        return Format(_even(picture.width * ratio), _even(picture.height * ratio), picture.fps)

    def options(self) -> dict[str, str]:
        """Return the encoder's options; one thread, because chunks are what runs in parallel."""
        chosen = {"preset": self.preset, "crf": str(self.crf), "threads": "1"}
        return chosen | ({"tune": self.tune} if self.tune else {})


def _even(length: float) -> int:
    return 2 * round(length / 2)


QUALITIES = {
    quality.name: quality
    for quality in (
        Quality("draft", "ultrafast", 23),
        Quality("good", "veryfast", 18),
        Quality("final", "medium", 18),
        Quality("low", "veryfast", 28, short_side=480),
        Quality("medium", "veryfast", 23, short_side=720),
        Quality("high", "veryfast", 18, short_side=1080),
    )
}

PREVIEW = Quality("preview", "ultrafast", 23, tune="zerolatency")


def quality_named(name: str) -> Quality:
    """Return one of `QUALITIES`; raises NotFound with the nearest name."""
    if name not in QUALITIES:
        raise NotFound.among("quality", name, QUALITIES)
    return QUALITIES[name]
