"""One script for any studio: what an author does in an hour, and what came of it as plain data."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from workbench.errors import WorkbenchError

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'


def played(studio: Any) -> dict[str, Any]:
    """Play the script on a studio of any kind and return everything that can be compared."""
    done = [
        studio.add_scene(template="title", params={"title": "Hello"}, duration_seconds=1),
        studio.add_scene(source='text("Second", size=96, name="word")\n', name="second", duration_seconds=1),
        studio.save_scene("second", source='text("2nd", size=96, name="word")\n', why="shorter"),
    ]
    first = studio.ask('Add a closing title that says "Bye"')
    second = studio.ask("make the first scene two seconds long")
    studio.ask("I like teal accents in every project")
    done += [studio.undo(), studio.redo(), studio.save_scene(1, name="opening")]
    studio.add_picture(SVG, "logo")
    broken = studio.save_scene("second", source="text(\n")
    seen = {
        "told": [each.told for each in done],
        "sequences": [each.sequence for each in done],
        "revisions": [each.scene.revision if each.scene else None for each in done],
        "takes": [_take(each) for each in (first, second)],
        "frame of a take": _digest(first.frame(3, height=90)),
        "clip of a take": _digest(first.video(height=90)),
        "card of a take": len(first.card()) > 1000,
        "scenes": [
            (s.position, s.name, s.source, s.duration_seconds, s.revision, s.status) for s in studio.scenes
        ],
        "findings": [str(each) for each in studio.check("second").findings],
        "broken": (broken.checked.ok, broken.checked.worst, [str(f) for f in broken.checked.findings]),
        "last good": studio.last_good("second").draft.source,
        "picture of the last good": _digest(
            studio.picture(studio.last_good("second"), "second", 2, height=90)
        ),
        "preview": _checked(studio.preview(1, source='text("Other", size=40)\n')),
        "picture of a preview": _digest(
            studio.picture(studio.preview(1, source='text("Other", size=40)\n'), "x", 2, height=90)
        ),
        "frame": _digest(studio.frame(1, 5, height=90)),
        "video": _digest(studio.video(1, height=90)),
        "revisions of the second": [(r.number, r.name, r.source, r.why) for r in studio.revisions("second")],
        "history": [(c.sequence, c.kind, c.why, c.undone_by, c.reverses) for c in studio.history],
        "messages": [(m.number, m.role, m.text) for m in studio.messages],
        "memory": [(b.key, b.value, b.scope, b.state, round(b.confidence, 3)) for b in studio.memory.beliefs],
        "why": [each.said for each in studio.memory.why("accent")],
        "pictures": [(p.name, p.asset.width, p.asset.height, p.asset.sha256) for p in studio.pictures],
        "plan": [step.kind for step in studio.plan("make scene 1 bigger").steps],
        "packet": [(p.title, p.tokens) for p in studio.packet("make scene 1 bigger").parts],
        "errors": [_error(studio, *each) for each in _WRONG],
        "format": str(studio.format),
    }
    seen["forgotten"] = studio.memory.forget("accent")
    seen["after forgetting"] = [each.key for each in studio.memory.beliefs]
    seen["can come back"] = [(b.key, b.value, b.scope) for b in studio.memory.forgotten]
    seen["came back"] = (studio.memory.unforget("accent"), studio.memory.forgotten)
    seen["after coming back"] = [(b.key, b.value, b.state) for b in studio.memory.beliefs]
    seen["all"] = (studio.memory.forget_all(scope="user"), studio.memory.unforget_all(scope="user"))
    return seen


_WRONG: tuple[tuple[str, tuple[Any, ...], dict[str, Any]], ...] = (
    ("scene", ("nowhere",), {}),
    ("frame", ("second",), {}),
    ("add_scene", (), {"template": "nothing"}),
    ("add_scene", (), {"nonsense": 1}),
    ("save_scene", (1,), {"source": "x = 1\n", "base_revision": 1}),
    ("ask", ("  ",), {}),
    ("add_picture", (b"no picture",), {}),
    ("accept", ("nothing",), {}),
)


def _error(studio: Any, name: str, given: tuple[Any, ...], options: dict[str, Any]) -> tuple[str, ...]:
    try:
        getattr(studio, name)(*given, **options)
    except WorkbenchError as error:
        findings = [str(each) for each in error.evidence.get("findings", ())]
        sides = [str(error.evidence[key]) for key in ("yours", "theirs") if key in error.evidence]
        return (type(error).__name__, error.message, error.remedy, *findings, *sides)
    return ("nothing was raised",)


def _take(take: Any) -> dict[str, Any]:
    plain = take.as_dict()
    for scene in plain["scenes"]:
        del scene["id"]
    for step in plain["plan"]["steps"]:
        step.pop("scene", None)
    return {key: value for key, value in plain.items() if key != "seconds"}


def _checked(checked: Any) -> tuple[Any, ...]:
    return checked.ok, checked.worst, [str(each) for each in checked.findings], checked.draft.source


def _digest(shown: Any) -> str:
    return sha256(shown.data).hexdigest()
