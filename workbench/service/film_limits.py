"""How much of a film one caller may ask for: frames, and pixels in all."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.errors import InputError
from workbench.scene.format import Format
from workbench.studio.service_settings import ServiceSettings

_BILLION = 10**9


def refuse_endless(settings: ServiceSettings, picture: Format, seconds: Iterable[float]) -> None:
    """Raise InputError when scenes of these lengths are more than the service paints for one film."""
    frames = sum(picture.frames(each) for each in seconds)
    if frames > settings.film_frames:
        raise InputError(
            f"The film would have {frames} frames.",
            remedy=f"At most {settings.film_frames} are painted for one film here: ask for fewer scenes.",
        )
    pixels = frames * picture.width * picture.height
    if pixels > settings.film_gigapixels * _BILLION:
        raise InputError(
            f"The film would have {pixels / _BILLION:.3g} billion pixels: {frames} frames of {picture}.",
            remedy=f"At most {settings.film_gigapixels:g} billion are painted for one film here: "
            "ask for fewer scenes, or a quality with smaller frames.",
        )
