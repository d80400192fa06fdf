"""The list of all pages, as an editor looks for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from webapp.content.domain.document_kinds import DOCUMENT_KINDS
from webapp.content.domain.kind import COMMON, NO_FILES
from webapp.content.domain.library import Library, Shelf
from webapp.content.domain.pages import PageKey
from webapp.content.domain.standing import OF_KIND
from webapp.content.words import OWNERS
from webapp.editorial import standing
from webapp.editorial.current import ALWAYS_OWN, PAGES_LIST, SORTS, WORDS, page_address
from webapp.editorial.domain.places import Place
from webapp.editorial.models import DraftRow
from webapp.editorial.presenters.common import state_name, title_of
from webapp.editorial.presenters.page import is_outdated
from webapp.editorial.words import KINDS
from webapp.kernel.alphabet import in_order
from webapp.web.i18n import LANGUAGE_WORDS, write_date
from webapp.web.i18n import lazy_gettext as _

MOST = 60
STANDINGS = {
    "utkast": _("Has a draft"),
    "gammel": _("Past the date of review"),
    "oversett": _("A language is missing or older"),
    "lokal": _("Has text of our own"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for."""

    words: str
    sort: str
    standing: str
    owner: str
    number: int

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Wanted:
        """Read it from an address; what is no choice is none."""
        side = arguments.get("side", "1")
        return cls(
            " ".join(arguments.get("q", "").split())[:80],
            arguments["sort"] if arguments.get("sort") in SORTS else "",
            arguments["hva"] if arguments.get("hva") in STANDINGS else "",
            arguments["eier"] if arguments.get("eier") in OWNERS else "",
            int(side) if side.isascii() and side.isdecimal() and 0 < int(side[:4]) < 1000 else 1,
        )

    def address(self, number: int) -> str:
        """Answer the address of a page of the list."""
        told = {"q": self.words, "sort": self.sort, "hva": self.standing, "eier": self.owner, "side": str(number)}
        return f"{PAGES_LIST}?{urlencode({name: value for name, value in told.items() if value})}"


@dataclass(frozen=True, slots=True)
class Line:
    """A page in the list."""

    title: str
    href: str
    kind: str
    whose: str
    standing: tuple[str, ...]
    languages: tuple[tuple[str, str], ...]
    review: str
    is_past_review: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """The list, or a page of it."""

    wanted: Wanted
    lines: tuple[Line, ...]
    total: int
    sorts: tuple[tuple[str, str], ...]
    standings: tuple[tuple[str, str], ...]
    owners: tuple[tuple[str, str], ...]
    previous: str
    next: str

    @classmethod
    def of(
        cls, wanted: Wanted, library: Library, *, shelf: Shelf, rows: Sequence[DraftRow],
        sequences: Mapping[PageKey, int], today: date,
    ) -> ListPage:  # fmt: skip
        """Answer the list of what is looked for, by title."""
        known = _Known(shelf, library, {(row.municipality, row.kind, row.slug): row for row in rows}, sequences, today)
        found = in_order([one for one in known.pages() if known.takes(one, wanted)], known.title)
        first = (wanted.number - 1) * MOST
        return cls(
            wanted=wanted,
            lines=tuple(known.line(one) for one in found[first : first + MOST]),
            total=len(found),
            sorts=tuple((word, str(KINDS[kind])) for word, kind in SORTS.items()),
            standings=tuple((word, str(said)) for word, said in STANDINGS.items()),
            owners=tuple((word, str(said)) for word, said in OWNERS.items()),
            previous=wanted.address(wanted.number - 1) if wanted.number > 1 else "",
            next=wanted.address(wanted.number + 1) if len(found) > first + MOST else "",
        )


