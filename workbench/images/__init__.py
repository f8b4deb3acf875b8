"""Facts of a picture, measured from its bytes: colours, light, layout, kind, and text where a reader is."""

from workbench.images.facts import facts
from workbench.images.opening import Header, Picture, open_picture
from workbench.images.reading import Reader, ScriptedReader
from workbench.images.values import VERSION, Area, ImageFacts, PictureKind, Seen, Swatch, TextLine

__all__ = [
    "VERSION",
    "Area",
    "Header",
    "ImageFacts",
    "Picture",
    "PictureKind",
    "Reader",
    "ScriptedReader",
    "Seen",
    "Swatch",
    "TextLine",
    "facts",
    "open_picture",
]
