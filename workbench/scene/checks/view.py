"""The scene as the rules see it: every item with its opacity, box and rest, at a few telling frames.

Most faults are faults only when they are held: a title may enter from outside the picture, but must
not stay there. So the rules look at *samples*, a regular grid of frames plus the middle and the end of
every enter and exit, and ask of each subject whether it is at rest there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from workbench.scene.finding import Box
from workbench.scene.format import SAFE_MARGIN
from workbench.scene.graph import Graph, Node
from workbench.scene.staged import Floats, Item, Staged

Flags = NDArray[np.bool_]
Frames = NDArray[np.int64]

SAMPLES_PER_SECOND = 10
MAX_GRID = 240
MAX_MOMENTS = 160
CARDS = ("row", "column", "stack", "grid")
"""Containers that have a box of their own."""
CALM_SPEED = 90.0
"""Design pixels a second up to which a box counts as resting; bob and slow drifts stay below."""
CALM_FADING = 0.5
"""Opacity a second up to which it counts as constant."""
FAINT = 0.35
"""Text that never gets more opaque than this is decoration and is not judged as reading matter."""
MASK_REACH = 60.0
"""Design pixels by which blurred edges and wide strokes of a mask may reach over its box."""


class Painted(Protocol):
    """Real pixels, for rules that can use them."""

    def pixels(self, frame: int, box: Box) -> NDArray[np.uint8]:
        """Return the painted picture inside `box` (design pixels), shape (height, width, 3 or 4), sRGB."""
        ...


@dataclass(frozen=True, eq=False)
class Subject:
    """One item among the others; arrays end in an axis of samples, `opacity` in one of frames.

    `begin` and `end` are seconds of the scene; `box` is what is drawn (the ink where the stage tells it).
    `opacity` includes the parents' and is 0 where the item is not visible, or lies outside what the `masks`
    of its groups let show; `calm` says where it is shown, at rest and neither entering nor leaving. What is
    `in_mask` is not seen itself: it decides where others are.
    """

    item: Item
    parent: Subject | None
    order: int
    begin: float
    end: float
    opacity: Floats
    box: Floats
    calm: Flags
    masks: tuple[Item, ...] = ()
    in_mask: bool = False

    @property
    def node(self) -> Node:
        return self.item.node

    @property
    def is_text(self) -> bool:
        return self.node.kind == "text" and bool(self.item.blocks)

    @property
    def is_reading(self) -> bool:
        """Whether this is text, or code, that is meant to be read."""
        return self.node.kind in ("text", "code") and bool(self.item.blocks) and self.opacity.max() > FAINT

    @property
    def words(self) -> str:
        """The text in quotes, shortened; for other nodes their id."""
        if not self.item.blocks:
            return self.node.id
        content = " ".join(self.item.blocks[-1].spec.content.split())
        return f'"{content if len(content) <= 40 else content[:39] + "…"}"'

    def ancestors(self) -> Iterator[Subject]:
        """Yield the containers this sits in, the nearest first."""
        parent = self.parent
        while parent is not None:
            yield parent
            parent = parent.parent

    def shows_where(self, other: Subject) -> bool:
        """Say whether no mask hides this where the other shows: those of this one are the other's too."""
        return {mask.node.id for mask in self.masks} <= {mask.node.id for mask in other.masks}

    @cached_property
    def magnification(self) -> Floats:
        """How much larger the picture shows it than its own space, one value per frame."""
        scale = np.ones(self.opacity.shape)
        for subject in (self, *self.ancestors()):
            a, b, c, d = subject.item.matrix[:4]
            scale = scale * np.sqrt(np.abs(a * d - b * c))
        return scale

    @cached_property
    def shown(self) -> Floats:
        """Share of the whole node that can be seen, 0..1 per frame: opacity, revealed units, wipe."""
        share = self.opacity.copy()
        item = self.item
        if item.units is not None and len(item.units.opacity):
            share *= item.units.opacity.mean(axis=0)
        if item.reveal is not None and item.blocks:
            share *= np.clip(item.reveal / max(1, *(block.letters for block in item.blocks)), 0, 1)
        for part in (self, *self.ancestors()):
            if part.item.wipe is not None:
                left, top, right, bottom = part.item.wipe
                share = share * np.clip(right - left, 0, 1) * np.clip(bottom - top, 0, 1)
        return share


