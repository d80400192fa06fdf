"""A self-check as the engine reads it: questions, scores, bands, advice, red flags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from webapp.content.domain.conditions import Condition, parse

YES, NO = "yes", "no"
Words = Mapping[str, str]
"""A text by language."""


class Type(StrEnum):
    """What kind of answer a question takes."""

    CHOICE = "choice"
    MULTIPLE = "multiple"
    YES_NO = "yes_no"
    SCALE = "scale"
    NUMBER = "number"
    TEXT = "text"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen."""

    value: str
    label: Words
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """One question."""

    id: str
    type: Type
    text: Words
    help: Words = field(default_factory=dict)
    is_optional: bool = False
    when: Condition | None = None
    for_each: str = ""
    options: tuple[Option, ...] = ()
    most: int = 0
    least_number: int = 0
    most_number: int = 0
    weight: int = 0
    weights: Mapping[str, int] = field(init=False, repr=False, compare=False)
    """What each single answer counts; empty where any text or several answers are taken."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", self._weights())

    def _weights(self) -> dict[str, int]:
        if self.type is Type.YES_NO:
            return {YES: self.weight, NO: 0}
        if self.type in {Type.SCALE, Type.NUMBER}:
            return {str(number): number for number in range(self.least_number, self.most_number + 1)}
        return {option.value: option.weight for option in self.options} if self.type is Type.CHOICE else {}

    def option(self, value: str) -> Option | None:
        """Answer an option by its value, or None where the question has none such."""
        return next((option for option in self.options if option.value == value), None)

    def weight_of(self, answer: str) -> int:
        """Answer what an answer counts in a score; free text counts nothing, and of several each counts."""
        if answer in self.weights:
            return self.weights[answer]
        if self.type in {Type.SCALE, Type.NUMBER}:
            return int(answer)
        return sum(found.weight for value in answer.split(" ") if (found := self.option(value)))


@dataclass(frozen=True, slots=True)
class Score:
    """A number made of some answers."""

    id: str
    is_mean: bool
    of: tuple[str, ...]
    times: int
    is_missing_zero: bool


@dataclass(frozen=True, slots=True)
class Band:
    """What a score from a number to a number says."""

    id: str
    score: str
    least: int
    most: int
    when: Condition | None
    name: Words
    text: Words


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to do: by oneself, with the people around one, or with the municipality."""

    id: str
    when: Condition | None
    level: str
    is_first: bool
    text: Words
    links: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RedFlag:
    """Answers at which the emergency numbers are shown before anything else."""

    id: str
    when: Condition
    text: Words
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """A whole self-check at one version."""

    slug: str
    version: str
    questions: tuple[Question, ...]
    scores: tuple[Score, ...]
    bands: tuple[Band, ...]
    advice: tuple[Advice, ...]
    """In the order in which it is given."""
    flags: tuple[RedFlag, ...]
    by_id: Mapping[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {question.id: question for question in reversed(self.questions)})

    def question(self, question_id: str) -> Question | None:
        """Answer a question by its id, or None where there is none such."""
        return self.by_id.get(question_id)


LEVEL_ORDER = ("yourself", "people", "municipality")
LINKS = ("entries", "services", "tasks", "aids", "offers", "selfchecks")


def read(slug: str, fields: Mapping[str, Any]) -> SelfCheck:
    """Answer a self-check from the fields of its content file."""
    return SelfCheck(
        slug=slug,
        version=str(fields["version"]),
        questions=tuple(_question(given) for given in fields["questions"]),
        scores=tuple(
            Score(
                given["id"], given["method"] == "mean", tuple(given["of"]), given.get("times", 1),
                given.get("missing") == "as_zero",
            )
            for given in fields.get("scores", ())
        ),
        bands=tuple(
            Band(
                given["id"], given["score"], given["from"], given["to"], _when(given), given["name"], given["text"]
            )
            for given in fields.get("bands", ())
        ),
        advice=_in_order(
            Advice(
                given["id"], _when(given), given["level"], bool(given.get("first")), given["text"],
                {kind: tuple(given[kind]) for kind in LINKS if given.get(kind)},
            )
            for given in fields.get("advice", ())
        ),
        flags=tuple(
            RedFlag(given["id"], parse(given["when"]), given["text"], tuple(given["numbers"]))
            for given in fields.get("flags", ())
        ),
    )  # fmt: skip


def _in_order(advice: Iterable[Advice]) -> tuple[Advice, ...]:
    """What is urgent stands first, then what one can do oneself, and last what the municipality can (SJ-3)."""
    return tuple(sorted(advice, key=lambda one: (not one.is_first, LEVEL_ORDER.index(one.level))))


def _when(given: Mapping[str, Any]) -> Condition | None:
    return parse(given["when"]) if given.get("when") else None


def _question(given: Mapping[str, Any]) -> Question:
    options: Sequence[Mapping[str, Any]] = given.get("options", ())
    return Question(
        id=given["id"],
        type=Type(given["type"]),
        text=given["text"],
        help=given.get("help", {}),
        is_optional=bool(given.get("optional")),
        when=_when(given),
        for_each=given.get("for_each", ""),
        options=tuple(Option(option["value"], option["label"], option.get("weight", 0)) for option in options),
        most=given.get("most", 0) or len(options),
        least_number=given.get("from", 0),
        most_number=given.get("to", 0),
        weight=given.get("weight", 0),
    )
