"""What a referral is: its doors, its states, whom it waits for, and what each act leads to (domain.md, Referral)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from webapp.kernel.errors import ConflictError

LONGEST_TEXT = 4000
LONGEST_LINE = 120


class Door(StrEnum):
    """By which door it came in."""

    CALL = "call"
    """«Ring meg»: name, telephone, when."""
    MESSAGE = "message"
    """«Skriv til kommunen»."""
    OFFER = "offer"
    """A place at something with dates or places is asked for (TJ-8)."""


class Came(StrEnum):
    """How it came to the municipality."""

    WEB = "web"
    TELEPHONE = "telephone"
    LETTER = "letter"
    VISIT = "visit"


class Whom(StrEnum):
    """Whom it is for, and what that person knows of it."""

    SELF = "self"
    WILLING = "willing"
    """Somebody else, who knows and wants it."""
    UNDECIDED = "undecided"
    """Somebody else, who knows but has not said yes."""
    UNAWARE = "unaware"
    """Somebody else, who does not know: a concern."""
    YOUNG = "young"
    """Oneself, under 18."""


CONCERNS = frozenset({Whom.UNDECIDED, Whom.UNAWARE})
"""Received as a concern: no answer about the person can come back without their consent (HE-1)."""
FOR_OTHERS = CONCERNS | {Whom.WILLING}


class State(StrEnum):
    """How far it has come."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Waits(StrEnum):
    """Who has the next word."""

    US = "us"
    RESIDENT = "resident"
    COLLEAGUE = "colleague"
    NOBODY = "nobody"


class Act(StrEnum):
    """One thing that was said or done; the kind of an entry."""

    SENT = "sent"
    """It was sent in."""
    TAKEN = "taken"
    """A caseworker has it: by taking it, or by being given it."""
    RELEASED = "released"
    """Nobody has it any more."""
    WRITTEN = "written"
    """The resident wrote more."""
    ANSWERED = "answered"
    """The municipality wrote to the resident."""
    ASKED = "asked"
    """The municipality asked the resident for more."""
    NOTED = "noted"
    """A note that only staff see."""
    CONSULTED = "consulted"
    """A colleague was asked."""
    ADVISED = "advised"
    """The colleague answered."""
    CALLED = "called"
    """The resident was reached by telephone."""
    NOT_REACHED = "not_reached"
    """The resident was rung, and not reached."""
    FORWARDED = "forwarded"
    """It went on to another office."""
    PLACED = "placed"
    """A place was given at what was asked for."""
    LISTED = "listed"
    """It stands on the waiting list."""
    ATTACHED = "attached"
    """A file was attached; the entry says what it is called."""
    CLAIMED = "claimed"
    """Somebody said that it is about them, and that they want to take it over; nobody has confirmed it yet."""
    HANDED_OVER = "handed_over"
    """The person it is about has taken it over (HE-4b)."""
    HELPER_SEES = "helper_sees"
    """The person decided what the helper sees and does from then on."""
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


