"""A vision model looks at frames and answers a checklist with yes and no; its score is marked as judged."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from workbench.brain.model import Model
from workbench.brain.remote.json_reading import read_object
from workbench.brain.remote.model import OpenAIModel
from workbench.errors import InputError, ModelFailed
from workbench.experiments.painting import CellPainter
from workbench.experiments.paying import ANSWERED
from workbench.experiments.seats import Seat, Seats
from workbench.experiments.values import Spec
from workbench.store.trials import Trials

_HEIGHT = 270
_NO_JUDGE = 'Give judge="a-vision-model", or run `workbench experiment amend NAME --judge MODEL`.'
_ASKING = (
    "These are {count} frames of one animation, from left to right in the order of time. Answer each "
    'question about it with yes or no, in one JSON object {{"answers": ["yes", "no", ...]}} and nothing '
    "else.\n{questions}"
)


def judge_cells(
    trials: Trials, trial_id: str, spec: Spec, model: Model, seats: Seats, painter: CellPainter
) -> int:
    """Judge every cell that is done, has a checklist and was not judged; returns how many were."""
    if spec.judge is None or not isinstance(model, OpenAIModel):
        raise InputError("There is no judge that sees pictures.", remedy=_NO_JUDGE)
    count = 0
    for cell in trials.results(trial_id):
        questions = spec.case(cell.key.case).checklist
        if not questions or not cell.scores or cell.scores.get("judged") is not None:
            continue
        frames = painter.frames(cell, spec.judge.frames, _HEIGHT)
        share = 0.0
        if frames:
            with seats.taken(Seat(cell, spec.variant(cell.key.variant), model, judges=True)):
                found = _asked(model, frames, questions)
            if found is None:
                continue
            share = found
        trials.rescore(cell.id, {**cell.scores, "judged": share})
        count += 1
    return count


def read_answers(text: str, count: int) -> float | None:
    """Return the share of yes; None when the answer is not one yes or no for each question."""
    try:
        answers = read_object(text).get("answers")
    except ModelFailed:
        return None
    if not isinstance(answers, list) or len(answers) != count:
        return None
    said = [str(answer).strip().lower() for answer in answers]
    if any(each not in ("yes", "no", "true", "false") for each in said):
        return None
    return sum(each in ("yes", "true") for each in said) / count


def _asked(model: OpenAIModel, frames: Sequence[bytes], questions: Sequence[str]) -> float | None:
    listed = "\n".join(f"{number}. {question}" for number, question in enumerate(questions, 1))
    question = _ASKING.format(count=len(frames), questions=listed)
    try:
        told = model.describe(_side_by_side(frames), "image/jpeg", question)
    except ModelFailed as failure:
        if failure.evidence.get("kind") not in ANSWERED:
            raise
        return None
    return read_answers(told.text, len(questions))


def _side_by_side(frames: Sequence[bytes]) -> bytes:
    pictures = [Image.open(BytesIO(frame)).convert("RGB") for frame in frames]
    width, height = sum(picture.width for picture in pictures), max(picture.height for picture in pictures)
    sheet = Image.new("RGB", (width, height))
    left = 0
    for picture in pictures:
        sheet.paste(picture, (left, 0))
        left += picture.width
    buffer = BytesIO()
    sheet.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
