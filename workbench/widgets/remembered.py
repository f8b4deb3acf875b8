"""What is remembered of a user's taste: told with where each belief comes from, gone and back at a click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from workbench.memory.beliefs import Belief, in_force
from workbench.memory.evidence import KEYS, Evidence, Scope
from workbench.studio.memory_card import state_of
from workbench.widgets.desk import Desk, Said

_EVIDENCE_SHOWN = 2


def memory(desk: Desk, _: Said) -> None:
    """Tell everything that is believed, what is in use first."""
    desk.quick.put("memory", lambda _cancel: tell_memory(desk))


def tell_memory(desk: Desk) -> None:
    """Tell the beliefs, what was forgotten in the last week, and whether more is learned in the project."""
    remembered = desk.studio.memory
    desk.tell(
        "memory",
        learning=remembered.learning,
        beliefs=belief_states(remembered.beliefs),
        forgotten=[_gone(each) for each in remembered.forgotten],
    )


def forget(desk: Desk, said: Said) -> None:
    """Forget one belief of the project, or of the user everywhere."""
    key, value, scope = str(said["key"]), str(said["value"]), cast(Scope, str(said["scope"]))
    desk.quick.queue(lambda _: _forget(desk, key, value, scope))


def unforget(desk: Desk, said: Said) -> None:
    """Bring back one belief that was forgotten in the last week."""
    key, value, scope = str(said["key"]), str(said["value"]), cast(Scope, str(said["scope"]))
    desk.quick.queue(lambda _: _unforget(desk, key, value, scope))


def _forget(desk: Desk, key: str, value: str, scope: Scope) -> None:
    desk.studio.memory.forget(key, value, scope=scope)
    tell_memory(desk)
    desk.tell("done", action="forget", told=[f"Forgot {_named(key, value, scope)}."])


def _unforget(desk: Desk, key: str, value: str, scope: Scope) -> None:
    desk.studio.memory.unforget(key, value, scope=scope)
    tell_memory(desk)
    desk.tell("done", action="unforget", told=[f"Brought back {_named(key, value, scope)}."])


def _named(key: str, value: str, scope: Scope) -> str:
    where = " in every project" if scope == "user" else ""
    return f"{value} ({KEYS[key].label}){where}"


def belief_states(held: Sequence[Belief]) -> list[dict[str, Any]]:
    """Return the beliefs as plain data, those in use first."""
    used = in_force(held)
    return [belief_state(each, used=each in used) for each in sorted(held, key=lambda each: each not in used)]


def belief_state(belief: Belief, *, used: bool) -> dict[str, Any]:
    """Return one belief with its newest statements, the newest first.

    `elsewhere` is a belief that only other projects' own words gave: it is forgotten there.
    """
    newest = belief.evidence[::-1][:_EVIDENCE_SHOWN]
    return {
        "key": belief.key,
        "value": belief.value,
        "label": belief.label,
        "scope": belief.scope,
        "state": state_of(belief, in_use=used),
        "used": used,
        "elsewhere": _elsewhere(belief),
        "because": [_statement(belief, each) for each in newest],
        "more": len(belief.evidence) - len(newest),
    }


def _gone(belief: Belief) -> dict[str, Any]:
    return {name: getattr(belief, name) for name in ("key", "value", "label", "scope")}


def _elsewhere(belief: Belief) -> bool:
    general = [each for each in belief.evidence if each.scope == "user"]
    return belief.scope == "user" and not belief.pinned and not general


def _statement(belief: Belief, statement: Evidence) -> dict[str, Any]:
    return {
        "said": statement.said,
        "words": statement.source == "words",
        "against": belief.side_of(statement) < 0,
        "at": statement.when.isoformat(),
    }
