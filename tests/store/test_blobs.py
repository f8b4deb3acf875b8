"""Blobs are named by their content, complete or absent, and never leave their folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import EnvironmentFault, InputError, NotFound
from workbench.store import Blobs
from workbench.store.blobs import Damaged


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


@pytest.mark.slow
@given(content=st.binary(max_size=2000))
def test_what_goes_in_comes_out(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Bytes come back as they were, under their SHA-256."""
    blobs = Blobs(tmp_path_factory.getbasetemp() / "shared-blobs")
    digest = blobs.put(content)
    assert digest == hashlib.sha256(content).hexdigest()
    assert blobs.get(digest) == content


def test_same_content_is_kept_once(blobs: Blobs, tmp_path: Path) -> None:
    """The same bytes from a file and from memory are one blob, and nothing else stays behind."""
    (tmp_path / "a").write_bytes(b"x" * 3_000_000)
    assert blobs.put_file(tmp_path / "a") == blobs.put(b"x" * 3_000_000)
    assert len([path for path in blobs.folder.rglob("*") if path.is_file()]) == 1


def test_too_large_file_leaves_nothing(blobs: Blobs, tmp_path: Path) -> None:
    """A file above the limit is refused and nothing of it stays."""
    (tmp_path / "a").write_bytes(b"x" * 100)
    with pytest.raises(InputError, match="larger than 99"):
        blobs.put_file(tmp_path / "a", most_bytes=99)
    assert list(blobs.folder.rglob("*")) == []


def test_damage_is_seen(blobs: Blobs) -> None:
    """Bytes that no longer match their name are refused, unless verification is turned off."""
    digest = blobs.put(b"whole")
    blobs.path(digest).write_bytes(b"torn")
    with pytest.raises(EnvironmentFault, match="damaged"):
        blobs.get(digest)
    assert blobs.get(digest, verify=False) == b"torn"


@pytest.mark.parametrize("harm", [b"", b"torn!"])
def test_the_same_bytes_again_mend_what_was_damaged(blobs: Blobs, tmp_path: Path, harm: bytes) -> None:
    """From memory and from a file, whether it was cut off or changed; nothing else stays behind."""
    (tmp_path / "a").write_bytes(b"whole")
    for of_file in (True, False):
        digest = blobs.put(b"whole")
        blobs.path(digest).write_bytes(harm)
        with pytest.raises(Damaged, match="damaged"):
            blobs.whole(digest)
        assert (blobs.put_file(tmp_path / "a") if of_file else blobs.put(b"whole")) == digest
        assert blobs.get(digest) == blobs.whole(digest).read_bytes() == b"whole"
    assert [each.name for each in blobs.folder.rglob("*") if each.is_file()] == [digest[2:]]


def test_what_is_whole_is_not_written_again(blobs: Blobs, tmp_path: Path) -> None:
    """The same bytes again leave the file as it lies there."""
    (tmp_path / "a").write_bytes(b"whole")
    lies = blobs.path(blobs.put(b"whole")).stat().st_ino
    assert blobs.path(blobs.put(b"whole")).stat().st_ino == lies
    assert blobs.path(blobs.put_file(tmp_path / "a")).stat().st_ino == lies


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_digests_name_blobs(blobs: Blobs, name: str) -> None:
    """Nothing but a SHA-256 names a blob, so no path outside can be asked for."""
    with pytest.raises(InputError, match="not a SHA-256"):
        blobs.path(name)


def test_unknown_blob(blobs: Blobs, tmp_path: Path) -> None:
    """A digest nobody kept and a file that is not there are said to be missing."""
    with pytest.raises(NotFound):
        blobs.get("0" * 64)
    with pytest.raises(InputError, match="cannot be read"):
        blobs.put_file(tmp_path / "missing")
