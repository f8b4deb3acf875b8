"""Encoded chunks kept on disk by what they show, so that an edit repaints one scene and not the film.

An entry is the SHA-256 of its content followed by the content; one that does not match is removed and
counts as absent. The least recently used go first. Several processes may share a folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from workbench.render.outfile import written
from workbench.render.reserve import USUAL, Reserve
from workbench.spans import count

_DIGEST_BYTES = 32


class ChunkCache:
    """A folder of encoded chunks: at most `max_bytes`, and nothing from the disk's `reserve`."""

    def __init__(self, folder: Path, max_bytes: int = 512 * 1024 * 1024, reserve: Reserve = USUAL) -> None:
        self._folder = Path(folder)
        self._max_bytes = max_bytes
        self._reserve = reserve

    def get(self, key: str) -> bytes | None:
        """Return what was kept under `key`, or None when there is nothing sound."""
        path = self._path(key)
        try:
            kept = path.read_bytes()
            digest, content = kept[:_DIGEST_BYTES], kept[_DIGEST_BYTES:]
            if hashlib.sha256(content).digest() != digest:
                path.unlink(missing_ok=True)
                count("chunks.miss")
                return None
            os.utime(path)
        except OSError:
            count("chunks.miss")
            return None
        count("chunks.hit")
        return content

    def put(self, key: str, content: bytes) -> bool:
        """Keep `content`; returns False when the disk would not take it, or has no room to spare."""
        if self._reserve.lack(self._folder, len(content)):
            return False
        try:
            path = self._path(key)
            path.parent.mkdir(parents=True, exist_ok=True)
            with written(path, durable=False) as partial:
                partial.write_bytes(hashlib.sha256(content).digest() + content)
            self._trim()
        except OSError:
            return False
        return True

    def size_bytes(self) -> int:
        """Return how much the entries take."""
        return sum(size for _, size, _ in self._entries())

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.chunk"

    def _entries(self) -> list[tuple[float, int, Path]]:
        entries = []
        for path in self._folder.glob("??/*.chunk"):
            try:
                facts = path.stat()
            except FileNotFoundError:
                continue
            entries.append((facts.st_mtime, facts.st_size, path))
        return sorted(entries)

    def _trim(self) -> None:
        entries = self._entries()
        excess = sum(size for _, size, _ in entries) - self._max_bytes
        for _, size, path in entries:
            if excess <= 0:
                break
            path.unlink(missing_ok=True)
            excess -= size


def chunk_key(description: dict[str, Any]) -> str:
    """Return the key of a chunk: what it shows, how it is encoded, and who painted it."""
    text = json.dumps([renderer_fingerprint(), description], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def renderer_fingerprint() -> str:
    """Return a hash of the code that turns a graph into a chunk, and of the libraries it uses."""
    digest = hashlib.sha256(platform.machine().encode())
    for room in ("render", "scene"):
        folder = Path(__file__).parent.parent / room
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    for package in ("skia-python", "av", "numpy", "uharfbuzz", "fontpkg-inter", "fontpkg-jetbrains-mono"):
        digest.update(f"{package}={metadata.version(package)}".encode())
    return digest.hexdigest()
