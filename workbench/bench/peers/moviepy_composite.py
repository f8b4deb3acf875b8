"""MoviePy the idiomatic way: a clip for everything, put together by CompositeVideoClip."""

from __future__ import annotations

import numpy as np
import picture
import sprites
from delivery import deliver
from moviepy import CompositeVideoClip, ImageClip, VideoClip
from picture import Order
from PIL import Image

SMALLEST = 0.02
"""MoviePy cannot resize a clip to nothing."""


def scene(order: Order) -> VideoClip:
    """Return the whole picture as a clip."""
    ground = sprites.Ground(order)
    layers = [VideoClip(lambda t: ground.at(picture.ground(t)), duration=order.seconds)]
    layers += [_dot(order, i) for i in range(40)]
    layers += [_card(order), _headline(order), *_typed(order), *_bars(order)]
    return CompositeVideoClip(layers, size=(order.width, order.height)).with_duration(order.seconds)


def _still(sprite: Image.Image, seconds: float) -> ImageClip:
    return ImageClip(np.asarray(sprite), duration=seconds)


def _dot(order: Order, i: int) -> VideoClip:
    sprite = sprites.dot_sprite(picture.dot(order, i, 0))

    def place(t: float) -> tuple[int, int]:
        dot = picture.dot(order, i, t)
        return round(dot.x - sprite.width / 2), round(dot.y - sprite.height / 2)

    return _still(sprite, order.seconds).with_position(place)


def _card(order: Order) -> VideoClip:
    """Begin when the card comes in sight: MoviePy fails on clips that are outside."""
    sprite, margin = sprites.card_sprite(order)
    times = [frame / order.fps for frame in range(round(order.seconds * order.fps))]
    seen = next(t for t in times if picture.card_left(order, t) - margin + sprite.width > 1)
    top = round(order.px(615)) - margin
    clip = _still(sprite, order.seconds - seen).with_start(seen)
    return clip.with_position(lambda t: (round(picture.card_left(order, t + seen)) - margin, top))


def _headline(order: Order) -> VideoClip:
    sprite = sprites.words(picture.HEADLINE, sprites.font(order, 144, 700), 1)

    def scale(t: float) -> float:
        return max(picture.headline_scale(t), SMALLEST)

    def place(t: float) -> tuple[int, int]:
        size = scale(t)
        return round(order.width / 2 - sprite.width * size / 2), round(
            order.px(255) - sprite.height * size / 2
        )

    first = 1 / order.fps
    clip = _still(sprite, order.seconds - first).with_start(first)
    return clip.resized(lambda t: scale(t + first)).with_position(lambda t: place(t + first))


def _typed(order: Order) -> list[VideoClip]:
    cut = sprites.font(order, 60, 400)
    clips = []
    for count in range(1, len(picture.TYPED) + 1):
        line = sprites.words(picture.TYPED[:count], cut, picture.TYPED_OPACITY)
        start = 1 + count / 18
        end = order.seconds if count == len(picture.TYPED) else start + 1 / 18
        place = (round(order.px(120)) - 1, round(order.px(480) - line.height / 2))
        clips.append(_still(line, end - start).with_start(start).with_position(place))
    return clips


def _bars(order: Order) -> list[VideoClip]:
    track = _still(sprites.bar_sprite(order, order.px(1680), picture.TRACK_OPACITY), order.seconds)
    bar = _still(sprites.bar_sprite(order, order.px(1680), 1), order.seconds)
    growing = bar.resized(lambda t: (round(picture.progress(order, t)), bar.h))
    return [clip.with_position((round(order.px(120)), round(order.px(991)))) for clip in (track, growing)]


if __name__ == "__main__":
    asked = Order.read()
    deliver(scene(asked), asked)
