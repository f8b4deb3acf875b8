"""Pictures and clips that show themselves in a notebook."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

EMBED_AT_MOST_BYTES = 8 * 2**20
_PLAYER = "display:block;max-width:100%;border-radius:6px;margin:6px 0"


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded still: its bytes, media type and what it shows."""

    data: bytes
    media_type: str
    title: str

    def save(self, path: str | Path) -> Path:
        """Write the picture to a file and return its path."""
        target = Path(path)
        target.write_bytes(self.data)
        return target

    @property
    def data_url(self) -> str:
        """The picture as a `data:` address."""
        return f"data:{self.media_type};base64,{b64encode(self.data).decode()}"

    def mimebundle(self) -> dict[str, str]:
        """Return the picture as notebooks keep it."""
        return {"text/plain": repr(self), self.media_type: b64encode(self.data).decode()}

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.mimebundle()

    def __repr__(self) -> str:
        return f"Picture({self.title!r}, {self.media_type})"


@dataclass(frozen=True, slots=True)
class Clip:
    """An encoded video: its bytes, a poster and what it shows."""

    data: bytes
    poster: Picture
    title: str
    seconds: float

    def save(self, path: str | Path) -> Path:
        """Write the video to a file and return its path."""
        target = Path(path)
        target.write_bytes(self.data)
        return target

    def html(self, width: int = 640) -> str:
        """Return a player for it; past 8 MB the poster with a word on how to save the clip."""
        title = escape(self.title)
        if len(self.data) > EMBED_AT_MOST_BYTES:
            poster = f'<img src="{self.poster.data_url}" alt="{title}" width="{width}">'
            return f"{poster}<br>{title}: save it to watch it."
        source = b64encode(self.data).decode()
        return (
            f'<video controls loop playsinline width="{width}" aria-label="{title}" style="{_PLAYER}" '
            f'poster="{self.poster.data_url}" src="data:video/mp4;base64,{source}"></video>'
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}

    def __repr__(self) -> str:
        return f"Clip({self.title!r}, {self.seconds:g} s)"
