"""What a page is: a name, what it answers, and the parts it is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboards.look import Look
from dashboards.parts import Part
from dashboards.scope import Scope


@dataclass(frozen=True)
class Desk:
    """What parts of a session need besides answers: its scope, its look, and the one thing it may write."""

    scope: Scope
    look: Look
    acknowledge: Callable[[str], None]

    def to(self, page: str, **changes: str | None) -> str:
        """Return the address of another page that looks at the same."""
        return f"{page}{self.scope.filters().query(**changes)}"


@dataclass(frozen=True)
class Page:
    """A page; `operations` says whether it can be narrowed to one operation."""

    key: str
    title: str
    about: str
    make: Callable[[Desk], Sequence[Part]]
    operations: bool = False
    short: str = ""

    @property
    def name(self) -> str:
        """What its link says."""
        return self.short or self.title