@dataclass(frozen=True, eq=False)
class View:
    """A graph, its stage, and the subjects in paint order."""

    graph: Graph
    staged: Staged
    seen: Painted | None
    samples: Frames
    weights: Floats
    subjects: tuple[Subject, ...]

    @classmethod
    def of(cls, graph: Graph, staged: Staged, seen: Painted | None = None) -> View:
        """Look at a staged graph."""
        samples = _samples(graph, staged)
        edges = np.concatenate(([0], (samples[1:] + samples[:-1]) / 2, [staged.frames]))
        subjects: list[Subject] = []
        for item in staged.items:
            _collect(item, None, graph, staged, samples, subjects)
        return cls(graph, staged, seen, samples, np.diff(edges) / staged.fps, tuple(subjects))

    @property
    def seconds(self) -> float:
        return self.staged.frames / self.staged.fps

    @property
    def end_seconds(self) -> float:
        """When what is performed ends; a scene that was split is shown no longer than `seconds`."""
        if self.graph.performed is None:
            return self.seconds
        return (self.graph.performed - self.graph.first) / self.graph.fps

    def is_cut(self, subject: Subject) -> bool:
        """Whether the subject is there at a side where a split ends the scene, and goes on beyond it."""
        before = self.graph.first > 0 and subject.shown[0] > 0
        return bool(before or (self.end_seconds > self.seconds + 1e-6 and subject.shown[-1] > 0))

    @property
    def picture(self) -> Box:
        return (0.0, 0.0, self.staged.width, self.staged.height)

    @property
    def safe(self) -> Box:
        margin = SAFE_MARGIN * min(self.staged.width, self.staged.height)
        return (margin, margin, self.staged.width - margin, self.staged.height - margin)

    @cached_property
    def boxes(self) -> Floats:
        """Boxes of all subjects, shape (subjects, 4, samples)."""
        return np.stack([subject.box for subject in self.subjects])

    @cached_property
    def sampled_opacity(self) -> Floats:
        """Opacity of all subjects, shape (subjects, samples)."""
        return np.stack([subject.opacity[self.samples] for subject in self.subjects])

    @cached_property
    def readings(self) -> tuple[Subject, ...]:
        """The texts and code blocks that are meant to be read."""
        return tuple(subject for subject in self.subjects if subject.is_reading)

    def held(self, bad: Flags) -> float:
        """Return for how many seconds a fault is seen, given the samples it is seen at."""
        return float(self.weights[bad].sum())


def _samples(graph: Graph, staged: Staged) -> Frames:
    last = staged.frames - 1
    count = int(min(staged.frames, MAX_GRID, max(12, SAMPLES_PER_SECOND * staged.frames / staged.fps)))
    grid = np.linspace(0, last, count)
    moments = np.array(sorted(set(_moments(graph.nodes, *_whole(graph))))) * staged.fps
    if len(moments) > MAX_MOMENTS:
        moments = moments[np.linspace(0, len(moments) - 1, MAX_MOMENTS).astype(int)]
    frames = np.rint(np.concatenate((grid, np.clip(moments, 0, last))))
    return np.unique(frames.astype(np.int64))


def _moments(nodes: tuple[Node, ...], begin: float, end: float) -> Iterator[float]:
    for node in nodes:
        start, stop = _span(node, begin, end)
        if node.enter:
            yield from (start + node.enter.seconds / 2, start + node.enter.seconds)
        if node.exit:
            yield from (stop - node.exit.seconds, stop - node.exit.seconds / 2)
        yield from _moments(node.children, start, stop)


def _whole(graph: Graph) -> tuple[float, float]:
    """Return when the performance begins and ends, in seconds of what is shown."""
    before = graph.first / graph.fps
    return -before, graph.duration_seconds - before


def _span(node: Node, begin: float, end: float) -> tuple[float, float]:
    stop = end if node.end is None else min(end, begin + node.end)
    return begin + node.start, stop


