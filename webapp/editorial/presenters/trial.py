"""The test run of a self-check: what each example must come to, what the draft says of it; and trying it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString

from webapp.editorial.current import page_address
from webapp.editorial.domain.places import Place
from webapp.editorial.presenters.part import Tab
from webapp.kernel.language import localised
from webapp.selfchecks.domain.answers import path
from webapp.selfchecks.domain.questionnaire import NO, YES, SelfCheck
from webapp.selfchecks.domain.trial import Outcome, trials
from webapp.selfchecks.presenters.pages import QuestionPage
from webapp.selfchecks.presenters.result import ResultPage
from webapp.web.i18n import language, write_list
from webapp.web.i18n import lazy_gettext as _

DIFFERS = {
    "score": _("the number"),
    "band": _("the level"),
    "flags": _("the red flags"),
    "advice": _("the advice"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is told of an example."""

    label: str
    value: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One example in the test run."""

    facts: tuple[Fact, ...]
    differs: str
    """In what the two differ; empty where it comes out right."""


@dataclass(frozen=True, slots=True)
class TrialPage:
    """The test run of a self-check."""

    title: str
    back: str
    address: str
    is_draft: bool
    lines: tuple[TrialLine, ...]

    @property
    def wrong(self) -> int:
        """How many examples do not come out right."""
        return sum(1 for line in self.lines if line.differs)


def trial_page(place: Place, check: SelfCheck, fields: Mapping[str, Any], *, is_draft: bool) -> TrialPage:
    """Make the test run of a self-check as it is, with its draft where there is one."""
    names = _names(fields)
    lines = tuple(
        TrialLine(
            (
                Fact(str(_("Answers")), _answers(check, one.answers)),
                Fact(str(_("Must come to")), _told(one.expected, names, _("among the advice"))),
                Fact(str(_("Comes to")), _told(one.found, names, _("the advice"))),
            ),
            write_list([str(DIFFERS[name]) for name in one.differs]),
        )
        for one in trials(check, fields.get("vectors", ()))
    )  # fmt: skip
    address = page_address(place)
    return TrialPage(localised(fields["title"], language()), address, f"{address}/prov", is_draft, lines)


def _names(fields: Mapping[str, Any]) -> dict[str, str]:
    return {band["id"]: localised(band["name"], language()) for band in fields.get("bands", ())}


def _answers(check: SelfCheck, answers: Mapping[str, str]) -> str:
    """Write answers as instruments print them: in the order of the questions, `–` for what is left open."""
    steps = [step.id for step in path(check, answers)]
    known = [*steps, *(name for name in answers if name not in steps)]
    said = {YES: str(_("Yes")), NO: str(_("No")), "": "–"}
    return ", ".join(said.get(answer, answer) for name in known for answer in [answers.get(name, "")])


def _told(outcome: Outcome, names: Mapping[str, str], advice: LazyString) -> str:
    score = f"{outcome.score:g}" if outcome.score is not None else str(_("no number"))
    said: list[str] = [score, *(names.get(one, one) for one in outcome.bands)]
    said += [str(_("red flag: %(name)s", name=name)) for name in outcome.flags]
    given = [f"{advice}: {', '.join(outcome.advice)}"] if outcome.advice else []
    return ", ".join([*said, *given])


@dataclass(frozen=True, slots=True)
class TryPage:
    """A self-check that an editor tries out: one question with what was answered before, or what the answers say."""

    title: str
    back: str
    action: str
    language: str
    tabs: tuple[Tab, ...]
    given: tuple[tuple[str, str], ...]
    step: str
    """The id of the step that is asked; empty at the end."""
    question: QuestionPage | None
    result: ResultPage | None
