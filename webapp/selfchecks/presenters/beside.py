"""A result beside an earlier one that the resident has brought: what was said then, what is said now (SJ-8b)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from webapp.selfchecks.domain.answers import Answers, path
from webapp.selfchecks.domain.earlier import Earlier, EarlierFault
from webapp.selfchecks.domain.questionnaire import SelfCheck
from webapp.selfchecks.domain.scoring import Result, result
from webapp.selfchecks.presenters.common import words
from webapp.selfchecks.presenters.result import ScorePicture, picture_of
from webapp.selfchecks.presenters.told import answered
from webapp.web.i18n import lazy_gettext as _
from webapp.web.i18n import write_time

FAULTS = {
    EarlierFault.NONE: _("Choose the file with the earlier result."),
    EarlierFault.TOO_LARGE: _("The file is too large to be a result from here."),
    EarlierFault.NO_RESULT: _("This file is not a result from here, or it has been changed."),
    EarlierFault.ANOTHER: _("This is the result of another self-check."),
    EarlierFault.ANOTHER_VERSION: _("The questions have changed since then, so the two cannot be compared."),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the answers of one time say: each band with where its score lies."""

    when: str
    bands: list[tuple[str, ScorePicture | None]]


@dataclass(frozen=True, slots=True)
class Pair:
    """One question with the answer of then and the answer of now."""

    question: str
    then: str
    now: str
    is_other: bool


@dataclass(frozen=True, slots=True)
class BesidePage:
    """Two results side by side."""

    slug: str
    title: str
    then: Said
    now: Said
    pairs: list[Pair]

    @classmethod
    def of(cls, fields: Mapping[str, Any], check: SelfCheck, earlier: Earlier, answers: Answers) -> BesidePage:
        """Answer the page of an earlier result and the one of now."""
        return cls(
            slug=check.slug,
            title=words(fields["title"]),
            then=_said(write_time(earlier.at), check, result(check, earlier.answers)),
            now=_said(gettext("Now"), check, result(check, answers)),
            pairs=_pairs(check, earlier.answers, answers),
        )


def _said(when: str, check: SelfCheck, found: Result) -> Said:
    return Said(when, [(words(band.name), picture_of(check, found, band.score)) for band in found.bands])


def _pairs(check: SelfCheck, then: Answers, now: Answers) -> list[Pair]:
    """Answer all that was asked at either time; what was asked only once has one answer."""
    steps = {step.id: step for step in (*path(check, now), *path(check, then))}
    open_words = gettext("not answered")
    found = []
    for step_id, step in steps.items():
        before, after = then.get(step_id, ""), now.get(step_id, "")
        if before or after:
            told = [answered(step, answer) for answer in (before, after)]
            said = [one["answer"] or open_words for one in told]
            found.append(Pair(told[0]["question"], said[0], said[1], before != after))
    return found
