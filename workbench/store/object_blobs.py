"""Files in object storage, by any address that fsspec knows (`s3://bucket/prefix`), seen through a folder.

An object is named as a local file is, by its SHA-256, so an object never changes and several machines may
share a bucket without agreeing on anything. What was put has been read back before it counts, and takes the
place of an object that was there only afterwards; a damaged copy here is not sent. What is asked for is
fetched once, compared with its name and then read from the folder, which may be emptied at any time.
Keys of the storage come by its own variables (`AWS_ACCESS_KEY_ID` and so on), never in the address.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from workbench.errors import EnvironmentFault, NotFound, WorkbenchError
from workbench.store.blob_users import User, user_in
from workbench.store.blobs import Blobs, Damaged, Kept, named
from workbench.store.database import Database
from workbench.store.object_storage import explained_storage, opened_storage
from workbench.store.object_trash import ObjectTrash, modified
from workbench.store.object_users import forget, mark, user_of, users

_BESIDE = ".new-"
LONGEST_UPLOAD = timedelta(days=1)
"""An object that lies beside its place for longer was left there by somebody who was killed."""
YOUNG_HOURS = 12.0
"""An object that was put so long ago is put again when the same bytes come, so that it is young again."""


class ObjectBlobs(Blobs):
    """Blobs kept in object storage; `folder` holds copies of those that were used here.

    `user` tells who names what is in the storage, `user_here` what is in the folder.
    """

    def __init__(
        self,
        folder: str | Path,
        address: str,
        user: Callable[[], User] | None = None,
        user_here: Callable[[], User] | None = None,
    ) -> None:
        super().__init__(folder, user)
        self.here = Blobs(folder, user_here)
        self.address = address
        self._files, self._root = opened_storage(address)
        self._asked = False
        self.trash = ObjectTrash(self._files, self._root, address, self._key)

    def put(self, content: bytes) -> str:
        """Keep the bytes, here and in the storage, and return their SHA-256."""
        self._introduce()
        digest = self.here.put(content)
        self._send(digest, content)
        return digest

    def put_file(self, path: str | Path, *, most_bytes: int | None = None) -> str:
        """Keep a copy of a file, here and in the storage, and return its SHA-256."""
        self._introduce()
        digest = self.here.put_file(path, most_bytes=most_bytes)
        self._send(digest, self.here.get(digest))
        return digest

    def get(self, digest: str, *, verify: bool = True) -> bytes:
        """Return the bytes; a damaged copy here is fetched again before it is refused."""
        self.path(digest)
        try:
            return super().get(digest, verify=verify)
        except Damaged:
            self.place(digest).unlink(missing_ok=True)
        self._fetch(digest)
        return super().get(digest, verify=verify)

    def whole(self, digest: str) -> Path:
        """Return where the bytes lie here, compared with their name; a damaged copy is fetched again."""
        self.path(digest)
        try:
            return super().whole(digest)
        except Damaged:
            self.place(digest).unlink(missing_ok=True)
        self._fetch(digest)
        return super().whole(digest)

    def path(self, digest: str) -> Path:
        """Return where the bytes lie here, fetched from the storage when they were not."""
        place = self.place(digest)
        if not place.is_file():
            self._fetch(digest)
        return place

    def exists(self, digest: str) -> bool:
        """Whether the storage keeps the bytes."""
        return self._there(digest)

    def files(self) -> Iterator[Path]:
        """Give every file that the storage keeps, fetched, in the order of their names."""
        with explained_storage(self.address):
            listed = self._files.find(self._root) if self._files.exists(self._root) else []
        for key in sorted(listed):
            folder, _, rest = key.removeprefix(f"{self._root}/").partition("/")
            if named(folder + rest):
                yield self.path(folder + rest)

    def listed(self) -> Iterator[Kept]:
        """Give the name, size and age of every object; fetches none."""
        with explained_storage(self.address):
            there = self._files.exists(self._root)
            listed = self._files.find(self._root, detail=True) if there else {}
            for key, told in sorted(listed.items()):
                folder, _, rest = key.removeprefix(f"{self._root}/").partition("/")
                if named(folder + rest):
                    when = modified(self._files, key, told)
                    yield Kept(folder + rest, int(told["size"] or 0), when.timestamp())

    def unfinished(self, *, before: datetime) -> tuple[str, ...]:
        """Name the objects that were put beside their place before a moment, and never reached it."""
        try:
            with explained_storage(self.address, may_be_missing=True):
                listed = self._files.ls(self._root, detail=True)
                beside = {
                    str(told["name"]): told
                    for told in listed
                    if str(told["name"]).rpartition("/")[2].startswith(_BESIDE)
                }
                return tuple(
                    key for key, told in sorted(beside.items()) if modified(self._files, key, told) < before
                )
        except FileNotFoundError:
            return ()

    def drop_unfinished(self, *, before: datetime) -> int:
        """Remove what `unfinished` names, and return how many went; no row names such an object."""
        left = self.unfinished(before=before)
        with explained_storage(self.address):
            for key in left:
                with suppress(FileNotFoundError):  # another swept at the same time
                    self._files.rm_file(key)
        return len(left)

    def introduce(self) -> None:
        """Leave the mark in the folder; the storage gets it when something is first put or fetched."""
        self.here.introduce()

    def mark(self, user: User) -> None:
        """Note that a database names objects here, so that no other takes them for nobody's."""
        with explained_storage(self.address):
            mark(self._files, self._root, user)

    def users(self) -> tuple[User, ...]:
        """Return the databases that name objects here."""
        with explained_storage(self.address):
            return users(self._files, self._root)

    def forget_user(self, user_id: str) -> None:
        """Take away the mark of a database that is gone for good; raises NotFound."""
        forget(self._files, self._root, user_id, self.address)

    def _key(self, digest: str) -> str:
        self.place(digest)
        return f"{self._root}/{digest[:2]}/{digest[2:]}"

    def _there(self, digest: str) -> bool:
        with explained_storage(self.address):
            return bool(self._files.exists(self._key(digest)))

    def _send(self, digest: str, content: bytes) -> None:
        """Put bytes that match their name; where one lies already, beside it until they were read back."""
        key = self._key(digest)
        with explained_storage(self.address):
            age = self._age(key)
            if age is not None and age < timedelta(hours=YOUNG_HOURS) and self._gives_back(key, digest):
                return
            fresh = key if age is None else f"{self._root}/{_BESIDE}{secrets.token_hex(8)}"
            self._files.pipe_file(fresh, content)
            if not self._gives_back(fresh, digest):
                self._files.rm_file(fresh)
                raise EnvironmentFault(
                    f"{self.address} does not give back what was put there.", remedy="Look at the storage."
                )
            if fresh != key:
                self._files.mv(fresh, key)

    def _gives_back(self, key: str, digest: str) -> bool:
        try:
            return hashlib.sha256(self._files.cat_file(key)).hexdigest() == digest
        except FileNotFoundError:
            return False

    def _age(self, key: str) -> timedelta | None:
        """How long ago an object was put; None when there is none."""
        try:
            return datetime.now(UTC) - modified(self._files, key, self._files.info(key))
        except FileNotFoundError:
            return None

    def _introduce_asking(self) -> None:
        """Leave the mark in the storage, tried once: who may only read there is not kept from reading."""
        if not self._asked:
            self._asked = True
            with suppress(WorkbenchError):
                self._introduce()

    def _fetch(self, digest: str) -> None:
        self._introduce_asking()
        if not self._there(digest):
            self.trash.find(digest)
        try:
            with explained_storage(self.address, may_be_missing=True):
                content = self._files.cat_file(self._key(digest))
        except FileNotFoundError as failure:
            raise NotFound(
                f"The file {digest[:12]}… is not kept at {self.address}.", remedy="Add it again."
            ) from failure
        if hashlib.sha256(content).hexdigest() != digest:
            raise Damaged(
                f"The file {digest[:12]}… is damaged at {self.address}.",
                remedy="Add it again, or restore it from a backup.",
            )
        self.here.put(content)


def blobs_at(folder: Path, address: str, room: str, database: Database | None = None) -> Blobs:
    """Return the blobs of a room (`files`, `renders`): in object storage when there is an address.

    Whoever puts files gives the `database` that names them.
    """
    place = folder / room
    here = (lambda: user_in(place, database.engine)) if database else None
    if not address:
        return Blobs(place, here)
    user = (lambda: user_of(database)) if database else None
    return ObjectBlobs(place, f"{address.rstrip('/')}/{room}", user, here)
