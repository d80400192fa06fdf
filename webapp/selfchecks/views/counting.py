"""What is counted of a self-check: how far people come, and which bands first results are in; never with whose."""

from __future__ import annotations

from webapp.kernel.moments import Moment
from webapp.selfchecks.domain.answers import Answers, first_open, path
from webapp.selfchecks.domain.questionnaire import SelfCheck
from webapp.selfchecks.domain.scoring import result
from webapp.web.counting import count


def count_answer(check: SelfCheck, before: Answers, answers: Answers, step: str) -> None:
    """Count a step that was answered for the first time, the one that follows it, and a result that is now there."""
    if step in before:
        return
    steps = path(check, answers)
    place = next((number for number, one in enumerate(steps) if one.id == step), len(steps))
    if place < len(steps):
        count(Moment.CHECK_ANSWERED, f"{check.slug} {steps[place].question.id}")
    following = steps[place + 1 :][:1]
    if following and following[0].id not in answers:
        count(Moment.CHECK_REACHED, f"{check.slug} {following[0].question.id}")
    if first_open(check, answers) is None:
        bands = "+".join(band.id for band in result(check, answers).bands)
        count(Moment.CHECK_DONE, f"{check.slug} {bands}".strip())
