"""When an item is asked, in FHIR: comparisons in a row where they say it all, otherwise an expression (FHIRPath)."""

from __future__ import annotations

import re

from webapp.content.domain.conditions import Comparison, Condition, Joined
from webapp.selfchecks.domain.questionnaire import NO, YES, SelfCheck, Type
from webapp.selfchecks.fhir.terms import ENABLED, FHIRPATH, Json, system

NUMBERS = {Type.SCALE, Type.NUMBER}
WHOLE = r"-?(?:0|[1-9][0-9]{0,5})"


def enabled(condition: Condition, check: SelfCheck, base: str) -> tuple[Json, list[Json]]:
    """Answer the parts of an item, and the extensions, that say when it is asked."""
    parts = list(condition.parts) if isinstance(condition, Joined) else [condition]
    simple = [part for part in parts if isinstance(part, Comparison) and _is_plain(part, check)]
    if len(simple) < len(parts) or (isinstance(condition, Joined) and condition.word == "not"):
        expression = {"language": FHIRPATH, "expression": fhirpath(condition, check)}
        return {}, [{"url": ENABLED, "valueExpression": expression}]
    found: Json = {"enableWhen": [_compared(part, check, base) for part in simple]}
    if len(simple) > 1:
        found["enableBehavior"] = "any" if isinstance(condition, Joined) and condition.word == "or" else "all"
    return found, []


def _is_plain(part: Comparison, check: SelfCheck) -> bool:
    """Tell whether `enableWhen` means the same: its `!=` holds where one of several answers is another."""
    question = check.question(part.name)
    if question is None or len(part.wanted) != 1 or question.type in {Type.TEXT, Type.INFORMATION}:
        return False
    if question.type in NUMBERS:
        return re.fullmatch(WHOLE, part.wanted[0]) is not None
    if question.type is Type.MULTIPLE:
        return part.sign == "="
    return part.sign in {"=", "!="}


def _compared(part: Comparison, check: SelfCheck, base: str) -> Json:
    question, wanted = check.question(part.name), part.wanted[0]
    compared: Json = {"question": part.name, "operator": part.sign}
    if question is None or question.type in NUMBERS:
        return {**compared, "answerInteger": int(wanted)}
    if question.type is Type.YES_NO:
        return {**compared, "answerBoolean": wanted == YES}
    return {**compared, "answerCoding": {"system": system(check, part.name, base), "code": wanted}}


def fhirpath(condition: Condition, check: SelfCheck) -> str:
    """Answer a condition as a FHIRPath expression over a QuestionnaireResponse; it is true or false, never empty."""
    if isinstance(condition, Joined):
        if condition.word == "not":
            return f"({fhirpath(condition.parts[0], check)}).not()"
        return "(" + f" {condition.word} ".join(fhirpath(part, check) for part in condition.parts) + ")"
    question = check.question(condition.name)
    if question is None or question.type in {Type.TEXT, Type.INFORMATION}:
        return "false"
    answer = f"%resource.item.where(linkId = '{condition.name}').answer.value"
    if condition.sign not in {"=", "!="}:
        return _ordered(question.type, answer, condition)
    values = f"{answer}.code" if question.options else answer
    same = " or ".join(f"$this = {_literal(question.type, wanted)}" for wanted in condition.wanted)
    found = f"{values}.where({same}).exists()"
    return f"({answer}.exists() and ({found}).not())" if condition.sign == "!=" else found


def _ordered(of: Type, answer: str, condition: Comparison) -> str:
    """Only numbers have an order: those that were written, and options whose value is a number."""
    if of in NUMBERS:
        return f"{answer}.where($this {condition.sign} {condition.wanted[0]}).exists()"
    if of is Type.CHOICE:
        return f"{answer}.code.where($this.toDecimal() {condition.sign} {condition.wanted[0]}).exists()"
    return "false"


def _literal(of: Type, wanted: str) -> str:
    if of in NUMBERS and re.fullmatch(WHOLE, wanted):
        return wanted
    if of is Type.YES_NO and wanted in {YES, NO}:
        return "true" if wanted == YES else "false"
    return f"'{wanted}'"
