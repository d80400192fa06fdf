"""Asking the index of a library; an index is made when somebody first searches, once a content version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from threading import Lock
from typing import TYPE_CHECKING

from webapp.content.domain import links
from webapp.content.domain.library import Library, Page
from webapp.content.domain.page_kinds import AID, ENTRY, OFFER, PLACE, SERVICE, TASK
from webapp.kernel.memory import give_back
from webapp.kernel.text import plain
from webapp.search.domain.vocabulary import MOST_CHARACTERS, Vocabulary

if TYPE_CHECKING:
    from webapp.search.index import Document, Hit, Index

SEARCHED = (ENTRY, SERVICE, TASK, AID, OFFER, PLACE)
_LEADS = ("short", "why", "instead", "lead")
_CLOSE = 0.6
_SHARED = 3
"""How many pages may share a title, as an entry, a service and an aid do."""

_lock = Lock()
_indexes: dict[tuple[str, str], tuple[int, Index]] = {}


def index_of(library: Library, language: str) -> Index:
    """Answer the index of a library in a language, made anew after a publication."""
    from webapp.search.index import Index  # noqa: PLC0415 -- tantivy is loaded when somebody searches

    key = (library.code, language)
    known = _indexes.get(key)
    if known and known[0] == library.version:
        return known[1]
    with _lock:
        known = _indexes.get(key)
        if known is None or known[0] != library.version:
            vocabulary = Vocabulary.of(library.document("words"))
            known = (library.version, Index(documents(library, language), vocabulary))
            _indexes[key] = known
            give_back()
    return known[1]


def documents(library: Library, language: str) -> Iterator[Document]:
    """Answer the pages of a library as a reader of a language finds them."""
    from webapp.search.index import Document  # noqa: PLC0415 -- as above

    placeholders = library.municipality.placeholders(language)
    for kind in SEARCHED:
        for page in library.pages(kind.name, language):
            texts = [
                str(page.fields[field.name])
                for field in kind.texts
                if field.name in page.fields and _is_text(page, field.name)
            ]
            yield Document(
                kind=kind.name,
                slug=page.slug,
                language=page.language,
                title=page.title,
                synonyms=tuple(page.listed("synonyms")),
                lead=_readable(" ".join(str(page.get(name)) for name in _LEADS if page.get(name)), placeholders),
                body=_readable("\n\n".join([*texts, page.local]), placeholders),
                elsewhere=tuple(_elsewhere(library, page)),
            )


def _elsewhere(library: Library, page: Page) -> Iterator[tuple[str, str]]:
    """Answer the names of a page in the languages it is not shown in: readers write as they speak."""
    for language in page.languages - {page.language}:
        other = library.page(page.kind, page.slug, language)
        if other and other.language == language:
            yield from ((language, name) for name in (other.title, *other.listed("synonyms")))


def _is_text(page: Page, name: str) -> bool:
    return isinstance(page.fields[name], str) and name not in {"title", *_LEADS}


def _readable(text: str, placeholders: dict[str, str]) -> str:
    return plain(links.fill(links.LINK.sub(r"\1", text), placeholders))


def search(library: Library, query: str, language: str, *, kinds: Sequence[str] = (), most: int = 20) -> list[Hit]:
    """Answer what a reader finds for a query, best first; any text may be asked."""
    return index_of(library, language).search(query[:MOST_CHARACTERS], kinds=kinds, most=most)


def suggest(library: Library, query: str, language: str, *, most: int = 6) -> list[Hit]:
    """Answer what a reader may be about to write; one page for each title, which two kinds may share."""
    hits = index_of(library, language).search(query[:MOST_CHARACTERS], most=_SHARED * most, typing=True)
    by_title: dict[str, Hit] = {}
    for hit in hits:
        by_title.setdefault(hit.document.title.casefold(), hit)
    return list(by_title.values())[:most]


def nearest(library: Library, query: str, language: str, *, most: int = 3) -> list[Page]:
    """Answer the pages whose names look most like a query that found nothing."""
    names: dict[str, Page] = {}
    for kind in (ENTRY, SERVICE, TASK):
        for page in library.pages(kind.name, language):
            for name in (page.title, *page.listed("synonyms")):
                names.setdefault(name.casefold(), page)
    close = get_close_matches(query.casefold()[:60], names, n=3 * most, cutoff=_CLOSE)
    found = {(names[name].kind, names[name].slug): names[name] for name in close}
    return list(found.values())[:most]
