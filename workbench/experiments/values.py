"""What an experiment is, as values: prompts times models times cases times repeats.

Everything here becomes plain data and comes back equal, because the ledger keeps it. `fingerprint` says
whether two parts of one name are the same thing: results of different things are never mixed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, TypeVar

from workbench.brain.prompting import Prompting
from workbench.errors import InputError, NotFound
from workbench.store.trial_values import CellKey

OFFLINE = "offline"
SETTINGS = "settings"
MOST_CELLS = 200_000


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of asking, by name."""

    name: str
    prompting: Prompting = field(default_factory=Prompting)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"name": self.name, **self.prompting.as_dict()}


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model by name: `offline`, `settings` (what the settings name), on a server, or given in code.

    `model` is what the server calls it (empty: the name), `base_url` where it is (empty: as set), `key_env`
    the environment variable that holds its key (the key itself is never kept). `price` is US dollars for a
    million tokens of input, of output and perhaps of cached input; None: unknown, which is never nothing.
    """

    name: str
    model: str = ""
    base_url: str = ""
    key_env: str = ""
    price: tuple[float, ...] | None = None
    context_tokens: int | None = None
    output_tokens: int | None = None
    given: bool = False

    @property
    def sent_name(self) -> str:
        """What the server calls it."""
        return self.model or self.name

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return _without_defaults(self, ModelChoice(self.name), name=self.name)


@dataclass(frozen=True, slots=True)
class StartScene:
    """A scene that is there before the brief: from a template or source of its own."""

    template: str | None = None
    source: str | None = None
    params: Mapping[str, str | float | bool] = field(default_factory=dict)
    name: str | None = None
    duration_seconds: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return _without_defaults(self, StartScene())


@dataclass(frozen=True, slots=True)
class CaseImage:
    """A picture the case begins with: its name in the project, and where its bytes are kept."""

    name: str
    sha256: str = ""
    path: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"name": self.name, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Expectation:
    """Something that must be true of the result: a kind of assertion and what it is asked of."""

    kind: str
    args: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {self.kind: dict(self.args)}

    def __str__(self) -> str:
        kind = self.kind.replace("_", " ")
        if len(self.args) == 1 and "scene" not in self.args:
            return f"{kind} {next(iter(self.args.values()))}"
        told = ", ".join(f"{key}={value}" for key, value in self.args.items())
        return f"{kind}({told})" if told else kind


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to ask for: the brief, what is there before it, and what must be true after it.

    `params` are filled into the brief where it says `{name}`.
    """

    name: str
    brief: str
    start: tuple[StartScene, ...] = ()
    images: tuple[CaseImage, ...] = ()
    params: Mapping[str, str | float | bool] = field(default_factory=dict)
    format: str = "16:9"
    expect: tuple[Expectation, ...] = ()
    checklist: tuple[str, ...] = ()
    suite: str = ""

    @property
    def prompt(self) -> str:
        """The brief with its params filled in."""
        text = self.brief
        for name, value in self.params.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        plain = _without_defaults(self, Case(self.name, ""), name=self.name)
        for key in ("start", "images", "expect"):
            if key in plain:
                plain[key] = [each.as_dict() for each in getattr(self, key)]
        return plain


@dataclass(frozen=True, slots=True)
class Judge:
    """A vision model that answers each case's checklist by looking at frames; its score is marked."""

    model: str
    frames: int = 3

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"model": self.model, "frames": self.frames}


