"""The pages of filling in a self-check: the list, the introduction, one question at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.content import reading
from webapp.content.urgent import Urgent
from webapp.kernel.language import localised
from webapp.selfchecks.domain.answers import AnswerFault, Answers, Step, path
from webapp.selfchecks.domain.questionnaire import NO, YES, Question, SelfCheck, Type, read
from webapp.selfchecks.domain.scoring import flags_of
from webapp.selfchecks.presenters.common import FlagBox, html, words
from webapp.web.i18n import language
from webapp.web.i18n import lazy_gettext as _
from webapp.web.markdown import Html

TRANSLATIONS = {
    "unofficial": _("Unofficial translation, not validated."),
    "official": _("Official translation."),
    "original": _("In the original language."),
}
FAULTS = {
    AnswerFault.MISSING: _("Choose an answer to go on."),
    AnswerFault.UNKNOWN: _("Choose one of the answers on the page."),
    AnswerFault.TOO_MANY: _("You have chosen too many. Take some away."),
    AnswerFault.NO_NUMBER: _("Write a whole number, like 3."),
    AnswerFault.OUT_OF_RANGE: _("Write a number within the limits."),
    AnswerFault.TOO_LONG: _("Write at most 4,000 characters."),
}


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A self-check in the list."""

    slug: str
    title: str
    short: str
    minutes: int


@dataclass(frozen=True, slots=True)
class ListPage:
    """All self-checks that are open."""

    checks: list[CheckLine]

    @classmethod
    def of(cls, found: Mapping[str, Mapping[str, Any]]) -> ListPage:
        """Answer the list."""
        return cls([CheckLine(slug, words(f["title"]), words(f["short"]), f["minutes"]) for slug, f in found.items()])


@dataclass(frozen=True, slots=True)
class IntroPage:
    """A self-check before it begins: what it is for, what it does not say, whose it is."""

    slug: str
    title: str
    short: str
    minutes: int
    number: int
    intro: Html
    recall: str
    says_not: Html
    terms: Html
    holder: str
    translation: str

    @classmethod
    def of(cls, slug: str, fields: Mapping[str, Any]) -> IntroPage:
        """Answer the page of a self-check."""
        licence = fields["licence"]
        return cls(
            slug=slug,
            title=words(fields["title"]),
            short=words(fields["short"]),
            minutes=fields["minutes"],
            number=len(path(read(slug, fields), {})),
            intro=html(words(fields["intro"])),
            recall=words(fields.get("recall", {})),
            says_not=html(words(fields["says_not"])),
            terms=html(words(licence["terms"])),
            holder=licence["holder"],
            translation=str(TRANSLATIONS.get(localised(fields["translation"], language()), "")),
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be chosen."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question, with what was answered before."""

    slug: str
    title: str
    number: int
    total: int
    question: str
    help: Html | None
    recall: str
    type: str
    choices: list[Choice]
    most: int
    least_number: int
    most_number: int
    value: str
    is_optional: bool
    fault: str
    flags: list[FlagBox | Urgent]
    is_last: bool
    is_survey: bool

    @property
    def back(self) -> str:
        """The page before this one: the question before, or the introduction."""
        base = f"/{language()}/selvsjekk/{self.slug}"
        return f"{base}/sporsmal/{self.number - 1}" if self.number > 1 else base

    @classmethod
    def of(
        cls, fields: Mapping[str, Any], check: SelfCheck, answers: Answers, number: int, *,
        fault: AnswerFault | None = None, given: str | None = None, now: Urgent | None = None,
    ) -> QuestionPage:  # fmt: skip
        """Answer the page of a step, by its number from 1."""
        steps = path(check, answers)
        step = steps[number - 1]
        question, value = step.question, answers.get(step.id, "") if given is None else given
        return cls(
            slug=check.slug,
            title=words(fields["title"]),
            number=number,
            total=len(steps),
            question=_asked(step),
            help=html(words(question.help)) if question.help else None,
            recall=words(fields.get("recall", {})),
            type=question.type.value,
            choices=_choices(question, value),
            most=question.most,
            least_number=question.least_number,
            most_number=question.most_number,
            value=value,
            is_optional=question.is_optional,
            fault=str(FAULTS[fault]) if fault else "",
            flags=[*([now] if now else []), *(FlagBox.of(flag) for flag in flags_of(check, answers))],
            is_last=number == len(steps),
            is_survey=bool(fields.get("survey")),
        )


def _asked(step: Step) -> str:
    text = words(step.question.text)
    named = text.replace("{option}", words(step.option.label)) if step.option else text
    return reading.filled(named, language())


def _choices(question: Question, value: str) -> list[Choice]:
    chosen = value.split(" ") if question.type is Type.MULTIPLE else [value]
    if question.type is Type.YES_NO:
        pairs = [(YES, str(_("Yes"))), (NO, str(_("No")))]
    elif question.type is Type.SCALE:
        pairs = [(str(n), str(n)) for n in range(question.least_number, question.most_number + 1)]
    else:
        pairs = [(option.value, words(option.label)) for option in question.options]
    return [Choice(value, label, value in chosen) for value, label in pairs]


@dataclass(frozen=True, slots=True)
class SavedPage:
    """What was filled in is kept under a link, or is there to go on with."""

    slug: str
    address: str
