"""When daily chores are due. A chore that was missed, however often, is due once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from workbench.store.jobs import Job, Jobs

CLEANUP = "lifecycle.cleanup"
BACKUP = "lifecycle.backup"
_RETRIES = 3


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that is done once a day, at `hour` (UTC) and up to `jitter_minutes` later."""

    kind: str
    hour: int
    jitter_minutes: float = 0.0

    def due(self, now: datetime) -> datetime:
        """Return the last moment, now or before, at which the chore was due."""
        today = now.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        return today if today <= now else today - timedelta(days=1)

    def next(self, now: datetime) -> datetime:
        """Return when it begins next, when nothing was missed."""
        due = self.due(now)
        begin = due + timedelta(seconds=self.delay_seconds(due))
        if begin > now:
            return begin
        due += timedelta(days=1)
        return due + timedelta(seconds=self.delay_seconds(due))

    def delay_seconds(self, due: datetime) -> float:
        """Return by how much it begins later, the same in every process."""
        digest = blake2b(f"{self.kind} {due.isoformat()}".encode(), digest_size=4).digest()
        return int.from_bytes(digest) / 2**32 * self.jitter_minutes * 60


def enqueue_due(jobs: Jobs, chore: Chore, now: datetime) -> Job:
    """Ask for the chore's last due run; asking again, from any process, is asking once.

    A run that was missed is caught up at once, and runs missed before it are not.
    """
    due = chore.due(now)
    key = f"{chore.kind}:{due:%Y-%m-%d}"
    known = jobs.by_key(key)
    if known is not None:  # of another hour, perhaps: the day's run is one, whatever the settings say by now
        return known
    begin = due + timedelta(seconds=chore.delay_seconds(due))
    wait = max(0.0, (begin - now).total_seconds())
    payload = {"day": f"{due:%Y-%m-%d}"}
    return jobs.add(chore.kind, payload, key=key, delay_seconds=wait, most_attempts=_RETRIES)
