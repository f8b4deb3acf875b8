"""An experiment with more of anything: parts given in Python become values, models in code stay objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbench.errors import NotFound
from workbench.experiments.fleet import Given
from workbench.experiments.reading import read_cases, read_models, read_variants
from workbench.experiments.values import Judge, ModelChoice, Spec

_PARTS = ("variants", "models", "cases", "repeats", "baseline", "most_usd", "most_tokens", "judge", "suites")


def changed_spec(spec: Spec, parts: Mapping[str, Any]) -> tuple[Spec, dict[str, Given]]:
    """Return the experiment with the given parts added, and the models that were given in code."""
    for key in parts:
        if key not in _PARTS:
            raise NotFound.among("part of an experiment", key, _PARTS)
    choices, given = chosen_models(parts.get("models", ()))
    cases = (*read_cases(parts.get("cases", ()), Path.cwd()),)
    for suite_name in parts.get("suites", ()):
        cases += read_cases(suite_name)
    rest = {key: parts[key] for key in ("repeats", "baseline", "most_usd", "most_tokens") if key in parts}
    other = replace(
        spec,
        variants=(*read_variants(parts.get("variants", ())),) or spec.variants,
        models=choices or spec.models,
        cases=cases or spec.cases,
        **rest,
    )
    if "judge" in parts:
        judge = parts["judge"]
        other = replace(other, judge=Judge(judge) if isinstance(judge, str) else judge)
    return spec.amended(other), given


def chosen_models(given: Any) -> tuple[tuple[ModelChoice, ...], dict[str, Given]]:
    """Return the models as values, and those that were given as objects by their names."""
    choices = read_models(given)
    if isinstance(given, str):
        return choices, {}
    listed = given.values() if isinstance(given, Mapping) else given
    objects = {
        choice.name: each
        for choice, each in zip(choices, listed, strict=True)
        if choice.given and each is not None
    }
    return choices, {
        name: each for name, each in objects.items() if not isinstance(each, Mapping | ModelChoice)
    }
