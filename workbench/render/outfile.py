"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import RenderFailed


@contextmanager
def written(path: Path, *, durable: bool = True) -> Iterator[Path]:
    """Give a name to write a file to; it becomes `path` when the block ends well, and vanishes else.

    `durable` waits until the content is on the disk before the name changes.
    """
    partial = _partial(path)
    try:
        yield partial
        if durable:
            sync(partial)
        partial.replace(path)
        if durable:
            sync(path.parent)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def written_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder to fill; it becomes `path` when the block ends well, and vanishes else.

    `path` must not exist, or be an empty folder (OSError otherwise, when the block ends).
    """
    partial = _partial(path)
    partial.mkdir()
    try:
        yield partial
        partial.rename(path)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def disk_faults_told(path: Path) -> Iterator[None]:
    """Turn the system's errors while `path` is written into RenderFailed with a remedy."""
    try:
        yield
    except OSError as error:
        raise RenderFailed(
            f"{path.name} could not be written: {error.strerror or error}.",
            remedy=f"See that {path.parent} has room and may be written to, and render again.",
            path=str(path),
            errno=error.errno,
        ) from error


def sync(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
