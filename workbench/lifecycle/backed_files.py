"""The files of a backup: copied while a cleanup may take some of them."""

from __future__ import annotations

from collections.abc import Collection

from workbench.errors import Busy, EnvironmentFault, InputError
from workbench.store.blobs import Blobs


def listed_files(blobs: Blobs) -> frozenset[str]:
    """Return the SHA-256 of everything that is kept."""
    return frozenset(each.digest for each in blobs.listed())


def copy_files(
    blobs: Blobs, into: Blobs, *, before: Collection[str], named: Collection[str]
) -> tuple[str, ...]:
    """Copy every file and return the SHA-256 of the copies; one that is taken meanwhile is left out.

    Raises Busy when one of those that were there `before` the database was copied is not any more, and the
    copy has it `named`: that backup would not be whole.
    """
    found, copied = set(), set()
    for digest in sorted(listed_files(blobs)):
        if copy := _copied(blobs, digest, into):
            found.add(digest)
            copied.add(copy)
    lost = sorted(digest for digest in before if digest in named and digest not in found)
    if lost:
        raise Busy(
            f"A cleanup took {len(lost)} files while they were backed up, {lost[0][:12]}… for one.",
            remedy="Make the backup again.",
        )
    return tuple(sorted(copied))


def _copied(blobs: Blobs, digest: str, into: Blobs) -> str | None:
    """Return the SHA-256 of the copy of a file; None when there is no such file any more."""
    try:
        return into.put_file(blobs.path(digest))
    except InputError as failure:
        if not blobs.exists(digest):
            return None
        raise EnvironmentFault(
            failure.message, remedy="See to it that the file can be read, and make the backup again."
        ) from failure
