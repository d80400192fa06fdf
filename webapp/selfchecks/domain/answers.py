"""Answers: what each question takes, and which questions somebody is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from webapp.content.domain.conditions import Value
from webapp.content.domain.proof import repeated_id
from webapp.selfchecks.domain.questionnaire import NO, YES, Option, Question, SelfCheck, Type

MOST_TEXT = 4000
SKIPPED = ""
"""What is kept of an optional question that somebody passed by."""
Answers = Mapping[str, str]
"""Answers by the id of a step: the value, the values joined by a space, the number, or the text."""


class AnswerFault(StrEnum):
    """Why an answer cannot be taken."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    TOO_MANY = "too many"
    NO_NUMBER = "no number"
    OUT_OF_RANGE = "out of range"
    TOO_LONG = "too long"


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the path: a question, or a question about one of the options that were picked."""

    question: Question
    option: Option | None = None

    @property
    def id(self) -> str:
        """Under which the answer is kept: the question's id, with the option it is about."""
        return repeated_id(self.question.id, self.option.value) if self.option else self.question.id


def take(question: Question, given: list[str]) -> tuple[str, AnswerFault | None]:
    """Answer what is kept of what was given to a question, and why it cannot be taken."""
    values = [value.strip() for value in given if value.strip()]
    if question.type is Type.INFORMATION:
        return "seen", None
    if not values:
        return SKIPPED, None if question.is_optional else AnswerFault.MISSING
    if question.type is Type.TEXT:
        text = values[0].replace("\r\n", "\n")
        return text, AnswerFault.TOO_LONG if len(text) > MOST_TEXT else None
    if question.type is Type.MULTIPLE:
        return _several(question, values)
    if question.type in {Type.SCALE, Type.NUMBER}:
        return values[0], _number_fault(question, values[0])
    allowed = {YES, NO} if question.type is Type.YES_NO else {option.value for option in question.options}
    return values[0], None if len(values) == 1 and values[0] in allowed else AnswerFault.UNKNOWN


def _several(question: Question, values: list[str]) -> tuple[str, AnswerFault | None]:
    picked = [option.value for option in question.options if option.value in values]
    if len(picked) != len(set(values)):
        return " ".join(picked), AnswerFault.UNKNOWN
    return " ".join(picked), AnswerFault.TOO_MANY if len(picked) > question.most else None


def _number_fault(question: Question, value: str) -> AnswerFault | None:
    if not re.fullmatch(r"-?[0-9]{1,6}", value):
        return AnswerFault.NO_NUMBER
    within = question.least_number <= int(value) <= question.most_number
    return None if within else AnswerFault.OUT_OF_RANGE


def value_of(question: Question, answer: str) -> Value:
    """Answer what conditions compare: a number, the values that were picked, or the value; None for a skipped one."""
    if answer == SKIPPED or question.type in {Type.TEXT, Type.INFORMATION}:
        return None
    if question.type is Type.MULTIPLE:
        return frozenset(answer.split(" "))
    return float(answer) if question.type in {Type.SCALE, Type.NUMBER} else answer


@dataclass(slots=True)
class Walk:
    """What somebody has answered on their way: what counts, what conditions may ask for, what is missing."""

    counted: dict[str, str] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def walk(check: SelfCheck, answers: Answers, steps: list[Step] | None = None) -> Walk:
    """Go through a self-check as somebody does who answers so; hidden answers change nothing (I2).

    `steps` is filled with what they are asked, where the caller wants to know.
    """
    found = Walk()
    for question in check.questions:
        if question.when is not None and not question.when.holds(found.values):
            continue
        if question.for_each:
            _walk_each(check, question, answers, found, steps)
            continue
        if steps is not None:
            steps.append(Step(question))
        counted = _count(question, question.id, answers, found)
        value = None if counted is None else value_of(question, counted)
        if value is not None:
            found.values[question.id] = value
    return found


def _count(question: Question, step: str, answers: Answers, found: Walk) -> str | None:
    """Count an answer as it is taken, however it was kept; answer it, or None where none counts."""
    answer = answers.get(step)
    if answer is not None and answer not in question.weights:
        kept, fault = take(question, _given(question, answer))
        answer = kept if fault is None else None
    if answer is None:
        found.missing.append(step)
    else:
        found.counted[step] = answer
    return answer


def _walk_each(check: SelfCheck, question: Question, answers: Answers, found: Walk, steps: list[Step] | None) -> None:
    about, picked = check.question(question.for_each), found.values.get(question.for_each)
    if about is None or not isinstance(picked, frozenset):
        return
    for option in about.options:
        if option.value in picked:
            step = Step(question, option)
            if steps is not None:
                steps.append(step)
            _count(question, step.id, answers, found)


def _given(question: Question, answer: str) -> list[str]:
    return answer.split(" ") if question.type is Type.MULTIPLE else [answer]


def path(check: SelfCheck, answers: Answers) -> list[Step]:
    """Answer the steps that somebody is asked, given what they have answered."""
    steps: list[Step] = []
    walk(check, answers, steps)
    return steps


def valid(check: SelfCheck, answers: Answers) -> dict[str, str]:
    """Answer the answers that count: of steps that are asked, with values that the questions take."""
    return walk(check, answers).counted


def first_open(check: SelfCheck, answers: Answers) -> int | None:
    """Answer the number (from 1) of the first step that has no answer yet, or None where all have."""
    steps: list[Step] = []
    counted = walk(check, answers, steps).counted
    return next((number for number, step in enumerate(steps, start=1) if step.id not in counted), None)
