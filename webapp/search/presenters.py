"""The results page: what was found, with the words of the query marked where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from webapp.content.current import library
from webapp.content.domain.addresses import address
from webapp.content.reading import Link, links_to
from webapp.content.words import KINDS
from webapp.search import queries
from webapp.search.domain.vocabulary import may_be_counted
from webapp.web.i18n import language
from webapp.web.markdown import Html, render_marked

if TYPE_CHECKING:
    from webapp.search.index import Hit, Index

_WORD = re.compile(r"[^\W_]+")
_AROUND = 150


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the results."""

    title: Html
    href: str
    kind: str
    excerpt: Html
    language: str


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """What a query found; where it found nothing, what is near."""

    query: str
    results: list[Result]
    nearest: list[Link]
    has_asked: bool
    suggest: str
    """Where a page can be suggested: with the words in place where they cannot say anything of a person."""

    @staticmethod
    def of(query: str, hits: list[Hit]) -> ResultsPage:
        """Make the page of a query and its hits."""
        near = links_to(queries.nearest(library(), query, language())) if query and not hits else []
        words = f"?{urlencode({'ord': query})}" if may_be_counted(query) else ""
        suggest = f"/{language()}/foresla{words}"
        return ResultsPage(query, present(query, hits), near, has_asked=bool(query), suggest=suggest)


def present(query: str, hits: list[Hit]) -> list[Result]:
    """Answer the lines for hits, with the words of the query marked."""
    if not hits:
        return []
    index = queries.index_of(library(), language())
    asked = index.asked(query)
    return [_result(hit, index, asked) for hit in hits]


def _result(hit: Hit, index: Index, asked: frozenset[str]) -> Result:
    document = hit.document
    page = library().page(document.kind, document.slug, language())
    text = " ".join(f"{document.lead} {document.body}".split())
    return Result(
        title=render_marked(_marked(document.title, index, asked)),
        href=address(document.kind, document.slug, language()),
        kind=str(KINDS[document.kind]),
        excerpt=render_marked(_marked(_window(text, index, asked), index, asked)),
        language=page.language if page else language(),
    )


def _is_hit(word: str, index: Index, asked: frozenset[str]) -> bool:
    return not asked.isdisjoint(index.stems(word.casefold()))


def _window(text: str, index: Index, asked: frozenset[str]) -> str:
    """Answer the beginning of a text, or the piece around the first word that was asked for."""
    at = next((match.start() for match in _WORD.finditer(text[:2000]) if _is_hit(match.group(), index, asked)), 0)
    if at <= _AROUND:
        start = 0
    else:
        start = max(text.rfind(". ", 0, at) + 2, at - _AROUND)
        start = text.find(" ", start - 1) + 1 if text[start - 1 : start] not in {" ", ""} else start
    piece = text[start : start + _AROUND]
    if start + _AROUND < len(text):
        piece = piece[: piece.rfind(" ")] + " …"
    return f"… {piece}" if start else piece


def _marked(text: str, index: Index, asked: frozenset[str]) -> list[tuple[str, bool]]:
    pieces, at = [], 0
    for match in _WORD.finditer(text):
        if _is_hit(match.group(), index, asked):
            pieces += [(text[at : match.start()], False), (match.group(), True)]
            at = match.end()
    return [*pieces, (text[at:], False)]
