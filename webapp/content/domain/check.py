"""What must hold across content files: links lead somewhere, a no has an alternative, texts are plain.

Pure over the parts that were read. Every finding names the part and the field; the file and line are
added by whoever read the files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.content.domain import images, standing
from webapp.content.domain.document_kinds import DOCUMENT_KINDS
from webapp.content.domain.facts import FACTS
from webapp.content.domain.fields import Field, FieldType, Line, Listing, Localised, Record, Ref, Table, Text
from webapp.content.domain.kind import COMMON, SELFCHECKS, Kind
from webapp.content.domain.kinds import KINDS
from webapp.content.domain.page_kinds import FULL_SERVICE
from webapp.content.domain.pages import PageKey, PagePart
from webapp.content.domain.proof import prove
from webapp.content.domain.remarks import Ground, Matter, must
from webapp.kernel.errors import InvalidError
from webapp.kernel.language import LANGUAGES
from webapp.kernel.text import Readability, bare, is_slug, sentences_of, together
from webapp.municipalities.domain.municipality import PLACEHOLDERS
from webapp.municipalities.domain.theme import check_accent

MOST_LIX = 48.0
OPTION = "option"
"""Stands in a question that is asked for each option that was picked, for the option's words."""
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_SAID = {
    Matter.BROKEN_LINK: "links to '{words}', which is not there; allowed: a page in content/",
    Matter.FOREIGN_LINK: "links to '{words}'; allowed: entry:slug, service:slug, task:slug, aid:slug, offer:slug, "
    "page:slug, selfcheck:slug, https://…, tel:…, mailto:…",
    Matter.UNREADABLE_LINK: "has a link that cannot be read; allowed: [words](target), on one line",
    Matter.MISLEADING_LINK: "says '{words}' and links to '{instead}'; allowed: words that name where the link leads",
    Matter.UNKNOWN_FACT: "uses {{{words}}}, which is no fact; allowed: " + ", ".join(PLACEHOLDERS),
    Matter.FOREIGN_IMAGE: "has an image; allowed: ![](image:slug), an image in images/",
    Matter.IMAGE_NOT_HERE: "has an image; allowed: images in the sections of a page, but its short answer",
    Matter.BROKEN_IMAGE: "shows 'image:{words}', which is not there; allowed: an image in images/",
    Matter.HTML: "has HTML ({words}); allowed: Markdown",
    Matter.AMOUNT: "names an amount ('{words}'); allowed: a link to where it is set",
}
"""What the check of files says of each matter of a text."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a part, at a field."""

    key: PageKey
    field: str
    message: str


def check(parts: Mapping[PageKey, PagePart], unread: Collection[PageKey] = ()) -> Iterator[Finding]:
    """Find everything that is wrong across the parts; the keys of unreadable files are known to be there."""
    slugs = _slugs([*parts, *unread])
    for part in parts.values():
        kind = kind_of(part.key)
        fields = kind.common if part.key.language == COMMON else kind.texts
        for place, value, field_type in leaves(part.fields, fields):
            if isinstance(field_type, Ref):
                yield from _check_ref(part.key, place, value, field_type.kind, slugs)
            elif isinstance(field_type, Line | Text):
                yield from _check_text(part.key, place, value, slugs)
    yield from _check_whole_pages(parts, unread)
    yield from _check_tasks(parts)
    yield from _check_services(parts)
    yield from _check_municipalities(parts, unread)
    for key, part in parts.items():
        if key.kind in standing.OF_KIND:
            yield from (Finding(key, *fault) for fault in standing.faults(key.kind, key.slug, part.fields))
        rules = _OF_ONE.get(key.kind)
        for place, message in rules(_whole(parts, part)) if rules else ():
            yield Finding(key, place, message)


def _whole(parts: Mapping[PageKey, PagePart], part: PagePart) -> Mapping[str, Any]:
    """Answer what a document says as readers get it: one that lies over another with what it lies over."""
    return _merged(parts, part.key) if kind_of(part.key).by_field else part.fields


