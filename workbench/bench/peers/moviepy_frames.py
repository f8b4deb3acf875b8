"""MoviePy, one function that draws each frame with Pillow: its fastest way."""

from __future__ import annotations

import numpy as np
import picture
import sprites
from delivery import deliver
from moviepy import VideoClip
from PIL import Image


class Frames:
    """Draws frame after frame; everything that can be is drawn once."""

    def __init__(self, order: picture.Order) -> None:
        self._order = order
        self._ground = sprites.Ground(order)
        self._dots = [sprites.dot_sprite(picture.dot(order, i, 0)) for i in range(40)]
        self._card, self._margin = sprites.card_sprite(order)
        bold, regular = sprites.font(order, 144, 700), sprites.font(order, 60, 400)
        self._headline = sprites.words(picture.HEADLINE, bold, 1)
        self._typed = [
            sprites.words(picture.TYPED[:count], regular, picture.TYPED_OPACITY)
            for count in range(len(picture.TYPED) + 1)
        ]
        self._track = sprites.bar_sprite(order, order.px(1680), picture.TRACK_OPACITY)

    def at(self, t: float) -> np.ndarray:
        order = self._order
        page = Image.fromarray(self._ground.at(picture.ground(t)))
        for i, sprite in enumerate(self._dots):
            dot = picture.dot(order, i, t)
            _paste(page, sprite, dot.x - sprite.width / 2, dot.y - sprite.height / 2)
        _paste(page, self._card, picture.card_left(order, t) - self._margin, order.px(615) - self._margin)
        self._put_headline(page, picture.headline_scale(t))
        line = self._typed[picture.letters(t)]
        _paste(page, line, order.px(120) - 1, order.px(480) - line.height / 2)
        _paste(page, self._track, order.px(120), order.px(991))
        _paste(page, sprites.bar_sprite(order, picture.progress(order, t), 1), order.px(120), order.px(991))
        return np.asarray(page)

    def _put_headline(self, page: Image.Image, scale: float) -> None:
        size = (round(self._headline.width * scale), round(self._headline.height * scale))
        if min(size) > 0:
            words = self._headline.resize(size, Image.Resampling.BILINEAR)
            _paste(page, words, (page.width - size[0]) / 2, self._order.px(255) - size[1] / 2)


def _paste(page: Image.Image, sprite: Image.Image, left: float, top: float) -> None:
    page.paste(sprite, (round(left), round(top)), sprite)


if __name__ == "__main__":
    asked = picture.Order.read()
    deliver(VideoClip(Frames(asked).at, duration=asked.seconds), asked)
