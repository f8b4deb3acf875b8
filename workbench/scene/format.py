"""The picture's shape: what is written in the source, and what is painted.

Source is written in *design pixels*: the short side is always 1080 of them, so 16:9 is 1920 x 1080,
9:16 is 1080 x 1920 and 1:1 is 1080 x 1080 whatever is exported. A render at 1280 x 720 is the same
picture scaled by 2/3, and one source looks the same in a thumbnail and on a cinema screen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil

from workbench.errors import InputError

SHORT_SIDE = 1080.0
MAX_SIDE = 7680
MAX_FPS = 120
MAX_SECONDS = 120.0
SAFE_MARGIN = 0.05
"""Share of the short side kept free at every edge; the safe area of the checks and of the anchors."""


@dataclass(frozen=True, slots=True)
class Format:
    """Width and height in painted pixels (both even, for video) and frames per second."""

    width: int = 1920
    height: int = 1080
    fps: int = 30

    def __post_init__(self) -> None:
        if not (16 <= self.width <= MAX_SIDE and 16 <= self.height <= MAX_SIDE):
            raise InputError(
                f"A picture of {self.width}x{self.height} cannot be made.",
                remedy=f"Give sides from 16 to {MAX_SIDE} pixels.",
            )
        if self.width % 2 or self.height % 2:
            raise InputError(
                f"{self.width}x{self.height} has an odd side, which video cannot hold.",
                remedy=f"Use {self.width + self.width % 2}x{self.height + self.height % 2}.",
            )
        if not 1 <= self.fps <= MAX_FPS:
            raise InputError(f"{self.fps} frames per second is out of range.", remedy="Give 1 to 120.")

    @classmethod
    def parse(cls, text: str, fps: int = 30) -> Format:
        """Read `"16:9"`, `"9:16"`, `"1:1"`, `"4:5"`, `"4:3"` or `"1280x720"` (optionally `@60` for fps)."""
        shape, _, rate = text.strip().lower().partition("@")
        if shape in SHAPES:
            width, height = SHAPES[shape]
        else:
            match = re.fullmatch(r"(\d{2,5})\s*[x×]\s*(\d{2,5})", shape)
            if not match:
                raise InputError(
                    f"{text!r} is not a format.",
                    remedy=f"Use one of {', '.join(SHAPES)}, or a size such as 1280x720.",
                )
            width, height = int(match[1]), int(match[2])
        if rate and not re.fullmatch("[0-9]{1,3}", rate):
            raise InputError(f"{rate[:20]!r} is not a frame rate.", remedy="Write it as 1280x720@30.")
        return cls(width, height, int(rate) if rate else fps)

    @property
    def scale(self) -> float:
        """Painted pixels per design pixel."""
        return min(self.width, self.height) / SHORT_SIDE

    @property
    def design_width(self) -> float:
        return self.width / self.scale

    @property
    def design_height(self) -> float:
        return self.height / self.scale

    @property
    def aspect(self) -> str:
        """`wide`, `tall` or `square`."""
        if self.width == self.height:
            return "square"
        return "wide" if self.width > self.height else "tall"

    def frames(self, duration_seconds: float) -> int:
        """How many frames `duration_seconds` takes; at least one."""
        return max(1, ceil(duration_seconds * self.fps - 1e-6))

    def with_height_at_most(self, height: int) -> Format:
        """Return the same shape, made smaller for a preview when it is taller than `height`."""
        if self.height <= height:
            return self
        ratio = height / self.height
        return Format(max(16, 2 * round(self.width * ratio / 2)), height - height % 2, self.fps)

    def __str__(self) -> str:
        return f"{self.width}x{self.height}@{self.fps}"


SHAPES = {
    "16:9": (1920, 1080),
    "9:16": (1080, 1920),
    "1:1": (1080, 1080),
    "4:5": (1080, 1350),
    "4:3": (1440, 1080),
}
