"""Experiments from plain data, and from YAML and TOML files.

Unknown keys are refused with the likely name, because a key that is silently ignored makes an experiment
about something else than its author thinks. Parts may be given short: a variant as text (the
brief's form when it says `{prompt}`, else a rule), a model as a name, a case as a brief, cases as a suite.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

import yaml

from workbench.brain.prompting import PLACE, Prompting
from workbench.errors import InputError, NotFound
from workbench.experiments.scores.assertions import checked_expectation
from workbench.experiments.values import (
    OFFLINE,
    SETTINGS,
    Case,
    CaseImage,
    Expectation,
    Judge,
    ModelChoice,
    Spec,
    StartScene,
    Variant,
)
from workbench.scene.format import Format

ENDINGS = (".yaml", ".yml", ".toml")
SUITES = Path(__file__).parent / "suites"
_SPEC_KEYS = {each.name for each in fields(Spec)} | {"suites"}
_SLUG = re.compile(r"[^a-z0-9]+")

Part = TypeVar("Part")


def read_file(path: str | Path) -> Spec:
    """Read an experiment's file; pictures it names are looked for beside it."""
    place = Path(path)
    return read_spec({"name": place.stem, **_parsed(place)}, folder=place.parent)


def read_spec(data: Mapping[str, Any], *, folder: Path | None = None) -> Spec:
    """Read an experiment from plain data. Raises InputError naming the part that is wrong."""
    _known("experiment", data, _SPEC_KEYS)
    cases = list(read_cases(data.get("cases", ()), folder))
    for name in _listed(data.get("suites", ())):
        cases += suite(str(name))
    rest = {key: data[key] for key in ("baseline", "most_usd", "most_tokens") if data.get(key) is not None}
    return Spec(
        name=str(data.get("name", "")),
        variants=read_variants(data.get("variants", {"ours": {}})),
        models=read_models(data.get("models", OFFLINE)),
        cases=tuple(cases),
        repeats=_whole("repeats", data.get("repeats", 1)),
        judge=_judge(data.get("judge")),
        **rest,
    )


def read_variants(given: Any) -> tuple[Variant, ...]:
    """Read variants: a mapping of names to prompts, or a list of mappings with a name."""
    return _parts("variant", given, _variant)


def read_models(given: Any) -> tuple[ModelChoice, ...]:
    """Read models: a name, a list of names or mappings, or a mapping of names to how they are reached."""
    return _parts("model", [given] if isinstance(given, str) else given, _model)


def read_cases(given: Any, folder: Path | None = None) -> tuple[Case, ...]:
    """Read cases: a suite's name, a list of briefs, of cases, of `{"suite": name}`, or a mapping by name."""
    if isinstance(given, str):
        return suite(given)
    if isinstance(given, Mapping):
        given = [{"name": name, **_as_case(case)} for name, case in given.items()]
    cases: list[Case] = []
    for each in given:
        if isinstance(each, Case):
            cases.append(each)
        elif isinstance(each, Mapping) and set(each) == {"suite"}:
            cases += suite(str(each["suite"]))
        else:
            cases.append(_case(_as_case(each), folder))
    return tuple(cases)


def suite_names() -> tuple[str, ...]:
    """Return the names of the suites that come with the workbench."""
    return tuple(sorted(path.stem for path in SUITES.glob("*.yaml")))


def suite(name: str) -> tuple[Case, ...]:
    """Return the cases of a suite, by its name or from a file."""
    path = Path(name)
    if path.suffix not in ENDINGS:
        if name not in suite_names():
            raise NotFound.among("suite", name, suite_names())
        path = SUITES / f"{name}.yaml"
    data = _parsed(path)
    _known("suite", data, {"about", "cases"})
    return tuple(replace(case, suite=path.stem) for case in read_cases(data["cases"], path.parent))


def slug(text: str) -> str:
    """Return a short name made of a text."""
    return "-".join(filter(None, _SLUG.split(text.lower())))[:48].strip("-") or "case"


