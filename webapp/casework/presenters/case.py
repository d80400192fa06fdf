"""One case: what matters most first, what was written, what was said and done, and what can be done now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from webapp.casework.presenters.common import (
    Names,
    day,
    is_marked,
    mark_of,
    mark_words,
    name_of,
    office_name,
    topics,
    what,
    who_has,
)
from webapp.casework.words import (
    BY_WAY,
    CAME_WORDS,
    DOINGS,
    DOOR_WORDS,
    ENTRY_WORDS,
    INTERNAL,
    KNOWN_WORDS,
    MARK_WORDS,
    WAITS_WORDS,
    WHOM_WORDS,
    message,
)
from webapp.kernel.ids import write_readable
from webapp.kernel.language import NAMES
from webapp.kernel.text import without_hidden
from webapp.referrals.domain.handover import Person, Sees
from webapp.referrals.domain.referral import (
    CONCERNS,
    FOR_OTHERS,
    Act,
    Came,
    Content,
    Door,
    Entry,
    State,
    Waits,
    Whom,
    is_over,
)
from webapp.referrals.forms import CONTACT_WORDS, TIME_WORDS
from webapp.referrals.presenters import SEES_WORDS, STATE_WORDS
from webapp.referrals.queries import Attachment, Case, Handover, content_of, person_of
from webapp.web.i18n import write_date, write_telephone, write_time

ALWAYS = ("svar", "spor", "samtale", "notat", "kollega", "videresend", "gi-til", "avslutt")
"""What can be done in an open case, most often first."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known, and how it can be used."""

    label: str
    value: str
    kind: str = ""
    """`telephone` for a number that can be rung."""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One thing that was said or done."""

    what: str
    when: str
    who: str
    text: str
    is_internal: bool

    @classmethod
    def of(cls, entry: Entry, names: Names, sender: str, person: str = "") -> EntryLine:
        """Answer the line of an entry."""
        to = _to_in_words(entry, names)
        by = {"resident": sender, "person": person or sender, "system": gettext("automatic")}
        return cls(
            what=str(ENTRY_WORDS[entry.act]) % {"to": to},
            when=write_time(entry.at),
            who=by.get(entry.by) or name_of(entry.by, names),
            text=without_hidden(entry.text),
            is_internal=entry.act in INTERNAL,
        )


def _to_in_words(entry: Entry, names: Names) -> str:
    if entry.act is Act.FORWARDED:
        return office_name(entry.to)
    if entry.act is Act.HELPER_SEES:
        return str(SEES_WORDS[Sees(entry.to)]).lower()
    return str(BY_WAY[entry.to]) if entry.to in BY_WAY else name_of(entry.to, names)


def can_be_done(case: Case, own: str) -> list[str]:
    """Answer what the caller can do in a case that asks for words, most often first."""
    if is_over(State(case.state)):
        return ["notat"] if case.state == State.CLOSED else []
    first = ["kollegasvar"] if case.asked_of == own else []
    is_offer = case.door == Door.OFFER or any(about.startswith("offer:") for about in case.about)
    takes_over = ["overta"] if case.whom in FOR_OTHERS else []
    return [*first, *(["plass"] if is_offer else []), *ALWAYS[:4], *takes_over, *ALWAYS[4:]]


def suggested_way(content: Content, taken: Handover | None = None, *, is_for_other: bool = False) -> str:
    """Answer how an answer best reaches whom it is for, by what they wished."""
    if taken is not None:
        return person_of(taken).contact
    if is_for_other:
        return "telephone" if content.concerned.telephone else "letter"
    if content.contact == "message" and not (content.email or content.telephone):
        return "letter" if content.address else "telephone"
    return content.contact


@dataclass(frozen=True, slots=True)
class Link:
    """Something that can be done on a page of its own."""

    href: str
    words: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case as a caseworker sees it."""

    id: str
    reference: str
    revision: int
    name: str
    what_matters: str
    text: str
    what: str
    door: str
    topics: list[str]
    whom: str
    person: list[Fact]
    """Whom it is about, where that is not the sender."""
    whom_mark: str
    is_concern: bool
    is_for_other: bool
    must_be_confirmed: bool
    asks_to_stop: bool
    safe_contact: str
    interpreter: str
    own_reference: str
    """The reference of the resident who has taken it over; empty where nobody has."""
    resident: list[Fact]
    """How the resident is reached who has taken it over, and what the helper sees."""
    is_claimed: bool
    """Whether somebody says that it is about them, and nobody has looked into it yet."""
    contact: list[Fact]
    facts: list[Fact]
    attached: str
    files: list[Link]
    """What was attached, to be fetched as files."""
    consent: str
    consent_version: str
    state: str
    due: str
    mark: str
    mark_words: str
    who: str
    waits: str
    entries: list[EntryLine]
    is_over: bool
    can_answer: bool
    is_free: bool
    is_own: bool
    is_held: bool
    can_take: bool
    links: list[Link]
    message: str

    @property
    def action(self) -> str:
        """Where what is done in the case is sent."""
        return f"/saker/{self.id}"

    @property
    def over(self) -> str:
        """What it means that the case has ended; a note can still be written where it was closed."""
        if not self.is_over:
            return ""
        if self.links:
            return str(gettext("This case has ended. It opens again if the resident writes."))
        return str(gettext("The resident has taken this back. Nothing more is done."))

    @classmethod
    def of(
        cls, case: Case, entries: Sequence[Entry], names: Names, own: str, *, now: datetime, key: str = "",
        taken: Handover | None = None, files: Sequence[Attachment] = (),
    ) -> CasePage:  # fmt: skip
        """Answer the page of a case."""
        content, state, mark = content_of(case), State(case.state), mark_of(case, now)
        whom, ended, can = Whom(case.whom), is_over(state), can_be_done(case, own)
        person = person_of(taken) if taken else None
        return cls(
            id=case.id,
            reference=write_readable(case.reference),
            revision=case.revision,
            name=without_hidden(content.name),
            what_matters=without_hidden(content.what_matters),
            text=without_hidden(content.text),
            what=what(case),
            door=str(DOOR_WORDS[Door(case.door)]),
            topics=topics(case.about),
            whom=str(WHOM_WORDS[whom]),
            person=_person(content),
            whom_mark=str(MARK_WORDS[whom]) if is_marked(case) else "",
            is_concern=whom in CONCERNS and person is None,
            is_for_other=whom in FOR_OTHERS and person is None,
            must_be_confirmed=content.stops_help and not (person and person.has_confirmed_stop),
            asks_to_stop=content.stops_help,
            own_reference=write_readable(taken.reference) if taken else "",
            resident=_resident(person, taken) if person and taken else [],
            is_claimed=is_claimed(entries),
            safe_contact=without_hidden(content.safe_contact),
            interpreter=without_hidden(content.interpreter),
            contact=contact_facts(content),
            facts=_facts(case, content),
            attached=without_hidden(content.attached),
            files=[Link(f"/saker/{case.id}/vedlegg/{one.number}", _file_words(one)) for one in files],
            consent=without_hidden(content.consent),
            consent_version=content.consent_version,
            state=str(STATE_WORDS[state]),
            due="" if ended else day(case.due_at),
            mark=mark,
            mark_words=mark_words(mark),
            who=who_has(case, names, own),
            waits="" if ended else str(WAITS_WORDS[Waits(case.waits_for)]),
            entries=[
                EntryLine.of(entry, names, without_hidden(content.name), person.name if person else "")
                for entry in entries
            ],
            is_over=ended,
            can_answer="svar" in can,
            is_free=case.assigned_to is None,
            is_own=case.assigned_to == own,
            is_held=case.is_held,
            can_take=not ended and case.assigned_to != own,
            links=[Link(f"/saker/{case.id}/{word}", str(DOINGS[word].link)) for word in can if word != "svar"],
            message=message(key),
        )


