"""What an editor has to do, by what has been found: each kind of work is one function over what is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from sqlalchemy.orm import Session

from webapp.content import queries as published
from webapp.content.domain.check import check
from webapp.content.domain.kind import COMMON, NO_FILES
from webapp.content.domain.kinds import KINDS
from webapp.content.domain.library import Shelf
from webapp.content.domain.pages import Fields, PageKey, PagePart
from webapp.editorial.domain.places import Place
from webapp.editorial.domain.reviewing import Level, level
from webapp.editorial.domain.workflow import State
from webapp.editorial.queries import drafts, upstream
from webapp.feedback import queries as feedback
from webapp.feedback.domain import Sort as Said
from webapp.feedback.queries import Wanted
from webapp.kernel.caller import writer
from webapp.kernel.language import LANGUAGES
from webapp.kernel.permission import Permission, Role, may
from webapp.search.jobs import NO_HIT
from webapp.storage.counters import counts

MOST_WORDS = 20
_LINKS = ("links to '", "is '")


class Sort(StrEnum):
    """The kinds of work, the most pressing first."""

    FAILED = "failed"
    APPROVE = "approve"
    RETURNED = "returned"
    APPROVED = "approved"
    MERGE = "merge"
    SHARED = "shared"
    COMMENTS = "comments"
    BROKEN = "broken"
    REVIEW = "review"
    MINE = "mine"
    ANSWERS = "answers"
    SUGGESTIONS = "suggestions"
    LANGUAGE = "language"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to do: of which sort, about which page, and what there is to say of it."""

    sort: Sort
    place: Place | None
    about: str = ""
    detail: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What the sources of work are asked with."""

    session: Session
    shelf: Shelf
    municipality: str
    languages: tuple[str, ...]
    staff: str
    roles: frozenset[Role]
    today: date

    def may(self, permission: Permission) -> bool:
        """Tell whether whoever asks may do something."""
        return may(self.roles, permission)

    def place(self, kind: str, slug: str) -> Place:
        """Answer whose text readers meet on a page: the municipality's own where there is any, else the shared one."""
        has_own = any(PageKey(self.municipality, kind, slug, code) in self.shelf.parts for code in (COMMON, *LANGUAGES))
        return Place(self.municipality if has_own else None, kind, slug)

    def facts(self) -> Iterator[tuple[Place, Fields]]:
        """Answer the facts of every page that the municipality answers for: its own, and the shared ones."""
        for key, fields in self.shelf.parts.items():
            if key.language != COMMON or key.kind in NO_FILES or key.municipality not in {None, self.municipality}:
                continue
            own = self.shelf.parts.get(key._replace(municipality=self.municipality), {})
            if key.municipality is None and own:
                yield Place(self.municipality if "review_by" in own else None, key.kind, key.slug), {**fields, **own}
            elif key.municipality is None or key._replace(municipality=None) not in self.shelf.parts:
                yield Place(key.municipality, key.kind, key.slug), fields


def _drafts(known: Known) -> Iterator[Work]:
    me = writer(known.municipality, known.staff)
    for row in drafts.drafts(known.session, known.municipality):
        place, is_mine = drafts.place_of(row), me in row.authors
        state = State(row.state)
        if row.comment and is_mine and state is State.DRAFT:
            yield Work(Sort.RETURNED if "-" not in row.comment else Sort.FAILED, place, detail=row.comment)
        elif state is State.REVIEW and known.may(Permission.APPROVE_CONTENT) and not is_mine:
            yield Work(Sort.APPROVE, place)
        elif state is State.APPROVED:
            yield Work(Sort.APPROVED, place)
        elif state is State.DRAFT and is_mine:
            yield Work(Sort.MINE, place)


def _parted(known: Known) -> Iterator[Work]:
    found: dict[Place, int] = {}
    for one in upstream.parted(known.session, known.municipality, known.shelf):
        found[one.place] = found.get(one.place, 0) + 1
    for place, number in found.items():
        yield Work(Sort.MERGE, place, number=number)


def _moved(known: Known) -> Iterator[Work]:
    """Shared texts that changed where nothing of one's own stands in their place: one's own beside them may not fit."""
    shown = {one.place for one in upstream.parted(known.session, known.municipality, known.shelf)}
    for place in dict.fromkeys(one.place for one in upstream.moved(known.session, known.municipality, known.shelf)):
        if place not in shown:
            yield Work(Sort.SHARED, place)


