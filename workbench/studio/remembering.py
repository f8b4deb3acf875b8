"""Memory in a project: what is learned, when, and what of it a model is told.

Learned is only what the user wrote and what the user changed by hand; what a model wrote says nothing
about the user. An undo takes back what the undone change had taught, except rules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

from workbench.brain.packet import Message as Turn
from workbench.brain.packet import Section
from workbench.brain.tokens import tokens_in
from workbench.errors import InputError, NotFound
from workbench.events import Event
from workbench.memory import applying
from workbench.memory.applying import Hint, packet_section
from workbench.memory.beliefs import Belief, Pin, beliefs, in_force
from workbench.memory.digest import Digest, digest, without_sentences
from workbench.memory.editing import learn_from_edit, learn_from_picture
from workbench.memory.evidence import KEYS, Evidence, Scope
from workbench.memory.learning import learn
from workbench.memory.relations import Look, Relation, look_of, relations_section, relationships
from workbench.scene.graph import Graph
from workbench.spans import traced
from workbench.store.preferences import Preferences
from workbench.store.statements import Statement
from workbench.store.values import Change, Message, Said, Scene
from workbench.studio.evaluator import Checked
from workbench.studio.workspace import Workspace

TASTE_TOKENS = 400
LOOK_TOKENS = 300
EARLIER_TOKENS = 800
LATEST_MESSAGES = 24
"""How many messages are told as they are; older ones are digested."""
MOST_MESSAGES_READ = 2000
"""How far back the digest looks, counted in messages of both sides; it reads the words of the user's."""
_UNDONE_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Recalled:
    """What memory adds to a packet: sections, hints, the latest messages, and what found no room."""

    sections: tuple[Section, ...]
    hints: tuple[Hint, ...]
    conversation: tuple[Turn, ...]
    left_out: tuple[str, ...]


