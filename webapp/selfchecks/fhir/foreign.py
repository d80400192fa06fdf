"""A foreign Questionnaire as the file of a self-check, closed until somebody has looked at it (SJ-8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from webapp.content.domain.check import check
from webapp.content.domain.kind import COMMON
from webapp.content.domain.pages import PageKey, PagePart
from webapp.content.domain.selfcheck_kind import SELFCHECK
from webapp.kernel.language import LANGUAGES
from webapp.kernel.text import make_slug
from webapp.selfchecks.fhir.foreign_items import Items
from webapp.selfchecks.fhir.foreign_words import Wording, our_language, text_in
from webapp.selfchecks.fhir.opening import opened
from webapp.selfchecks.fhir.report import WHOLE, Loss, Report
from webapp.selfchecks.fhir.terms import Json

YEAR = timedelta(days=365)
SECONDS_EACH = 20
FIELDS = {
    "resourceType", "id", "language", "url", "version", "name", "title", "_title", "description", "_description",
    "purpose", "_purpose", "copyright", "_copyright", "publisher", "item", "contained", "status",
}  # fmt: skip
ORDER = ("id", "type", "text", "help", "optional", "when", "for_each", "options", "most", "from", "to")
"""As the questions of a file have their fields."""
UNTITLED = {"nb": "Uten tittel"}
TO_WRITE = {"nb": "Skriv hva dette er.", "nn": "Skriv kva dette er.", "en": "Write what this is."}
SAYS_NOT = {
    "nb": "Svarene er ikke en medisinsk vurdering. Er du bekymret for helsen din, ta kontakt med fastlegen.",
    "nn": "Svara er ikkje ei medisinsk vurdering. Er du uroleg for helsa di, ta kontakt med fastlegen.",
    "en": "The answers are not a medical assessment. If you are worried about your health, contact your own doctor.",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A self-check as it was taken over, and what was lost on the way."""

    part: PagePart
    losses: tuple[Loss, ...]


def take_over(content: bytes, *, on: date, slug: str = "") -> Taken:
    """Answer a file as a self-check's; raise InvalidError where it is no Questionnaire that can be read."""
    resource, report = opened(content), Report()
    wording = Wording(_language(resource, report), report)
    items = Items(wording, _sets(resource), report)
    for item in resource["item"]:
        items.take(item)
    if not items.questions:
        items.questions.append({"id": "q", "type": "information", "text": dict(TO_WRITE)})
        report.lost(WHOLE, "no item could be taken over", "write the questions")
    _note_rest(resource, items, report)
    fields = {**_head(resource, wording, report, on), "questions": [_in_order(one) for one in items.questions]}
    fields |= {"owner": "service_centre", "reviewed": on.isoformat(), "review_by": (on + YEAR).isoformat()}
    fields["minutes"] = max(1, min(60, len(items.questions) * SECONDS_EACH // 60))
    name = make_slug(slug or text_in(resource, "id") or text_in(resource, "name") or fields["title"]["nb"])
    part = PagePart(PageKey(None, "selfcheck", name or "fremmed", COMMON), _known_order(fields))
    for finding in check({part.key: part}):
        report.lost(WHOLE, f"{finding.field} {finding.message}", "mend it in the file")
    return Taken(part, tuple(report.losses))


def _language(resource: Json, report: Report) -> str:
    found = our_language(resource.get("language"))
    if not found:
        report.lost(
            WHOLE, f"its language is {resource.get('language') or 'not told'}", "it stands under nb: translate it"
        )
    return found


def _sets(resource: Json) -> dict[str, Json]:
    return {text_in(one, "id"): one for one in resource.get("contained", ()) if one.get("resourceType") == "ValueSet"}


def _in_order(question: Mapping[str, Any]) -> Json:
    return {name: question[name] for name in ORDER if name in question}


def _known_order(fields: Mapping[str, Any]) -> Json:
    return {field.name: fields[field.name] for field in SELFCHECK.common if field.name in fields}


def _note_rest(resource: Json, items: Items, report: Report) -> None:
    for name in sorted(resource.keys() - FIELDS):
        report.lost(WHOLE, f"{name} is left out", "look at whether it matters")
    for one in resource.get("contained", ()):
        if one.get("resourceType") != "ValueSet":
            report.lost(
                WHOLE, f"a {one.get('resourceType')} inside the file is left out"[:200], "look at what it is for"
            )
    if resource.get("status") != "active":
        report.lost(WHOLE, f"its status is {resource.get('status')}"[:100], "find out whether it may be used")
    if any("weight" in option for question in items.questions for option in question.get("options", ())):
        report.lost(
            WHOLE, "weights say nothing by themselves", "write scores, bands and advice from the instrument's own guide"
        )


def _head(resource: Json, wording: Wording, report: Report, on: date) -> Json:
    """Answer what a self-check says of itself; what the file does not say is to be written."""

    def said(name: str, most: int, instead: Mapping[str, str], field: str, *, lines: bool = True) -> dict[str, str]:
        found = wording.of(resource, name, WHOLE, most=most, lines=lines)
        if not found:
            report.lost(WHOLE, f"has no {name}", f"write the {field}")
        return found or dict(instead)

    named = {"nb": text_in(resource, "name")[:120].strip()}
    title = said("title", 120, named if named["nb"] else UNTITLED, "title", lines=False)
    version = " ".join(text_in(resource, "version").split())[:20].strip() or "1"
    if version != text_in(resource, "version"):
        report.lost(WHOLE, f"its version is called {version}", "nothing to do")
    report.lost(WHOLE, "what it does not say, for whom it is, and how long it takes are guessed", "look them over")
    return {
        "title": title,
        "short": said("description", 240, TO_WRITE, "short", lines=False),
        "version": version,
        "audience": ["older"],
        "switched_on": False,
        "intro": said("purpose", 1500, TO_WRITE, "intro"),
        "says_not": dict(SAYS_NOT),
        "translation": _translation(title, wording),
        "licence": _licence(resource, said("copyright", 600, TO_WRITE, "terms"), report, on),
    }


def _translation(title: Mapping[str, str], wording: Wording) -> dict[str, str]:
    languages = [code for code in LANGUAGES if code in title]
    own = wording.language or "nb"
    return {code: "original" if code == own else "unofficial" for code in languages}


def _licence(resource: Json, terms: Mapping[str, str], report: Report, on: date) -> Json:
    url = text_in(resource, "url")
    holder = " ".join(text_in(resource, "publisher").split())[:200].strip()
    if not holder:
        report.lost(WHOLE, "has no publisher", "find out whose it is and whether you may use it")
    address = {"url": url} if re.fullmatch(r"https://[^\s<>\"]{1,290}", url) else {}
    if url and not address:
        report.lost(WHOLE, f"its address {url} is left out"[:300], "nothing to do")
    return {"holder": holder or "?", "terms": dict(terms), **address, "checked": on.isoformat()}
