"""A small world for retention: projects with scenes, revisions and messages of every age."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from workbench.clock import FrozenClock
from workbench.identity import seeded_ids
from workbench.lifecycle.cleaning import Cleaner
from workbench.lifecycle.policy import Policy, policy_of
from workbench.store import Database, Messages, Projects, Scenes

DAY = timedelta(days=1).total_seconds()


def small_policy(**overrides: Any) -> Policy:
    """Return rules like the shipped ones, with small groups."""
    rules: dict[str, dict[str, Any]] = {
        "conversation": {
            "table": "message", "moment": "created_at", "keep_days": 90, "most_share": 1,
            "keep_last": {"count": 2, "per": "project_id", "by": "number"},
            "keep_referenced_by": ["preference_evidence.source_id"],
        },
        "history": {
            "table": "change", "moment": "created_at", "keep_days": 60, "most_share": 1,
            "keep_last": {"count": 3, "per": "project_id", "by": "sequence"},
        },
        "revisions": {
            "table": "revision", "moment": "created_at", "keep_days": 60, "most_share": 1,
            "keep_last": {"count": 2, "per": "scene_id", "by": "number"},
            "keep_true": ["pinned"], "needed_by": "history",
        },
    }  # fmt: skip
    for name, fields in overrides.items():
        rules[name] = rules.get(name, {}) | fields
    return policy_of(rules)


class World:
    """A database whose clock is moved by hand."""

    def __init__(self, place: str) -> None:
        self.clock = FrozenClock()
        self.database = Database.open(
            place, clock=self.clock, make_id=seeded_ids(self.clock), power_safe=False
        )
        self.scenes = Scenes(self.database)
        self.messages = Messages(self.database)

    def live(self, days: int, *, every: int = 4, projects: int = 2, saves: int = 1) -> list[str]:
        """Let people work for so many days: now and then a message and a save of each project's scene."""
        made = [Projects(self.database).create(f"Project {number}").id for number in range(projects)]
        scenes = {key: self.scenes.add(key, "0").id for key in made}
        for day in range(0, days, every):
            for key in made:
                self.messages.add(key, "user", f"message of day {day}")
                for number in range(saves):
                    self.scenes.save(scenes[key], source=f"text of day {day}, save {number}")
            self.clock.advance(every * DAY)
        return made

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row that retention may take, as plain values."""
        names = {"message": "id", "revision": "scene_id, number", "change": "project_id, sequence"}
        with self.database.read() as connection:
            rows = {
                name: connection.execute(text(f'SELECT * FROM "{name}" ORDER BY {key}'))
                for name, key in names.items()
            }
            return {name: [tuple(map(str, row)) for row in found] for name, found in rows.items()}

    def cleaner(self, policy: Policy, **options: Any) -> Cleaner:
        return Cleaner(self.database, policy, pause=lambda _: None, **options)
