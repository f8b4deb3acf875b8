"""A type checker that stays: it learns the language once and then answers for one source after another."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from pydantic_monty import (
    Monty,
    MontyError,
    MontyRuntimeError,
    MontySession,
    MontySyntaxError,
    MontyTypingError,
    OSPolicy,
)

from workbench.scene.reference import language

_ONLY_CHECK = "only_check"
_MEMORY_BYTES = 64 * 2**20


class Checker:
    """A session that keeps what it knows of the language and never runs what it checks: the first statement
    stops it.

    A check that takes more than `seconds` and the pool's grace ends its worker. The language itself is read
    in a turn before the first source, so that this is not what a source's time goes for.
    """

    def __init__(self, pool: Monty, seconds: float, policy: OSPolicy) -> None:
        self.uses = 0
        self._session: MontySession = pool.checkout(
            type_check=True,
            type_check_stubs=f"{language()}\ndef {_ONLY_CHECK}() -> None: ...\n",
            type_check_format="json",
            limits={"max_feed_duration_secs": seconds, "max_memory": _MEMORY_BYTES},
            os_policy=policy,
        ).__enter__()
        try:
            self._session.feed_run(_stopper(), skip_type_check=True)
            self._reports("")
        except BaseException:
            self.close()
            raise

    def check(self, source: str) -> list[dict[str, Any]]:
        """Return the reports on one source; raises MontyCrashedError when the worker is lost or too slow."""
        self.uses += 1
        return self._reports(source)

    def _reports(self, source: str) -> list[dict[str, Any]]:
        try:
            self._session.feed_run(f"{_ONLY_CHECK}()\n{source}")
        except MontyTypingError as error:
            found: list[dict[str, Any]] = json.loads(error.display())
            return found
        except (MontyRuntimeError, MontySyntaxError):
            return []
        return []

    @property
    def session(self) -> MontySession:
        """The session, for ending its worker from outside."""
        return self._session

    def close(self) -> None:
        """Give the worker back."""
        with contextlib.suppress(MontyError):
            self._session.__exit__(None, None, None)


def _stopper() -> str:
    return f"def {_ONLY_CHECK}(): raise ValueError('checked')"