_OF_ONE: Mapping[str, Callable[[Mapping[str, Any]], Iterator[tuple[str, str]]]] = {
    "selfcheck": prove, "image": images.faults,
}  # fmt: skip
"""The rules that a file of a kind must hold in itself."""


def kind_of(key: PageKey) -> Kind:
    """Answer the table of fields for a part."""
    if key.kind == "document":
        return DOCUMENT_KINDS[key.slug]
    return FACTS if key.kind == "municipality" else KINDS[key.kind]


def _slugs(keys: Collection[PageKey]) -> dict[tuple[str, str], set[str | None]]:
    """Whose a (kind, slug) is: None for shared, else the municipalities that have it."""
    found: dict[tuple[str, str], set[str | None]] = defaultdict(set)
    for key in keys:
        found[key.kind, key.slug].add(key.municipality)
    for slug in SELFCHECKS:
        found["selfcheck", slug].add(None)
    return found


def _exists(key: PageKey, kind: str, slug: str, slugs: Mapping[tuple[str, str], set[str | None]]) -> bool:
    owners = slugs.get((kind, slug), set())
    return None in owners or key.municipality in owners


def leaves(value: Any, fields: tuple[Field, ...], at: str = "") -> Iterator[tuple[str, Any, FieldType]]:
    """Answer every single value of some fields, with its place and its type."""
    for field in fields:
        if field.name in value:
            place = f"{at}.{field.name}" if at else field.name
            yield from _leaf(value[field.name], field.type, place)


def _leaf(value: Any, field_type: FieldType, place: str) -> Iterator[tuple[str, Any, FieldType]]:
    match field_type:
        case Listing(of=of):
            for number, item in enumerate(value, start=1):
                yield from _leaf(item, of, f"{place}[{number}]")
        case Record(fields=fields):
            yield from leaves(value, fields, place)
        case Table(of=of) | Localised(of=of):
            for name, item in value.items():
                yield from _leaf(item, of, f"{place}.{name}")
        case _:
            yield place, value, field_type


def _check_ref(
    key: PageKey, place: str, slug: str, kind: str, slugs: Mapping[tuple[str, str], set[str | None]]
) -> Iterator[Finding]:
    if not is_slug(slug):
        return  # said when the file was read
    if not _exists(key, kind, slug, slugs):
        yield Finding(key, place, f"is '{slug}', which no {kind} is called; allowed: the slug of a page in content/")
    elif (key.kind, key.slug) == (kind, slug):
        yield Finding(key, place, f"is '{slug}', the page itself; allowed: other pages")


def _check_text(
    key: PageKey, place: str, text: str, slugs: Mapping[tuple[str, str], set[str | None]]
) -> Iterator[Finding]:
    facts: Collection[str] = (*PLACEHOLDERS, OPTION) if key.kind == "selfcheck" else PLACEHOLDERS
    if key.kind in standing.OF_KIND:
        facts = standing.places(key.kind, key.slug)
    ground = Ground(
        exists=lambda kind, slug: _exists(key, kind, slug, slugs),
        facts=facts,
        shows_images=shows_images(kind_of(key), place),
        names_amounts=key.kind == "municipality",
    )
    for remark in must(text, bare(text), ground):
        yield Finding(key, place, _SAID[remark.matter].format(words=remark.words, instead=remark.instead))


def shows_images(kind: Kind, place: str) -> bool:
    """Tell whether a field's text is shown with its images: a section of a page, but not the answer in short."""
    return place not in {"short", "lead"} and any(field.name == place for field in kind.sections)


