"""One part of a page, open to be written on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.content.domain import links
from webapp.content.domain.check import Finding
from webapp.content.domain.fields import Field
from webapp.content.domain.kind import COMMON, LOCAL
from webapp.content.domain.standing import OF_KIND, places
from webapp.editorial.current import SHARED, page_address, part_word
from webapp.editorial.domain import written
from webapp.editorial.domain.places import Place
from webapp.editorial.domain.written import Fault, Raw
from webapp.editorial.presenters import faults as words
from webapp.editorial.presenters.common import kind_name, other_languages, part_name, title_of, titles_by_kind
from webapp.editorial.presenters.controls import Control, Sight, controls
from webapp.editorial.presenters.remarks import RemarksBox, remarks_on
from webapp.editorial.queries.plans import PREFIX
from webapp.editorial.words import LABELS, label
from webapp.kernel.language import LANGUAGES
from webapp.municipalities.domain.municipality import PLACEHOLDERS
from webapp.web.i18n import lazy_gettext as _

MESSAGES = {
    "lagret": _("Saved. Readers do not see it before it is published."),
    "uendret": _("Nothing was changed."),
    "ny": _("The page has been begun. Readers do not see it before it is published."),
    "hentet": _("The earlier text stands here as a draft. Look it over, and publish it."),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the page, to switch to."""

    words: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Who else has saved, and what was taken over from them because it was not touched here."""

    who: str
    when: str
    taken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartPage:
    """One part of a page, open to be written on."""

    title: str
    kind: str
    part: str
    is_shared: bool
    is_over_shared: bool
    is_standing: bool
    """Whether it stands over the words that come with the site."""
    home: str
    action: str
    revision: int
    published: int
    tab: str
    tabs: tuple[Tab, ...]
    beside: tuple[Tab, ...]
    beside_name: str
    controls: tuple[Control, ...]
    previews: tuple[Tab, ...]
    saved: str
    message: str
    faults: tuple[tuple[str, str], ...]
    advice: tuple[tuple[str, str], ...]
    conflict: Conflict | None
    is_too_large: bool
    targets: tuple[tuple[str, str], ...]
    """The kinds of pages that a text may lead to, with their names."""
    picks: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """The pages that can be picked, by kind: slug and title."""
    facts: tuple[str, ...]
    remarks: RemarksBox | None
    """What could be better in the text; nothing for the facts of a page."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a part is made of, as the view found it."""

    place: Place
    language: str
    fields: tuple[Field, ...]
    raw: Mapping[str, Raw]
    revision: int
    published: int
    tab: str
    is_over_shared: bool
    beside: str
    """The language beside, or `felles` for the shared text."""
    beside_fields: Mapping[str, Any] | None
    locked: frozenset[str]
    saved: str
    common: Mapping[str, Any]
    """The facts of the page, for what is remarked on its texts."""


def faults_by_name(found: Iterable[Fault], findings: Iterable[Finding] = ()) -> dict[str, tuple[str, ...]]:
    """Answer what is wrong in words, by the name of the field."""
    gathered: dict[str, list[str]] = defaultdict(list)
    for fault in found:
        said = words.what_is_wrong(fault.type, is_missing=fault.is_missing, message=fault.message)
        gathered[fault.at].append(said)
    for finding in findings:
        gathered[words.place_of_finding(finding)].append(words.finding_in_words(finding))
    return {name: tuple(dict.fromkeys(said)) for name, said in gathered.items()}


