"""The board of an experiment: every cell with its picture, and blind ratings of two clips.

A view is told the cells once, in columns, and then only those that change. Pictures are painted when a view
says that it shows them: it sends the list of what it wants, which replaces the list before, so that
scrolling through ten thousand cells paints the ones that are looked at.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from time import monotonic
from typing import Any

import traitlets

from workbench.errors import Busy, WorkbenchError
from workbench.events import Event
from workbench.experiments.experiment import CHANGED, Experiment
from workbench.experiments.painting import CellPainter
from workbench.experiments.rating import Pair
from workbench.store.trial_values import Cell
from workbench.widgets.board_state import board_state, cell_columns, cell_detail, cell_row, preferences_state
from workbench.widgets.part_widget import Widget

_TELL_SECONDS = 0.4
_CLIP_HEIGHT = 270


class Board(Widget):
    """A board in any number of views; `part` is `board` or `rating`."""

    script = "board"
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, experiment: Experiment, part: str = "board", rater: str = "") -> None:
        self.experiment = experiment
        self._rater = rater
        self._pair: Pair | None = None
        self._wanted: list[tuple[str, str]] = []
        self._changed: dict[str, None] = {}
        self._whole = False
        self._news = threading.Condition()
        self._closing = False
        super().__init__(part=part, state=board_state(experiment))
        self._stop_listening = experiment.workspace.bus.on(CHANGED, self._notice)
        for work in (self._paint, self._report):
            threading.Thread(target=work, name="workbench board", daemon=True).start()

    @property
    def _painter(self) -> CellPainter:
        """The painter of the experiment as it is now: cases may have been added."""
        return CellPainter(self.experiment.workspace, self.experiment.spec)

    def hear(self, said: dict[str, Any]) -> None:
        answers: dict[str, Callable[[dict[str, Any]], None]] = {
            "cells": lambda _: self._send_cells(),
            "want": self._want,
            "detail": self._detail,
            "frames": self._frames,
            "promote": self._promote,
            "run": lambda _: self._go(),
            "retry": lambda _: self._again(),
            "pause": lambda _: self.experiment.pause(),
            "cancel": self._cancel,
            "pair": lambda _: self._deal(),
            "rate": self._rate,
        }
        answer = answers.get(str(said.get("do")))
        if answer is None:
            return
        try:
            answer(said)
        except WorkbenchError as error:
            self.send({"tell": "trouble", "message": str(error)})

    def close(self) -> None:
        """Stop painting and listening; twice does no harm."""
        self._stop_listening()
        with self._news:
            self._closing = True
            self._news.notify_all()
        super().close()

    def _send_cells(self) -> None:
        told = json.dumps(cell_columns(self.experiment.cells), separators=(",", ":"))
        self.send({"tell": "cells"}, [told.encode()])

    def _want(self, said: dict[str, Any]) -> None:
        wanted = [(str(kind), str(cell)) for kind, cell in said.get("wanted", ())]
        with self._news:
            self._wanted = wanted
            self._news.notify_all()

    def _detail(self, said: dict[str, Any]) -> None:
        key = str(said["id"])
        self.send({"tell": "detail", "id": key, **cell_detail(self.experiment, key)})

    def _frames(self, said: dict[str, Any]) -> None:
        key = str(said["id"])
        frames = self._painter.frames(self.experiment.cell(key))
        self.send({"tell": "frames", "id": key}, list(frames))

    def _promote(self, said: dict[str, Any]) -> None:
        version = self.experiment.promote(str(said["variant"]), str(said["project"]))
        told = (
            f"{said['variant']} is version {version.number} of the prompts of {said['project']}, in use now."
        )
        self.send({"tell": "promoted", "message": told})

    def _cancel(self, _: dict[str, Any]) -> None:
        self.experiment.cancel()

    def _go(self) -> None:
        self.experiment.start()

    def _again(self) -> None:
        self.experiment.retry()
        self.experiment.start()

    def _deal(self) -> None:
        self._pair = self.experiment.next_pair(rater=self._rater)
        told = preferences_state(self.experiment)
        if self._pair is None:
            self.send({"tell": "pair", "brief": "", "preferences": told})
            return
        sides = [self.experiment.cell(cell.id) for cell in (self._pair.left, self._pair.right)]
        clips = [self._painter.clip(cell, _CLIP_HEIGHT) or b"" for cell in sides]
        brief = self.experiment.spec.case(self._pair.left.key.case).prompt
        self.send({"tell": "pair", "brief": brief, "preferences": told}, clips)

    def _rate(self, said: dict[str, Any]) -> None:
        if self._pair is not None:
            self.experiment.rate(self._pair, str(said["verdict"]), rater=self._rater)
        self._deal()

    def _notice(self, event: Event) -> None:
        if event.data.get("experiment") != self.experiment.name:
            return
        if "error" in event.data:
            self.send({"tell": "trouble", "message": event.data["error"]})
        with self._news:
            if "cell_id" in event.data:
                self._changed[event.data["cell_id"]] = None
            else:
                self._whole = True
            self._news.notify_all()

    def _paint(self) -> None:
        while (wanted := self._next_wanted()) is not None:
            kind, key = wanted
            try:
                cell = self.experiment.cell(key)
                content = self._painter.clip(cell) if kind == "clip" else self._painter.poster(cell)
                self.send({"tell": kind, "id": key}, [content or b""])
            except Exception as failure:  # noqa: BLE001 - one picture must not end the others
                self._say(failure)

    def _next_wanted(self) -> tuple[str, str] | None:
        with self._news:
            self._news.wait_for(lambda: self._wanted or self._closing)
            return None if self._closing else self._wanted.pop(0)

    def _report(self) -> None:
        last = 0.0
        while True:
            with self._news:
                self._news.wait_for(lambda: self._changed or self._whole or self._closing)
                if self._closing:
                    return
                self._news.wait_for(lambda: self._closing, max(0.0, last + _TELL_SECONDS - monotonic()))
                changed = () if self._whole else tuple(self._changed)
                self._changed, self._whole = {}, False
            last = monotonic()
            try:
                self._tell([self.experiment.cell(key) for key in changed])
            except Busy:
                self._tell_later(changed)
            except Exception as failure:  # noqa: BLE001 - what is not told now must not end the telling
                self._say(failure)

    def _tell_later(self, changed: Iterable[str]) -> None:
        with self._news:
            self._changed = {**dict.fromkeys(changed), **self._changed}
            self._whole = self._whole or not self._changed

    def _say(self, failure: Exception) -> None:
        with suppress(Exception):  # the view's connection may be what failed
            self.send({"tell": "trouble", "message": str(failure) or type(failure).__name__})

    def _tell(self, cells: list[Cell]) -> None:
        if cells:
            told = json.dumps([cell_row(cell) for cell in cells], separators=(",", ":"))
            self.send({"tell": "changed"}, [told.encode()])
        else:
            self._send_cells()
        self.state = board_state(self.experiment)
