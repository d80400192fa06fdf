"""When a foreign item is asked, as one of our conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from webapp.content.domain.conditions import Comparison, Condition, Joined
from webapp.selfchecks.domain.questionnaire import NO, YES, Type
from webapp.selfchecks.fhir.foreign_options import value_of
from webapp.selfchecks.fhir.report import Report
from webapp.selfchecks.fhir.terms import Json

ALWAYS = "it is asked of everybody: write its condition"
ORDERS = {">", "<", ">=", "<="}


@dataclass(frozen=True, slots=True)
class Known:
    """A question that has been taken over: what it is called here, and which answers it has."""

    id: str
    type: Type
    least: int = 0
    by_value: Mapping[str, str] = field(default_factory=dict)
    """Our values by those of the foreign options."""


class _Untold(Exception):  # noqa: N818 -- it is no error: it says what has no word here
    """A comparison that we cannot make."""


def condition_of(item: Json, known: Mapping[str, Known], report: Report) -> Condition | None:
    """Answer when an item is asked; None where it always is, or where not all of it can be told."""
    whens = item.get("enableWhen", [])
    parts: list[Condition] = []
    for when in whens:
        try:
            parts.append(_part(when, known))
        except _Untold as untold:
            report.lost(item["linkId"], f"enableWhen on '{when['question']}' is left out: {untold}", ALWAYS)
    if not parts or len(parts) < len(whens):
        return None
    behaviour = item.get("enableBehavior")
    if len(parts) > 1 and behaviour not in {"all", "any"}:
        report.lost(item["linkId"], "enableBehavior is missing", "all of its conditions are taken to be meant")
    return parts[0] if len(parts) == 1 else Joined("or" if behaviour == "any" else "and", tuple(parts))


def _part(when: Json, known: Mapping[str, Known]) -> Condition:
    question, sign = known.get(when["question"]), when["operator"]
    if question is None:
        raise _Untold("that question comes later, or is not taken over")
    if question.type is Type.TEXT:
        raise _Untold("nothing depends on a free text here")
    if sign == "exists":
        there = _answered(question)
        return there if when.get("answerBoolean") is not False else Joined("not", (there,))
    if question.type is Type.YES_NO:
        return _yes_or_no(question, sign, when)
    if question.type in {Type.SCALE, Type.NUMBER}:
        return _number(question, sign, when)
    return _coded(question, sign, when)


def _answered(question: Known) -> Condition:
    if question.type in {Type.SCALE, Type.NUMBER}:
        return Comparison(question.id, ">=", (str(question.least),))
    values = (YES, NO) if question.type is Type.YES_NO else tuple(question.by_value.values())
    return Comparison(question.id, "=", values)


def _yes_or_no(question: Known, sign: str, when: Json) -> Condition:
    wanted = when.get("answerBoolean")
    if not isinstance(wanted, bool) or sign not in {"=", "!="}:
        raise _Untold(f"'{sign}' is not asked of yes or no")
    return Comparison(question.id, sign, (YES if wanted else NO,))


def _number(question: Known, sign: str, when: Json) -> Condition:
    wanted = when.get("answerInteger", when.get("answerDecimal"))
    if isinstance(wanted, bool) or not isinstance(wanted, int | float) or not abs(wanted) < 1_000_000:
        raise _Untold("it compares with what is no number")
    if sign not in ORDERS | {"=", "!="}:
        raise _Untold(f"there is no '{sign}' for numbers")
    written = f"{wanted:g}" if float(wanted).is_integer() else f"{wanted:.6f}".rstrip("0")
    return Comparison(question.id, sign, (written,))


def _coded(question: Known, sign: str, when: Json) -> Condition:
    wanted = question.by_value.get(value_of(when, "answer"))
    if wanted is None:
        raise _Untold("it names an answer that the question does not have")
    if sign not in {"=", "!="}:
        raise _Untold(f"there is no '{sign}' for answers to choose from")
    if sign == "!=" and question.type is Type.MULTIPLE:
        others = tuple(value for value in question.by_value.values() if value != wanted)
        if not others:
            raise _Untold("there is no other answer")
        return Comparison(question.id, "=", others)
    return Comparison(question.id, sign, (wanted,))
