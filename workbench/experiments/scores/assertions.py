"""What can be expected of a result, by name: each with its arguments, their meaning, and how it is decided.

An assertion looks at staged scenes, never at pixels and never at source: what is where, when, in which
colour. It answers with what it saw, so that a failure says more than "no". Assertions about one thing find
it by its name, its words or its kind: `what: title`, `what: "Quiet mornings"`, `what: circle`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from inspect import Parameter
from typing import Any, Literal, get_args, get_origin, get_type_hints

from workbench.errors import InputError, NotFound
from workbench.experiments.scores import about_edits, about_motion, about_place
from workbench.experiments.scores.registry import KINDS, Kind, Outcome, Result, Seen
from workbench.experiments.values import Expectation
from workbench.scene.checks.view import View

FAMILIES = (about_motion, about_place, about_edits)
"""The modules whose functions are kinds of assertions."""


def checked_expectation(name: str, args: Any) -> Expectation:
    """Return the expectation when its kind is known and its arguments fit."""
    if name not in KINDS:
        raise NotFound.among("expectation", name, KINDS)
    found = KINDS[name]
    hints = get_type_hints(found.decide)
    if not isinstance(args, Mapping):
        if not found.short:
            raise InputError(f"`{name}` takes arguments by name.", remedy=_usage(found))
        args = {found.short: args}
    for key in args:
        if key not in (known := {*found.parameters, "scene"}):
            raise NotFound.among(f"argument of `{name}`", str(key), known)
    for key, parameter in found.parameters.items():
        if parameter.default is Parameter.empty and key not in args:
            raise InputError(f"`{name}` lacks `{key}`.", remedy=_usage(found))
        if key in args and not _fits(args[key], str(parameter.annotation)):
            raise InputError(f"`{key}` of `{name}` is {args[key]!r}.", remedy=_usage(found))
        choices = get_args(hints[key]) if get_origin(hints[key]) is Literal else ()
        if key in args and choices and args[key] not in choices:
            raise NotFound.among(f"{key} of `{name}`", str(args[key]), choices)
    return Expectation(name, dict(args))


def decided(expectation: Expectation, result: Result) -> Outcome:
    """Decide one expectation."""
    found = KINDS[expectation.kind]
    args = dict(expectation.args)
    number = args.pop("scene", None)
    if found.over == "whole":
        return Outcome(expectation, found.decide(result, **args))
    views = result.views
    if number is not None:
        views = tuple(view for place, view in enumerate(views, 1) if place == number)
    return Outcome(expectation, _over(found, views, args))


def _over(found: Kind, views: Sequence[tuple[str, View]], args: Mapping[str, Any]) -> Seen:
    if not views:
        return Seen(False, "there is no scene to look at")
    seen = [(name, found.decide(view, **args)) for name, view in views]
    if found.over == "every":
        told = next(((name, each) for name, each in seen if not each.holds), seen[0])
        return _named(told, len(seen), all(each.holds for _, each in seen))
    told = next(((name, each) for name, each in seen if each.holds), seen[0])
    return _named(told, len(seen), any(each.holds for _, each in seen))


def _named(told: tuple[str, Seen], count: int, holds: bool) -> Seen:
    name, seen = told
    return Seen(holds, f"{name}: {seen.told}" if count > 1 else seen.told)


def _usage(found: Kind) -> str:
    args = ", ".join(found.parameters)
    return f"{found.about} Arguments: {args}."


def _fits(value: Any, annotation: str) -> bool:
    wanted = annotation.replace(" ", "").split("|")
    if isinstance(value, bool):
        return "bool" in wanted
    if isinstance(value, int | float):
        return "float" in wanted or ("int" in wanted and isinstance(value, int)) or "str" in wanted
    if isinstance(value, str):
        return "str" in wanted or any(each.startswith(("Direction", "Area", "Sequence")) for each in wanted)
    return any(each.startswith(("Sequence", "tuple")) for each in wanted) and isinstance(value, Sequence)