@dataclass(frozen=True, slots=True)
class _Known:
    shelf: Shelf
    library: Library
    rows: Mapping[tuple[str | None, str, str], DraftRow]
    sequences: Mapping[PageKey, int]
    today: date

    def pages(self) -> list[tuple[str, str]]:
        """Every page that the municipality's editors may see, published or begun."""
        own = self.library.code
        keys = [key for key in self.shelf.parts if key.municipality in {None, own} and key.kind not in NO_FILES]
        known = {(key.kind, key.slug): None for key in keys if key.kind != "document" or key.slug in DOCUMENT_KINDS}
        begun = {(row.kind, row.slug): None for row in self.rows.values()}
        return list(known | dict.fromkeys(standing.all_standing()) | begun)

    def _whose(self, one: tuple[str, str]) -> tuple[bool, bool]:
        kind, slug = one
        has = [
            any(PageKey(code, kind, slug, language) in self.shelf.parts for language in (COMMON, "nb", "nn", "en"))
            for code in (None, self.library.code)
        ]
        return has[0], has[1]

    def place(self, one: tuple[str, str]) -> Place:
        """Whose text is opened: the draft's that is under way, else one's own where there is any."""
        kind, slug = one
        if kind in ALWAYS_OWN:
            return Place(self.library.code, kind, slug)
        own, (is_shared, has_own) = self.library.code, self._whose(one)
        if (own, kind, slug) in self.rows or (has_own and (None, kind, slug) not in self.rows):
            return Place(own, kind, slug)
        return Place(None if is_shared or (None, kind, slug) in self.rows else own, kind, slug)

    def title(self, one: tuple[str, str]) -> str:
        return title_of(Place(None, *one), self.library)

    def facts(self, one: tuple[str, str]) -> Mapping[str, Any]:
        kind, slug = one
        own, shared = (
            self.shelf.parts.get(PageKey(code, kind, slug, COMMON), {}) for code in (self.library.code, None)
        )
        return {**shared, **own}

    def missing(self, one: tuple[str, str]) -> list[tuple[str, str]]:
        """The languages that a text is missing in, or older in than in bokmål."""
        kind, slug = one
        place = self.place(one)
        if len(place.languages) == 1:
            return []
        found = []
        for code in self.library.languages:
            is_there = any(PageKey(who, kind, slug, code) in self.shelf.parts for who in (None, self.library.code))
            if not is_there:
                found.append((str(LANGUAGE_WORDS[code]), str(_("missing"))))
            elif is_outdated(place, code, self.sequences):
                found.append((str(LANGUAGE_WORDS[code]), str(_("older"))))
        return found

    def takes(self, one: tuple[str, str], wanted: Wanted) -> bool:
        words = wanted.words.casefold()
        if (wanted.sort and WORDS[one[0]] != wanted.sort) or (words and words not in self.title(one).casefold()):
            return False
        if wanted.owner and self.facts(one).get("owner") != wanted.owner:
            return False
        return self._stands(one, wanted.standing)

    def _stands(self, one: tuple[str, str], standing: str) -> bool:
        match standing:
            case "utkast":
                return any((code, *one) in self.rows for code in (None, self.library.code))
            case "gammel":
                return str(self.facts(one).get("review_by", "9999")) < self.today.isoformat()
            case "oversett":
                return bool(self.missing(one))
            case "lokal":
                return self._whose(one)[1]
        return True

    def line(self, one: tuple[str, str]) -> Line:
        is_shared, has_own = self._whose(one)
        whose = (
            _("Shared, with text of our own")
            if is_shared and has_own
            else _("Shared")
            if is_shared
            else _("Our own")
            if has_own or one[0] not in OF_KIND
            else _("In the words of the site")
        )
        rows = [row for code in (None, self.library.code) if (row := self.rows.get((code, *one)))]
        review = str(self.facts(one).get("review_by", ""))
        return Line(
            self.title(one), page_address(self.place(one)), str(KINDS[one[0]]), str(whose),
            tuple(state_name(row.state) for row in rows), tuple(self.missing(one)),
            write_date(review) if review else "", bool(review) and review < self.today.isoformat(),
        )  # fmt: skip
