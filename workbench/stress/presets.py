"""What is tried: how many people, for how long, doing what, and what counts as good enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf, isfinite
from typing import Any

from workbench.errors import InputError, NotFound

_REMEDIES = {"success": "Give a share of 0 to 1.", "least_requests": "Give a whole number."}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a run must keep to pass; shares are 0..1, times in seconds, requests without polls."""

    success: float = 0.99
    average_seconds: float = 2.5
    p95_seconds: float = 10.0
    leak_mb_a_minute: float = 0.25
    least_requests: int = 50

    def with_changes(self, changes: Mapping[str, Any]) -> Thresholds:
        """Return these with some changed by name; unknown names and values of no use raise InputError."""
        known = set(self.__dataclass_fields__)
        for name, value in changes.items():
            if name not in known:
                raise NotFound.among("threshold", name, known)
            if not _usable(name, value):
                remedy = _REMEDIES.get(name, "Give a number of 0 or more.")
                raise InputError(f"The threshold {name} cannot be {value!r}.", remedy=remedy)
        return replace(self, **changes)


def _usable(name: str, value: object) -> bool:
    """Whether a value can be compared with what was measured; `nan` would be met by all."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        return False
    if name == "least_requests":
        return isinstance(value, int) and value >= 0
    return 0 <= value <= (1 if name == "success" else inf)


@dataclass(frozen=True, slots=True)
class Preset:
    """A load: `stages` are (seconds from the start, people), between which the number moves in steps.

    `mix` weighs the scenarios; `pictures` is how many an upload brings, `prompts` how many a conversation
    has; `arrivals` is how many requests a second begin whatever the service does.
    """

    name: str
    users: int
    seconds: float
    ramp_seconds: float
    mix: Mapping[str, int]
    pictures: int = 1
    prompts: int = 20
    think_seconds: tuple[float, float] = (1.0, 3.0)
    arrivals: float = 2.0
    thresholds: Thresholds = field(default_factory=Thresholds)
    stages: tuple[tuple[float, int], ...] = ()
    soak: bool = False

    def changed(
        self, *, users: int = 0, seconds: float = 0, ramp_seconds: float = -1.0, arrivals: float = -1.0
    ) -> Preset:
        """Return the preset with other numbers where given (0 keeps; below 0 in the last two).

        A ramp keeps its share of the time, so that a shorter run still has everybody; so do stages, which
        have no ramp: raises InputError for one.
        """
        if self.stages and ramp_seconds > 0:
            raise InputError(
                f"{self.name!r} moves in steps of its own, so a ramp would change nothing.",
                remedy="Leave the ramp out.",
            )
        share, more = (seconds or self.seconds) / self.seconds, (users or self.users) / self.users
        return replace(
            self,
            users=users or self.users,
            seconds=seconds or self.seconds,
            ramp_seconds=self.ramp_seconds * share if ramp_seconds < 0 else ramp_seconds,
            arrivals=self.arrivals if arrivals < 0 else arrivals,
            stages=tuple((at * share, max(1, round(number * more))) for at, number in self.stages),
        )


_STEPS = (1, 2, 4, 7, 11, 16)
_STEP_SECONDS = 15.0

PRESETS = {
    each.name: each
    for each in (
        Preset("micro", 2, 10, 0, {"new_project": 50, "edit": 50}, think_seconds=(0.1, 0.3),
               thresholds=Thresholds(least_requests=10)),
        Preset("smoke", 5, 30, 0, {"new_project": 50, "edit": 50}),
        Preset("target", 20, 120, 30, {"new_project": 40, "edit": 30, "upload": 20, "mixed": 10}, pictures=2),
        Preset("high", 50, 300, 60, {"new_project": 30, "edit": 40, "upload": 20, "conversation": 10},
               pictures=5),
        Preset("image", 15, 180, 0, {"one_picture": 40, "three_pictures": 40, "workflow": 20}),
        Preset("soak", 5, 1800, 30, {"new_project": 20, "edit": 50, "upload": 10, "mixed": 10, "export": 10},
               soak=True),
        Preset("spike", 30, 90, 0, {"new_project": 40, "edit": 60},
               stages=((30, 5), (50, 30), (90, 5))),
        Preset("knee", _STEPS[-1], _STEP_SECONDS * len(_STEPS), 0, {"edit": 100}, think_seconds=(0.0, 0.1),
               arrivals=0.5,
               stages=tuple((_STEP_SECONDS * (at + 1), number) for at, number in enumerate(_STEPS)),
               thresholds=Thresholds(average_seconds=60, p95_seconds=120)),
    )
}  # fmt: skip


def preset_named(name: str) -> Preset:
    """Return the preset of that name."""
    if name not in PRESETS:
        raise NotFound.among("stress preset", name, PRESETS)
    return PRESETS[name]


def checked(preset: Preset) -> Preset:
    """Return the preset when it can be run; raises InputError."""
    if preset.users < 1 or preset.seconds <= 0 or preset.ramp_seconds < 0 or preset.arrivals < 0:
        raise InputError(
            f"{preset.users} users for {preset.seconds:g} s cannot be run.", remedy="Give 1 or more of each."
        )
    return preset