@dataclass(frozen=True, slots=True)
class Spec:
    """A whole experiment; `baseline` is the variant that others are compared with (empty: the first).

    `most_usd` and `most_tokens` cap what it may pay; None: no cap.
    """

    name: str
    variants: tuple[Variant, ...]
    models: tuple[ModelChoice, ...]
    cases: tuple[Case, ...]
    repeats: int = 1
    baseline: str = ""
    most_usd: float | None = None
    most_tokens: int | None = None
    judge: Judge | None = None

    def __post_init__(self) -> None:
        for kind, parts in (("variant", self.variants), ("model", self.models), ("case", self.cases)):
            names = [part.name for part in parts]
            if not names:
                raise InputError(f"The experiment has no {kind}.", remedy=f"Give at least one {kind}.")
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice is not None:
                raise InputError(f"Two {kind}s are called {twice!r}.", remedy="Give each a name of its own.")
        if not 1 <= self.repeats <= 1000:
            raise InputError(f"{self.repeats} repeats are out of range.", remedy="Give 1 to 1000.")
        if self.baseline and self.baseline not in {each.name for each in self.variants}:
            raise InputError(f"The baseline {self.baseline!r} is no variant.", remedy="Name one of them.")
        if self.size > MOST_CELLS:
            raise InputError(f"That makes {self.size:,} cells.", remedy=f"Keep it within {MOST_CELLS:,}.")

    @property
    def size(self) -> int:
        """How many cells it has."""
        return len(self.variants) * len(self.models) * len(self.cases) * self.repeats

    @property
    def base(self) -> str:
        """The variant that others are compared with."""
        return self.baseline or self.variants[0].name

    def keys(self) -> list[CellKey]:
        """Return every cell in the order of work: one repeat after the other, the cases of each mixed.

        All arms of a case stand together, so that whatever is done when it stops can be compared in pairs.
        """
        keys = []
        for repeat in range(1, self.repeats + 1):
            cases = [case.name for case in self.cases]
            Random(f"{self.name}:{repeat}").shuffle(cases)
            for case in cases:
                arms = [(variant.name, model.name) for variant in self.variants for model in self.models]
                Random(f"{self.name}:{repeat}:{case}").shuffle(arms)
                keys += [CellKey(variant, model, case, repeat) for variant, model in arms]
        return keys

    def variant(self, name: str) -> Variant:
        """Return the variant of that name; raises NotFound with the names there are."""
        return _named("variant", self.variants, name)

    def model(self, name: str) -> ModelChoice:
        """Return the model of that name; raises NotFound with the names there are."""
        return _named("model", self.models, name)

    def case(self, name: str) -> Case:
        """Return the case of that name; raises NotFound with the names there are."""
        return _named("case", self.cases, name)

    def amended(self, other: Spec, *, uncapped: Collection[str] = ()) -> Spec:
        """Return this experiment with the parts of another added; changed parts are refused.

        The more repeats count. A cap that the other does not set stays, unless `uncapped` names it.
        """
        money = self.most_usd if other.most_usd is None else other.most_usd
        tokens = self.most_tokens if other.most_tokens is None else other.most_tokens
        return replace(
            self,
            variants=_joined("variant", self.variants, other.variants),
            models=_joined("model", self.models, other.models),
            cases=_joined("case", self.cases, other.cases),
            repeats=max(self.repeats, other.repeats),
            baseline=other.baseline or self.baseline,
            most_usd=None if "most_usd" in uncapped else money,
            most_tokens=None if "most_tokens" in uncapped else tokens,
            judge=other.judge or self.judge,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain data that `read_spec` reads back."""
        plain: dict[str, Any] = {
            "name": self.name,
            "variants": [each.as_dict() for each in self.variants],
            "models": [each.as_dict() for each in self.models],
            "cases": [each.as_dict() for each in self.cases],
            "repeats": self.repeats,
            "baseline": self.baseline,
            "most_usd": self.most_usd,
            "most_tokens": self.most_tokens,
            "judge": self.judge.as_dict() if self.judge else None,
        }
        return {key: value for key, value in plain.items() if value not in (None, "")}


def fingerprint(part: Variant | ModelChoice | Case) -> str:
    """Return a hash of everything that decides what a part is; prices are no part of that."""
    plain = part.as_dict()
    plain.pop("price", None)
    plain.pop("suite", None)
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


_Part = TypeVar("_Part", Variant, ModelChoice, Case)


def _named(kind: str, parts: tuple[_Part, ...], name: str) -> _Part:
    found = next((part for part in parts if part.name == name), None)
    if found is None:
        raise NotFound.among(kind, name, (part.name for part in parts))
    return found


def _joined(kind: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[Any, ...]:
    known = {part.name: part for part in old}
    for part in new:
        if part.name in known and fingerprint(known[part.name]) != fingerprint(part):
            raise InputError(
                f"The {kind} {part.name!r} is not what it was when its cells were run.",
                remedy=f"Give the changed {kind} another name, or the experiment.",
            )
        known[part.name] = part
    return tuple(known.values())


def _without_defaults(value: Any, default: Any, **always: Any) -> dict[str, Any]:
    plain = {}
    for name in type(value).__slots__:
        held = getattr(value, name)
        if held != getattr(default, name):
            plain[name] = (
                list(held) if isinstance(held, tuple) else dict(held) if isinstance(held, Mapping) else held
            )
    return {**always, **plain}
