"""The inbox: which cases there are, what is due, and whose they are; a name is opened for the lines of one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from webapp.casework.presenters.common import Names, day, is_marked, mark_of, mark_words, offices, what, who_has
from webapp.casework.words import EMPTY_WORDS, MARK_WORDS, VIEW_WORDS, WAITS_WORDS, message
from webapp.kernel.ids import write_readable
from webapp.kernel.text import without_hidden
from webapp.referrals.domain.referral import State, Waits, Whom, is_over
from webapp.referrals.forms import TOPIC_WORDS
from webapp.referrals.presenters import STATE_WORDS
from webapp.referrals.queries import PAGE, Case, content_of

INBOX = "/saker/"
FIRST_VIEW = "alle"


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list."""

    href: str
    name: str
    reference: str
    what: str
    """By which door, and about what."""
    whom: str
    """Whom it is for, in a word; empty for the sender."""
    due: str
    mark: str
    mark_words: str
    who: str
    waits: str

    @classmethod
    def of(cls, case: Case, names: Names, own: str, now: datetime) -> CaseLine:
        """Answer the line of a case."""
        mark, state = mark_of(case, now), State(case.state)
        return cls(
            href=f"{INBOX}{case.id}",
            name=without_hidden(content_of(case).name),
            reference=write_readable(case.reference),
            what=what(case),
            whom=str(MARK_WORDS[Whom(case.whom)]) if is_marked(case) else "",
            due=day(case.due_at) if case.waits_for in {Waits.US, Waits.COLLEAGUE} else "",
            mark=mark,
            mark_words=mark_words(mark),
            who=who_has(case, names, own),
            waits=str(STATE_WORDS[state] if is_over(state) else WAITS_WORDS[Waits(case.waits_for)]),
        )


@dataclass(frozen=True, slots=True)
class Way:
    """One choice among several, as a link."""

    href: str
    words: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the inbox asks for."""

    view: str = FIRST_VIEW
    office: str = ""
    about: str = ""
    page: int = 1

    @property
    def after(self) -> int:
        """How many cases stand on the pages before."""
        return (self.page - 1) * PAGE

    def href(self, **changes: str | int) -> str:
        """Answer the address of the same with some of it changed; what is as always is left out."""
        told = {"vis": self.view, "kontor": self.office, "om": self.about, "side": self.page, **changes}
        always = {"vis": FIRST_VIEW, "kontor": "", "om": "", "side": 1}
        query = urlencode({name: value for name, value in told.items() if value != always[name]})
        return f"{INBOX}?{query}" if query else INBOX


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page of the cases of a view."""

    lines: list[CaseLine]
    views: list[Way]
    view: str
    offices: list[tuple[str, str]]
    office: str
    topics: list[tuple[str, str]]
    about: str
    is_narrowed: bool
    empty: str
    previous: str
    next: str
    since: str
    message: str
    new_agreements: int

    @classmethod
    def of(
        cls, asked: Asked, cases: Sequence[Case], names: Names, own: str, *, now: datetime, key: str = "",
        new_agreements: int = 0,
    ) -> InboxPage:  # fmt: skip
        """Answer a page of cases; one more than a page holds tells that there is a next one."""
        return cls(
            lines=[CaseLine.of(case, names, own, now) for case in cases[:PAGE]],
            views=[Way(asked.href(vis=view, side=1), str(words), view == asked.view)
                   for view, words in VIEW_WORDS.items()],
            view=asked.view,
            offices=offices(),
            office=asked.office,
            topics=[(topic, str(words)) for topic, words in TOPIC_WORDS.items()],
            about=asked.about,
            is_narrowed=bool(asked.office or asked.about),
            empty=str(EMPTY_WORDS[asked.view]),
            previous=asked.href(side=asked.page - 1) if asked.page > 1 else "",
            next=asked.href(side=asked.page + 1) if len(cases) > PAGE else "",
            since=now.isoformat(),
            message=message(key),
            new_agreements=new_agreements,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewsPage:
    """How many have come in since a page was shown."""

    number: int


@dataclass(frozen=True, slots=True)
class FoundPage:
    """What was found, or that nothing was asked for yet."""

    lines: list[CaseLine]
    is_asked: bool
    agreements: Sequence[object] = ()

    @classmethod
    def of(
        cls, cases: Sequence[Case], names: Names, own: str, now: datetime, agreements: Sequence[object]
    ) -> FoundPage:
        """Answer the cases and the agreements that were found."""
        return cls([CaseLine.of(case, names, own, now) for case in cases], is_asked=True, agreements=agreements)