def part_page(
    opened: Opened, faults: Mapping[str, tuple[str, ...]], *, message: str = "", conflict: Conflict | None = None,
    theirs: Mapping[str, Raw] | None = None, is_refused: bool = False, is_too_large: bool = False,
) -> PartPage:  # fmt: skip
    """Make the page; what is wrong stands on top where it was refused, and beside the fields always."""
    place, address = opened.place, page_address(opened.place)
    titles = titles_by_kind()
    beside = (
        {} if opened.beside_fields is None else {one.name: opened.beside_fields.get(one.name) for one in opened.fields}
    )
    sight = Sight(
        faults,
        titles,
        beside,
        _beside_name(opened),
        theirs or {},
        opened.locked,
        over_shared=opened.is_over_shared,
        begins=opened.beside == SHARED,
    )
    listed = tuple((_id(name), said) for name, several in faults.items() for said in several)
    action = f"{address}/{part_word(opened.language)}"
    return PartPage(
        title=title_of(place),
        kind=kind_name(place),
        part=part_name(opened.language),
        is_shared=place.is_shared,
        is_over_shared=opened.is_over_shared,
        is_standing=place.kind in OF_KIND,
        home=address,
        action=action,
        revision=opened.revision,
        published=opened.published,
        tab=opened.tab,
        tabs=tuple(
            Tab(part_name(code), f"{address}/{part_word(code)}", code == opened.language) for code in place.languages
        ),
        beside=_beside(opened, action),
        beside_name=_beside_name(opened),
        controls=_in_order(controls(opened.fields, opened.raw, place.kind, PREFIX, sight), opened),
        previews=tuple(
            Tab(part_name(code), f"{address}/vis/{code}", code == _shown(opened.language)) for code in LANGUAGES
        ),
        saved=opened.saved,
        message=message,
        faults=listed if is_refused else (),
        advice=() if is_refused else listed,
        conflict=conflict,
        is_too_large=is_too_large,
        targets=tuple(_target_kinds()),
        picks=tuple((kind, tuple(several.items())) for kind, several in titles.items()),
        facts=places(place.kind, place.slug) if place.kind in OF_KIND else PLACEHOLDERS,
        remarks=_remarks(opened),
    )


def _remarks(opened: Opened) -> RemarksBox | None:
    """Say what could be better in the text as it stands."""
    if opened.language == COMMON:
        return None
    types = {one.name: one.type for one in opened.fields}

    def top(field: str) -> str:
        return field.split(".", 1)[0].split("[", 1)[0]

    return remarks_on(
        opened.place.key(opened.language), written.read(opened.raw, opened.fields, PREFIX).fields, common=opened.common,
        name=lambda field: label(top(field), opened.place.kind, types[top(field)]) if top(field) in types else "",
        href=lambda field: f"#{_id(f'{PREFIX}.{top(field)}')}", over_shared=opened.is_over_shared,
    )  # fmt: skip


def _in_order(made: tuple[Control, ...], opened: Opened) -> tuple[Control, ...]:
    """What is written most comes first: over a shared text one's own section, and last what cannot be changed."""
    own = f"{PREFIX}.{LOCAL.name}" if opened.is_over_shared else ""
    return tuple(sorted(made, key=lambda control: (control.is_locked, control.name != own)))


def _id(name: str) -> str:
    return name.replace(".", "-") if name != PREFIX else "skjema"


def _shown(code: str) -> str:
    return "nb" if code == COMMON else code


def _target_kinds() -> list[tuple[str, str]]:
    names = {"entry": "entries", "service": "services", "task": "tasks", "aid": "aids", "offer": "offers"}
    return [(kind, str(LABELS[names[kind]])) for kind in links.INTERNAL if kind in names]


def _beside(opened: Opened, action: str) -> tuple[Tab, ...]:
    if opened.language == COMMON:
        return ()
    found = [
        Tab(part_name(code), f"{action}?ved={code}", code == opened.beside) for code in other_languages(opened.language)
    ]
    if opened.is_over_shared:
        found.insert(0, Tab(str(_("The shared text")), f"{action}?ved=felles", opened.beside == "felles"))
    return (Tab(str(_("Nothing")), f"{action}?ved=ingen", not opened.beside), *found)


def _beside_name(opened: Opened) -> str:
    if opened.beside_fields is None:
        return ""
    if opened.place.kind in OF_KIND:
        return str(_("The words of the site"))
    return str(_("The shared text")) if opened.beside == "felles" else part_name(opened.beside)
