"""What a backup says of itself: when and why it was made, what it holds, and whether it was ever restored."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from workbench.errors import EnvironmentFault
from workbench.lifecycle.copying import sync
from workbench.store.guard.census import Census
from workbench.store.sources import Source

Outcome = Literal["passed", "failed", "could not run"]


@dataclass(frozen=True, slots=True)
class Held:
    """What one table held: rows, a fingerprint of its keys, and the number of values in each column."""

    rows: int
    fingerprint: str
    values: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Verification:
    """One restoring of a backup elsewhere: only `passed` counts, never a check that could not run."""

    outcome: Outcome
    at: datetime
    seconds: float
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.outcome == "passed"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup: one copy of the database with its checksum, and the names of the files that belong to it.

    `source` is the database it is of; None in those that were made before it was written down.
    """

    id: str
    made_at: datetime
    reason: str
    engine: str
    schema: str
    copy: str
    sha256: str
    bytes: int
    seconds: float
    tables: Mapping[str, Held]
    references: Mapping[str, int]
    files: tuple[str, ...] = ()
    verification: Verification | None = field(default=None)
    source: Source | None = None

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    @property
    def verified(self) -> bool:
        """Whether it was restored elsewhere and found complete."""
        return self.verification is not None and self.verification.passed

    def may_be_of(self, engine: str, source: Source) -> bool:
        """Whether it is a backup of that database, or might be, as it does not say."""
        return self.source.is_same(source) if self.source else self.engine == engine


def held_by(census: Census) -> tuple[dict[str, Held], dict[str, int]]:
    """Return what a census found in the form a manifest keeps."""
    tables = {
        name: Held(table.rows, table.keys.fingerprint, dict(table.values))
        for name, table in census.tables.items()
    }
    return tables, {str(reference): count for reference, count in census.references.items()}


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write it as JSON, complete or not at all."""
    fresh = folder / f".manifest.json.{secrets.token_hex(4)}.partial"
    text = json.dumps(asdict(manifest), indent=1, default=_plain, sort_keys=True)
    try:
        fresh.write_text(text, encoding="utf-8")
        sync(fresh)
        fresh.replace(folder / "manifest.json")
    finally:
        fresh.unlink(missing_ok=True)
    if os.name != "nt":
        sync(folder)


def read_manifest(folder: Path) -> Manifest:
    """Read it back."""
    place = folder / "manifest.json"
    try:
        return _read(json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as failure:
        raise EnvironmentFault(
            f"{place} cannot be read: {failure}.",
            remedy="Use another backup; this one tells nothing of itself.",
        ) from failure


def _read(data: dict[str, Any]) -> Manifest:
    checked, source = data.pop("verification"), data.pop("source", None)
    verification = checked and Verification(
        checked["outcome"],
        datetime.fromisoformat(checked["at"]),
        checked["seconds"],
        tuple(checked["problems"]),
    )
    return Manifest(
        **{**data,
           "made_at": datetime.fromisoformat(data["made_at"]),
           "tables": {name: Held(**held) for name, held in data["tables"].items()},
           "files": tuple(data["files"])},
        verification=verification,
        source=source and Source(**source),
    )  # fmt: skip


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a manifest")
