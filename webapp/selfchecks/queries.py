"""The self-checks that a municipality's residents can take, and what surveys came to, small numbers hidden."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.content.domain.library import Library
from webapp.kernel.errors import NotFoundError
from webapp.kernel.suppression import FEWEST, shown
from webapp.selfchecks.domain.periods import Period, periods
from webapp.selfchecks.domain.questionnaire import SelfCheck, read
from webapp.selfchecks.models import SurveyAnswerRow, SurveyWordsRow

SURVEY = "survey"
"""What marks a file as a survey: no result, and the answers go to the municipality without a name."""


_read: WeakKeyDictionary[Library, dict[str, SelfCheck]] = WeakKeyDictionary()
"""What was read from the files of a library, for as long as the library is in use."""


def fields_of(library: Library, slug: str) -> dict[str, Any]:
    """Answer the file of a self-check that is open; raise NotFoundError where there is none."""
    found = library.selfcheck(slug)
    if found is None or not library.has_selfcheck(slug):
        raise NotFoundError
    return dict(found)


def all_open(library: Library) -> dict[str, dict[str, Any]]:
    """Answer the self-checks that are open, by slug, in the order of the content's table."""
    return {slug: fields_of(library, slug) for slug in library.selfcheck_slugs if library.has_selfcheck(slug)}


def all_checks(library: Library) -> dict[str, dict[str, Any]]:
    """Answer the self-checks that are open and give a result: a survey is asked for where it is about something."""
    return {slug: fields for slug, fields in all_open(library).items() if not fields.get(SURVEY)}


def selfcheck(library: Library, slug: str) -> SelfCheck:
    """Answer a self-check as the engine reads it; raise NotFoundError where it is not open."""
    known = _read.setdefault(library, {})
    if slug not in known:
        known[slug] = read(slug, fields_of(library, slug))
    return known[slug]


@dataclass(frozen=True, slots=True)
class SurveyCounts:
    """What a survey came to in a time: how many answered, and how many chose what; None for what is hidden."""

    number: int | None
    chosen: Mapping[str, Mapping[str, int | None]]
    """Question → value → how many; under an empty value those who passed the question by."""


def survey_counts(session: Session, municipality: str, survey: str, since: date, until: date) -> SurveyCounts:
    """Answer what a survey came to from a day to before another; nothing where fewer than five answered (IN-2)."""
    row = SurveyAnswerRow
    wanted = select(row.answers).where(row.municipality == municipality, row.survey == survey)
    given = session.scalars(wanted.where(row.day >= since, row.day < until)).all()
    if len(given) < FEWEST:
        return SurveyCounts(None if given else 0, {})
    asked = sorted({question for one in given for question in one})
    chosen: dict[str, Counter[str]] = defaultdict(Counter)
    for one in given:
        for question in asked:
            chosen[question][one.get(question, "")] += 1
    return SurveyCounts(len(given), {question: shown(counts) for question, counts in chosen.items()})


def surveys(library: Library) -> dict[str, SelfCheck]:
    """Answer the surveys that there are, by slug, also those that are closed now: they may have been answered."""
    found = {slug: library.selfcheck(slug) for slug in library.selfcheck_slugs}
    return {slug: read(slug, dict(fields)) for slug, fields in found.items() if fields and fields.get(SURVEY)}


def survey_periods(session: Session, municipality: str, survey: str, today: date) -> list[Period]:
    """Answer the times that a survey's figures can be shown for, the oldest first."""
    row = SurveyAnswerRow
    wanted = select(row.day, func.count()).where(row.municipality == municipality, row.survey == survey)
    answered = session.execute(wanted.group_by(row.day)).all()
    return periods({found[0]: found[1] for found in answered}, today)


def survey_words(session: Session, municipality: str, survey: str, since: date, until: date) -> list[str]:
    """Answer what was written in a survey, in no order of time; nothing where fewer than five wrote."""
    row = SurveyWordsRow
    wanted = select(row).where(row.municipality == municipality, row.survey == survey)
    found = session.scalars(wanted.where(row.month >= since, row.month < until).order_by(row.id)).all()
    return [one.words for one in found] if len(found) >= FEWEST else []