class Memory:
    """What is remembered for one project and its user. In a notebook it shows itself.

    Set `learning` to False to stop learning in the project; that is kept. Through a memory whose `teachable`
    is False nothing is learned either, and nothing is kept of that: for programs that drive a studio.
    """

    def __init__(self, workspace: Workspace, project_id: str, looks: Callable[[], dict[str, Graph]]) -> None:
        self.teachable = True
        self._workspace = workspace
        self._project_id = project_id
        self._user_id = workspace.projects.get(project_id).user_id
        self._looks = looks
        self._kept = Preferences(workspace.database)

    @property
    def learning(self) -> bool:
        """Whether anything is learned in this project, through any door; set it to False to stop that."""
        return self._kept.learns(self._user_id, self._project_id)

    @learning.setter
    def learning(self, on: bool) -> None:
        self._kept.switch_learning(self._user_id, self._project_id, on=on)
        self._announce("switched", "learning", "on" if on else "off")

    @property
    def beliefs(self) -> tuple[Belief, ...]:
        """Everything believed, also what is not sure enough to use and what was superseded."""
        statements = [_evidence(each) for each in self._kept.statements(self._user_id, self._project_id)]
        pins = self._pins(self._kept.pins(self._user_id, self._project_id))
        now = self._workspace.clock.now()
        return beliefs(statements, now, project_id=self._project_id, pins=pins)

    @property
    def in_force(self) -> tuple[Belief, ...]:
        """The beliefs that models are told and the offline director uses."""
        return in_force(self.beliefs)

    @property
    def relationships(self) -> tuple[Relation, ...]:
        """Which scenes share palette, type, motion or build, the most alike first."""
        return relationships(self._scene_looks())

    @property
    def digest(self) -> Digest:
        """The conversation before the latest messages, in few words."""
        return self._digest(self._latest_said(), self._kept.forgotten(self._user_id))

    def why(self, key: str, value: str | None = None) -> tuple[Evidence, ...]:
        """Return every statement behind what is believed of a key such as `accent`, the oldest first."""
        _known_key(key)
        return tuple(
            dict.fromkeys(
                statement
                for belief in self.beliefs
                if belief.key == key and value in (None, belief.value)
                for statement in belief.evidence
            )
        )

    def pin(self, key: str, value: str, *, scope: Scope = "project") -> None:
        """Hold a taste: it no longer fades and nothing outweighs it until it is unpinned or forgotten."""
        _known_key(key)
        self._kept.pin(self._user_id, self._place(scope), key, value)
        self._announce("pinned", key, value)

    def unpin(self, key: str, value: str, *, scope: Scope = "project") -> None:
        """Let a pinned taste fade and change again."""
        _known_key(key)
        self._kept.unpin(self._user_id, self._place(scope), key, value)
        self._announce("unpinned", key, value)

    def forget(self, key: str, value: str | None = None, *, scope: Scope | None = None) -> int:
        """Forget one value of a key, or the whole key; returns how many beliefs that were.

        Without a `scope`, both this project's and the user's. What was forgotten leaves every packet: the
        lines about it, and the sentences it came from, also those that spoke against its opposite. For a week
        `unforget` brings it back. What only other projects' own words gave is forgotten there.
        """
        _known_key(key)
        _among("remembered", self.beliefs, key, value)
        refused = KEYS[key].opposite(value) if value is not None else None
        count = sum(
            self._kept.forget(self._user_id, each, key, value, refused=refused, said_in=self._project_id)
            for each in self._places(scope)
        )
        self._announce("forgotten", key, value or "")
        return count

    def forget_all(self, *, scope: Scope = "project") -> int:
        """Forget everything of this project, or of the user everywhere; returns how many beliefs."""
        count = self._kept.forget(self._user_id, self._place(scope), said_in=self._project_id)
        self._announce("forgotten", "", "")
        return count

    @property
    def forgotten(self) -> tuple[Belief, ...]:
        """What was forgotten in the last week, of this project and of its user, as beliefs of their own."""
        statements, pins = self._kept.lately_forgotten(self._user_id)
        mine = [_evidence(each) for each in statements if each.project_id in (None, self._project_id)]
        return beliefs(mine, self._workspace.clock.now(), project_id=self._project_id, pins=self._pins(pins))

    def unforget(self, key: str, value: str | None = None, *, scope: Scope | None = None) -> int:
        """Bring back what was forgotten in the last week, named as for `forget`; returns how many beliefs.

        All of it that was forgotten in that week comes back, with its words and its pin.
        """
        _known_key(key)
        _among("lately forgotten", self.forgotten, key, value)
        refused = KEYS[key].opposite(value) if value is not None else None
        count = sum(
            self._kept.unforget(self._user_id, each, key, value, refused=refused)
            for each in self._places(scope)
        )
        self._announce("unforgotten", key, value or "")
        return count

    def unforget_all(self, *, scope: Scope = "project") -> int:
        """Bring back all that was forgotten of this project, or of the user everywhere, in the last week."""
        count = self._kept.unforget(self._user_id, self._place(scope))
        self._announce("unforgotten", "", "")
        return count

    @traced("memory.hear")
    def hear(self, message: Message) -> tuple[Evidence, ...]:
        """Learn from a message of the user; other messages teach nothing."""
        if message.role != "user" or not self._learns():
            return ()
        found = learn(
            message.text, source_id=message.id, project_id=self._project_id, when=message.created_at
        )
        return self._keep(found)

    def see(self, before: Checked, after: Checked | None, scene: Scene) -> tuple[Evidence, ...]:
        """Learn from what the user changed in a scene by hand."""
        if after is None or before.graph is None or after.graph is None or not self._learns():
            return ()
        found = learn_from_edit(
            before.graph,
            after.graph,
            source_id=f"{scene.id}@{scene.revision}",
            project_id=self._project_id,
            when=scene.updated_at,
        )
        return self._keep(found)

    def see_picture(
        self, before: Checked, after: Checked, scene: Scene, picture: str
    ) -> tuple[Evidence, ...]:
        """Take the colours that a scene was given from a picture, as the user asked, as hints."""
        if before.graph is None or after.graph is None or not self._learns():
            return ()
        found = learn_from_picture(
            before.graph,
            after.graph,
            picture,
            source_id=f"{scene.id}@{scene.revision}",
            project_id=self._project_id,
            when=scene.updated_at,
        )
        return self._keep(found)

    def notice(self, event: Event) -> None:
        """Take back what an undone change had taught; other events teach nothing."""
        if event.data.get("action") != "undo":
            return
        history = self._workspace.history
        undo = history.changes_since(self._project_id, event.data["sequence"] - 1, most=1)
        if undo and undo[0].reverses:
            for change in history.changes_since(self._project_id, undo[0].reverses - 1, most=1):
                if self._kept.withdraw(self._sources(change)):
                    self._announce("withdrawn", "", "")

    @traced("memory.recall")
    def recall(self) -> Recalled:
        """Return what memory adds to the packet of the next prompt."""
        held = self.beliefs
        tastes = packet_section(held, TASTE_TOKENS, tokens_in)
        looks = relations_section(self._scene_looks(), LOOK_TOKENS, tokens_in)
        latest, forgotten = self._latest_said(), self._kept.forgotten(self._user_id)
        earlier = self._digest(latest, forgotten)
        sections = [
            Section(title, text, weight)
            for title, text, weight in (
                (tastes.title, tastes.text, 0.9),
                ("Earlier in this conversation", earlier.text, 0.95),
                (looks.title, looks.text, 0.3),
            )
            if text
        ]
        left_out = [f"remembered: {line}" for line in (*tastes.left_out, *looks.left_out)]
        if earlier.left_out:
            left_out.append(f"{earlier.left_out} sentences of the older conversation")
        turns = _turns(latest, forgotten)
        return Recalled(tuple(sections), applying.hints(held), turns, tuple(left_out))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        from workbench.studio.memory_card import memory_card

        shown = memory_card(
            self.beliefs, self.relationships, learning=self.learning, forgotten=self.forgotten
        )
        return {"text/plain": repr(self), "text/html": shown}

    def __repr__(self) -> str:
        held = self.beliefs
        return f"Memory({len(in_force(held))} tastes in use, {len(held)} known)"

    def _learns(self) -> bool:
        return self.teachable and self.learning

    def _keep(self, found: Sequence[Evidence]) -> tuple[Evidence, ...]:
        if self._kept.add(self._user_id, [self._statement(each) for each in found]):
            self._announce("learned", "", "")
        return tuple(found)

    def _statement(self, each: Evidence) -> Statement:
        return Statement(
            each.key,
            each.value,
            each.sign,
            each.stance,
            each.source,
            each.source_id,
            each.said,
            each.project_id,
            each.when,
            self._place(each.scope),
        )

    def _pins(self, kept: Iterable[tuple[str | None, str, str]]) -> list[Pin]:
        return [
            ("user" if project is None else "project", key, value)
            for project, key, value in kept
            if project in (None, self._project_id)
        ]

    def _places(self, scope: Scope | None) -> list[str | None]:
        return [None, self._project_id] if scope is None else [self._place(scope)]

    def _place(self, scope: Scope) -> str | None:
        if scope not in ("project", "user"):
            raise InputError(f"{scope!r} is not a scope.", remedy='Use "project" or "user".')
        return None if scope == "user" else self._project_id

    def _sources(self, change: Change) -> list[str]:
        added = set(change.after.get("order", ())) - set(change.before.get("order", ()))
        made = {f"{scene}@{revision}" for scene, revision in change.after.get("scenes", {}).items()}
        made |= {f"{scene}@1" for scene in added}
        messages = self._workspace.messages.list(self._project_id, most=_UNDONE_LOOKED_AT)
        asked = [
            earlier.id
            for earlier, later in pairwise(messages)
            if later.take and made & {f"{s['id']}@{s['revision']}" for s in later.take.get("scenes", ())}
        ]
        return [*made, *asked]

    def _latest_said(self) -> tuple[Said, ...]:
        return self._workspace.messages.said(self._project_id, most=LATEST_MESSAGES)

    def _digest(self, latest: Sequence[Said], forgotten: Collection[str]) -> Digest:
        if len(latest) < LATEST_MESSAGES:
            return Digest()
        first = latest[0].number
        since = latest[-1].number - MOST_MESSAGES_READ
        said = self._workspace.messages.said(self._project_id, role="user", after=since, before=first)
        return digest(said, EARLIER_TOKENS, tokens_in, forgotten=forgotten)

    def _scene_looks(self) -> dict[str, Look]:
        return {name: look_of(graph) for name, graph in self._looks().items()}

    def _announce(self, deed: str, key: str, value: str) -> None:
        data = {"deed": deed, "key": key, "value": value}
        self._workspace.bus.emit(Event("memory_changed", self._project_id, None, data))


def _turns(latest: Sequence[Said], forgotten: Collection[str]) -> tuple[Turn, ...]:
    turns = [
        Turn(
            "user" if each.role == "user" else "workbench",
            without_sentences(each.text, forgotten),
            each.number,
        )
        for each in latest
    ]
    return tuple(turn for turn in turns if turn.text)


def _known_key(key: str) -> None:
    if key not in KEYS:
        raise NotFound.among("kind of taste", key, KEYS)


def _among(what: str, held: Sequence[Belief], key: str, value: str | None) -> None:
    """Raise NotFound when there is no such value of a key among them."""
    known = {belief.value for belief in held if belief.key == key}
    if value is not None and value not in known:
        raise NotFound.among(f"{what} {KEYS[key].label}", value, known)


def _evidence(kept: Statement) -> Evidence:
    scope = "user" if kept.project_id is None else "project"
    return Evidence(
        kept.key,
        kept.value,
        1 if kept.sign > 0 else -1,
        cast(Any, kept.stance),
        cast(Scope, scope),
        cast(Any, kept.source),
        kept.source_id,
        kept.said_in,
        kept.said,
        kept.when,
    )
