"""The pictures of one project, as a user sees them: how far each is measured, what was found, and a retry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import InputError
from workbench.images.values import ImageFacts
from workbench.store.facts_waiting import LATE_FACTS
from workbench.store.values import Asset, Message
from workbench.studio.actions import SaveScene
from workbench.studio.analysing import IMAGE_FACTS, Analysis, AnalysisState
from workbench.studio.describing import DESCRIBE
from workbench.studio.late_facts import late_facts_of
from workbench.studio.late_values import LateFacts
from workbench.studio.picture_cards import shelf_card
from workbench.studio.picture_views import in_few_words
from workbench.studio.pictures import add_picture
from workbench.studio.thumbnails import thumbnail
from workbench.studio.workspace import Workspace

LONGEST_WAIT_SECONDS = 120.0
MOST_SHOWN = 40
MOST_ALT_LETTERS = 300
_LOOKED_UP_TOGETHER = 100


@dataclass(frozen=True, slots=True)
class PictureState:
    """A picture of the project: how far its measuring is, its facts, its alt text, and why it failed.

    `alt` is what the user wrote, else words made from the facts. `described` says how the vision model fared:
    empty when none is set, else `queued`, `running`, `ready` or `failed` with `description_error`.
    """

    asset: Asset
    state: AnalysisState
    facts: ImageFacts | None
    alt: str
    error: str = ""
    described: str = ""
    description_error: str = ""

    @property
    def name(self) -> str:
        """The name that source shows it by."""
        return self.asset.name


class Pictures:
    """The pictures of a project by name. In a notebook it shows itself."""

    def __init__(self, workspace: Workspace, project_id: str) -> None:
        self._workspace = workspace
        self._project_id = project_id

    def __getitem__(self, name: str) -> PictureState:
        return self._states([self._workspace.assets.get(self._project_id, name)])[0]

    def __iter__(self) -> Iterator[PictureState]:
        held = self._workspace.assets.list(self._project_id)
        for first in range(0, len(held), _LOOKED_UP_TOGETHER):
            yield from self._states(held[first : first + _LOOKED_UP_TOGETHER])

    def __len__(self) -> int:
        return len(self._workspace.assets.list(self._project_id))

    def add(self, content: bytes | str | Path, name: str = "") -> Asset:
        """Bring a picture in by bytes or path; nobody waits for its facts."""
        return add_picture(self._workspace, self._project_id, content, name)

    def facts(self, name: str) -> ImageFacts:
        """Return what was measured in a picture; raises InputError while that is not there, saying why."""
        found = self[name]
        if found.facts is None:
            remedy = {
                "failed": f"Try again: studio.pictures.retry({name!r}).",
                "expired": f"Measure it again: studio.pictures.retry({name!r}).",
            }.get(found.state, f"Wait for it: studio.pictures.wait({name!r}).")
            why = f": {found.error}" if found.error else ""
            raise InputError(f"The facts of {name!r} are not there: it is {found.state}{why}.", remedy=remedy)
        return found.facts

    def wait(self, name: str, timeout_seconds: float = LONGEST_WAIT_SECONDS) -> PictureState:
        """Return a picture once its measuring has ended, or as it is when the time is over."""
        job = self._workspace.analysing.of(self[name].asset).job_id
        if job is not None:
            self._workspace.jobs.wait(job, timeout_seconds)
        return self[name]

    def retry(self, name: str) -> PictureState:
        """Try again what failed or expired: the measuring, and the description where one is wanted."""
        asset = self[name].asset
        self._workspace.analysing.again(asset, self._project_id)
        self._workspace.describing.again(asset.id)
        self._workspace.background.work(IMAGE_FACTS)
        self._workspace.background.follow(DESCRIBE)
        return self[name]

    def set_alt(self, name: str, text: str) -> PictureState:
        """Say in words what a picture shows, for whoever cannot see it and for models; undo takes it back."""
        if len(text) > MOST_ALT_LETTERS:
            raise InputError(f"The text has {len(text)} letters.", remedy=f"Use at most {MOST_ALT_LETTERS}.")
        asset = self[name].asset

        def told(settings: Mapping[str, Any]) -> Mapping[str, Any]:
            texts = {**settings.get("alt", {}), asset.id: text.strip()}
            return {**settings, "alt": {key: value for key, value in texts.items() if value}}

        who = self._workspace.settings.user
        self._workspace.projects.amend_settings(self._project_id, told, who=who, why=f"alt text of {name}")
        return self[name]

    @property
    def late(self) -> tuple[LateFacts, ...]:
        """What became of facts that answers did not wait for, the oldest first."""
        jobs = self._workspace.jobs.list(kind=LATE_FACTS, project_id=self._project_id)
        return tuple(late_facts_of(job) for job in reversed(jobs))

    @property
    def offers(self) -> tuple[LateFacts, ...]:
        """Changes that late facts would make to scenes that were worked on meanwhile: `studio.accept` one."""
        return tuple(each for each in self.late if each.offer is not None)

    def offered_in(self, said: object, message: Message | None) -> str | None:
        """Return the job of the late facts that are meant, or whose note the message is; else None."""
        if isinstance(said, LateFacts):
            return said.job_id
        note = message.take if message else None
        return note["late"]["job_id"] if note and "late" in note else None

    def offer(self, job_id: str) -> SaveScene:
        """Return the change of an open offer."""
        for each in self.offers:
            if each.job_id == job_id and each.offer is not None:
                return each.offer
        raise InputError("There is no such offer any more.", remedy="See studio.pictures.offers.")

    def settle(self, job_id: str, became: str, revision: int | None = None) -> None:
        """Keep that an offer was accepted or declined."""
        self.offer(job_id)
        self._workspace.jobs.remark(job_id, {"became": became, "revision": revision})

    def decline(self, offer: LateFacts) -> None:
        """Turn an offer down."""
        self.settle(offer.job_id, "declined")

    def thumbnail(self, name: str) -> bytes:
        """Return a small PNG or JPEG of a picture; kept for a while in memory."""
        return thumbnail(self._workspace, self[name].asset)

    def __repr__(self) -> str:
        states = [each.state for each in self]
        ready = states.count("ready")
        return f"Pictures({len(states)}, {ready} measured)"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        shown = [
            (
                each.name,
                each.state,
                each.alt,
                each.error or each.description_error,
                thumbnail(self._workspace, each.asset),
            )
            for each, _ in zip(self, range(MOST_SHOWN), strict=False)
        ]
        return {"text/plain": repr(self), "text/html": shelf_card(shown, self.late)}

    def _texts(self) -> dict[str, str]:
        return dict(self._workspace.projects.get(self._project_id).settings.get("alt", {}))

    def _states(self, assets: Sequence[Asset]) -> list[PictureState]:
        texts = self._texts()
        found = self._workspace.analysing.of_all(assets)
        described = self._workspace.describing.of_all([each.id for each in assets])
        return [
            _state(asset, analysis, description, texts.get(asset.id, ""))
            for asset, analysis, description in zip(assets, found, described, strict=True)
        ]


def _state(asset: Asset, found: Analysis, described: tuple[str, str], alt: str) -> PictureState:
    made = in_few_words(asset.name, found.facts) if found.facts else asset.name
    state, trouble = ("ready", "") if found.facts and found.facts.seen else described
    return PictureState(asset, found.state, found.facts, alt or made, found.error, state, trouble)