def _check_whole_pages(parts: Mapping[PageKey, PagePart], unread: Collection[PageKey]) -> Iterator[Finding]:
    """A page has a common part and a text in bokmål or, where a municipality owns it, in any language."""
    languages: dict[tuple[str | None, str, str], set[str]] = defaultdict(set)
    there = dict.fromkeys([*parts, *unread])
    for key in there:
        if key.kind in KINDS and not KINDS[key.kind].is_document:
            languages[key.municipality, key.kind, key.slug].add(key.language)
        elif key.kind in KINDS and key.municipality is not None and key._replace(municipality=None) not in there:
            yield from _check_own_page(parts, key, {COMMON})
    for (municipality, kind, slug), found in languages.items():
        key = PageKey(municipality, kind, slug, min(found))
        over_shared = municipality is not None and (None, kind, slug) in languages
        if over_shared:
            continue
        if COMMON not in found:
            yield Finding(key, "common.yaml", "is missing; allowed: a page with common.yaml and a text")
        texts = found - {COMMON}
        if not texts or (municipality is None and "nb" not in texts):
            yield Finding(key, "nb.md", "is missing; allowed: a text in bokmål, and in other languages beside it")
        if municipality is not None:
            yield from _check_own_page(parts, key, found)


def _check_own_page(parts: Mapping[PageKey, PagePart], key: PageKey, languages: set[str]) -> Iterator[Finding]:
    kind = KINDS[key.kind]
    for language in languages:
        part = parts.get(key._replace(language=language))
        if part is None:
            continue
        for field in kind.common if language == COMMON else kind.texts:
            if field.required and field.name not in part.fields:
                yield Finding(part.key, field.name, "is missing; it is required on a municipality's own page")


def _merged(parts: Mapping[PageKey, PagePart], key: PageKey) -> dict[str, Any]:
    shared = parts.get(key._replace(municipality=None))
    own = parts.get(key)
    return {**(shared.fields if shared else {}), **(own.fields if own else {})}


def _check_tasks(parts: Mapping[PageKey, PagePart]) -> Iterator[Finding]:
    numbers = _numbers(parts)
    for key, part in parts.items():
        if key.kind != "task" or key.language != COMMON:
            continue
        task = _merged(parts, key)
        if task.get("stance") == "not_normally":
            if not task.get("alternatives"):
                yield Finding(key, "alternatives", "is missing; a task that is not_normally done needs one")
            for language in _text_languages(parts, key):
                text = _merged(parts, key._replace(language=language))
                for name in wanted("task", task):
                    if name not in text:
                        yield Finding(
                            key._replace(language=language), name,
                            "is missing; a task that is not_normally done says why, and what there is instead",
                        )  # fmt: skip
        if task.get("critical") and set(task.get("others", [])) == {"volunteer"}:
            yield Finding(key, "others", "is only volunteer; allowed: somebody besides volunteers, it is critical")
        number = part.fields.get("number", "")
        for other in dict.fromkeys((numbers.get((None, number)), numbers.get((key.municipality, number)))):
            if other not in {None, key.slug}:
                yield Finding(key, "number", f"is '{number}', which {other} has too; allowed: a number of its own")


def wanted(kind: str, common: Mapping[str, Any]) -> tuple[str, ...]:
    """Answer what a page's text must have beside its required fields, by what its common part says."""
    if kind == "service" and not common.get("signpost"):
        return FULL_SERVICE
    return ("why", "instead") if kind == "task" and common.get("stance") == "not_normally" else ()


def _numbers(parts: Mapping[PageKey, PagePart]) -> dict[tuple[str | None, str], str]:
    """Whose a task number is: the first that has it, among the shared ones and among each municipality's own."""
    found: dict[tuple[str | None, str], str] = {}
    for key, part in parts.items():
        if key.kind == "task" and key.language == COMMON and "number" in part.fields:
            found.setdefault((key.municipality, part.fields["number"]), key.slug)
    return found


def _text_languages(parts: Mapping[PageKey, PagePart], key: PageKey) -> list[str]:
    return [
        language for language in LANGUAGES
        if key._replace(language=language) in parts
        or key._replace(language=language, municipality=None) in parts
    ]  # fmt: skip


