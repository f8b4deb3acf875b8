"""Files under the name of their content: written once, complete or not at all, never changed."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO

from workbench.errors import EnvironmentFault, InputError, NotFound
from workbench.store.blob_users import User, forget_mark, leave_mark, users_of

_SHA256 = re.compile("[0-9a-f]{64}")
_PIECE_BYTES = 1024 * 1024
_DISK = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota is used up",
    errno.EFBIG: "it is larger than allowed",
    errno.EACCES: "the folder may not be written",
    errno.EROFS: "the disk is read-only",
}


class Damaged(EnvironmentFault):
    """What is kept is not what its name says; the same bytes added again, or a backup, mend it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that is kept: its SHA-256, its size, and when it was last kept (seconds since 1970)."""

    digest: str
    bytes: int
    modified: float


class Blobs:
    """A folder of files named by their SHA-256; what `put` returned survives `kill -9` and power loss.

    What lies there already is compared with its name when the same bytes come again, and replaced if damaged.
    `user` tells which database will name what is put; its mark is left before the first file is. `address` is
    that of the object storage they lie in, empty for a folder.
    """

    address = ""

    def __init__(self, folder: str | Path, user: Callable[[], User] | None = None) -> None:
        self.folder = Path(folder).expanduser().absolute()
        self._user = user

    def put(self, content: bytes) -> str:
        """Keep the bytes and return their SHA-256."""
        self._introduce()
        digest = hashlib.sha256(content).hexdigest()
        if not self._young_again(digest, len(content)):
            with _temporary(self.folder) as file:
                file.write(content)
                self._adopt(file, digest)
        return digest

    def put_file(self, path: str | Path, *, most_bytes: int | None = None) -> str:
        """Keep a copy of a file, read piece by piece, and return its SHA-256."""
        self._introduce()
        running = hashlib.sha256()
        size = 0
        with _opened(Path(path)) as source, _temporary(self.folder) as file:
            while piece := source.read(_PIECE_BYTES):
                size += len(piece)
                if most_bytes is not None and size > most_bytes:
                    raise InputError(
                        f"{Path(path).name} is larger than {most_bytes} bytes.", remedy="Give a smaller file."
                    )
                running.update(piece)
                file.write(piece)
            digest = running.hexdigest()
            if not self._young_again(digest, size):
                self._adopt(file, digest)
        return digest

    def get(self, digest: str, *, verify: bool = True) -> bytes:
        """Return the bytes; `verify` compares them with their name and refuses damaged ones."""
        try:
            content = self.place(digest).read_bytes()
        except FileNotFoundError as failure:
            raise NotFound(f"The file {digest[:12]}… is not kept here.", remedy="Add it again.") from failure
        if verify and hashlib.sha256(content).hexdigest() != digest:
            raise _damaged(digest)
        return content

    def whole(self, digest: str) -> Path:
        """Return where the bytes lie, compared with their name; raises InputError or Damaged."""
        with _opened(self.place(digest)) as file:
            try:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as failure:
                raise _damaged(digest) from failure
        if found != digest:
            raise _damaged(digest)
        return self.place(digest)

    def path(self, digest: str) -> Path:
        """Return where the bytes lie; only a SHA-256 names a place, so nothing outside can be named."""
        return self.place(digest)

    def place(self, digest: str) -> Path:
        """Return where the bytes of that name lie in the folder when they are there."""
        if not named(digest):
            raise InputError(f"{digest!r} is not a SHA-256.", remedy="Give what `put` returned.")
        return self.folder / digest[:2] / digest[2:]

    def exists(self, digest: str) -> bool:
        """Whether the bytes are kept here."""
        return self.place(digest).is_file()

    def files(self) -> Iterator[Path]:
        """Give every file that is kept, in the order of their names."""
        yield from self.copies()

    def copies(self) -> Iterator[Path]:
        """Give every file that lies in the folder, in the order of their names; fetches nothing."""
        for place in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*")):
            if _SHA256.fullmatch(place.parent.name + place.name):
                yield place

    def listed(self) -> Iterator[Kept]:
        """Give the name, size and age of everything that is kept; reads no content."""
        for place in self.copies():
            with suppress(FileNotFoundError):
                told = place.stat()
                yield Kept(place.parent.name + place.name, told.st_size, told.st_mtime)

    def drop(self, digest: str, *, before: float) -> bool:
        """Remove from the folder what was last kept before a moment (since 1970), and return whether it went.

        It is looked at once more after it was moved aside, so whoever keeps it meanwhile does not lose it.
        """
        place, aside = self.place(digest), self.folder / f".new-{digest}"
        try:
            if place.stat().st_mtime >= before:
                return False
            place.rename(aside)
        except FileNotFoundError:
            return False
        if aside.stat().st_mtime >= before:
            aside.replace(place)
            return False
        aside.unlink()
        return True

    def introduce(self) -> None:
        """Leave the mark of whoever names files here, before any is put, where some may lie already."""
        if self.folder.is_dir():
            self._introduce()

    def mark(self, user: User) -> None:
        """Note that a database names files here, so that no other takes them for nobody's."""
        leave_mark(self.folder, user)

    def users(self) -> tuple[User, ...]:
        """Return the databases that name files here."""
        return users_of(self.folder)

    def forget_user(self, user_id: str) -> None:
        """Take away the mark of a database that is gone for good; raises NotFound."""
        forget_mark(self.folder, user_id)

    def _introduce(self) -> None:
        if self._user is not None:
            self.mark(self._user())
            self._user = None

    def _young_again(self, digest: str, size: int) -> bool:
        """Whether the bytes are here and whole; they count as kept just now, so no cleanup takes them."""
        place = self.place(digest)
        try:
            if place.stat().st_size != size or checksum(place) != digest:
                return False
        except OSError:
            return False
        try:
            os.utime(place)
        except FileNotFoundError:
            return False
        except PermissionError:
            return True
        return True

    def _adopt(self, file: IO[bytes], digest: str) -> None:
        file.flush()
        os.fsync(file.fileno())
        place = self.place(digest)
        place.parent.mkdir(exist_ok=True)
        Path(file.name).replace(place)
        for folder in (place.parent, self.folder):
            _sync(folder)


def named(digest: str) -> bool:
    """Whether a text is a SHA-256, as files are named."""
    return bool(_SHA256.fullmatch(digest))


def checksum(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(digest: str) -> Damaged:
    return Damaged(
        f"The file {digest[:12]}… is damaged on disk.", remedy="Add it again, or restore it from a backup."
    )


@contextmanager
def _temporary(folder: Path) -> Iterator[IO[bytes]]:
    """Give a file in `folder` that is gone at the end unless it was renamed."""
    with explained_disk():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=".new-", dir=folder, delete=False) as file:
            try:
                yield file
            finally:
                Path(file.name).unlink(missing_ok=True)


@contextmanager
def explained_disk() -> Iterator[None]:
    """Turn a full disk or a forbidden folder into an error with a remedy."""
    try:
        yield
    except OSError as failure:
        reason = _DISK.get(failure.errno or 0)
        if reason is None:
            raise
        raise EnvironmentFault(
            f"A file could not be written: {reason}.",
            remedy="Make room or choose another folder; nothing that was kept before is lost.",
        ) from failure


def _opened(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except OSError as failure:
        raise InputError(
            f"{path} cannot be read: {failure.strerror}.", remedy="Give the path of a file."
        ) from failure


def _sync(folder: Path) -> None:
    """Make the names in `folder` durable; Windows has no such step."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
