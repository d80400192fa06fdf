"""What a foreign item is answered with, and which type of question that is here."""

from __future__ import annotations

from webapp.selfchecks.domain.questionnaire import Type
from webapp.selfchecks.fhir import terms
from webapp.selfchecks.fhir.foreign_options import Options
from webapp.selfchecks.fhir.foreign_words import extensions_of, text_in
from webapp.selfchecks.fhir.report import Report
from webapp.selfchecks.fhir.terms import Json

MOST_NUMBER, MOST_READ = 1000, 1_000_000_000
LISTED = {"integer", "date", "time", "string", "text"}
AS_TEXT = {"date": "a day", "dateTime": "a day and time", "time": "a time", "url": "an address"}
TEXTS = {"string", "text"}
NUMBERS = {"integer", "decimal", "quantity"}
CHOICES = {"choice", "open-choice"}
ANSWERED = {"boolean", *AS_TEXT, *TEXTS, *NUMBERS, *CHOICES}


def answered_by(item: Json, options: Options, report: Report) -> tuple[Type, Json]:
    """Answer what kind of question an item is here, and what else it says."""
    link, kind, extensions = item["linkId"], kind_of(item), extensions_by_address(item)
    if kind == "boolean":
        return Type.YES_NO, {}
    if kind in NUMBERS:
        return _number(item, report)
    if kind in CHOICES:
        if kind == "open-choice":
            report.lost(link, "lets one write another answer", "add an option, or a question after it")
        if len(options.written) < 2:
            report.lost(link, "has fewer than two options", "it is a free text: write its options")
            options.written.clear()
            return Type.TEXT, {}
        if item.get("repeats") is True:
            most = whole_in(extensions.get(terms.MOST_PICKED))
            return Type.MULTIPLE, {"most": max(1, min(most or len(options.written), len(options.written)))}
        return Type.CHOICE, {}
    if kind in AS_TEXT:
        report.lost(link, f"asks for {AS_TEXT[kind]}", "it is a free text, which nothing checks")
    return Type.TEXT, {}


def _number(item: Json, report: Report) -> tuple[Type, Json]:
    link, kind, extensions = item["linkId"], kind_of(item), extensions_by_address(item)
    if kind != "integer":
        report.lost(link, f"is of the type {kind}", "it takes whole numbers, and no unit: say it in the words")
    least, most = (whole_in(extensions.get(url)) for url in (terms.LEAST_VALUE, terms.MOST_VALUE))
    within = (-MOST_NUMBER if least is None else least, MOST_NUMBER if most is None else most)
    if not -MOST_NUMBER <= within[0] < within[1] <= MOST_NUMBER:
        report.lost(link, f"takes numbers from {within[0]} to {within[1]}", f"allowed: ±{MOST_NUMBER}, set its limits")
        within = (-MOST_NUMBER, MOST_NUMBER)
    elif least is None or most is None:
        report.lost(link, "has no least or no most number", f"it is {within[0]} to {within[1]}: set its limits")
    found = Type.SCALE if control_of(item) == terms.SLIDER else Type.NUMBER
    return found, {"from": within[0], "to": within[1]}


def kind_of(item: Json) -> str:
    """Answer the type of an item; one of another type that names its answers is a choice."""
    kind = str(item["type"])
    return "choice" if kind in LISTED and item.get("answerOption") else kind


def extensions_by_address(item: Json) -> dict[str, Json]:
    """Answer the extensions of an item by their address."""
    return {text_in(extension, "url"): extension for extension in extensions_of(item)}


def control_of(item: Json) -> str:
    """Answer how an item is shown; empty where it does not say."""
    coded = extensions_by_address(item).get(terms.CONTROL, {}).get("valueCodeableConcept")
    codings = coded.get("coding") if isinstance(coded, dict) else None
    first = codings[0] if isinstance(codings, list) and codings else None
    return text_in(first, "code") if isinstance(first, dict) else ""


def expression_in(extension: Json) -> str:
    """Answer the expression of an extension; empty where it has none."""
    value = extension.get("valueExpression")
    return text_in(value, "expression") if isinstance(value, dict) else ""


def is_true(extension: Json | None) -> bool:
    """Tell whether an extension says yes."""
    return bool(extension and extension.get("valueBoolean") is True)


def whole_in(extension: Json | None) -> int | None:
    """Answer the whole number of an extension; None where it has none."""
    found = (extension or {}).get("valueInteger", (extension or {}).get("valueDecimal"))
    if isinstance(found, bool) or not isinstance(found, int | float) or not abs(found) < MOST_READ:
        return None
    return int(found)
