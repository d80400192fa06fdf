"""What is kept of a self-check: under a link that only the resident has, or as answers to a survey without a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.kernel.clock import local_day
from webapp.kernel.errors import GoneError
from webapp.kernel.ids import new_id, new_secret
from webapp.selfchecks.domain.answers import SKIPPED, Answers, valid
from webapp.selfchecks.domain.questionnaire import SelfCheck, Type
from webapp.selfchecks.models import SurveyAnswerRow, SurveyWordsRow
from webapp.storage import working_copies
from webapp.storage.working_copies import SAVED

SLUG, ANSWERS, VERSION, TOLD = "slug", "answers", "version", "told"
"""What lies in a working copy; `told`: a result has been shown, so that what is answered now is a change of it."""


def save_under_link(session: Session, municipality: str, slug: str, content: Mapping[str, Any], *, at: datetime) -> str:
    """Keep a copy for thirty days, which only the link can open; answer its secret."""
    secret = new_secret()
    working_copies.save(session, municipality, secret, {**content, SLUG: slug}, expires_at=at + SAVED)
    return secret


def take_from_link(session: Session, municipality: str, secret: str, *, at: datetime) -> dict[str, Any]:
    """Answer what was kept under a link; raise GoneError where there is nothing any more."""
    found = working_copies.load(session, municipality, secret[:100], at=at)
    if not found:
        raise GoneError("nothing is kept under this link")
    return found


def answer_survey(
    session: Session, municipality: str, check: SelfCheck, answers: Answers, key: str, *, at: datetime
) -> None:
    """Store the answers to a survey without anything that tells who, once for each key.

    What was written lies apart from what was ticked, under an id of its own.
    """
    if session.get(SurveyAnswerRow, key) is not None:
        return
    told = {step: answer for step, answer in valid(check, answers).items() if answer != SKIPPED}
    written = {question.id for question in check.questions if question.type is Type.TEXT}
    ticked = {step: answer for step, answer in told.items() if step not in written}
    of, day = {"municipality": municipality, "survey": check.slug}, local_day(at)
    session.add(SurveyAnswerRow(id=key, version=check.version, day=day, answers=ticked, **of))
    session.add_all(
        SurveyWordsRow(id=new_id(), question=step, month=day.replace(day=1), words=told[step], **of)
        for step in written & set(told)
    )
