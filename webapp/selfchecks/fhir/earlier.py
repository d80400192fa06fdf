"""A QuestionnaireResponse that somebody brings back: read strictly, or refused with the reason (SJ-8b)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from webapp.content.domain.proof import repeated_id
from webapp.selfchecks.domain.answers import SKIPPED, Answers, path, take, valid
from webapp.selfchecks.domain.earlier import Earlier, EarlierError, EarlierFault
from webapp.selfchecks.domain.questionnaire import NO, YES, Question, SelfCheck, Type
from webapp.selfchecks.fhir import terms

MOST_BYTES = 64 * 1024


def read_earlier(check: SelfCheck, body: bytes) -> Earlier:
    """Answer what a file says was answered to a self-check; raise EarlierError where it is not wholly right."""
    if not body:
        raise EarlierError(EarlierFault.NONE)
    if len(body) > MOST_BYTES:
        raise EarlierError(EarlierFault.TOO_LARGE)
    try:
        found: Any = json.loads(body.decode("utf-8"))
        _require_this(check, found)
        return Earlier(_time(found["authored"]), _whole(check, _given(check, found.get("item", []))))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise EarlierError(EarlierFault.NO_RESULT) from error


def _require_this(check: SelfCheck, found: Any) -> None:
    if (found["resourceType"], found["status"]) != ("QuestionnaireResponse", "completed"):
        raise EarlierError(EarlierFault.NO_RESULT)
    address, _bar, version = found["questionnaire"].partition("|")
    if not address.endswith(terms.canonical(check, "")):
        raise EarlierError(EarlierFault.ANOTHER)
    if version != check.version:
        raise EarlierError(EarlierFault.ANOTHER_VERSION)


def _time(written: str) -> datetime:
    found = datetime.fromisoformat(written)
    if found.tzinfo is None:
        raise ValueError("a time without its zone")
    return found


def _given(check: SelfCheck, items: list[dict[str, Any]]) -> dict[str, str]:
    """Answer the answers of some items; the scores among them are reckoned anew, and not believed."""
    scores = {score.id for score in check.scores}
    told = [(item["linkId"], item["answer"]) for item in items if item["linkId"] not in scores]
    if len({step for step, _answer in told}) != len(told):
        raise ValueError("answered twice")
    questions = _by_step(check)
    return {step: _answer(questions, step, answer) for step, answer in told}


def _by_step(check: SelfCheck) -> dict[str, Question]:
    """Answer every step that anybody could be asked, with its question."""
    found = {question.id: question for question in check.questions if not question.for_each}
    for question in check.questions:
        about = check.question(question.for_each)
        found.update({repeated_id(question.id, option.value): question for option in (about.options if about else ())})
    return found


def _answer(questions: Mapping[str, Question], step: str, answers: list[dict[str, Any]]) -> str:
    question = questions[step]
    kept, fault = take(question, [_value(question, answer) for answer in answers])
    if fault is not None or not kept:
        raise ValueError("no answer to this question")
    return kept


def _value(question: Question, answer: dict[str, Any]) -> str:
    if question.type is Type.YES_NO:
        return {True: YES, False: NO}[_of(answer, "valueBoolean", bool)]
    if question.type in {Type.SCALE, Type.NUMBER}:
        return str(_of(answer, "valueInteger", int))
    if question.type is Type.TEXT:
        return str(_of(answer, "valueString", str))
    return str(_of(_of(answer, "valueCoding", dict), "code", str))


def _of(found: dict[str, Any], name: str, kind: type) -> Any:
    if type(found[name]) is not kind:
        raise TypeError(name)
    return found[name]


def _whole(check: SelfCheck, given: dict[str, str]) -> Answers:
    """Answer all the steps of the path, those passed by too; nothing may be missing, and nothing too much."""
    answers = dict(given)
    for step in path(check, given):
        if step.question.is_optional or step.question.type is Type.INFORMATION:
            answers.setdefault(step.id, "seen" if step.question.type is Type.INFORMATION else SKIPPED)
    counted = valid(check, answers)
    if set(counted) != set(answers) or {step.id for step in path(check, answers)} != set(answers):
        raise ValueError("not the answers of one way through the questions")
    return answers
