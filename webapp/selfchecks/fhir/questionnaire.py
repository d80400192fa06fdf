"""A self-check as a Questionnaire: the same questions, conditions, weights and scores (SJ-8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from webapp.content.domain.proof import repeated_id
from webapp.selfchecks.domain.questionnaire import Option, Question, SelfCheck, Type
from webapp.selfchecks.fhir import terms
from webapp.selfchecks.fhir.conditions import enabled
from webapp.selfchecks.fhir.terms import Json, said
from webapp.selfchecks.fhir.totals import total

Fill = Callable[[str, str], str]
"""Makes a text of a content file one for readers elsewhere: takes the text and its language."""


def _as_it_is(text: str, _language: str) -> str:
    return text


def questionnaire(check: SelfCheck, fields: Mapping[str, Any], *, base: str, fill: Fill = _as_it_is) -> Json:
    """Answer a self-check as a Questionnaire; `base` is the address of the municipality's site."""

    def filled(name: str, text: Mapping[str, str]) -> Json:
        return said(name, {code: fill(words, code) for code, words in text.items()})

    return {
        "resourceType": "Questionnaire",
        "id": check.slug,
        "language": terms.LANGUAGES["nb"],
        "url": terms.canonical(check, base),
        "version": check.version,
        "name": "".join(part.capitalize() for part in check.slug.split("-")),
        **said("title", fields["title"]),
        "status": "active",
        "experimental": False,
        "subjectType": ["Patient"],
        "date": fields["reviewed"],
        **filled("description", fields["short"]),
        **filled("purpose", fields["intro"]),
        **filled("copyright", fields["licence"]["terms"]),
        "item": [*_items(check, base, fill), *(total(score, check) for score in check.scores)],
    }


def _items(check: SelfCheck, base: str, fill: Fill) -> Iterator[Json]:
    for question in check.questions:
        about = check.question(question.for_each)
        for option in about.options if about else (None,):
            yield _item(question, option, check, base, fill)


def _item(question: Question, option: Option | None, check: SelfCheck, base: str, fill: Fill) -> Json:
    """Answer a question as an item; one that is asked for each option is as many items, each with its condition."""
    when = question.when if option is None else terms.both(question.when, terms.picked(question, option))
    shown, extensions = enabled(when, check, base) if when is not None else ({}, [])
    extensions += _extensions(question)
    if option is not None:
        extensions.append({"url": base + terms.FOR_EACH, "valueString": question.id})
    link = repeated_id(question.id, option.value) if option else question.id
    item: Json = {
        **({"extension": extensions} if extensions else {}),
        "linkId": link,
        **said("text", terms.asked(question, option)),
        "type": terms.TYPES[question.type],
        **shown,
    }
    if question.type is not Type.INFORMATION:
        item["required"] = not question.is_optional
    if question.type is Type.MULTIPLE:
        item["repeats"] = True
    if question.options:
        item["answerOption"] = [_option(one, terms.system(check, question.id, base)) for one in question.options]
    if question.help:
        item["item"] = [_help(link, {code: fill(words, code) for code, words in question.help.items()})]
    return item


def _extensions(question: Question) -> list[Json]:
    if question.type is Type.MULTIPLE:
        return [{"url": terms.MOST_PICKED, "valueInteger": question.most}]
    if question.type not in {Type.SCALE, Type.NUMBER}:
        return []
    least = {"url": terms.LEAST_VALUE, "valueInteger": question.least_number}
    most = {"url": terms.MOST_VALUE, "valueInteger": question.most_number}
    return [least, most, *([terms.control(terms.SLIDER)] if question.type is Type.SCALE else [])]


def _option(option: Option, system: str) -> Json:
    coding = {"system": system, "code": option.value, **said("display", option.label)}
    return {"extension": [{"url": terms.ORDINAL, "valueDecimal": option.weight}], "valueCoding": coding}


def _help(link: str, text: Mapping[str, str]) -> Json:
    """Answer a help text as FHIR has it: an item inside; its dot keeps its name apart from every question's."""
    return {
        "extension": [terms.control(terms.HELP)], "linkId": f"{link}.help", **said("text", text), "type": "display"
    }  # fmt: skip
