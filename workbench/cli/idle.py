"""Options that would have no effect are refused instead of passed over."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.errors import InputError


def refuse_idle(options: Mapping[str, object], why: str, remedy: str) -> None:
    """Raise InputError naming the options that were given; None, False and () were not."""
    given = [
        name for name, value in options.items() if value is not None and value is not False and value != ()
    ]
    if given:
        verb = "has" if len(given) == 1 else "have"
        raise InputError(f"{', '.join(given)} {verb} no effect {why}.", remedy=remedy)
