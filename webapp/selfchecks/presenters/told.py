"""What somebody answered, in words; and the answers to a survey before they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from webapp.selfchecks.domain.answers import Answers, Step, path
from webapp.selfchecks.domain.questionnaire import NO, YES, Question, SelfCheck, Type
from webapp.selfchecks.domain.scoring import Result
from webapp.selfchecks.presenters.common import words
from webapp.web.i18n import language


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One answer to a survey, and where it can be changed."""

    label: str
    value: str
    href: str


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """The answers to a survey, before they are sent without a name."""

    slug: str
    title: str
    rows: list[SurveyRow]
    key: str


def survey_page(fields: Mapping[str, Any], check: SelfCheck, answers: Answers, key: str) -> SurveyPage:
    """Answer the answers to a survey before they are sent, each with the way to change it."""
    base = f"/{language()}/selvsjekk/{check.slug}"
    told = [
        (number, answered(step, answers[step.id]))
        for number, step in enumerate(path(check, answers), start=1)
        if answers.get(step.id)
    ]
    rows = [SurveyRow(one["question"], one["answer"], f"{base}/sporsmal/{number}") for number, one in told]
    return SurveyPage(check.slug, words(fields["title"]), rows, key)


def score_words(check: SelfCheck, found: Result, score_id: str) -> str:
    """Answer a score as a sentence says it."""
    most = max(band.most for band in check.bands if band.score == score_id)
    return str(gettext("%(number)s of %(most)s", number=f"{found.scores[score_id]:g}", most=most))


def answered(step: Step, answer: str) -> dict[str, str]:
    """Answer what was asked and what was answered."""
    asked = words(step.question.text)
    return {
        "question": asked.replace("{option}", words(step.option.label)) if step.option else asked,
        "answer": _said(step.question, answer),
    }


def _said(question: Question, answer: str) -> str:
    if question.type is Type.YES_NO:
        return str({YES: gettext("Yes"), NO: gettext("No")}.get(answer, answer))
    if question.type in {Type.CHOICE, Type.MULTIPLE}:
        chosen = [question.option(value) for value in answer.split(" ")]
        return ", ".join(words(option.label) for option in chosen if option)
    return answer
