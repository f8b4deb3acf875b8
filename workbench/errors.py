"""Everything the workbench raises.

WorkbenchError
├── InputError            the request itself is wrong: unknown name, bad number, unreadable file
│   ├── NotFound          no project, scene, template or revision of that name
│   └── Conflict          the thing changed since it was read; both versions are attached
├── SceneBroken           a scene cannot be painted; its findings are attached
├── RenderFailed          the painter or the encoder failed
│   └── TooSlow           it did not get on in its time; the scene is heavy, or the machine busy
├── Cancelled             somebody asked for the work to stop
├── ModelFailed           a language model could not be reached or did not answer usefully
└── EnvironmentFault      this machine lacks something; the remedy says what to install
    └── Busy              not just now: others were first, or a server went away; the same again will do

A message says what happened and the value that was seen; `remedy` says what to do now.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from traceback import extract_tb
from typing import Any


class WorkbenchError(Exception):
    """The root of every error raised on purpose; `remedy` is the next step, `evidence` the facts."""

    def __init__(self, message: str, *, remedy: str = "", **evidence: Any) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.evidence = evidence

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows: the line that asked, then the error; not our own frames."""
        asked = [
            f"line {frame.lineno}: {frame.line}"
            for frame in extract_tb(self.__traceback__)
            if frame.line and "ipykernel_" in frame.filename
        ]
        return [*asked[-1:], f"{type(self).__name__}: {self}"]


class InputError(WorkbenchError):
    """The request itself is wrong."""


class NotFound(InputError):
    """Nothing of that name exists; the remedy names the nearest one that does."""

    @classmethod
    def among(cls, kind: str, name: str, known: Iterable[str]) -> NotFound:
        """Build the error for `name`, suggesting the closest of the `known` names."""
        names = sorted(known)
        close = get_close_matches(name, names, n=1)
        if close:
            remedy = f"Did you mean {close[0]!r}?"
        elif names:
            remedy = f"There is: {', '.join(names[:8])}{', …' if len(names) > 8 else ''}."
        else:
            remedy = f"There is no {kind} yet."
        return cls(f"There is no {kind} named {name!r}.", remedy=remedy, known=names)


class Conflict(InputError):
    """A save was based on an older revision; `evidence` holds both texts."""


class SceneBroken(WorkbenchError):
    """One or more scenes cannot be painted; `evidence["findings"]` lists why."""


class RenderFailed(WorkbenchError):
    """The painter or the encoder failed."""


class TooSlow(RenderFailed):
    """The painter did not get on in its time and was ended: the scene is heavy, or the machine busy."""


class Cancelled(WorkbenchError):
    """The work was stopped on request; nothing partial was kept."""


class ModelFailed(WorkbenchError):
    """A language model could not be reached or did not answer usefully; the prompt is kept."""


class EnvironmentFault(WorkbenchError):
    """This machine lacks something the workbench needs."""


class Busy(EnvironmentFault):
    """It could not be done just now, and nothing was kept; the same again will do."""
