"""What was acknowledged, held against what the database and the files really hold, by name.

The change that a prompt made is found by its place: it lies after the line of the conversation that holds
the prompt and before the next prompt's, in a project that nothing but prompts changes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from workbench.errors import WorkbenchError
from workbench.store.assets import Assets
from workbench.store.blobs import Blobs
from workbench.store.database import Database
from workbench.store.history import History
from workbench.store.messages import Messages
from workbench.store.projects import Projects
from workbench.store.scenes import Scenes
from workbench.store.users import Users
from workbench.store.values import Change, Message, Project
from workbench.stress.drill_people import BY_HAND, TALK, Sent
from workbench.stress.drill_report import Outcome, Prompts

_MOST_CHANGES = 10_000


@dataclass(slots=True)
class Trace:
    """What a prompt left: how often it is in the conversation, its answers' ids, how many changes it made."""

    heard: int = 0
    answers: list[str] = field(default_factory=list)
    changes: int = 0


@dataclass(slots=True)
class Kept:
    """What is kept: living scenes and pictures (SHA-256 of whole files) by name, prompts by their words."""

    scenes: Counter[str] = field(default_factory=Counter)
    scene_ids: set[str] = field(default_factory=set)
    pictures: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    prompts: dict[str, Trace] = field(default_factory=lambda: defaultdict(Trace))
    gaps: int = 0

    def lost(self, sent: Sent) -> bool:
        """Whether something acknowledged is not there, whole."""
        if sent.kind == "scene":
            return sent.acknowledged and not self.scenes[sent.name]
        if sent.kind == "picture":
            return sent.acknowledged and not set(sent.keys) <= set(self._pictures(sent))
        trace = self._trace(sent)
        if sent.ending == "cut off":
            return not trace.heard
        there = trace.heard and {*sent.keys[:1]} <= {*trace.answers} and {*sent.keys[1:]} <= self.scene_ids
        return sent.acknowledged and not there

    def twice(self, sent: Sent) -> bool:
        """Whether something is there more often than it was sent."""
        if sent.kind == "scene":
            return self.scenes[sent.name] > 1
        if sent.kind == "picture":
            return len(self._pictures(sent)) > 1
        trace = self._trace(sent)
        may = {"done": len(sent.keys) - 1, "cut off": 1}.get(sent.ending)
        return trace.heard > 1 or len(trace.answers) > 1 or (may is not None and trace.changes > may)

    def half_done(self, sent: Sent) -> bool:
        """Whether what was refused, or is said not to be done, has changed something all the same.

        A prompt that failed stays in the conversation, by intent; it has no answer and made no change.
        """
        if sent.ending in ("done", "cut off", "given up"):
            return False
        if sent.kind != "prompt":
            return bool(self.scenes[sent.name] or self._pictures(sent))
        trace = self._trace(sent)
        return bool(trace.changes or (trace.answers and sent.ending != "not done"))

    def _pictures(self, sent: Sent) -> Sequence[str]:
        return self.pictures.get(sent.name, ())

    def _trace(self, sent: Sent) -> Trace:
        return self.prompts.get(sent.name) or Trace()


@dataclass(frozen=True, slots=True)
class Made:
    """A fault that was made: from when to when it held (monotonic), what was seen, what went wrong."""

    fault: str
    began: float
    ended: float
    recovered_seconds: float | None
    told: str = ""
    error: str = ""


def kept_in(database: Database, blobs: Blobs, people: Iterable[int]) -> Kept:
    """Read everything that the people of those numbers have."""
    kept = Kept()
    for number in people:
        owner = Users(database).get(f"person {number}")
        for project in Projects(database, owner.id).list():
            _read(kept, database, blobs, project)
    return kept