def _file_words(file: Attachment) -> str:
    return f"{without_hidden(file.name)} ({max(1, round(file.size / 1024))} kB)"


def is_claimed(entries: Sequence[Entry]) -> bool:
    """Tell whether somebody says that a case is about them, and it was not handed over since."""
    acts = [entry.act for entry in entries if entry.act in {Act.CLAIMED, Act.HANDED_OVER}]
    return bool(acts) and acts[-1] is Act.CLAIMED


def _resident(person: Person, taken: Handover) -> list[Fact]:
    found = [
        Fact(gettext("The resident"), without_hidden(person.name)),
        Fact(gettext("Wants to be answered"), str(CONTACT_WORDS.get(person.contact, ""))),
        Fact(gettext("Telephone"), write_telephone(without_hidden(person.telephone)), "telephone"),
        Fact(gettext("E-mail"), without_hidden(person.email)),
        Fact(gettext("Postal address"), without_hidden(person.address)),
        Fact(gettext("Language"), NAMES.get(person.language, person.language)),
        Fact(gettext("Interpreter"), without_hidden(person.interpreter)),
        Fact(gettext("How we know that it is them"), str(KNOWN_WORDS.get(person.known_by, ""))),
        Fact(gettext("The helper sees"), str(SEES_WORDS[Sees(taken.sees)])),
        Fact(gettext("The resident's own reference"), write_readable(taken.reference)),
    ]
    return [fact for fact in found if fact.value]


def contact_facts(content: Content) -> list[Fact]:
    """Answer how the sender is reached; what is not known is left out."""
    found = [
        Fact(gettext("Wants to be answered"), str(CONTACT_WORDS.get(content.contact, ""))),
        Fact(gettext("Telephone"), write_telephone(without_hidden(content.telephone)), "telephone"),
        Fact(gettext("When it suits"), str(TIME_WORDS.get(content.when, ""))),
        Fact(gettext("E-mail"), without_hidden(content.email)),
        Fact(gettext("Postal address"), without_hidden(content.address)),
    ]
    return [fact for fact in found if fact.value]


def _person(content: Content) -> list[Fact]:
    concerned = content.concerned
    found = [
        Fact(gettext("The person"), without_hidden(concerned.name)),
        Fact(gettext("The sender is"), without_hidden(concerned.relation)),
        Fact(gettext("The person's telephone"), write_telephone(without_hidden(concerned.telephone)), "telephone"),
    ]
    return [fact for fact in found if fact.value]


def _facts(case: Case, content: Content) -> list[Fact]:
    came = CAME_WORDS[Came(case.came)]
    found = [
        Fact(gettext("Date of the offer"), write_date(content.offer_date) if content.offer_date else ""),
        Fact(gettext("Came in"), f"{write_time(case.received_at)}, {came}"),
        Fact(gettext("Office"), office_name(case.office)),
        Fact(gettext("Language"), NAMES.get(case.language, case.language)),
    ]
    return [fact for fact in found if fact.value]
