"""The options of a foreign question: from the question itself, or from a set of values that the file carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.kernel.text import make_slug
from webapp.selfchecks.fhir.foreign_words import Wording, extensions_of, text_in
from webapp.selfchecks.fhir.report import Report
from webapp.selfchecks.fhir.terms import ORDINAL, TRANSLATION, Json

MOST = 30
MOST_WEIGHT = 100
WEIGHTS = {ORDINAL, "http://hl7.org/fhir/StructureDefinition/itemWeight"}


def unique_slug(text: str, taken: set[str], stem: str) -> str:
    """Answer a slug that is not taken; one that would begin with a digit begins with a word instead."""
    slug = make_slug(text)[:70].strip("-") or stem
    number, found = 2, slug
    while found in taken:
        number, found = number + 1, f"{slug}-{number}"
    return found


@dataclass(slots=True)
class Options:
    """Options as they are written here, and which of them a foreign value is."""

    written: list[Json] = field(default_factory=list)
    by_value: dict[str, str] = field(default_factory=dict)


def read_options(item: Json, sets: Mapping[str, Json], wording: Wording, report: Report) -> Options:
    """Answer the options of a question, and note what of them is lost."""
    link, found, renamed = item["linkId"], Options(), []
    given = list(_given(item, sets, report))
    for option in given[:MOST]:
        value, label = _read(option, link, wording, report)
        if not label:
            report.lost(link, "an option without words is left out", "write it where it is needed")
            continue
        slug = unique_slug(value, {one["value"] for one in found.written}, "svar")
        renamed += [f"{value} → {slug}"] if slug != value else []
        found.by_value.setdefault(value, slug)
        found.written.append({"value": slug, "label": label, "weight": _weight(option, link, report)})
    if len(given) > MOST:
        report.lost(link, f"{len(given) - MOST} options are left out", f"a question has at most {MOST}")
    if renamed:
        report.lost(link, f"values are written as slugs ({', '.join(renamed)})"[:300], "nothing to do")
    if not any(one["weight"] for one in found.written):
        found.written = [{"value": one["value"], "label": one["label"]} for one in found.written]
    return found


def _given(item: Json, sets: Mapping[str, Json], report: Report) -> Iterator[Json]:
    yield from item.get("answerOption", ())
    address = text_in(item, "answerValueSet")
    if address.startswith("#") and address[1:] in sets:
        yield from _concepts(sets[address[1:]])
    elif "answerValueSet" in item:
        report.lost(item["linkId"], f"the options stand elsewhere ({address})"[:300], "write them here")


def _objects(holder: object, name: str) -> list[Json]:
    found = holder.get(name) if isinstance(holder, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _concepts(values: Json) -> Iterator[Json]:
    included = [one for part in _objects(values.get("compose"), "include") for one in _objects(part, "concept")]
    for concept in included or _objects(values.get("expansion"), "contains"):
        others = [
            {"url": TRANSLATION, "extension": [
                {"url": "lang", "valueCode": one.get("language")}, {"url": "content", "valueString": one.get("value")},
            ]}
            for one in _objects(concept, "designation")
        ]  # fmt: skip
        yield {"valueCoding": {**concept, "_display": {"extension": others}}}


def value_of(part: Mapping[str, Any], name: str) -> str:
    """Answer what an option or a comparison stands for: a code, a text, or a number; empty where it is neither."""
    coding = part.get(f"{name}Coding")
    if isinstance(coding, dict):
        return text_in(coding, "code") or text_in(coding, "display")
    number = part.get(f"{name}Integer")
    if isinstance(number, int) and not isinstance(number, bool):
        return str(number)
    return next((found for kind in ("String", "Date", "Time") if (found := text_in(part, f"{name}{kind}"))), "")


def _read(option: Json, link: str, wording: Wording, report: Report) -> tuple[str, dict[str, str]]:
    value, coding = value_of(option, "value"), option.get("valueCoding")
    holder, name = (coding, "display") if isinstance(coding, dict) else (option, "valueString")
    label = wording.of(holder, name, link, most=200, lines=False)
    if option.get("initialSelected"):
        report.lost(link, f"'{value}' is chosen beforehand", "nothing is chosen beforehand here")
    for extension in [*extensions_of(option), *(extensions_of(holder) if holder is not option else [])]:
        if extension.get("url") not in WEIGHTS:
            report.lost(link, f"the extension {extension.get('url')} of an option is left out", "look at what it says")
    return value, label or ({"nb": " ".join(value.split())[:200]} if value.strip() else {})


def _weight(option: Json, link: str, report: Report) -> int:
    coding = option.get("valueCoding")
    for extension in [*extensions_of(option), *(extensions_of(coding) if isinstance(coding, dict) else [])]:
        weight = extension.get("valueDecimal")
        if extension.get("url") in WEIGHTS and isinstance(weight, int | float):
            if float(weight).is_integer() and abs(weight) <= MOST_WEIGHT:
                return int(weight)
            report.lost(link, f"the weight {weight} is left out", f"weights are whole, at most {MOST_WEIGHT}")
    return 0
