"""Manim (Community), the scene in mobjects with updaters; blurs and shadow are image mobjects."""

from __future__ import annotations

from pathlib import Path

import manim as m
import numpy as np
import picture
import sprites
from picture import Order

UNITS_HIGH = 8.0
FAMILY = "Inter"


class Benchmark(m.Scene):
    """The benchmark scene; `order` is set before it is rendered."""

    order: Order

    def construct(self) -> None:
        """Put everything in place and let the clock run."""
        self.clock = m.ValueTracker(0.0)
        self.add(self._ground(), *(self._dot(i) for i in range(40)), self._card())
        self.add(self._headline(), self._typed(), *self._bars())
        shown = self.order.seconds if self.order.frame is None else self.order.frame / self.order.fps
        if self.order.frame is None:
            self.play(self.clock.animate.set_value(shown), run_time=shown, rate_func=m.linear)
        else:
            self.clock.set_value(shown)
            for mobject in self.mobjects:
                mobject.update(0)

    @property
    def now(self) -> float:
        return float(self.clock.get_value())

    def point(self, x: float, y: float) -> np.ndarray:
        """Return Manim's coordinates of a pixel."""
        unit = UNITS_HIGH / self.order.height
        return np.array([(x - self.order.width / 2) * unit, (self.order.height / 2 - y) * unit, 0.0])

    def units(self, pixels: float) -> float:
        return pixels * UNITS_HIGH / self.order.height

    def _ground(self) -> m.Mobject:
        page = m.Rectangle(width=m.config.frame_width, height=m.config.frame_height, stroke_width=0)
        page.set_sheen_direction(m.DR)

        def color(page: m.Mobject) -> None:
            near, far = (m.ManimColor.from_rgb(color) for color in picture.ground(self.now))
            page.set_fill([near, far], opacity=1)

        color(page)
        return page.add_updater(color)

    def _dot(self, i: int) -> m.Mobject:
        first = picture.dot(self.order, i, 0)
        if first.sigma:
            shape = self._image(sprites.dot_sprite(first))
        else:
            color = m.ManimColor.from_rgb(first.color)
            shape = m.Circle(self.units(first.radius), color, stroke_width=0)
            shape.set_fill(color, opacity=picture.DOT_OPACITY)

        def move(shape: m.Mobject) -> None:
            dot = picture.dot(self.order, i, self.now)
            shape.move_to(self.point(dot.x, dot.y))

        move(shape)
        return shape.add_updater(move)

    def _image(self, sprite: sprites.Image.Image) -> m.ImageMobject:
        image = m.ImageMobject(np.asarray(sprite))
        image.height = self.units(sprite.height)
        return image

    def _card(self) -> m.Mobject:
        sprite, margin = sprites.card_sprite(self.order)
        card = self._image(sprite)
        middle = self.order.px(615) - margin + sprite.height / 2

        def move(card: m.Mobject) -> None:
            left = picture.card_left(self.order, self.now) - margin
            card.move_to(self.point(left + sprite.width / 2, middle))

        move(card)
        return card.add_updater(move)

    def _text(self, words: str, size: float, weight: str, x: float, y: float) -> m.Text:
        """Return words whose line begins at x and has y halfway down."""
        cut = sprites.font(self.order, size, 700 if weight == m.BOLD else 400)
        left, top, right, bottom = cut.getbbox(words, anchor="lm")
        text = m.Text(words, font=FAMILY, weight=weight, color=m.WHITE, disable_ligatures=True)
        text.width = self.units(right - left)
        return text.move_to(self.point(x + left, y + (top + bottom) / 2), aligned_edge=m.LEFT)

    def _headline(self) -> m.Mobject:
        length = sprites.font(self.order, 144, 700).getlength(picture.HEADLINE)
        left = (self.order.width - length) / 2
        text = self._text(picture.HEADLINE, 144, m.BOLD, left, self.order.px(255))
        width, middle = text.width, self.point(self.order.width / 2, self.order.px(255))
        offset = text.get_center() - middle

        def grow(text: m.Mobject) -> None:
            scale = picture.headline_scale(self.now)
            text.set_opacity(1.0 if scale > 0 else 0.0)
            text.width = width * max(scale, 1e-3)
            text.move_to(middle + offset * scale)

        grow(text)
        return text.add_updater(grow)

    def _typed(self) -> m.Mobject:
        text = self._text(picture.TYPED, 60, m.NORMAL, self.order.px(120), self.order.px(480))

        def show(text: m.Mobject) -> None:
            text.set_opacity(0.0)
            text[: picture.letters(self.now)].set_opacity(picture.TYPED_OPACITY)

        show(text)
        return text.add_updater(show)

    def _bars(self) -> list[m.Mobject]:
        return [self._bar(self.order.px(1680), picture.TRACK_OPACITY), m.always_redraw(self._progress)]

    def _progress(self) -> m.Mobject:
        return self._bar(picture.progress(self.order, self.now), 1.0)

    def _bar(self, width: float, opacity: float) -> m.Mobject:
        height = self.units(self.order.px(18))
        bar = m.RoundedRectangle(
            corner_radius=height / 2, width=max(self.units(width), height), height=height, stroke_width=0
        )
        bar.set_fill(m.WHITE, opacity=opacity)
        return bar.move_to(self.point(self.order.px(120), self.order.px(1000)), aligned_edge=m.LEFT)


def main() -> None:
    """Render the order with Manim's own settings for quality: its encoder's are fixed (CRF 23)."""
    order = Order.read()
    output = Path(order.output)
    Benchmark.order = order
    settings = {
        "pixel_width": order.width,
        "pixel_height": order.height,
        "frame_height": UNITS_HIGH,
        "frame_width": UNITS_HIGH * order.width / order.height,
        "frame_rate": order.fps,
        "output_file": output.stem,
        "media_dir": str(output.parent / f"{output.stem}-media"),
        "disable_caching": True,
        "save_last_frame": order.frame is not None,
        "write_to_movie": order.frame is None,
        "verbosity": "ERROR",
        "progress_bar": "none",
    }
    with m.tempconfig(settings), m.register_font(order.font):
        scene = Benchmark()
        scene.render()
        writer = scene.renderer.file_writer
        made = writer.image_file_path if order.frame is not None else writer.movie_file_path
        Path(made).replace(output)


if __name__ == "__main__":
    main()
