"""What views see: stills while typing and scrubbing, previews that play while painted, thumbnails."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, count
from typing import Any

from workbench.render.timeline import FilmScene, Source, shots_of, source_of
from workbench.scene.format import Format
from workbench.store.values import Scene
from workbench.studio.evaluator import Checked
from workbench.studio.exporting import film_scenes
from workbench.widgets.desk import Desk, Said
from workbench.widgets.lanes import Cancel
from workbench.widgets.shown_pictures import film_name, still_name
from workbench.widgets.view_state import checked_state

MOST_STILL_HEIGHT = 1080
_MOST_THUMBS = 8
_JOBS = count(1)


def film_number() -> int:
    """Return a number that is larger than that of every film begun before, and smaller than of later ones."""
    return next(_JOBS)


def source_for(checked: Checked, name: str) -> Source | None:
    """Return what a draft's frames are painted from; None when it is broken."""
    if checked.graph is None or not checked.ok:
        return None
    return source_of(checked.graph, name, checked.draft.assets.sources)


def shown_source(desk: Desk, scene: Scene, checked: Checked) -> Source | None:
    """Return what is shown of a scene: the draft, or while that is broken the last good revision."""
    good = shown_of(desk, scene, checked)
    return source_for(good, scene.name) if good else None


def shown_of(desk: Desk, scene: Scene, checked: Checked) -> Checked | None:
    """Return the state of a scene that is shown; None when it never was a good one."""
    return checked if checked.ok else desk.studio.last_good(scene.id)


def look(desk: Desk, scene_id: str, said: Said) -> None:
    """Tell how a scene turns out as it stands in the editor, with one still of it."""
    scene = desk.studio.scene(scene_id)
    checked = desk.checked(scene)
    desk.tell("checked", scene=scene_id, view=said.get("view"), checked=checked_state(checked))
    _still(desk, scene_id, checked, said)


def still(desk: Desk, said: Said) -> None:
    """Tell one frame of a scene as it stands in the editor; only the latest asked is painted."""
    desk.quick.put(f"still {said.get('view')}", lambda _: _look_only(desk, said))


def _look_only(desk: Desk, said: Said) -> None:
    scene = desk.scene(said)
    _still(desk, scene.id, desk.checked(scene), said)


def _still(desk: Desk, scene_id: str, checked: Checked, said: Said) -> None:
    scene = desk.studio.scene(scene_id)
    good = shown_of(desk, scene, checked)
    source = source_for(good, scene.name) if good else None
    if good is None or source is None:
        desk.tell("blank", scene=scene_id)
        return
    frame = max(0, min(int(said.get("frame") or 0), source.frames - 1))
    height = max(90, min(int(said.get("height") or 540), MOST_STILL_HEIGHT))
    picture = desk.studio.workspace.renderer.still(source, frame, height)
    place = {"scene": scene_id, "frame": frame, "view": said.get("view"), "n": said.get("n")}
    desk.pictures.keep(still_name(said.get("view"), said.get("n")), good)
    desk.tell("still", picture, **place, stale=not checked.ok)


def preview(desk: Desk, said: Said) -> None:
    """Tell a scene's moving preview, piece by piece."""
    film_soon(desk, desk.scene(said).id)


def film_soon(desk: Desk, scene_id: str, *, play: bool = False) -> None:
    """Paint a scene's preview; a newer one replaces it. `play` asks the views to begin at once.

    A preview that was to play and is replaced by another of the same scene hands that on.
    """
    if play or desk.to_play != scene_id:
        desk.to_play = scene_id if play else ""
    desk.film.put("clip", lambda cancel: _clip(desk, scene_id, cancel), first=True)


def _clip(desk: Desk, scene_id: str, cancel: Cancel) -> None:
    scene = desk.studio.scene(scene_id)
    good = shown_of(desk, scene, desk.checked(scene))
    source = source_for(good, scene.name) if good else None
    if good is None or source is None:
        return
    height = desk.studio.workspace.settings.preview_height
    job = next(_JOBS)
    desk.pictures.keep(film_name(job), good)
    head = {
        "job": job,
        "scene": scene_id,
        "revision": scene.revision,
        "frames": source.frames,
        "fps": source.picture.fps,
        "play": desk.to_play == scene_id,
    }
    _stream(desk, f"{height} {source.key}", source, source.picture, cancel, head)
    if desk.to_play == scene_id:
        desk.to_play = ""


def _stream(
    desk: Desk,
    key: str,
    shown: Source | Sequence[FilmScene],
    picture: Format,
    cancel: Cancel,
    head: dict[str, Any],
) -> None:
    """Tell a preview piece by piece while it is painted, or whole when it was painted before."""
    known = desk.clips.get(key)
    if known is not None:
        desk.tell("clip", known, **head)
        return
    number = 0

    def on_piece(piece: bytes | None) -> None:
        nonlocal number
        number = 0 if piece is None else number + 1
        desk.tell("piece", piece or b"", number=number, **head)

    height = desk.studio.workspace.settings.preview_height
    made = desk.painter.preview(shown, height, on_piece, cancel, picture)
    desk.clips.put(key, made.content)
    desk.tell("piece", number=number + 1, last=True, **head)


def whole(desk: Desk, _: Said) -> None:
    """Tell the moving preview of the whole project; broken scenes show a marked card."""
    desk.film.put("clip", lambda cancel: _whole(desk, cancel), first=True)


def _whole(desk: Desk, cancel: Cancel) -> None:
    film = film_scenes(lambda scene: desk.studio.check(scene.id), desk.studio.scenes)
    if not film:
        return
    picture = desk.studio.format
    shots = shots_of(film, picture)
    ends = [round(each / picture.fps, 3) for each in accumulate(shot.frames for shot in shots)]
    key = "whole " + " ".join(str(shot.describe()) for shot in shots) + str(picture)
    head = {
        "job": next(_JOBS),
        "scene": "",
        "frames": sum(shot.frames for shot in shots),
        "fps": picture.fps,
        "ends": ends,
        "play": False,
    }
    _stream(desk, key, film, picture, cancel, head)


def thumbs(desk: Desk, said: Said) -> None:
    """Tell small pictures of each scene that is asked for: `scenes` says how many of which."""
    for scene_id, wanted in said["scenes"].items():
        _thumb_soon(desk, str(scene_id), max(1, min(int(wanted), _MOST_THUMBS)))


def _thumb_soon(desk: Desk, scene_id: str, number: int) -> None:
    desk.film.put(f"thumb {scene_id}", lambda _: _thumb(desk, scene_id, number))


def _thumb(desk: Desk, scene_id: str, number: int) -> None:
    scene = desk.studio.scene(scene_id)
    source = shown_source(desk, scene, desk.studio.check(scene_id))
    if source is None:
        desk.tell("thumb", scene=scene_id, revision=scene.revision)
        return
    pictures = desk.painter.strip(source, number, thumb_height(source.picture))
    desk.tell("thumb", *[each.content for each in pictures], scene=scene_id, revision=scene.revision)


def thumb_height(picture: Format) -> int:
    """Return the height of a small picture of that shape."""
    return 120 if picture.aspect == "wide" else 180
