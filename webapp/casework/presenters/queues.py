"""What waits for somebody's hands: letters to print, and calls to make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from webapp.agreements.domain.history import Notice
from webapp.agreements.lists import ErrandFacts, PartyFacts
from webapp.agreements.queries import Agreement
from webapp.agreements.stored import details_of
from webapp.agreements.words import NOTICES
from webapp.casework.presenters.common import Names, day, mark_of, mark_words, who_has
from webapp.casework.words import message
from webapp.kernel.ids import write_readable
from webapp.kernel.text import without_hidden
from webapp.referrals.forms import TIME_WORDS
from webapp.referrals.queries import Case, content_of
from webapp.web.i18n import write_time


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter that is not printed yet."""

    id: str
    reference: str
    name: str
    written: str

    @classmethod
    def of(cls, entry_id: str, written_at: datetime, case: Case) -> LetterLine:
        """Answer the line of a letter."""
        return cls(
            entry_id, write_readable(case.reference), without_hidden(content_of(case).name), write_time(written_at)
        )


@dataclass(frozen=True, slots=True)
class ErrandLine:
    """A letter or a call of an agreement, for somebody in it who is not digital."""

    id: str
    href: str
    name: str
    telephone: str
    why: str
    reference: str
    since: str

    @classmethod
    def of(cls, errand: ErrandFacts, party: PartyFacts, row: Agreement) -> ErrandLine:
        """Answer the line of an errand."""
        details = details_of(party.details)
        return cls(
            id=errand.id,
            href=f"/saker/avtaler/{row.id}",
            name=without_hidden(details.name),
            telephone=without_hidden(details.telephone),
            why=str(NOTICES[Notice(errand.why)]),
            reference=write_readable(row.reference),
            since=write_time(errand.at),
        )


@dataclass(frozen=True, slots=True)
class PrintPage:
    """The letters that wait to be printed: answers in cases, and errands of agreements."""

    letters: list[LetterLine]
    errands: list[ErrandLine]
    message: str

    @classmethod
    def of(cls, letters: list[LetterLine], errands: list[ErrandLine], key: str) -> PrintPage:
        """Answer the queue."""
        return cls(letters, errands, message(key))


@dataclass(frozen=True, slots=True)
class CallLine:
    """Somebody who waits to be rung."""

    href: str
    name: str
    telephone: str
    when: str
    safe_contact: str
    interpreter: str
    due: str
    mark: str
    mark_words: str
    who: str
    action: str

    @classmethod
    def of(cls, case: Case, names: Names, own: str, now: datetime) -> CallLine:
        """Answer the line of a call."""
        content, mark = content_of(case), mark_of(case, now)
        return cls(
            href=f"/saker/{case.id}",
            name=without_hidden(content.name),
            telephone=without_hidden(content.telephone),
            when=str(TIME_WORDS.get(content.when, "")),
            safe_contact=without_hidden(content.safe_contact),
            interpreter=without_hidden(content.interpreter),
            due=day(case.due_at),
            mark=mark,
            mark_words=mark_words(mark),
            who=who_has(case, names, own),
            action=f"/saker/{case.id}/samtale?revisjon={case.revision}&til=ringeliste",
        )


@dataclass(frozen=True, slots=True)
class CallsPage:
    """The calls that the caller can make."""

    calls: list[CallLine]
    errands: list[ErrandLine]
    message: str

    @classmethod
    def of(
        cls, cases: Sequence[Case], errands: list[ErrandLine], names: Names, own: str, *, now: datetime, key: str
    ) -> CallsPage:
        """Answer the calls in one's own cases and in those that nobody has, and those of agreements."""
        return cls([CallLine.of(case, names, own, now) for case in cases], errands, message(key))
