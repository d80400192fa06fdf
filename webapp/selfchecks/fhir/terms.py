"""The words that FHIR has for what a self-check is made of: types, languages, addresses of extensions and codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.content.domain.conditions import Comparison, Condition, Joined
from webapp.kernel.language import localised
from webapp.selfchecks.domain.questionnaire import Option, Question, SelfCheck, Type

Json = dict[str, Any]
MEDIA_TYPE = "application/fhir+json"
VERSION = "4.0.1"
LANGUAGES = {"nb": "nb-NO", "nn": "nn-NO", "en": "en"}
CORE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
TRANSLATION = CORE + "translation"
ORDINAL = CORE + "ordinalValue"
MOST_PICKED = CORE + "questionnaire-maxOccurs"
LEAST_VALUE = CORE + "minValue"
MOST_VALUE = CORE + "maxValue"
CONTROL = CORE + "questionnaire-itemControl"
CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
ENABLED = SDC + "sdc-questionnaire-enableWhenExpression"
CALCULATED = SDC + "sdc-questionnaire-calculatedExpression"
FOR_EACH = "/fhir/StructureDefinition/asked-for-each"
"""Ours, below the municipality's address: names the one question that items about different options are."""
FHIRPATH = "text/fhirpath"
SLIDER, HELP = "slider", "help"
TYPES = {
    Type.CHOICE: "choice",
    Type.MULTIPLE: "choice",
    Type.YES_NO: "boolean",
    Type.SCALE: "integer",
    Type.NUMBER: "integer",
    Type.TEXT: "text",
    Type.INFORMATION: "display",
}
SUM = {"nb": "Poengsum", "nn": "Poengsum", "en": "Score"}


def canonical(check: SelfCheck, base: str) -> str:
    """Answer the address that names a self-check, whatever its version."""
    return f"{base}/fhir/Questionnaire/{check.slug}"


def system(check: SelfCheck, question: str, base: str) -> str:
    """Answer the address that names the options of a question as codes."""
    return f"{base}/fhir/CodeSystem/{check.slug}-{question}"


def control(code: str) -> Json:
    """Answer the extension that says how an item is shown."""
    return {"url": CONTROL, "valueCodeableConcept": {"coding": [{"system": CONTROLS, "code": code}]}}


def asked(question: Question, option: Option | None) -> dict[str, str]:
    """Answer the words of a question by language, with those of the option that it is about."""
    if option is None:
        return dict(question.text)
    return {code: text.replace("{option}", localised(option.label, code)) for code, text in question.text.items()}


def both(first: Condition | None, second: Condition) -> Condition:
    """Answer the condition that holds where both do; the first may be none."""
    if first is None:
        return second
    parts = first.parts if isinstance(first, Joined) and first.word == "and" else (first,)
    return Joined("and", (*parts, second))


def picked(question: Question, option: Option) -> Comparison:
    """Answer the condition that an option of the question that another is repeated for was picked."""
    return Comparison(question.for_each, "=", (option.value,))


def said(name: str, text: Mapping[str, str]) -> Json:
    """Answer a text with its translations beside it, as FHIR keeps them."""
    others = [_translated(LANGUAGES[code], words) for code, words in text.items() if code != "nb"]
    return {name: text["nb"], **({f"_{name}": {"extension": others}} if others else {})}


def _translated(language: str, words: str) -> Json:
    parts = [{"url": "lang", "valueCode": language}, {"url": "content", "valueString": words}]
    return {"url": TRANSLATION, "extension": parts}
