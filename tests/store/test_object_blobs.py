"""An object that is good is never lost to a damaged copy, nor to storage that writes badly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import EnvironmentFault
from workbench.store.object_blobs import LONGEST_UPLOAD, YOUNG_HOURS, ObjectBlobs

Put = Callable[[], str]


@pytest.fixture
def blobs(tmp_path: Path) -> ObjectBlobs:
    return ObjectBlobs(tmp_path / "here", f"memory://{tmp_path.name}/files")


@pytest.fixture(params=["bytes", "file"])
def put(request: pytest.FixtureRequest, blobs: ObjectBlobs, tmp_path: Path) -> Put:
    """Put the same bytes, from memory or from a file."""
    (tmp_path / "a").write_bytes(b"whole")
    return lambda: blobs.put(b"whole") if request.param == "bytes" else blobs.put_file(tmp_path / "a")


def age(blobs: ObjectBlobs, digest: str) -> None:
    """Make an object so old that it is put again."""
    blobs._files.store[blobs._key(digest)].modified -= timedelta(hours=YOUNG_HOURS + 1)


def objects(blobs: ObjectBlobs) -> dict[str, bytes]:
    """Return everything that lies in the storage, by its key."""
    return {key: blobs._files.cat_file(key) for key in blobs._files.find(blobs._root)}


@pytest.mark.parametrize("harm", [b"", b"torn!"])
def test_a_damaged_copy_here_is_mended_and_not_sent(blobs: ObjectBlobs, put: Put, harm: bytes) -> None:
    """The same bytes again mend the copy, and the object is put again as it was, young."""
    digest = put()
    age(blobs, digest)
    before = next(blobs.listed()).modified
    blobs.place(digest).write_bytes(harm)
    assert put() == digest
    assert blobs.place(digest).read_bytes() == b"whole"
    assert objects(blobs) == {blobs._key(digest): b"whole"}
    assert next(blobs.listed()).modified > before


def test_storage_that_writes_badly_keeps_what_was_good(
    blobs: ObjectBlobs, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not come back as it was put is an error; the object that was there stays, alone."""
    digest = put()
    age(blobs, digest)
    send = blobs._files.pipe_file

    def badly(key: str, value: bytes, **options: Any) -> None:
        send(key, value[:-1], **options)

    monkeypatch.setattr(blobs._files, "pipe_file", badly)
    with pytest.raises(EnvironmentFault, match="does not give back"):
        put()
    assert objects(blobs) == {blobs._key(digest): b"whole"}


@pytest.mark.parametrize("young", [True, False])
def test_a_damaged_object_is_mended_by_the_same_bytes(blobs: ObjectBlobs, put: Put, *, young: bool) -> None:
    """However long ago it was put."""
    digest = put()
    blobs._files.pipe_file(blobs._key(digest), b"torn!")
    if not young:
        age(blobs, digest)
    assert put() == digest
    assert objects(blobs) == {blobs._key(digest): b"whole"}


def test_a_damaged_copy_is_fetched_again_for_who_reads_the_file(blobs: ObjectBlobs) -> None:
    """As a backup does."""
    digest = blobs.put(b"whole")
    blobs.place(digest).write_bytes(b"torn!")
    assert blobs.whole(digest).read_bytes() == b"whole"


def test_an_upload_that_is_killed_before_its_place_is_swept_after_a_while(
    blobs: ObjectBlobs, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The object that was there stays as it is, and what lies beside it goes once it is old enough."""
    digest = put()
    age(blobs, digest)

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(blobs._files, "mv", killed)
    with pytest.raises(KeyboardInterrupt):
        put()
    (left,) = set(objects(blobs)) - {blobs._key(digest)}
    now = datetime.now(UTC)
    assert blobs.drop_unfinished(before=now - LONGEST_UPLOAD) == 0
    assert blobs.unfinished(before=now + timedelta(seconds=1)) == (left,)
    assert blobs.drop_unfinished(before=now + timedelta(seconds=1)) == 1
    assert objects(blobs) == {blobs._key(digest): b"whole"}


def test_storage_with_nothing_in_it_has_nothing_left(blobs: ObjectBlobs) -> None:
    """Its folder is not there yet."""
    assert blobs.drop_unfinished(before=datetime.now(UTC)) == 0
