"""What is done with the data every day, and when: `workbench serve` does it, the dashboard tells it."""

from __future__ import annotations

from workbench.lifecycle.schedule import BACKUP, CLEANUP, Chore
from workbench.studio.lifecycle_settings import LifecycleSettings

__all__ = ["BACKUP", "CLEANUP", "chores"]


def chores(settings: LifecycleSettings) -> tuple[Chore, ...]:
    """Return what is done every day; the backup comes first."""
    return (
        Chore(BACKUP, settings.backup_hour, settings.jitter_minutes),
        Chore(CLEANUP, settings.cleanup_hour, settings.jitter_minutes),
    )
