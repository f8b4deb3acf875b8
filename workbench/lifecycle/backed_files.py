"""The files of a backup: copied while a cleanup may take some of them, and brought back."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from workbench.errors import Busy, EnvironmentFault, InputError
from workbench.store.blobs import Blobs, Damaged


def listed_files(blobs: Blobs) -> frozenset[str]:
    """Return the SHA-256 of everything that is kept."""
    return frozenset(each.digest for each in blobs.listed())


def copy_files(
    blobs: Blobs, into: Blobs, *, before: Collection[str], named: Collection[str]
) -> tuple[str, ...]:
    """Copy every file and return their SHA-256; one that is taken meanwhile is left out.

    One that is damaged is not copied. When the copy of the database has it `named` it is returned all the
    same, so that the backup is whole only if an earlier one kept it whole; otherwise it is left out.
    Raises Busy when one of those that were there `before` the database was copied is not any more, and the
    copy has it `named`: that backup would not be whole.
    """
    found = set()
    for digest in sorted(listed_files(blobs)):
        try:
            there = _copied(blobs, digest, into)
        except Damaged:
            there = digest in named
        if there:
            found.add(digest)
    lost = sorted(digest for digest in before if digest in named and digest not in found)
    if lost:
        raise Busy(
            f"A cleanup took {len(lost)} files while they were backed up, {lost[0][:12]}… for one.",
            remedy="Make the backup again.",
        )
    return tuple(sorted(found))


def bring_back(kept: Blobs, into: Blobs, digests: Collection[str]) -> tuple[str, ...]:
    """Put files back from a backup, and return those that are missing or damaged afterwards."""
    for digest in digests:
        with suppress(Damaged, InputError):
            into.put_file(kept.whole(digest))
    return tuple(digest for digest in digests if not _is_whole(into, digest))


def _is_whole(blobs: Blobs, digest: str) -> bool:
    try:
        return blobs.exists(digest) and bool(blobs.whole(digest))
    except (Damaged, InputError):
        return False


def _copied(blobs: Blobs, digest: str, into: Blobs) -> bool:
    """Copy a file that is what its name says; False when there is no such file any more."""
    try:
        into.put_file(blobs.whole(digest))
    except InputError as failure:
        if not blobs.exists(digest):
            return False
        raise EnvironmentFault(
            failure.message, remedy="See to it that the file can be read, and make the backup again."
        ) from failure
    return True
