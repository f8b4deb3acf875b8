"""Requests about what scenes show: new scenes, other templates, likeness, edits."""

from __future__ import annotations

import re
from dataclasses import replace

from workbench.brain.brief import scene_like
from workbench.brain.context import context_of
from workbench.brain.edits import Draft, Performed, perform, perform_like
from workbench.brain.edits.adding import MARKS
from workbench.brain.edits.charts import ANOTHER_VALUE, labels_said
from workbench.brain.edits.parts import MEANT_BY, Ask, lists, main_text
from workbench.brain.edits.structure import ANOTHER_ITEM as _ANOTHER_ITEM
from workbench.brain.edits.words import written_anew
from workbench.brain.exchanging import texts_of
from workbench.brain.facts import facts_of
from workbench.brain.filling import fill
from workbench.brain.heard import unheard
from workbench.brain.lexical import words_of
from workbench.brain.packet import ProjectView, SceneView, TemplateCard
from workbench.brain.placing import AT_BACK, AT_FRONT, position_and_rest
from workbench.brain.plan import AddScene, ApplyTemplate, EditScene, ParamValue, Step
from workbench.brain.quoting import MARK, set_aside
from workbench.brain.sharing import shared
from workbench.brain.situation import Clause, Situation, Verdict
from workbench.brain.storyboard import storyboard
from workbench.brain.targets import names_all, selected_scene
from workbench.brain.vocabulary import SCENE_NOUNS, compiled

