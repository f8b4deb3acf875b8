"""What of a prompt can be changed: the texts a model is told, its examples, the brief's form, how it samples.

An empty text means the workbench's own. A packet carries one of these, so that everything that is sent for
one prompt is decided by the packet alone; an experiment varies it, and a project keeps versions of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from workbench.errors import InputError, NotFound

TwoStep = Literal["auto", "always", "never"]
TWO_STEP: tuple[TwoStep, ...] = ("auto", "always", "never")
PLACE = "{prompt}"
"""Where in `brief` the user's words go."""
_TEXTS = ("brief", "deciding", "rules", "extra_rules", "writing", "editing", "laying_out")
_MOST_LETTERS = 40_000


@dataclass(frozen=True, slots=True)
class Prompting:
    """How a model is asked.

    `brief` is the form of the user's words. `deciding` asks for a plan; `rules`, `extra_rules` (added to
    ours) and `examples` (title to scene source; None: ours) are the guide; `writing`, `editing` and
    `laying_out` say in what form source and layout are wanted. `two_step` says whether a layout is asked
    for before source. `temperature` 0..2, `top_p` 0..1 and `seed` are sent when they are set.
    """

    brief: str = PLACE
    deciding: str = ""
    rules: str = ""
    extra_rules: str = ""
    writing: str = ""
    editing: str = ""
    laying_out: str = ""
    examples: Mapping[str, str] | None = None
    two_step: TwoStep = "auto"
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        if self.brief.count(PLACE) != 1:
            raise InputError(
                f"The brief's form holds {PLACE} {self.brief.count(PLACE)} times.",
                remedy=f'Write it once, such as "{PLACE} Keep it calm."',
            )
        if self.two_step not in TWO_STEP:
            raise NotFound.among("way of two steps", str(self.two_step), TWO_STEP)
        _in_range("temperature", self.temperature, 2.0)
        _in_range("top_p", self.top_p, 1.0)
        seed: object = self.seed
        if seed is not None and (type(seed) is not int or not -(2**63) <= seed < 2**63):
            raise InputError("seed is no whole number of 64 bits.", remedy="Give one such as 7.")
        for name in _TEXTS:
            if len(getattr(self, name)) > _MOST_LETTERS:
                raise InputError(f"The text `{name}` is too long.", remedy=f"Use {_MOST_LETTERS} letters.")

    def asked(self, prompt: str) -> str:
        """Return the prompt in the brief's form."""
        return self.brief.replace(PLACE, prompt)

    @property
    def sampling(self) -> dict[str, float | int]:
        """What is sent about sampling: only what is set."""
        named = {"temperature": self.temperature, "top_p": self.top_p, "seed": self.seed}
        return {name: value for name, value in named.items() if value is not None}

    def as_dict(self) -> dict[str, Any]:
        """Return what differs from the workbench's own, as plain data."""
        ours = asdict(Prompting())
        return {key: value for key, value in asdict(self).items() if value != ours[key]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Prompting:
        """Read plain data; an unknown key is refused with the likely name."""
        known = {each.name for each in fields(cls)}
        for name in data:
            if name not in known:
                raise NotFound.among("part of a prompt", str(name), known)
        for name in _TEXTS:
            if not isinstance(data.get(name, ""), str):
                raise InputError(f"`{name}` is no text: {data[name]!r}.", remedy="Give words in quotes.")
        values = dict(data)
        if "two_step" in values and isinstance(values["two_step"], bool):
            values["two_step"] = "always" if values["two_step"] else "never"
        if values.get("examples") is not None:
            values["examples"] = _examples(values["examples"])
        return cls(**values)


def _in_range(name: str, value: float | None, most: float) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise InputError(f"{name} is {value!r}.", remedy=f"Give a number from 0 to {most:g}.")


def _examples(given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping) or not all(isinstance(text, str) for text in given.values()):
        raise InputError("`examples` is no mapping of titles to scene source.", remedy='{"title": "source"}')
    return {str(title): str(text) for title, text in given.items()}


OURS = Prompting()
"""The workbench's own way of asking."""