def _read(kept: Kept, database: Database, blobs: Blobs, project: Project) -> None:
    changes = History(database).changes_since(project.id, 0, most=_MOST_CHANGES)
    messages = Messages(database).list(project.id)
    kept.gaps += [each.sequence for each in changes] != list(range(1, project.sequence + 1)) or (
        [each.number for each in messages] != list(range(1, len(messages) + 1))
    )
    scenes = Scenes(database).list(project.id)
    kept.scene_ids.update(each.id for each in scenes)
    if project.name.startswith(BY_HAND):
        kept.scenes.update(each.name for each in scenes)
        for asset in Assets(database).list(project.id):
            kept.pictures[asset.name].append(asset.sha256 if _whole(blobs, asset.sha256) else "")
    if project.name.startswith(TALK):
        _trace(kept, messages, changes)


def _trace(kept: Kept, messages: Sequence[Message], changes: Sequence[Change]) -> None:
    spoken = [each for each in messages if each.role == "user"]
    moments: list[datetime] = [each.created_at for each in spoken]
    for message in spoken:
        kept.prompts[message.text].heard += 1
    for message in messages:
        if message.role == "assistant" and message.take:
            kept.prompts[str(message.take["prompt"])].answers.append(message.id)
    for change in changes:
        if change.kind != "create_project" and spoken:
            place = max(0, bisect_right(moments, change.created_at) - 1)
            kept.prompts[spoken[place].text].changes += 1


def _whole(blobs: Blobs, digest: str) -> bool:
    """Whether the file is there and its bytes have that SHA-256."""
    try:
        blobs.get(digest, verify=True)
    except (WorkbenchError, OSError):
        return False
    return True


def judged(made: Made, sent: Sequence[Sent], kept: Kept | None) -> Outcome:
    """Rule on one fault by the actions that were begun under its name; without `kept` nothing is well."""
    mine = [each for each in sent if each.fault == made.fault]
    acknowledged = [each.ended for each in mine if each.acknowledged]
    since = [each for each in mine if each.ended >= made.began]
    asked = [each for each in mine if each.kind == "prompt"]
    endings = Counter(each.ending for each in asked)
    unread = "" if kept else "What was acknowledged was not compared."
    wrong = (made.error, _refused(mine), _of_model(made, asked), unread)
    held = kept or Kept()
    compared = mine if kept else []
    return Outcome(
        fault=made.fault,
        before=sum(moment < made.began for moment in acknowledged),
        during=sum(made.began <= moment <= made.ended for moment in acknowledged),
        after=sum(moment > made.ended for moment in acknowledged),
        lost=sum(held.lost(each) for each in compared),
        twice=sum(held.twice(each) for each in compared),
        half_done=sum(held.half_done(each) for each in compared),
        refused=sum(len(each.turned_away) for each in mine),
        prompts=Prompts(endings["done"], endings["not done"], endings["failed"], endings["cut off"]),
        slowest_seconds=_slowest(each for each in since if each.kind != "prompt"),
        slowest_prompt_seconds=_slowest(each for each in since if each.kind == "prompt"),
        recovered_seconds=made.recovered_seconds,
        told=made.told,
        error=" ".join(each for each in wrong if each),
    )


def _slowest(sent: Iterable[Sent]) -> float:
    return round(max((each.seconds for each in sent), default=0.0), 2)


def _refused(sent: Sequence[Sent]) -> str:
    """Tell of what was refused for good, or never settled: nothing that is sent is wrong in itself."""
    told = []
    for ending, words in (("refused", "refused for good"), ("given up", "sent in vain until given up")):
        if found := [each for each in sent if each.ending == ending]:
            told.append(f"{len(found)} actions were {words}, the first with {found[0].told}.")
    return " ".join(told)


def _of_model(made: Made, asked: Sequence[Sent]) -> str:
    """Rule on prompts: answered while the model is slow, failed while it fails, never failed else."""
    within = [each.ending for each in asked if each.begun >= made.began and each.ended <= made.ended]
    failed = sum(each.ending == "failed" for each in asked)
    if made.fault == "failing model":
        others = len(within) - within.count("failed")
        told = f"{others} of {len(within)} prompts were not answered with 502 while the model failed."
        return told if others or not within else ""
    if made.fault == "slow model" and (not within or set(within) != {"done"}):
        others = len(within) - within.count("done")
        return f"{others} of {len(within)} prompts were not answered and done by the slow model."
    return f"{failed} prompts failed though the model did not." if failed else ""