_POLITE = (
    r"^\W*(?:(?:please|and|then|also|now|ok|(?:can|could|would)\s+you|let's|we\s+should|we\s+need(?:\s+to)?"
    r"|(?:can|could|may|shall)\s+(?:we|i)|how\s+about|what\s+about|one\s+more\s+thing|we\s+want(?:\s+to)?"
    r"|i(?:\s+want|\s+need|\s+would\s+(?:like|love)|'d\s+(?:like|love))(?:\s+(?:to|you\s+to))?)[\s,:]+)*"
)
_ADD = compiled(
    _POLITE,
    r"(?:(?:add|insert|append|include|create|build|generate|put|draw|place|open\s+with|start\s+with|begin\s+with|(?:end|close|finish|conclude|wrap\s+up)\s+with|show|follow\s+with)\b"
    rf"|write\s+(?={MARK})"
    r"|(?:make|do|give\s+me|have)\s+(?:me\s+|us\s+)?(?:a|an|another|two|three|some|\d)\b(?!\s+(?:copy|bit|little|lot))"
    r"|(?:a\s+)?new\b|another\b|(?:a|an)\s+\w+|füge|erstelle|mach\b|ajoute|crée|añade|agrega|crea\b|aggiungi|voeg)",
)
_WANTED = compiled(
    r"^\W*(?:please\s+)?(?:i|we)(?:'d|\s+would)?\s+(?:want|need|like|love)\s+(?:to\s+(?:have|see|show)\s+)?"
    rf"(?!the\b|my\b|our\b|this\b|that\b|it\b|its\b|all\b|every)(?:\w+\s+){{0,2}}(?:{SCENE_NOUNS})\b"
)
_NEW_CONTENT = compiled(
    r"^\W*(?:a\s+)?(?:new|other|another|different)\s+(?:chart\s+|graph\s+)?(?:data|numbers|values|figures|labels|background|colou?rs?|font|size)\b"
)
_ADDS_A_SCENE = compiled(
    _POLITE,
    r"(?:add|insert|append|include|create|build|make|put)\s+(?:me\s+)?(?:an?|another|one)\s+(?:[\w'-]+\s+){1,4}?(?:scene|slide)\b(?!\s*\d)",
)
_ADD_SCENE = compiled(
    _POLITE,
    r"(?:add|insert|append|include|create|build|make|put|have)?\s*(?:me\s+)?(?:an?|another|one|the)?\s*(?:new\s+)?scene\b(?!\s*\d|'s)",
)
_OF_ITEMS = compiled(
    r"\b(?:each|every|the|all)\s+(?:of\s+the\s+)?(?:\w+\s+)?(?:steps?|points?|items?|bullets?|features|reasons?|benefits?)\b(?!\s+(?:scene|slide))"
)
_ITEMS_IN_TURN = compiled(
    r"\b(?:steps?|points?|items?|bullets?|features|reasons?|benefits?)\b.*\b(?:one\s+(?:after|by)\s+|in\s+turn|apart)|\bnumbers?\s+(?:before|in\s+front\s+of)\b"
)
_THE_PART = compiled(_POLITE, r"(?:put|place|draw|show|have|make)\s+(?:the|its)\b")
_NEEDS_SCENE = compiled(rf"\b(?:{SCENE_NOUNS}|scene)\b")
_INTO = compiled(
    r"\b(?:to|in|into|on|onto|inside|behind|under|below|above|over|within|(?:corner|top|bottom|left|right|middle|cent(?:er|re))\s+of)"
    r"\s+(?:the\s+)?$"
)
_PART = compiled(
    r"\b(?:behind|under|below|above|next\s+to|beside|around|to|on|in|into)\s+(?:the\s+|its\s+|this\s+)?(?P<part>[\w\s]+)$"
)
_LIGHT = compiled(
    r"\b(?:glow|shadow|outline|border|(?<!logo )(?<!intro )(?<!opening )(?<!particle )animation|entrance"
    rf"|{MARKS})\b"
)
_ON_PART = compiled(r"\b(?:on|onto|inside)\s+the\s+(?P<part>\w+)")
_WITHIN = compiled(
    r"\bbehind\s+everything\b|\b(?:in|to|at|on)\s+the\s+(?:background|(?:top|bottom|upper|lower)(?:\s+(?:left|right))?(?:\s+corner)?"
    r"|left|right|corner|cent(?:er|re)|middle)\s*[.!]?$"
)
_TEMPLATE = compiled(r"\btemplate\b")
_TURN = compiled(r"\b(?:use|apply|turn|change|switch|make|convert|replace|redo|try)\b")
_INTO_TEMPLATE = compiled(r"\b(?:into|to|as|a|an|with|apply|use)\b")
_LIKE = compiled(
    r"\b(?:same|like|alike|match(?:es)?|similar|copy\s+the\s+(?:colou?rs?|style|look)|(?:use|take|borrow|apply|with|have|give)\b.*\b(?:look|style|colou?rs?|palette|design|background)\s+of)\b"
)
_DISLIKE = compiled(
    r"\b(?:(?:do\s*n[o']?t|don't|not|never)\s+(?:really\s+)?like|(?:i|we|would|i'd)\s+like)\b"
)
_EVERYWHERE = compiled(
    r"\b(?:everywhere|throughout|globally|(?:in|across|for|through|over)\s+the\s+(?:whole|entire)\s+(?:video|project|film|thing)"
    r"|across\s+(?:the|all)\s+(?:video|project|film|scenes)|(?:in|on|for)\s+(?:all|every|each)\s+scenes?)\b"
)
_EVERY_PART = compiled(
    r"\b(?:every|each)\s+(?:single\s+)?(?:title|headline|heading|subtitle|button|background|chart)\b"
    r"|\ball\s+(?:of\s+)?(?:the\s+|my\s+)?(?:titles|headlines|headings|subtitles|buttons|backgrounds|charts)\b"
)
_PRONOUN = compiled(
    r"\b(?:make|put|move|set|turn|rotate|let|give|bring|place|shift)\s+(?P<it>it|him|her|them|that)\b"
    r"(?!\s+(?:all\b|look|warmer|cooler|darker|brighter|faster|slower))"
)
_AWAY = compiled(r"\b(?:remove|delete|drop|hide|get\s+rid\s+of)\s+(?:the\s+|its\s+)?(?P<part>[a-z]+)\b")
_SURELY_NAMED = 4
"""How well a part must be named for no other scene to be tried: by words that the scene shows."""
_LIKE_BEFORE = compiled(r"\b(?:like|as|of|from|to|match(?:es)?|with)\s+(?:the\s+)?$")


