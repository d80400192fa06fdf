"""Self-checks on paper: the blank form (SJ-9), and a result to take along (SJ-7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext

from webapp.content.reading import filled
from webapp.content.site import current_site
from webapp.gateways import pdf
from webapp.kernel.text import plain
from webapp.selfchecks.domain.answers import Answers, path
from webapp.selfchecks.domain.questionnaire import Question, SelfCheck, Type
from webapp.selfchecks.domain.scoring import Result, result
from webapp.selfchecks.presenters.common import LEVELS, FlagBox, words
from webapp.selfchecks.presenters.told import answered, score_words
from webapp.web.i18n import language, write_time

LINES = 5
"""So many lines to write on for a free text."""


def _text(given: Mapping[str, str]) -> str:
    return plain(filled(words(given), language()))


def blank_form(check: SelfCheck, fields: Mapping[str, Any]) -> bytes:
    """Answer a printable blank form of a self-check."""
    data = {
        "short": words(fields["short"]),
        "intro": _text(fields["intro"]),
        "questions": [_blank(number, question, check) for number, question in enumerate(check.questions, start=1)],
        "says_not_heading": gettext("What it does not say"),
        "says_not": _text(fields["says_not"]),
        "terms": _text(fields["licence"]["terms"]),
    }
    return pdf.make("selfcheck_form", data, language=language(), title=words(fields["title"]))


def _blank(number: int, question: Question, check: SelfCheck) -> dict[str, Any]:
    about = check.question(question.for_each)
    each = [gettext("For each that you ticked in question %(number)s.", number=_number(check, about))] if about else []
    picked = gettext("Choose at most %(num)s.", num=question.most) if question.type is Type.MULTIPLE else ""
    return {
        "number": str(number),
        "text": words(question.text).replace("{option}", "…"),
        "help": " ".join([*each, _text(question.help) if question.help else "", picked]).strip(),
        "labels": _labels(question),
        "lines": LINES if question.type is Type.TEXT else int(question.type is Type.NUMBER),
    }


def _number(check: SelfCheck, question: Question) -> int:
    return check.questions.index(question) + 1


def _labels(question: Question) -> list[str]:
    if question.type is Type.YES_NO:
        return [gettext("Yes"), gettext("No")]
    if question.type is Type.SCALE:
        return [str(number) for number in range(question.least_number, question.most_number + 1)]
    return [words(option.label) for option in question.options]


def result_paper(
    check: SelfCheck, fields: Mapping[str, Any], answers: Answers, found: Result, *, at: datetime
) -> bytes:
    """Answer a result as PDF: what the answers say, the advice, and the answers themselves."""
    flags = [FlagBox.of(flag) for flag in found.flags]
    data = {
        "when": write_time(at),
        "flags": [
            {
                "text": _text(flag.text),
                "numbers": [{"telephone": one.telephone, "name": one.name} for one in box.numbers],
            }
            for flag, box in zip(found.flags, flags, strict=True)
        ],
        "bands": [
            {"name": words(band.name), "text": _text(band.text), "score": score_words(check, found, band.score)}
            for band in found.bands
        ],
        "groups": [
            {
                "heading": str(heading),
                "cards": [_text(advice.text) for advice in found.advice if advice.level == level],
            }
            for level, heading in LEVELS.items()
            if any(advice.level == level for advice in found.advice)
        ],
        "answers_heading": gettext("Your answers"),
        "answers": [answered(step, answers[step.id]) for step in path(check, answers) if answers.get(step.id)],
        "says_not_heading": gettext("What it does not say"),
        "says_not": _text(fields["says_not"]),
        "telephone": f"{current_site().municipality}, {current_site().telephone}",
    }
    return pdf.make("selfcheck_result", data, language=language(), title=words(fields["title"]))


def written_result(check: SelfCheck, fields: Mapping[str, Any], answers: Answers) -> str:
    """Answer a result and its answers as text, for somebody who sends it along."""
    found = result(check, answers)
    bands = [f"{words(band.name)}: {score_words(check, found, band.score)}" for band in found.bands]
    told = [answered(step, answers[step.id]) for step in path(check, answers) if answers.get(step.id)]
    lines = [f"{one['question']} {one['answer']}" for one in told]
    return "\n".join([words(fields["title"]), *bands, "", *lines])