def _collect(
    item: Item, parent: Subject | None, graph: Graph, staged: Staged, samples: Frames, into: list[Subject]
) -> None:
    begin, end = (parent.begin, parent.end) if parent else _whole(graph)
    begin, end = _span(item.node, begin, end)
    opacity = _own_opacity(item)
    masks = _masks(item, parent)
    boxes = drawn_box(item)
    if parent is not None:
        opacity = opacity * parent.opacity * _let_through(parent, masks, boxes)
    box = boxes[:, samples]
    settled = _settled(item, opacity, begin, end, staged.fps)[samples]
    calm = settled & _resting(boxes, opacity, samples, staged.fps)
    if parent is not None:
        calm &= _unhurried(parent, samples, staged.fps)
    in_mask = item.node.kind == "mask" or (parent is not None and parent.in_mask)
    subject = Subject(item, parent, len(into), begin, end, opacity, box, calm, masks, in_mask)
    into.append(subject)
    for child in item.children:
        _collect(child, subject, graph, staged, samples, into)


def _own_opacity(item: Item) -> Floats:
    opacity: Floats = np.broadcast_to(np.asarray(item.opacity, dtype=float), item.visible.shape)
    return opacity * item.visible


def _masks(item: Item, parent: Subject | None) -> tuple[Item, ...]:
    """Return the masks that decide where an item shows, those of the outer groups first."""
    if parent is None:
        return ()
    mask = parent.item.mask
    return parent.masks if mask is None or mask is item else (*parent.masks, mask)


def _let_through(parent: Subject, masks: tuple[Item, ...], boxes: Floats) -> Floats:
    """Return the most of an item that its masks let show, 0..1 per frame, told from their boxes."""
    share: Floats = np.ones(boxes.shape[1])
    for order, mask in enumerate(masks):
        if mask.values["invert"]:
            continue
        left, top, right, bottom = mask.drawn
        across = (boxes[0] <= right + MASK_REACH) & (boxes[2] >= left - MASK_REACH)
        down = (boxes[1] <= bottom + MASK_REACH) & (boxes[3] >= top - MASK_REACH)
        share = share * (across & down)
        if order >= len(parent.masks):
            share = share * _own_opacity(mask)
    return share


def drawn_box(item: Item) -> Floats:
    """Return the box of what is drawn, shape (4, frames): the ink, or a container's own box."""
    return item.world if item.ink is None or item.node.kind in CARDS else item.ink


def _settled(item: Item, opacity: Floats, begin: float, end: float, fps: int) -> Flags:
    """Where the item is there and has neither to come nor to go any more."""
    seconds = np.arange(len(opacity)) / fps
    there = (opacity > 0.02) & _between_motions(item.node, seconds, begin, end)
    if item.units is not None and len(item.units.opacity):
        there &= item.units.opacity.min(axis=0) > 0.9
    if item.reveal is not None and item.blocks:
        there &= item.reveal >= item.reveal.max()
    return there


def _between_motions(node: Node, seconds: Floats, begin: float, end: float) -> Flags:
    enter = node.enter.seconds if node.enter and node.enter.kind != "typewriter" else 0.0
    leave = node.exit.seconds if node.exit else 0.0
    return (seconds >= begin + enter - 1e-9) & (seconds <= end - leave + 1e-9)


def _unhurried(parent: Subject, samples: Frames, fps: int) -> Flags:
    seconds = samples / fps
    calm = np.ones(len(samples), dtype=bool)
    for subject in (parent, *parent.ancestors()):
        calm &= _between_motions(subject.node, seconds, subject.begin, subject.end)
    return calm


def _resting(boxes: Floats, opacity: Floats, samples: Frames, fps: int) -> Flags:
    """Where neither the box moves nor the opacity changes fast, looking a tenth of a second about."""
    reach = max(1, round(fps / 20))
    before, after = np.maximum(samples - reach, 0), np.minimum(samples + reach, boxes.shape[1] - 1)
    moved = np.abs(boxes[:, after] - boxes[:, before]).max(axis=0)
    seconds = np.maximum(after - before, 1) / fps
    fading = np.abs(opacity[after] - opacity[before])
    return np.asarray((moved <= CALM_SPEED * seconds) & (fading <= CALM_FADING * seconds))