def like(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide a request to make one scene look like another."""
    if not clause.says(_LIKE) or clause.says(_DISLIKE):
        return None
    found = [mention for mention in situation.named(clause).found if not mention.weak]
    source = next((one for one in found if _LIKE_BEFORE.search(clause.text[: one.start])), None)
    if source is None:
        return None
    target = next((one.scene for one in found if one.scene.id != source.scene.id), None)
    target = target or selected_scene(situation.project)
    if target is None or target.id == source.scene.id:
        return None
    done = perform_like(target.source, target.params, source.scene.source, source.scene.params)
    if not done.done:
        return None
    step = EditScene(target.id, clause.original, "creative", source.scene.id, because=clause.original)
    return _edited(situation, step, done)


def apply_template(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide a request to give a scene another template."""
    if not clause.says(_TURN):
        return None
    named = situation.named(clause).scenes
    scene = named[0] if named else selected_scene(situation.project)
    card = _named_card(clause, situation)
    says_template = bool(clause.says(_TEMPLATE))
    if card is None and says_template and scene is not None:
        matches = situation.retrieval.rank(clause.text)
        card = matches[0].card if situation.retrieval.means_something(matches) else None
    turned = re.search(r"\binstead\b|\binto\s+an?\b|\bapply\b", clause.text, re.IGNORECASE)
    if scene is None or card is None or not (says_template or turned):
        return None
    params = _carried(clause, scene, card)
    return Verdict([ApplyTemplate(scene.id, card.id, params, because=clause.original)])


def add(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide a request for new scenes."""
    if _ITEMS_IN_TURN.search(clause.text) and _having_lists(situation):
        return None
    if _NEW_CONTENT.match(clause.text) and situation.project.scenes:
        return None
    whole = clause.begins(_ADD_SCENE) or clause.begins(_ADDS_A_SCENE)
    if not whole and (not (clause.begins(_ADD) or clause.begins(_WANTED)) or _adds_part(clause, situation)):
        return None
    if (
        not whole
        and _THE_PART.match(clause.text)
        and (
            situation.named(clause).scenes
            or any(_named_parts(clause, one) for one in situation.project.scenes)
        )
    ):
        return None
    if not (clause.says(_NEEDS_SCENE) or scene_like(clause.text) or clause.quoted.pieces):
        matches = situation.retrieval.rank(clause.text)
        if not situation.retrieval.means_something(matches):
            return None
    clause.notice_all()
    position, text = position_and_rest(clause, situation)
    packet = replace(situation.packet, prompt=clause.quoted.original(text), project=situation.project)
    plan = storyboard(packet, situation.retrieval)
    steps: list[Step] = []
    for step in plan.steps:
        made = isinstance(step, AddScene) and position is not None
        steps.append(
            replace(step, position=position + len(steps))
            if made and isinstance(step, AddScene) and position
            else step
        )
    return Verdict(steps, assumed=list(plan.assumed), ignored=list(plan.ignored), confidence=plan.confidence)


def edit(clause: Clause, situation: Situation) -> Verdict | None:
    """Decide an edit: the scene that is meant, and whether the rules can do it there."""
    named = situation.named(clause)
    if named.unknown and not named.scenes:
        count = len(situation.project.scenes)
        return Verdict(cannot=f"There is no {named.unknown[0]!r} among the {count} scenes.")
    if not names_all(clause.text) and (parts := shared(clause, situation)):
        return _edited_apart(clause, situation, parts)
    steps: list[Step] = []
    verdict = Verdict(steps)
    refused: list[str] = []
    everywhere = names_all(clause.text) or bool(clause.says(_EVERYWHERE))
    everywhere = everywhere or bool(clause.says(_EVERY_PART) and not named.scenes)
    every = list(situation.project.scenes) if everywhere else []
    for scene in every or named.scenes or _likely(clause, situation):
        instruction = _without_pronoun(clause, situation, scene)
        done = perform(scene.source, scene.params, instruction)
        refused += done.refused
        if not done.done and scene.id.startswith("step:") and not scene.source:
            done = replace(done, done=_would_do(clause))
        if done.done:
            step = EditScene(scene.id, instruction, done.edit_kind, because=clause.original)
            situation.part = done.part or situation.part
            if instruction == clause.original:
                clause.noticed.extend(done.heard)
            elif not unheard(set_aside(instruction).text, done.heard):
                clause.notice_all()
            told = _edited(situation, step, done)
            steps += told.steps
            verdict.assumed += told.assumed
            if not (every or named.scenes):
                break
    if steps:
        return verdict
    refused = refused or _absent(clause, situation, named.scenes)
    return Verdict(cannot=" ".join(dict.fromkeys(refused))) if refused else None


def _edited_apart(
    clause: Clause, situation: Situation, parts: list[tuple[Clause, SceneView]]
) -> Verdict | None:
    """Decide an edit of parts of several scenes, each in its own scene."""
    whole = Verdict()
    for own, scene in parts:
        done = perform(scene.source, scene.params, own.original)
        if not done.done:
            return None
        step = EditScene(scene.id, own.original, done.edit_kind, because=clause.original)
        whole = whole.joined(_edited(situation, step, done))
    clause.notice_all()
    return whole


def _absent(clause: Clause, situation: Situation, named: list[SceneView]) -> list[str]:
    """Return a sentence when the request takes away a part that the scene does not have."""
    scene = named[0] if named else selected_scene(situation.project)
    part = _AWAY.search(clause.text)
    if scene is None or not scene.source or part is None or part["part"].lower() not in MEANT_BY:
        return []
    names = [one.name for one in Draft(scene.source, dict(scene.params)).elements() if one.name]
    return [f"{scene.name} has no {part['part']}; its parts are: {', '.join(dict.fromkeys(names))}."]


def _without_pronoun(clause: Clause, situation: Situation, scene: SceneView) -> str:
    """Return the request with "it" replaced by the part of the scene that the request before was about."""
    pronoun = _PRONOUN.search(clause.text)
    if not pronoun or not situation.part or _named_parts(clause, scene):
        return clause.original
    start, end = pronoun.span("it")
    return clause.quoted.original(f"{clause.text[:start]}the {situation.part}{clause.text[end:]}").strip()


def _edited(situation: Situation, step: EditScene, done: Performed) -> Verdict:
    situation.rewrite(
        step.scene,
        lambda one: replace(one, source=done.source or one.source, params={**one.params, **done.params}),
    )
    return Verdict([step], assumed=[*done.assumed, *done.refused])


def _would_do(clause: Clause) -> bool:
    """Say whether the rules understand an edit of a scene not written yet, by trying it on a simple one."""
    sample = 'background("#0b1020")\ntext("Title", name="title")\ntext("Subtitle", y=700, name="subtitle")\n'
    return perform(sample, {}, clause.original).done


def _likely(clause: Clause, situation: Situation) -> list[SceneView]:
    """Return the scenes an edit may mean when it names none: the selected one, those with the parts named."""
    selected = selected_scene(situation.project)
    scenes = [selected] if selected else []
    having = [
        scene for scene in situation.project.scenes if scene is not selected and _named_parts(clause, scene)
    ]
    if selected and _named_parts(clause, selected):
        return sorted([selected, *having], key=lambda one: -_named_parts(clause, one))
    if len(having) == 1 and _named_parts(clause, having[0]) >= _SURELY_NAMED:
        return having
    return [*having, *scenes] if len(having) == 1 else [*scenes, *having]


def _named_parts(clause: Clause, scene: SceneView) -> int:
    """Return how well a request names parts of the scene; a quoted text that it shows counts for all."""
    draft = Draft(scene.source, dict(scene.params))
    quoted = clause.quoted.pieces
    shown = any(piece.text in text for piece in quoted[:1] for text in (scene.source, *texts_of(scene)))
    shown = shown or written_anew(draft, Ask(clause.quoted, clause.text)) is not None
    adds = _ADD.match(clause.text) and not _THE_PART.match(clause.text) and not _LIGHT.search(clause.text)
    beside = _PART.search(clause.text) if adds else None
    text = beside["part"] if beside else clause.text
    listed = lists(draft) or "items" in draft.params()
    another = bool(listed and _OF_ITEMS.search(clause.text)) + 4 * _shows_items(draft, clause)
    another += 2 * bool(_ANOTHER_ITEM.search(clause.text) and listed)
    return 100 * shown + another + Ask(clause.quoted, text).nearness(draft) + labels_said(draft, text)


def _shows_items(draft: Draft, clause: Clause) -> int:
    """Return how many items of the scene's list the request names."""
    param = draft.params().get("items")
    items = str(draft.values.get("items", param.default)).split("|") if param else []
    named = (
        re.search(rf"\b{re.escape(one.strip())}\b", clause.text, re.IGNORECASE)
        for one in items
        if one.strip()
    )
    return sum(one is not None for one in named)


def _adds_part(clause: Clause, situation: Situation) -> bool:
    """Say whether something is added to a scene, not to the project."""
    found = situation.named(clause).found
    if any(_INTO.search(clause.text[: one.start]) for one in found if not one.weak):
        return True
    if (
        clause.says(_LIGHT)
        or clause.says(ANOTHER_VALUE)
        or (_ANOTHER_ITEM.search(clause.text) and _having_lists(situation))
    ):
        return True
    edited = situation.steps and isinstance(situation.steps[-1], EditScene)
    if edited and re.match(
        rf"^\W*(?:add|put|insert|include|use)\s+{MARK}\s*(?:instead|too|as\s+well|there)?\W*$", clause.text
    ):
        return True
    if _WITHIN.search(clause.text) and selected_scene(situation.project):
        return True
    match = clause.says(_PART)
    if not match or clause.says(AT_BACK) or clause.says(AT_FRONT):
        return False
    ask = Ask(clause.quoted, match["part"])
    return any(ask.named(Draft(scene.source, dict(scene.params))) for scene in situation.project.scenes)


def on_a_part(clause: Clause, project: ProjectView) -> bool:
    """Say whether the words place something on a part of a scene that is there."""
    match = _ON_PART.search(clause.text)
    ask = Ask(clause.quoted, match["part"]) if match else None
    drafts = (Draft(one.source, dict(one.params)) for one in project.scenes)
    return ask is not None and any(ask.named(draft, outright=True) for draft in drafts)


def _having_lists(situation: Situation) -> bool:
    return any(
        lists(draft) or "items" in draft.params()
        for draft in (Draft(scene.source, dict(scene.params)) for scene in situation.project.scenes)
    )


def _named_card(clause: Clause, situation: Situation) -> TemplateCard | None:
    words = " ".join(words_of(clause.text))
    for card in situation.packet.templates:
        for name in (card.id.replace("-", " "), " ".join(words_of(card.title))):
            if re.search(rf"\b(?:an?|the|to|into|use|apply|with|as)\s+{re.escape(name)}\b", words):
                return card
    for card in situation.packet.templates:
        first = card.id.split("-")[0]
        if len(first) > 3 and re.search(rf"\b{re.escape(first)}\w*\s+template\b", words):
            return card
    return None


def _carried(clause: Clause, scene: SceneView, card: TemplateCard) -> dict[str, ParamValue]:
    """Return parameters for a template: what the request says, else the words the scene shows now."""
    facts = facts_of(clause.quoted, clause.text)
    draft = Draft(scene.source, dict(scene.params))
    for name, param in draft.params().items():
        value = draft.values.get(name, param.default)
        if param.kind == "text" and isinstance(value, str) and name not in ("values", "labels", "items"):
            facts.texts.setdefault(name, value)
    headline = main_text(draft.elements())
    quoted = [piece.text for piece in clause.quoted.pieces if piece.kind == "words"]
    facts.texts["title"] = quoted[0] if quoted else (headline.text if headline else "")
    return fill(card, facts, facts.texts["title"], context_of(clause.quoted, "")).params