def _parsed(place: Path) -> dict[str, Any]:
    if place.suffix not in ENDINGS:
        raise InputError(f"{place.name} is no experiment.", remedy=f"Give a file in {', '.join(ENDINGS)}.")
    try:
        text = place.read_text("utf-8")
        data = tomllib.loads(text) if place.suffix == ".toml" else yaml.safe_load(text)
    except OSError as error:
        raise InputError(f"{place} cannot be read: {error.strerror}.", remedy="Check the path.") from None
    except (yaml.YAMLError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        told = " ".join(str(error).split())
        raise InputError(f"{place.name} cannot be read: {told}", remedy="Mend the file.") from None
    if not isinstance(data, dict):
        raise InputError(f"{place.name} holds no mapping.", remedy="Begin with `variants:` and `cases:`.")
    return data


def _parts(kind: str, given: Any, read: Callable[[str, Any], Part]) -> tuple[Part, ...]:
    if isinstance(given, Mapping):
        return tuple(read(str(name), each) for name, each in given.items())
    if not isinstance(given, Iterable) or isinstance(given, str | bytes):
        raise InputError(f"{given!r} are no {kind}s.", remedy=f"Give a mapping of names to {kind}s.")
    return tuple(read("", each) for each in given)


def _variant(name: str, given: Any) -> Variant:
    if isinstance(given, Variant):
        return given
    if isinstance(given, Prompting):
        return Variant(_named("variant", name), given)
    if isinstance(given, str):
        short = Prompting(brief=given) if PLACE in given else Prompting(extra_rules=given)
        return Variant(_named("variant", name), short)
    data = dict(_mapping("variant", given or {}))
    name = str(data.pop("name", name))
    with _within(f"variant {name!r}"):
        return Variant(_named("variant", name), Prompting.from_dict(data))


def _model(name: str, given: Any) -> ModelChoice:
    if isinstance(given, ModelChoice):
        return given
    if isinstance(given, str):
        return ModelChoice(_named("model", name or given), "" if given == (name or given) else given)
    if not isinstance(given, Mapping):
        return ModelChoice(_named("model", name or str(getattr(given, "name", ""))), given=True)
    data = dict(given)
    name = str(data.pop("name", name))
    _known(f"model {name!r}", data, {each.name for each in fields(ModelChoice)} - {"name"})
    if data.get("price") is not None:
        data["price"] = _price(name, data["price"])
    if name in (OFFLINE, SETTINGS) and set(data) - {"price"}:
        raise InputError(
            f"The model {name!r} is reached as it is.", remedy="Call a model on a server otherwise."
        )
    return ModelChoice(_named("model", name), **data)


def _case(data: Mapping[str, Any], folder: Path | None) -> Case:
    known = {each.name for each in fields(Case)}
    name = str(data.get("name") or slug(str(data.get("brief", ""))))
    _known(f"case {name!r}", data, known)
    if not str(data.get("brief", "")).strip():
        raise InputError(f"The case {name!r} has no brief.", remedy="Say in words what is wanted.")
    with _within(f"case {name!r}"):
        Format.parse(str(data.get("format", "16:9")))
        return Case(
            name=name,
            brief=str(data["brief"]).strip(),
            start=tuple(_start(each) for each in _listed(data.get("start", ()))),
            images=tuple(_image(each, folder) for each in _listed(data.get("images", ()))),
            params=dict(_mapping("params", data.get("params", {}))),
            format=str(data.get("format", "16:9")),
            expect=tuple(_expectation(each) for each in _listed(data.get("expect", ()))),
            checklist=tuple(str(each) for each in _listed(data.get("checklist", ()))),
            suite=str(data.get("suite", "")),
        )


def _as_case(given: Any) -> Mapping[str, Any]:
    return {"brief": given} if isinstance(given, str) else _mapping("case", given)


def _start(given: Any) -> StartScene:
    data = _mapping("start", {"template": given} if isinstance(given, str) else given)
    _known("scene to start with", data, {each.name for each in fields(StartScene)})
    if (data.get("template") is None) == (data.get("source") is None):
        raise InputError("A scene to start with has a template or a source.", remedy="Give one of the two.")
    return StartScene(**data)


def _image(given: Any, folder: Path | None) -> CaseImage:
    data = {"path": given} if isinstance(given, str) else dict(_mapping("image", given))
    _known("image", data, {each.name for each in fields(CaseImage)})
    path = str(data.get("path", ""))
    if path and folder is not None and not Path(path).is_absolute():
        data["path"] = str(folder / path)
    return CaseImage(
        str(data.get("name") or Path(path).stem), str(data.get("sha256", "")), data.get("path", "")
    )


def _expectation(given: Any) -> Expectation:
    if isinstance(given, Expectation):
        return checked_expectation(given.kind, given.args)
    if isinstance(given, str):
        return checked_expectation(given, {})
    data = _mapping("expectation", given)
    if len(data) != 1:
        raise InputError(f"{dict(data)!r} is not one expectation.", remedy="Write `- shows: Hello`.")
    ((kind, args),) = data.items()
    return checked_expectation(str(kind), args)


def _judge(given: Any) -> Judge | None:
    if given is None or isinstance(given, Judge):
        return given
    data = {"model": given} if isinstance(given, str) else _mapping("judge", given)
    _known("judge", data, {"model", "frames"})
    return Judge(str(data["model"]), _whole("frames", data.get("frames", 3)))


def _price(name: str, given: Any) -> tuple[float, ...]:
    try:
        price = tuple(float(each) for each in given)
    except (TypeError, ValueError):
        price = ()
    if len(price) not in (2, 3) or min(price) < 0:
        raise InputError(
            f"The price of {name!r} is {given!r}.",
            remedy="Give US dollars for a million tokens: [input, output] or [input, output, cached].",
        )
    return price


def _named(kind: str, name: str) -> str:
    if not name:
        raise InputError(f"A {kind} has no name.", remedy=f"Give a mapping of names to {kind}s.")
    return name


def _known(kind: str, data: Mapping[str, Any], known: Iterable[str]) -> None:
    for name in data:
        if name not in set(known):
            raise NotFound.among(f"key of the {kind}", str(name), known)


def _mapping(kind: str, given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise InputError(f"{given!r} is no {kind}.", remedy="Give a mapping of keys to values.")
    return given


def _listed(given: Any) -> Sequence[Any]:
    if given is None:
        return ()
    return [given] if isinstance(given, str | Mapping) else list(given)


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(f"`{name}` is {value!r}.", remedy="Give a whole number.")
    return value


class _within:  # noqa: N801 - reads as a word: `with _within("case")`
    """Say in which part of the experiment a mistake is."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, InputError) and not error.message.startswith("In "):
            error.message = f"In {self._place}: {error.message}"
