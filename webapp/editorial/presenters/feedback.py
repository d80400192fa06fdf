"""What readers have said, as editors see it: the list, one of it, and what was changed because of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from webapp.content.current import library
from webapp.editorial.current import CHANGES, FEEDBACK, page_address, public_address
from webapp.editorial.domain.places import Place
from webapp.editorial.presenters.common import People, title_of
from webapp.editorial.words import KINDS
from webapp.feedback.domain import Sort, State
from webapp.feedback.models import ChangeRow, HearingRow, ItemRow
from webapp.feedback.queries import PageAnswers
from webapp.feedback.queries import Wanted as Asked
from webapp.feedback.words import SORTS, STATES
from webapp.kernel.clock import local_day
from webapp.kernel.language import localised
from webapp.kernel.text import excerpt, is_slug
from webapp.web.i18n import LANGUAGE_WORDS, language, write_date
from webapp.web.i18n import lazy_gettext as _

OPEN, DEALT, APART = "apent", "ferdig", "kanskje-soppel"
STANDINGS = {OPEN: _("Not dealt with"), DEALT: _("Dealt with"), APART: _("Perhaps spam")}
KINDS_OF = {"side": Sort.SENTENCE, "forslag": Sort.SUGGESTION, "kommentar": Sort.COMMENT}
"""The word in the address → what somebody wrote."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for, as the address says it."""

    sort: str
    standing: str
    kind: str
    slug: str

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Wanted:
        """Read it from an address; what is no choice is none."""
        kind, _slash, slug = arguments.get("side", "").partition("/")
        is_page = kind in KINDS and is_slug(slug)
        sort, standing = arguments.get("hva", ""), arguments.get("status", "")
        return cls(
            sort if sort in KINDS_OF else "", standing if standing in STANDINGS else OPEN, kind if is_page else "",
            slug if is_page else "",
        )  # fmt: skip

    def asked(self) -> Asked:
        """Answer it as it is asked of what is stored."""
        return Asked(KINDS_OF.get(self.sort), self.standing != DEALT, self.standing == APART, self.kind, self.slug)

    @property
    def side(self) -> str:
        """The page that is looked for, as the address has it."""
        return f"{self.kind}/{self.slug}" if self.kind else ""


@dataclass(frozen=True, slots=True)
class Line:
    """Something that somebody wrote."""

    href: str
    sort: str
    page: str
    about: str
    words: str
    name: str
    day: str
    language: str
    number: int
    state: str


@dataclass(frozen=True, slots=True)
class Missed:
    """A page that was said not to answer."""

    title: str
    side: str
    href: str
    number: int


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """What was said, as a list."""

    wanted: Wanted
    title: str
    """The page that it is about, where one is looked for."""
    edit: str
    lines: tuple[Line, ...]
    number: int
    missed: tuple[Missed, ...]
    sorts: tuple[tuple[str, str], ...]
    standings: tuple[tuple[str, str], ...]
    may_edit: bool


def feedback_page(
    wanted: Wanted, rows: Sequence[ItemRow], number: int, missed: Iterable[PageAnswers], *, edit: str, may_edit: bool
) -> FeedbackPage:
    """Make the list."""
    is_asked = wanted.standing == OPEN and wanted.sort in {"", "side"}
    pages = [one for one in missed if is_asked and wanted.side in {"", f"{one.kind}/{one.slug}"}]
    return FeedbackPage(
        wanted=wanted,
        title=_title(wanted.kind, wanted.slug),
        edit=edit,
        lines=tuple(line(row) for row in rows),
        number=number,
        missed=tuple(
            Missed(
                _title(one.kind, one.slug), f"{one.kind}/{one.slug}",
                public_address(one.kind, one.slug, language()), one.no,
            )
            for one in pages
        ),
        sorts=tuple((word, str(SORTS[sort])) for word, sort in KINDS_OF.items()),
        standings=tuple((word, str(said)) for word, said in STANDINGS.items()),
        may_edit=may_edit,
    )  # fmt: skip


def line(row: ItemRow) -> Line:
    """Answer one line of the list."""
    return Line(
        href=f"{FEEDBACK}/{row.id}",
        sort=str(SORTS[Sort(row.sort)]),
        page=_title(row.kind, row.slug),
        about=row.about,
        words=row.words,
        name=row.name,
        day=write_date(local_day(row.at).isoformat()),
        language=str(LANGUAGE_WORDS[row.language]),
        number=row.number,
        state=str(STATES[State(row.state)]),
    )


def _title(kind: str, slug: str) -> str:
    return title_of(Place(None, kind, slug)) if kind else ""


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One thing that somebody wrote, and what can be done about it."""

    id: str
    line: Line
    heading: str
    is_found: bool | None
    public: str
    edit: str
    """Where the page is written on; for a suggestion, where a new one is begun."""
    is_suggestion: bool
    is_open: bool
    is_apart: bool
    reply: str
    dealt_by: str
    dealt_on: str
    publish: str
    may_edit: bool


def item_page(row: ItemRow, place: Place | None, people: People, *, may_edit: bool) -> ItemPage:
    """Make the page of one thing that somebody wrote."""
    shown = line(row)
    return ItemPage(
        id=row.id,
        line=shown,
        heading=shown.page or shown.about or shown.sort,
        is_found=row.is_found,
        public=public_address(place.kind, place.slug, row.language) if place else "",
        edit=page_address(place) if place else f"/redaksjon/ny?{urlencode({'forslag': row.id})}",
        is_suggestion=place is None,
        is_open=row.state == State.OPEN.value,
        is_apart=row.is_apart,
        reply=row.reply,
        dealt_by=people.name(row.dealt_by),
        dealt_on=write_date(local_day(row.dealt_at).isoformat()) if row.dealt_at else "",
        publish=f"{CHANGES}/ny?{urlencode({'fra': row.id})}",
        may_edit=may_edit,
    )


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """Something that was said and changed, in the editors' list."""

    href: str
    said: str
    day: str
    page: str
    by: str


def change_lines(rows: Iterable[ChangeRow]) -> tuple[ChangeLine, ...]:
    """Answer what was said and changed, as editors see it."""
    return tuple(
        ChangeLine(
            f"{CHANGES}/{row.id}", excerpt(localised(row.said, language())), write_date(row.day.isoformat()),
            _title(row.kind, row.slug), row.by,
        )
        for row in rows
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangePage:
    """The form for something that was said and changed."""

    action: str
    first: str
    """The language in which it must be written."""
    codes: tuple[str, ...]
    is_new: bool
    raw: str
    """What somebody wrote, to be told in other words; empty where nobody did."""
    about: str
    """The page that it is about; empty for no one page."""


def change_page(action: str, side: str, *, is_new: bool, raw: str = "") -> ChangePage:
    """Make the page of the form."""
    codes = library().languages
    kind, _slash, slug = side.partition("/")
    is_page = kind in KINDS and is_slug(slug)
    return ChangePage(action, codes[0], codes, is_new, raw, _title(kind, slug) if is_page else "")


@dataclass(frozen=True, slots=True)
class Hearing:
    """For whom a draft is open for comment."""

    id: str
    council: str
    until: str


def hearing_lines(rows: Iterable[HearingRow]) -> tuple[Hearing, ...]:
    """Answer for whom a draft is open for comment."""
    return tuple(Hearing(row.id, row.council, write_date(row.ends_on.isoformat())) for row in rows)
