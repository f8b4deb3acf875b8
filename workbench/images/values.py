"""What was measured in a picture, as plain values. Places are shares of the upright picture, 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

VERSION = 2
"""Goes up when the same picture would give other facts."""

PictureKind = Literal["photo", "ui", "logo", "chart", "poster"]
NOT_READ = "not read"


@dataclass(frozen=True, slots=True)
class Swatch:
    """A colour as `#rrggbb`, the share of the visible picture near it, and its Oklab coordinates."""

    color: str
    share: float
    oklab: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in which something is: its place, how much of it is edges, and its most frequent colour."""

    x: float
    y: float
    width: float
    height: float
    edges: float
    color: str = ""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text that was read, where, how sure the reader was (0 to 1), and its letters' colour."""

    text: str
    x: float
    y: float
    width: float
    height: float
    confidence: float
    color: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a vision model said a picture shows, and which model, with the tokens and dollars it took.

    Unknown numbers are None; words it did not give are empty.
    """

    description: str
    mood: str = ""
    fonts: str = ""
    alt: str = ""
    model: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What a picture looks like, measured; `width` and `height` are upright pixels.

    `brightness` is the mean lightness in Oklab (0 black, 1 white) of what is visible, `contrast` the
    distance from its darkest to its lightest hundredth. `sharpness` is 0 (blurred) to 1, None where there
    is nothing to judge it by. `background` is None when the border has no one colour. `text` is None when
    no reader was there, and `text_note` says so; no text found is the empty tuple. `blocks` are rectangles
    full of one colour, such as buttons and bars. `seen` is what a vision model said, where one is set.
    """

    media_type: str
    width: int
    height: int
    frames: int
    turned: bool
    transparent_share: float
    palette: tuple[Swatch, ...]
    dominant: str | None
    background: str | None
    brightness: float
    contrast: float
    sharpness: float | None
    areas: tuple[Area, ...]
    kind: PictureKind
    kind_evidence: tuple[str, ...]
    text: tuple[TextLine, ...] | None
    text_note: str
    blocks: tuple[Area, ...] = ()
    seen: Seen | None = None

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width / self.height

    def as_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` reads back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ImageFacts:
        """Read what `as_json` wrote."""
        text = data["text"]
        return cls(
            **{
                **data,
                "palette": tuple(
                    Swatch(**{**each, "oklab": tuple(each["oklab"])}) for each in data["palette"]
                ),
                "areas": tuple(Area(**each) for each in data["areas"]),
                "blocks": tuple(Area(**each) for each in data.get("blocks", ())),
                "seen": Seen(**data["seen"]) if data.get("seen") else None,
                "kind_evidence": tuple(data["kind_evidence"]),
                "text": None if text is None else tuple(TextLine(**each) for each in text),
            }
        )
