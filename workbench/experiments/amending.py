"""An experiment with more of anything: parts given in Python become values, models in code stay objects.

Nothing that was asked for is taken away by asking for less: a cap stays until another, or None, is given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbench.errors import InputError, NotFound
from workbench.experiments.fleet import Given
from workbench.experiments.reading import read_cases, read_models, read_spec, read_variants
from workbench.experiments.values import CaseImage, Judge, ModelChoice, Spec

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
    return spec.amended(other, uncapped=caps_lifted(parts)), given


def caps_lifted(parts: Mapping[str, Any]) -> frozenset[str]:
    """Return the caps that are given as None: those that are to be taken away."""
    return frozenset(key for key in ("most_usd", "most_tokens") if key in parts and parts[key] is None)


def refuse_fewer_repeats(spec: Spec, parts: Mapping[str, Any]) -> None:
    """Raise InputError when fewer repeats are asked for than there are."""
    wanted = parts.get("repeats")
    if wanted is not None and wanted < spec.repeats:
        raise InputError(
            f"It has {spec.repeats} repeats; {wanted} would be fewer.",
            remedy=f"Repeats are only added: give more than {spec.repeats}, or begin another experiment.",
        )


def whole_spec(
    kept: Mapping[str, Any] | None,
    spec: Spec,
    keep: Callable[[bytes], str],
    uncapped: Collection[str] = (),
) -> Spec:
    """Return what is kept of it with the parts of `spec`, pictures by the digests `keep` gives."""
    cases = tuple(
        replace(case, images=tuple(_held(each, keep) for each in case.images)) for case in spec.cases
    )
    held = replace(spec, cases=cases)
    return held if kept is None else read_spec(kept).amended(held, uncapped=uncapped)


def _held(image: CaseImage, keep: Callable[[bytes], str]) -> CaseImage:
    if image.sha256:
        return image
    try:
        content = Path(image.path).read_bytes()
    except OSError as error:
        raise InputError(
            f"The picture {image.path} cannot be read: {error.strerror}.", remedy="Check the path."
        ) from None
    return CaseImage(image.name, keep(content))


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
