"""What a request of the editorial office is about: which page, whose, who asks; and showing a page before its time."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, current_app, g, make_response
from werkzeug.exceptions import HTTPException

from webapp.content.current import library, shelf
from webapp.content.domain.addresses import PAGES, address
from webapp.content.domain.document_kinds import DOCUMENT_KINDS
from webapp.content.domain.library import Library
from webapp.content.domain.pages import PageKey, PagePart
from webapp.content.domain.standing import OF_KIND
from webapp.editorial.domain.places import Place
from webapp.feedback.presenters import Commenting
from webapp.kernel.caller import Actor
from webapp.kernel.errors import NotFoundError
from webapp.kernel.text import is_slug
from webapp.web import tenancy
from webapp.web.access import caller, rule_of
from webapp.web.transactions import now

ROOM = "/redaksjon/"
PAGES_LIST = f"{ROOM}sider"
FEEDBACK = f"{ROOM}tilbakemeldinger"
CHANGES = f"{ROOM}dere-sa"
SHARED, OWN = "felles", "egen"
SORTS = {
    "oppslag": "entry", "tjeneste": "service", "oppgave": "task", "hjelpemiddel": "aid", "tilbud": "offer",
    "moteplass": "place", "side": "page", "selvsjekk": "selfcheck", "sprak": "foreign", "kommune": "municipality",
    "liste": "document", "ferdigplan": "plan", "melding": "message", "samtykke": "consent", "meny": "menu",
    "bilde": "image",
}  # fmt: skip
"""The word in the address → the kind of page."""
WORDS = {kind: word for word, kind in SORTS.items()}
FACTS = "fakta"
"""The word in the address for what is the same in every language."""
NEVER_OWN = frozenset({"document", "foreign"})
ALWAYS_OWN = frozenset({"municipality", *OF_KIND})
"""The kinds that each municipality has for itself: its facts, and standing texts, whose other words are the site's."""
_SHOWN_AT = {
    "staircase": "innsatstrapp", "numbers": "nodnummer", "situations": "abc/?situasjon=planlegge",
    "glossary": "ordliste",
}  # fmt: skip
_PAGES_OF_ROOMS = {
    "abc": "abc/", "andre-sprak": "andre-sprak/", "hjelpemidler": "hjelpemidler", "hvem-gjor-hva": "hvem-gjor-hva",
    "innsatstrapp": "innsatstrapp", "moteplasser": "moteplasser", "nodnummer": "nodnummer", "ordliste": "ordliste",
    "tilbud": "tilbud",
}  # fmt: skip
"""Pages of running text that stand on the page of a room."""


def place(whose: str, sort: str, slug: str) -> Place:
    """Answer the page of an address; raise NotFoundError where there cannot be one."""
    kind = SORTS.get(sort, "")
    own = caller().municipality
    is_there = bool(kind) and is_slug(slug) and whose in {SHARED, OWN}
    if kind == "municipality":
        is_there = is_there and whose == OWN and slug == own
    elif kind in OF_KIND:
        is_there = is_there and whose == OWN and slug in OF_KIND[kind]
    elif whose == OWN:
        is_there = is_there and kind not in NEVER_OWN
    if kind == "document":
        is_there = is_there and slug in DOCUMENT_KINDS
    if not is_there:
        raise NotFoundError
    return Place(own if whose == OWN else None, kind, slug)


def page_address(found: Place) -> str:
    """Answer the address of a page in the editorial office."""
    whose = SHARED if found.is_shared else OWN
    return f"{PAGES_LIST}/{whose}/{WORDS[found.kind]}/{found.slug}"


def of_page(kind: str, slug: str) -> str:
    """Answer where editors read what was said of a page."""
    return f"{FEEDBACK}?{urlencode({'side': f'{kind}/{slug}'})}"


def part_word(language: str) -> str:
    """Answer the word in the address for a part of a page."""
    return FACTS if language == "common" else language


def actor() -> Actor:
    """Answer who does something, as actions take it."""
    return Actor(caller().municipality, caller().id, now())


def public_address(kind: str, slug: str, language: str) -> str:
    """Answer where readers meet a page: its own address, or the page on which it is shown."""
    if kind in {"municipality", "menu"}:
        return f"/{language}/"
    if kind in OF_KIND or kind == "image":
        return ""  # they are sent, or said where they are needed
    if kind == "document":
        return f"/{language}/{_SHOWN_AT.get(slug, '')}"
    if kind == "foreign":
        return f"/{language}/andre-sprak/{slug}"
    if kind == "page" and slug not in {*PAGES, "avtale", "avtale-eksempel"}:
        return f"/{language}/{_PAGES_OF_ROOMS.get(slug, 'tjenester/')}"
    return address(kind, slug, language)


def library_with(parts: list[PagePart], gone: list[PageKey]) -> Library:
    """Answer what the municipality's readers would see with some parts put in their places, and others away."""
    known = shelf()
    changed = [(part, known.sequence) for part in parts]
    return known.with_changes(changed, [(key, known.sequence) for key in gone], known.versions).library(library().code)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a page that is shown before its time."""

    notice: str = ""
    commenting: Commenting | None = None
    at: str = ""
    """The address under which it is shown, where that is another than the page's own."""
    is_on_paper: bool = False
    is_still: bool = False
    theme: str = ""
    """The address of a stylesheet of colours that are not published."""


def show(reader: Library, path: str, frame: Frame) -> Response:
    """Answer a public page by the very view that readers meet, of another library; NotFoundError where it has none."""
    base = tenancy.directory().base_url(reader.code)
    day = tenancy.day()
    with current_app.test_request_context(path.split("#", maxsplit=1)[0], base_url=base) as context:
        g.tenant, g.day, g.draft_notice = reader, day, frame.notice
        g.commenting, g.shown_at = frame.commenting, frame.at
        g.is_on_paper, g.is_still, g.theme = frame.is_on_paper, frame.is_still, frame.theme
        request = context.request
        view = current_app.view_functions.get(request.endpoint or "")
        rule = rule_of(view)
        if view is None or rule is None or rule.who != "public":
            raise NotFoundError
        try:
            return make_response(current_app.ensure_sync(view)(**(request.view_args or {})))
        except HTTPException as error:
            raise NotFoundError from error
