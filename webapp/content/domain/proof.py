"""Proof that a self-check holds together: names that exist, conditions on what is earlier, bands without gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from webapp.content.domain.conditions import ConditionError, names_in, parse

Finding = tuple[str, str]
"""The field, and what is wrong with what is allowed."""
Given = Mapping[str, Any]
BAND = "band"


def repeated_id(question: str, option: str) -> str:
    """Answer the id of a question as it is asked about one option: a slug too, so that vectors and FHIR can name it."""
    return f"{question}-{option}"


def prove(fields: Given) -> Iterator[Finding]:
    """Find everything in a self-check that the engine could stumble over."""
    questions: Sequence[Given] = fields.get("questions", ())
    for name in ("questions", "scores", "bands", "advice", "flags"):
        yield from _once(name, fields.get(name, ()))
    yield from _questions(questions)
    yield from _repeated(questions)
    yield from _vectors(fields.get("vectors", ()), questions)
    yield from _scores(fields.get("scores", ()), questions)
    yield from _bands(fields)
    known = {question.get("id") for question in questions} | {score.get("id") for score in fields.get("scores", ())}
    for name in ("bands", "advice", "flags"):
        for number, given in enumerate(fields.get(name, ()), start=1):
            yield from _condition(f"{name}[{number}].when", given, known | {BAND} if name != "bands" else known)


def _once(name: str, given: Sequence[Given]) -> Iterator[Finding]:
    for found, number in Counter(one.get("id") for one in given).items():
        if number > 1:
            yield f"{name}", f"has the id '{found}' {number} times; allowed: each once"


def _condition(at: str, given: Given, known: set[Any]) -> Iterator[Finding]:
    try:
        names = names_in(parse(given["when"])) if given.get("when") else []
    except ConditionError:
        return  # said when the file was read
    for name in names:
        if name not in known:
            yield at, f"speaks of '{name}', which is not known there; allowed: {', '.join(sorted(map(str, known)))}"


def _questions(questions: Sequence[Given]) -> Iterator[Finding]:
    earlier: dict[str, str] = {}
    for number, question in enumerate(questions, start=1):
        at, kind = f"questions[{number}]", question.get("type", "")
        yield from _condition(f"{at}.when", question, set(earlier))
        about = question.get("for_each")
        if about and earlier.get(about) != "multiple":
            yield f"{at}.for_each", f"is '{about}'; allowed: an earlier question of the type multiple"
        has_options, has_range = "options" in question, "from" in question and "to" in question
        if (kind in {"choice", "multiple"}) is not has_options:
            yield f"{at}.options", f"does not fit the type {kind}; allowed with choice and multiple only"
        if kind in {"scale", "number"} and (not has_range or question["from"] >= question["to"]):
            yield f"{at}.to", "is no range; allowed: from and to, the smaller first"
        for value, times in Counter(option.get("value") for option in question.get("options", ())).items():
            if times > 1:
                yield f"{at}.options", f"has the value '{value}' {times} times; allowed: each once"
        earlier[question.get("id", "")] = kind


def _asked(question: Given, questions: Sequence[Given]) -> list[str]:
    """Answer the ids under which a question is asked: its own, or one for each option that it is asked about."""
    if not question.get("for_each"):
        return [question.get("id", "")]
    about = [other for other in questions if other.get("id") == question["for_each"]]
    options = [option for other in about for option in other.get("options", ())]
    return [repeated_id(question.get("id", ""), option.get("value", "")) for option in options]


def _repeated(questions: Sequence[Given]) -> Iterator[Finding]:
    """No two questions are asked under the same id."""
    taken = {question.get("id", "") for question in questions}
    for number, question in enumerate(questions, start=1):
        for found in _asked(question, questions) if question.get("for_each") else ():
            if found in taken:
                yield f"questions[{number}].id", f"gives '{found}', which another has; allowed: an id of its own"
            taken.add(found)


def _vectors(vectors: Sequence[Given], questions: Sequence[Given]) -> Iterator[Finding]:
    known = {found for question in questions for found in _asked(question, questions)}
    for number, vector in enumerate(vectors, start=1):
        for name in vector.get("answers", {}):
            if name not in known:
                yield f"vectors[{number}].answers", f"answers '{name}', which is not asked; allowed: what is asked"


def _scores(scores: Sequence[Given], questions: Sequence[Given]) -> Iterator[Finding]:
    asked = {question.get("id") for question in questions}
    once = {question.get("id") for question in questions if not question.get("for_each")}
    for number, score in enumerate(scores, start=1):
        if score.get("id") in asked | {BAND}:
            yield f"scores[{number}].id", f"is '{score.get('id')}', which is a question's or band; allowed: another"
        for question in score.get("of", ()):
            if question not in once:
                yield f"scores[{number}].of", f"names '{question}', which is not asked once; allowed: such a question"


def _bands(fields: Given) -> Iterator[Finding]:
    """Bands of a score, under one condition, touch each other and cover all that the score can be."""
    ranges = {score["id"]: _range(score, fields) for score in fields.get("scores", ()) if "id" in score}
    groups: dict[tuple[str, str], list[tuple[int, Given]]] = {}
    for number, band in enumerate(fields.get("bands", ()), start=1):
        groups.setdefault((band.get("score", ""), band.get("when", "")), []).append((number, band))
    for (score, _), bands in groups.items():
        if score not in ranges:
            yield f"bands[{bands[0][0]}].score", f"is '{score}'; allowed: a score of this self-check"
            continue
        least, most, step = ranges[score]
        expected = least
        for number, band in sorted(bands, key=lambda pair: pair[1].get("from", 0)):
            if band.get("from", expected) > expected or band.get("to", 0) < band.get("from", 0):
                yield f"bands[{number}].from", f"leaves a gap; allowed: at most {expected}"
            elif band.get("from", expected) <= expected - step:
                yield f"bands[{number}].from", f"lies over another band; allowed: more than {expected - step}"
            expected = step * (band.get("to", most) // step) + step
        if expected <= most:
            yield f"bands[{bands[-1][0]}].to", f"does not cover the score up to {most}"


def _range(score: Given, fields: Given) -> tuple[int, int, int]:
    """Answer the least and the most that a score can be, and the step between two scores."""
    by_id = {question.get("id"): question for question in fields.get("questions", ())}
    asked = [by_id[name] for name in score.get("of", ()) if name in by_id]
    times = score.get("times", 1)
    ranges = [_weights(question) for question in asked]
    return times * sum(low for low, _ in ranges), times * sum(high for _, high in ranges), times


def _weights(question: Given) -> tuple[int, int]:
    if question.get("type") in {"scale", "number"}:
        return question.get("from", 0), question.get("to", 0)
    if question.get("type") == "yes_no":
        return min(0, question.get("weight", 0)), max(0, question.get("weight", 0))
    weights = [option.get("weight", 0) for option in question.get("options", ())] or [0]
    if question.get("type") == "multiple":
        return sum(weight for weight in weights if weight < 0), sum(weight for weight in weights if weight > 0)
    return min(weights), max(weights)
