"""Assertions about the whole result: how many scenes, how long, what an edit touched, what is used."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.experiments.scores.registry import Result, Seen, kind


@kind("whole", "count")
def scenes(result: Result, count: int) -> Seen:
    """The project has so many scenes."""
    return Seen(len(result.scenes) == count, f"there are {len(result.scenes)}")


@kind("whole", "seconds")
def lasts(result: Result, seconds: float, tolerance_seconds: float = 0.05) -> Seen:
    """All scenes together last so long."""
    total = sum(scene.draft.duration_seconds for scene in result.scenes)
    return Seen(abs(total - seconds) <= tolerance_seconds, f"it lasts {total:g} s")


@kind("whole", "what")
def has(result: Result, what: str, at_least: int = 1) -> Seen:
    """There are things of a kind, such as `text`, `rect` or `image`."""
    kinds = [node.kind for scene in result.scenes if scene.graph for node in scene.graph.walk()]
    count = kinds.count(what)
    known = ", ".join(sorted(set(kinds)))
    return Seen(count >= at_least, f"{count} of kind {what!r}; there are {known or 'none'}")


@kind("whole", "name")
def uses_image(result: Result, name: str) -> Seen:
    """A picture of the project is shown."""
    used = {asset for scene in result.scenes if scene.staged for asset in scene.staged.assets}
    return Seen(name in used, f"shown: {', '.join(sorted(used)) or 'no picture'}")


@kind("whole", "what")
def unchanged(result: Result, what: Sequence[str]) -> Seen:
    """Nodes that were there before are exactly as they were."""
    names = [what] if isinstance(what, str) else list(what)
    for changes in result.changes.values():
        for change in changes.changes:
            node = change.path[-1] if change.path else "scene"
            if node in names:
                return Seen(False, str(change))
    return Seen(True, f"{', '.join(names)} as before")


@kind("whole", "what")
def changed(result: Result, what: str) -> Seen:
    """A node that was there before (or `scene` itself) has changed."""
    told = [
        str(change)
        for changes in result.changes.values()
        for change in changes.changes
        if what == (change.path[-1] if change.path else "scene")
    ]
    return Seen(bool(told), told[0] if told else f"{what!r} is as before")


@kind("whole", "share")
def locality_at_least(result: Result, share: float) -> Seen:
    """Of what an edit changed, at least this share lies on what it was about."""
    if result.locality is None:
        return Seen(False, "what the edit was about is not known")
    return Seen(result.locality >= share, f"{result.locality:.0%} lies on what it was about")
