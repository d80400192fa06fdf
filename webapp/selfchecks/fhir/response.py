"""The answers to a self-check as a QuestionnaireResponse: what was asked and answered, and the scores."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from webapp.kernel.language import localised
from webapp.selfchecks.domain.answers import SKIPPED, Answers, Step, path, valid
from webapp.selfchecks.domain.questionnaire import YES, Option, Score, SelfCheck, Type
from webapp.selfchecks.domain.scoring import result
from webapp.selfchecks.fhir import terms
from webapp.selfchecks.fhir.terms import Json
from webapp.selfchecks.fhir.totals import score_type

UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What a FHIR string may not hold."""


def response(check: SelfCheck, answers: Answers, *, at: datetime, language: str, base: str = "") -> Json:
    """Answer the answers that count as a completed QuestionnaireResponse, with nobody's name.

    `base` is the address of the municipality's site, as in its Questionnaire: other systems need it to know which
    Questionnaire and whose codes are meant.
    """
    counted = valid(check, answers)
    answered = [item for step in path(check, counted) if (item := _item(step, counted, check, language, base))]
    items = [*answered, *_scores(check, result(check, counted).scores, language)]
    return {
        "resourceType": "QuestionnaireResponse",
        "language": terms.LANGUAGES[language],
        "questionnaire": f"{terms.canonical(check, base)}|{check.version}",
        "status": "completed",
        "authored": at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        **({"item": items} if items else {}),
    }


def _item(step: Step, answers: Answers, check: SelfCheck, language: str, base: str) -> Json | None:
    found = _answers(step, answers.get(step.id, SKIPPED), check, language, base)
    words = localised(terms.asked(step.question, step.option), language)
    return {"linkId": step.id, "text": words, "answer": found} if found else None


def _answers(step: Step, answer: str, check: SelfCheck, language: str, base: str) -> list[Json]:
    question = step.question
    if answer == SKIPPED or question.type is Type.INFORMATION:
        return []
    if question.type is Type.YES_NO:
        return [{"valueBoolean": answer == YES}]
    if question.type in {Type.SCALE, Type.NUMBER}:
        return [{"valueInteger": int(answer)}]
    if question.type is Type.TEXT:
        written = UNWRITABLE.sub("", answer).strip()
        return [{"valueString": written}] if written else []
    values = answer.split(" ") if question.type is Type.MULTIPLE else [answer]
    system = terms.system(check, question.id, base)
    return [{"valueCoding": _coding(o, system, language)} for o in question.options if o.value in values]


def _coding(option: Option, system: str, language: str) -> Json:
    weight = {"url": terms.ORDINAL, "valueDecimal": option.weight}
    return {
        "extension": [weight], "system": system, "code": option.value, "display": localised(option.label, language)
    }  # fmt: skip


def _scores(check: SelfCheck, found: Mapping[str, float | None], language: str) -> list[Json]:
    numbers = [(score, found[score.id]) for score in check.scores]
    return [
        {"linkId": score.id, "text": terms.SUM[language], "answer": [_number(score, number)]}
        for score, number in numbers
        if number is not None
    ]


def _number(score: Score, number: float) -> Json:
    return {"valueDecimal": number} if score_type(score) == "decimal" else {"valueInteger": round(number)}
