"""What waits for somebody's hands: letters to print, and calls to make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from webapp.agreements.actions.office import may_be_written_down
from webapp.agreements.domain.history import Notice
from webapp.agreements.lists import ErrandFacts, PartyFacts
from webapp.agreements.presenters.notices import is_asked_anew, said
from webapp.agreements.queries import Agreement
from webapp.agreements.stored import details_of
from webapp.agreements.words import NOTICES
from webapp.casework.presenters.agreements import LIST
from webapp.casework.presenters.common import Names, day, mark_of, mark_words, who_has
from webapp.casework.words import message
from webapp.kernel.ids import write_readable
from webapp.kernel.text import without_hidden
from webapp.referrals.forms import TIME_WORDS
from webapp.referrals.queries import Case, Receiver, content_of
from webapp.web.i18n import write_telephone, write_time


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter that is not printed yet."""

    id: str
    reference: str
    name: str
    written: str
    has_address: bool
    """Whether it is known where it goes; else whoever sends it looks it up."""

    @classmethod
    def of(cls, entry_id: str, written_at: datetime, case: Case, to: Receiver) -> LetterLine:
        """Answer the line of a letter."""
        name, written = without_hidden(to.name), write_time(written_at)
        return cls(entry_id, write_readable(case.reference), name, written, has_address=bool(to.address))


@dataclass(frozen=True, slots=True)
class Paper:
    """Something to print for an errand: what it is called, and where it is."""

    words: str
    href: str


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
    invitation_action: str
    """Where the invitation with a code is made; empty where there is no code to be made."""
    papers: list[Paper]
    language: str
    said: list[str]
    """What to say on the telephone, in the party's language; empty for a letter."""
    answers_href: str
    """Where their answers are written down; empty where it is not the time."""

    @classmethod
    def of(cls, errand: ErrandFacts, party: PartyFacts, row: Agreement) -> ErrandLine:
        """Answer the line of an errand."""
        details, notice, href = details_of(party.details), Notice(errand.why), f"{LIST}/{row.id}"
        is_letter, letter = errand.kind == "letter", f"{LIST}/brev/{errand.id}.pdf"
        is_invitation = is_letter and is_asked_anew(party, notice)
        letters = [Paper(gettext("Letter (PDF)"), letter)] if is_letter and not is_invitation else []
        can_answer = notice in ASKED_TO_ANSWER and may_be_written_down(row, party)
        return cls(
            id=errand.id,
            href=href,
            name=without_hidden(details.name),
            telephone=write_telephone(without_hidden(details.telephone)),
            why=str(NOTICES[notice]),
            reference=write_readable(row.reference),
            since=write_time(errand.done_at or errand.at),
            invitation_action=letter if is_invitation else "",
            papers=[*letters, *_enclosed(party, notice, row)] if is_letter else [],
            language=party.language,
            said=[] if is_letter else said(party, notice),
            answers_href=f"{href}/svar/{party.id}" if can_answer else "",
        )


ASKED_TO_ANSWER = frozenset({Notice.INVITED, Notice.REMINDED})


def _enclosed(party: PartyFacts, notice: Notice, row: Agreement) -> list[Paper]:
    """Answer what lies in the envelope besides the letter."""
    if notice in ASKED_TO_ANSWER:
        return [Paper(gettext("Answer sheet (PDF)"), f"{LIST}/{row.id}/svarark/{party.id}.pdf")]
    if notice is Notice.TO_SIGN:
        return [Paper(gettext("The text to sign (PDF)"), f"{LIST}/{row.id}/tekst.pdf")]
    if notice is Notice.IN_FORCE:
        return [Paper(gettext("The signed text (PDF)"), f"/{row.language}/avtale/{row.id}/avtale.pdf")]
    return []


@dataclass(frozen=True, slots=True)
class PrintPage:
    """The letters that wait to be printed: answers in cases, and errands of agreements."""

    letters: list[LetterLine]
    errands: list[ErrandLine]
    awaited: list[ErrandLine]
    """Whose sheet has not come back."""
    message: str

    @classmethod
    def of(cls, letters: list[LetterLine], errands: list[ErrandLine], awaited: list[ErrandLine], key: str) -> PrintPage:
        """Answer the queue."""
        return cls(letters, errands, [line for line in awaited if line.answers_href], message(key))


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
            telephone=write_telephone(without_hidden(content.telephone)),
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
    awaited: list[ErrandLine]
    """Who was rung, and has not answered."""
    message: str

    @classmethod
    def of(
        cls, cases: Sequence[Case], errands: list[ErrandLine], awaited: list[ErrandLine], names: Names, own: str, *,
        now: datetime, key: str,
    ) -> CallsPage:  # fmt: skip
        """Answer the calls in one's own cases and in those that nobody has, and those of agreements."""
        lines = [CallLine.of(case, names, own, now) for case in cases]
        return cls(lines, errands, [line for line in awaited if line.answers_href], message(key))