def _check_services(parts: Mapping[PageKey, PagePart]) -> Iterator[Finding]:
    for key in parts:
        if key.kind != "service" or key.language != COMMON:
            continue
        service = _merged(parts, key)
        asks = {ask["slug"] for ask in service.get("asks", []) if "slug" in ask}
        for language in _text_languages(parts, key):
            text_key = key._replace(language=language)
            text = _merged(parts, text_key)
            if service.get("signpost"):
                if not service.get("url") and not service.get("contact"):
                    yield Finding(key, "url", "is missing; a signpost has a url or a contact")
                continue
            for name in wanted("service", service):
                if name not in text and text_key in parts:
                    yield Finding(text_key, name, "is missing; every service but a signpost has it")
            if asks != set(text.get("asks", {})):
                yield Finding(text_key, "asks", f"names other asks than common.yaml; allowed: {sorted(asks)}")


def _check_municipalities(parts: Mapping[PageKey, PagePart], unread: Collection[PageKey]) -> Iterator[Finding]:
    known = {key.slug for key in [*parts, *unread] if key.kind == "municipality"}
    staircase = parts.get(PageKey(None, "document", "staircase", COMMON))
    pictures = set(staircase.fields.get("pictures", {})) if staircase else set()
    hosts: dict[str, str] = {}
    for key, part in parts.items():
        if key.municipality is not None and key.municipality not in known:
            yield Finding(key, "municipality", f"'{key.municipality}' has no facts.yaml; allowed: {sorted(known)}")
        if key.kind != "municipality":
            continue
        for at, neighbour in enumerate(part.fields.get("neighbours", []), start=1):
            if neighbour not in known or neighbour == key.slug:
                yield Finding(key, f"neighbours[{at}]", f"is '{neighbour}'; allowed: {sorted(known - {key.slug})}")
        if pictures and part.fields.get("picture", "") not in {"", *pictures}:
            yield Finding(key, "picture", f"is '{part.fields['picture']}'; allowed: {sorted(pictures)}")
        if found := _accent_fault(part.fields.get("accent", "")):
            yield Finding(key, "accent", found)
        for at, host in enumerate(part.fields.get("hosts", []), start=1):
            if hosts.setdefault(host, key.slug) != key.slug:
                message = f"is '{host}', which {hosts[host]} has too; allowed: host names of its own"
                yield Finding(key, f"hosts[{at}]", message)


def _accent_fault(accent: str) -> str:
    try:
        if _COLOUR.fullmatch(accent):
            check_accent(accent)
    except InvalidError as error:
        return str(error)
    return ""


@dataclass(frozen=True, slots=True)
class Measured:
    """A page text and how hard it is to read."""

    key: PageKey
    readability: Readability


def measured_fields(kind: Kind, fields: Mapping[str, Any]) -> list[str]:
    """Answer the fields of a page whose text is measured together: its sections and its running lines."""
    names = [*(field.name for field in kind.sections), "why", "exception", "instead", "tip"]
    return [name for name in names if name in fields]


def is_too_hard(language: str, found: Readability) -> bool:
    """Tell whether a text of bokmål or nynorsk is above the hardest that the product allows (LIX 48)."""
    return language in {"nb", "nn"} and found.words >= 40 and found.lix > MOST_LIX


def measure(parts: Mapping[PageKey, PagePart]) -> list[Measured]:
    """Measure every text page: all its sections and lines together, headings left out."""
    measured = []
    for key, part in parts.items():
        if key.kind in KINDS and key.language != COMMON:
            names = measured_fields(KINDS[key.kind], part.fields)
            found = together(one for name in names for one in sentences_of(part.fields[name]))
            if found.words:
                measured.append(Measured(key, found))
    return measured


def too_hard(measured: list[Measured]) -> Iterator[Finding]:
    """Find the texts of bokmål and nynorsk above the hardest that the product allows (LIX 48)."""
    for item in measured:
        if is_too_hard(item.key.language, item.readability):
            yield Finding(item.key, "text", f"has LIX {item.readability.lix}; allowed: at most {MOST_LIX:g}")
