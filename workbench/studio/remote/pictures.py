"""The pictures of a project at a service: brought in from here, measured there."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from workbench.errors import InputError, NotFound
from workbench.images.values import ImageFacts
from workbench.store.values import Asset
from workbench.studio.bringing import Given, free_name
from workbench.studio.late_values import LateFacts
from workbench.studio.picture_cards import shelf_card
from workbench.studio.pictures import named
from workbench.studio.project_pictures import LONGEST_WAIT_SECONDS, PictureState
from workbench.studio.remote.calling import Calling
from workbench.studio.remote.values import late_of
from workbench.studio.wire.talk import LateSent
from workbench.studio.wire.work import AssetSent, PictureSent

LOOK_SECONDS = 0.25


class RemotePictures:
    """The pictures of a project by name. In a notebook it shows itself."""

    def __init__(self, calling: Calling, path: str) -> None:
        self._calling = calling
        self._path = path

    def __getitem__(self, name: str) -> PictureState:
        return _state(self._calling.get(f"{self._path}/assets/{self._asset(name).id}/facts"))

    def __iter__(self) -> Iterator[PictureState]:
        return (self[each.id] for each in self.assets())

    def __len__(self) -> int:
        return len(self.assets())

    def assets(self) -> tuple[Asset, ...]:
        """Return the project's pictures by name, without what is known of them."""
        found = self._calling.get(f"{self._path}/assets")
        return tuple(AssetSent.model_validate(each).value() for each in found)

    def add(self, content: bytes | str | Path, name: str = "") -> Asset:
        """Bring a picture in by bytes or path; nobody waits for its facts."""
        label = name if isinstance(content, bytes) else name or named(Path(content).stem)
        data = content if isinstance(content, bytes) else _read(Path(content))
        form = {"files": {"file": ("picture", data)}, "data": {"name": label or "picture"}}
        sent = self._calling.post(f"{self._path}/assets", None, **form)
        return AssetSent.model_validate(sent).value()

    def bring_in(self, images: Sequence[Given]) -> list[str]:
        """Return the ids of the pictures that are meant; what is not there yet is brought in."""
        known, fresh = list(self.assets()), dict[str, Asset]()
        found = [given if isinstance(given, Asset) else self._meant(given, known, fresh) for given in images]
        return list(dict.fromkeys(each.id for each in found))

    def facts(self, name: str) -> ImageFacts:
        """Return what was measured in a picture; raises InputError while that is not there."""
        found = self[name]
        if found.facts is None:
            raise InputError(
                f"The facts of {name!r} are not there: it is {found.state}.",
                remedy=f"Wait for it: studio.pictures.wait({name!r}).",
            )
        return found.facts

    def wait(self, name: str, timeout_seconds: float = LONGEST_WAIT_SECONDS) -> PictureState:
        """Return a picture once its measuring has ended, or as it is when the time is over."""
        deadline = time.monotonic() + timeout_seconds
        while (found := self[name]).state in ("queued", "running") and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        return found

    def retry(self, name: str) -> PictureState:
        """Measure a picture again whose measuring failed or whose facts have expired."""
        return _state(self._calling.post(f"{self._path}/assets/{self._asset(name).id}/facts"))

    def set_alt(self, name: str, text: str) -> PictureState:
        """Say in words what a picture shows."""
        path = f"{self._path}/assets/{self._asset(name).id}/alt"
        return _state(self._calling.call("PUT", path, json={"text": text}).json())

    @property
    def late(self) -> tuple[LateFacts, ...]:
        """What became of facts that answers did not wait for, the oldest first."""
        found = self._calling.get(f"{self._path}/late-facts")
        return tuple(late_of(LateSent.model_validate(each)) for each in found)

    @property
    def offers(self) -> tuple[LateFacts, ...]:
        """Changes that late facts would make to scenes that were worked on meanwhile."""
        return tuple(each for each in self.late if each.offer is not None)

    def decline(self, offer: LateFacts) -> None:
        """Say that an offer is not wanted."""
        self._calling.post(f"{self._path}/late-facts/{offer.job_id}/decline")

    def content(self, name: str) -> bytes:
        """Return a picture's bytes."""
        return self._calling.bytes(f"{self._path}/assets/{self._asset(name).id}/content")

    def _asset(self, name: str) -> Asset:
        known = self.assets()
        for found in known:
            if name in (found.id, found.name):
                return found
        raise NotFound.among("asset", name, (each.name for each in known))

    def _meant(self, given: bytes | str | Path, known: Sequence[Asset], fresh: dict[str, Asset]) -> Asset:
        if isinstance(given, str) and (here := [each for each in known if given in (each.name, each.id)]):
            return here[0]
        content = given if isinstance(given, bytes) else _read(Path(given))
        digest = sha256(content).hexdigest()
        if same := [each for each in known if each.sha256 == digest]:
            return same[0]
        if digest in fresh:
            return fresh[digest]
        taken = [each.name for each in (*known, *fresh.values())]
        name = "picture" if isinstance(given, bytes) else named(Path(given).stem)
        fresh[digest] = self.add(content, free_name(taken, name))
        return fresh[digest]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        shown = [(each.name, each.state, each.alt, each.error, self.content(each.asset.id)) for each in self]
        return {"text/plain": repr(self), "text/html": shelf_card(shown, self.late)}

    def __repr__(self) -> str:
        return f"RemotePictures({len(self)})"


def _state(data: Any) -> PictureState:
    sent = PictureSent.model_validate(data)
    facts = ImageFacts.from_json(sent.facts) if sent.facts else None
    return PictureState(
        sent.asset.value(), sent.state, facts, sent.alt, sent.error, sent.described, sent.description_error
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", remedy="Check the path.") from None