TO_RESIDENT = frozenset({Act.ANSWERED, Act.ASKED, Act.PLACED, Act.LISTED})
"""What is told the resident, in words that they read."""
SEEN_BY_RESIDENT = TO_RESIDENT | {
    Act.SENT, Act.WRITTEN, Act.ATTACHED, Act.CALLED, Act.FORWARDED, Act.HANDED_OVER, Act.CLOSED, Act.WITHDRAWN
}  # fmt: skip
_ENDED = frozenset({State.CLOSED, State.WITHDRAWN})
_ANSWERS = TO_RESIDENT | {Act.CALLED}
_WAITS = {
    Act.SENT: Waits.US, Act.WRITTEN: Waits.US, Act.ATTACHED: Waits.US, Act.CLAIMED: Waits.US,
    Act.ADVISED: Waits.US, Act.NOT_REACHED: Waits.US,
    Act.FORWARDED: Waits.US, Act.RELEASED: Waits.US, Act.ASKED: Waits.RESIDENT, Act.CONSULTED: Waits.COLLEAGUE,
    Act.ANSWERED: Waits.NOBODY, Act.CALLED: Waits.NOBODY, Act.PLACED: Waits.NOBODY, Act.LISTED: Waits.NOBODY,
    Act.CLOSED: Waits.NOBODY, Act.WITHDRAWN: Waits.NOBODY,
}  # fmt: skip
"""What an act leaves waiting; an act that is not named changes nothing of it."""
_AFTER_CLOSING = frozenset({Act.WRITTEN, Act.WITHDRAWN, Act.NOTED, Act.ATTACHED, Act.CLAIMED, Act.HELPER_SEES})
_LEADS_TO = {
    **dict.fromkeys(_ANSWERS, State.ANSWERED), Act.CLOSED: State.CLOSED, Act.WITHDRAWN: State.WITHDRAWN
}  # fmt: skip
_FROM = {
    (State.RECEIVED, Act.TAKEN): State.ASSIGNED,
    (State.ASSIGNED, Act.RELEASED): State.RECEIVED,
    (State.ANSWERED, Act.WRITTEN): State.ASSIGNED,
    (State.CLOSED, Act.WRITTEN): State.ASSIGNED,
    (State.ANSWERED, Act.ATTACHED): State.ASSIGNED,
    (State.CLOSED, Act.ATTACHED): State.ASSIGNED,
    (State.ANSWERED, Act.CLAIMED): State.ASSIGNED,
    (State.CLOSED, Act.CLAIMED): State.ASSIGNED,
}


def state_after(state: State, act: Act) -> State:
    """Answer the state that an act leads to; raise ConflictError where it cannot be done any more."""
    if state is State.WITHDRAWN or (state is State.CLOSED and act not in _AFTER_CLOSING):
        raise ConflictError("the referral has ended")
    if act in _LEADS_TO:
        return _LEADS_TO[act]
    return _FROM.get((state, act), state)


def waits_for(acts: Iterable[Act]) -> Waits:
    """Answer who has the next word after some acts, the oldest first."""
    found = Waits.US
    for act in acts:
        found = _WAITS.get(act, found)
    return found


def is_over(state: State) -> bool:
    """Tell whether a referral has ended; one that is closed opens again when the resident writes."""
    return state in _ENDED


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a referral is about, where somebody else sends it."""

    name: str = ""
    telephone: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What was sent, word for word; kept sealed."""

    name: str = ""
    telephone: str = ""
    email: str = ""
    address: str = ""
    contact: str = "telephone"
    """How to reach the sender: `telephone`, `message` (e-mail or SMS) or `letter`."""
    when: str = ""
    """When it suits to be rung: a code of `CALL_TIMES`."""
    safe_contact: str = ""
    """What to think of when they are reached, so that nobody else learns of it."""
    interpreter: str = ""
    """The language of the interpreter who is needed; empty for none."""
    text: str = ""
    what_matters: str = ""
    stops_help: bool = False
    """Whether it asks to stop or reduce somebody else's help: the person must confirm it (HE-4b)."""
    offer_date: str = ""
    concerned: Concerned = field(default_factory=Concerned)
    attached: str = ""
    """The result of a self-check that the resident chose to send, as text."""
    attached_response: str = ""
    """The same as a FHIR QuestionnaireResponse in JSON, for systems that read it (SJ-8)."""
    consent: str = ""
    """The sentence that was agreed to, as it stood on the page."""
    consent_version: str = ""


CONTACTS = ("telephone", "message", "letter")
CALL_TIMES = ("any", "morning", "midday", "afternoon")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was said or done in a case."""

    number: int
    at: datetime
    act: Act
    by: str
    """The id of a member of staff; `resident` (who sent it), `person` (who has taken it over) or `system`."""
    text: str
    to: str = ""
    """Whom it was for: a colleague's id, an office; how an answer went out."""
