"""What a survey came to: for each question how many chose what, in words and numbers; small numbers are hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from webapp.kernel.suppression import FEWEST
from webapp.selfchecks.domain.periods import Period
from webapp.selfchecks.domain.questionnaire import Question, SelfCheck, Type
from webapp.selfchecks.presenters.common import words
from webapp.selfchecks.queries import SurveyCounts
from webapp.web.i18n import lazy_gettext as _
from webapp.web.i18n import write_date

ADDRESS = "/admin/innsikt/erfaring"
HIDDEN = _("hidden")


@dataclass(frozen=True, slots=True)
class Choice:
    """How many chose an answer."""

    words: str
    number: int | None
    """None where it is hidden."""
    percent: int

    @property
    def told(self) -> str:
        """Answer the number as it is read."""
        return str(HIDDEN) if self.number is None else f"{self.number}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and how many chose what."""

    question: str
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class PeriodLink:
    """A time that figures can be shown for."""

    words: str
    href: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """A survey in a time: how many answered, who chose what, and what was written."""

    title: str
    fewest: int
    period: str
    number: int
    asked: list[Asked]
    text_question: str
    written: list[str]
    periods: list[PeriodLink]
    csv: str

    @classmethod
    def of(
        cls, check: SelfCheck, title: Mapping[str, str], shown: tuple[Period, SurveyCounts, Sequence[str]] | None,
        known: Sequence[Period],
    ) -> FiguresPage:  # fmt: skip
        """Answer the page of a survey: of one time, with links to the others, the newest first."""
        period, counts, written = shown or (None, SurveyCounts(0, {}), ())
        number = counts.number or 0
        texts = [words(question.text) for question in check.questions if question.type is Type.TEXT]
        return cls(
            title=words(title),
            fewest=FEWEST,
            period=period_in_words(period) if period else "",
            number=number,
            asked=[
                Asked(words(question.text), _choices(question, counts.chosen[question.id], number))
                for question in check.questions
                if question.id in counts.chosen
            ],
            text_question=", ".join(texts),
            written=list(written),
            periods=[_link(check.slug, one, is_shown=one == period) for one in reversed(known)],
            csv=f"{ADDRESS}.csv?undersokelse={check.slug}&periode={period.name}" if period else "",
        )


def _choices(question: Question, chosen: Mapping[str, int | None], number: int) -> list[Choice]:
    """Answer the answers in the order of the form, those that nobody chose too, and last those who passed it by."""
    order = [option.value for option in question.options]
    values = [*order, *sorted(value for value in chosen if value and value not in order), ""]
    counted = [(value, chosen.get(value, 0)) for value in values]
    return [
        Choice(_in_words(question, value), found, round(100 * (found or 0) / number) if number else 0)
        for value, found in counted
        if value or found != 0
    ]


def _in_words(question: Question, value: str) -> str:
    labels = [words(found.label) if (found := question.option(one)) else one for one in value.split(" ") if one]
    return ", ".join(labels) or gettext("Did not answer this")


def _link(slug: str, period: Period, *, is_shown: bool) -> PeriodLink:
    return PeriodLink(period_in_words(period), f"{ADDRESS}?undersokelse={slug}&periode={period.name}", is_shown)


def period_in_words(period: Period) -> str:
    """Answer a time by its first and its last day."""
    return str(gettext("%(first)s to %(last)s", first=write_date(period.since), last=write_date(period.last_day)))
