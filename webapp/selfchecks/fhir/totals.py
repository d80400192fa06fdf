"""A score as an item that other systems calculate by themselves (FHIRPath over the answers)."""

from __future__ import annotations

from collections.abc import Sequence

from webapp.selfchecks.domain.questionnaire import Question, Score, SelfCheck, Type
from webapp.selfchecks.fhir.terms import CALCULATED, FHIRPATH, SUM, Json, said


def score_type(score: Score) -> str:
    """Answer the type of a score's item: weights are whole, so that only a mean has decimals."""
    return "decimal" if score.is_mean else "integer"


def total(score: Score, check: SelfCheck) -> Json:
    """Answer the item of a score: nobody fills it in."""
    expression = {"language": FHIRPATH, "expression": calculation(score, check)}
    return {
        "extension": [{"url": CALCULATED, "valueExpression": expression}],
        "linkId": score.id,
        **said("text", SUM),
        "type": score_type(score),
        "readOnly": True,
    }


def calculation(score: Score, check: SelfCheck) -> str:
    """Answer a score as an expression; empty, as in our own engine, where an answer is missing that it needs."""
    questions = [question for name in score.of if (question := check.question(name))]
    found = " + ".join(_terms(questions)) or "0"
    if score.is_mean:
        found = f"({found}) / {len(score.of)}"
    if score.times != 1:
        found = f"({found}) * {score.times}"
    if score.is_missing_zero:
        return found
    return f"iif({_items(questions)}.where(answer.exists()).count() = {len(set(score.of))}, {found}, {{}})"


def _items(questions: Sequence[Question]) -> str:
    named = " or ".join(f"linkId = '{question.id}'" for question in questions)
    return f"%resource.item.where({named})"


def _terms(questions: Sequence[Question]) -> list[str]:
    """Answer what is added up: codes by their ordinal values, yes by its weight, numbers by themselves."""
    coded = [question for question in questions if question.options]
    counted = [question for question in questions if question.type in {Type.SCALE, Type.NUMBER}]
    found = [f"{_items(coded)}.answer.value.ordinal().aggregate($this + $total, 0)"] if coded else []
    found += [f"{_items(counted)}.answer.value.aggregate($this + $total, 0)"] if counted else []
    said_yes = [question for question in questions if question.type is Type.YES_NO and question.weight]
    for weight in sorted({question.weight for question in said_yes}):
        those = _items([question for question in said_yes if question.weight == weight])
        found.append(f"{those}.answer.value.where($this = true).count()" + (f" * {weight}" if weight != 1 else ""))
    return found