def _reviews(known: Known) -> Iterator[Work]:
    late = [
        (str(fields["review_by"]), place, str(fields.get("owner", "")))
        for place, fields in known.facts()
        if fields.get("review_by") and level(date.fromisoformat(fields["review_by"]), known.today) is not Level.NONE
    ]
    for day, place, owner in sorted(late, key=lambda one: (one[0], one[1].kind, one[1].slug)):
        yield Work(Sort.REVIEW, place, about=day, detail=owner)


def _languages(known: Known) -> Iterator[Work]:
    sequences = published.sequences(known.session)
    for place, _fields in known.facts():
        if place.kind not in KINDS or KINDS[place.kind].is_document:
            continue
        for code in known.languages:
            keys = [PageKey(who, place.kind, place.slug, code) for who in (None, known.municipality)]
            there = [key for key in keys if key in known.shelf.parts]
            newest = max((sequences.get(key._replace(language="nb"), 0) for key in keys), default=0)
            if not there:
                yield Work(Sort.LANGUAGE, place, about=code, detail="missing")
            elif code != "nb" and newest > max(sequences.get(key, 0) for key in there):
                yield Work(Sort.LANGUAGE, place, about=code, detail="older")


def _searches(known: Known) -> Iterator[Work]:
    found = counts(known.session, known.municipality, NO_HIT)
    for word, number in sorted(found.items(), key=lambda one: (-one[1], one[0]))[:MOST_WORDS]:
        yield Work(Sort.SEARCH, None, about=word, number=number)


def _comments(known: Known) -> Iterator[Work]:
    for kind, slug, number in feedback.open_by_page(known.session, known.municipality, Said.COMMENT):
        yield Work(Sort.COMMENTS, known.place(kind, slug), number=number)


def _answers(known: Known) -> Iterator[Work]:
    """Pages that were said not to answer, and pages that somebody wrote a sentence about."""
    sentences = {
        (kind, slug): number
        for kind, slug, number in feedback.open_by_page(known.session, known.municipality, Said.SENTENCE)
    }
    missed = {(one.kind, one.slug): one.no for one in feedback.not_found_by_page(known.session, known.municipality)}
    both = sorted({**missed, **sentences}, key=lambda page: (-sentences.get(page, 0), -missed.get(page, 0), page))
    for page in both:
        yield Work(Sort.ANSWERS, known.place(*page), about=str(sentences.get(page, 0)), number=missed.get(page, 0))


def _suggestions(known: Known) -> Iterator[Work]:
    for row in feedback.items(known.session, known.municipality, Wanted(Said.SUGGESTION), most=MOST_WORDS):
        yield Work(Sort.SUGGESTIONS, None, about=row.about, detail=row.id, number=row.number)


def _broken(known: Known) -> Iterator[Work]:
    for key, field in _broken_links(_Whole(known.shelf)):
        if key.municipality in {None, known.municipality}:
            yield Work(Sort.BROKEN, Place(key.municipality, key.kind, key.slug), about=key.language, detail=field)


class _Whole:
    """A shelf that is known by its number: what was found in it once need not be looked for again."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Whole) and other.shelf is self.shelf

    def __hash__(self) -> int:
        return hash(self.shelf.sequence)


@lru_cache(maxsize=2)
def _broken_links(whole: _Whole) -> tuple[tuple[PageKey, str], ...]:
    parts: Mapping[PageKey, PagePart] = {
        key: PagePart(key, fields) for key, fields in whole.shelf.parts.items() if key.kind not in NO_FILES
    }
    return tuple(
        (one.key, one.field) for one in check(parts) if one.message.startswith(_LINKS) and "which" in one.message
    )


Source = Callable[[Known], Iterator[Work]]
SOURCES: tuple[Source, ...] = (
    _drafts,
    _parted,
    _moved,
    _broken,
    _reviews,
    _languages,
    _comments,
    _answers,
    _suggestions,
    _searches,
)
"""What work is gathered from, in any order: `Sort` says what comes first."""


def work(known: Known) -> dict[Sort, list[Work]]:
    """Answer everything that is to be done, by its sort, the most pressing sort first."""
    found: dict[Sort, list[Work]] = {sort: [] for sort in Sort}
    for source in SOURCES:
        for one in source(known):
            found[one.sort].append(one)
    return {sort: several for sort, several in found.items() if several}
