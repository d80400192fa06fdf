"""Sending a referral: one form is one case, however often it arrives (HE-3, F01)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.identity.actions import invitations
from webapp.identity.actions.invitations import Contact
from webapp.identity.domain.codes import Purpose
from webapp.kernel.canonical import fields_of
from webapp.kernel.clock import local_day
from webapp.kernel.ids import digest, new_id, new_readable
from webapp.kernel.moments import Moment
from webapp.referrals import queries
from webapp.referrals.actions import entries
from webapp.referrals.domain.deadlines import ANSWER_DAYS, due_at
from webapp.referrals.domain.names import name_parts, plain_digits
from webapp.referrals.domain.referral import Act, Came, Content, Door, State, Waits, Whom
from webapp.referrals.models import NameRow, ReferralRow
from webapp.storage import outbox
from webapp.storage.counters import CONSENT, add_counts
from webapp.storage.rows import insert_new, insert_rows
from webapp.storage.session import KEYS, Database, happened

KIND = "referral"
"""The kind of the one message that tells the municipality's systems of a case (`delivery`)."""
WEBHOOK, FHIR, ARCHIVE = "referral-webhook", "referral-fhir", "referral-archive"
"""The kinds of what it becomes, one for each of the municipality's systems."""
RESIDENT = "resident"
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Submission:
    """A referral as it was sent."""

    door: Door
    whom: Whom
    about: tuple[str, ...]
    language: str
    content: Content
    office: str
    came: Came = Came.WEB
    by: str = RESIDENT
    """Who wrote it down: `resident`, or the id of a member of staff."""
    resident: str = ""
    """The resident who had come in with an electronic identity; empty where nobody had."""
    letters: tuple[Mapping[str, Any], ...] = ()
    """What is sent to tell of it, with its `kind`; none of it says what it is about."""


@dataclass(frozen=True, slots=True)
class Case:
    """The one case of a form: what it is found by, and the reference that its sender is told."""

    id: str
    municipality: str
    reference: str


def once(database: Database, act: Callable[[Session], Result]) -> Result:
    """Do something in a transaction; where another request was first with the same key, do it again and find theirs.

    So it is too where a new reference had been given out already: it is another one the second time.
    """
    try:
        with database.writing() as session:
            return act(session)
    except IntegrityError:
        with database.writing() as session:
            return act(session)


def submit(
    session: Session, municipality: str, key: str, sent: Submission, *, at: datetime, days: int = ANSWER_DAYS
) -> Case:
    """Store what was sent, with its audit event and its message; answer the case that is there where it was sent."""
    case = Case(new_id(), municipality, new_readable())
    values = _values(session, case, sent, at=at, days=days)
    # A form that was gone back to and changed after it was sent: its receipt must not stand for other words.
    for form in (key, f"{key} {digest(_words(sent.content, sent.about, sent.whom))}"):
        if insert_new(session, ReferralRow, {**values, "key": digest(form)}, unless=("municipality", "key")):
            break
        known = queries.by_key(session, municipality, form)
        assert known is not None  # nobody takes a case away as a whole
        if _says_the_same(known, sent):
            return Case(known.id, municipality, known.reference)
    _index_names(session, case, sent.content)
    _open_door(session, case, sent, at)
    entries.begin(session, case, by=sent.by, at=at)
    payload = {"referral": case.id, "event": "received", "letters": [dict(letter) for letter in sent.letters]}
    outbox.enqueue(session, municipality=municipality, kind=KIND, payload=payload, about=case.id, at=at, is_first=True)
    if sent.content.consent:
        add_counts(session, {(municipality, local_day(at), CONSENT, f"referral {sent.content.consent_version}"): 1})
    entries.audit(session, case, Act.SENT, by=sent.by, at=at)
    happened(session, municipality, Moment.REFERRAL_SENT, sent.door.value)
    for about in dict.fromkeys(sent.about):
        happened(session, municipality, Moment.REFERRAL_ABOUT, about)
    return case


def _says_the_same(row: ReferralRow, sent: Submission) -> bool:
    """Tell whether a case has what is sent now; of one that was deleted nobody can say that it had not."""
    if row.deleted_at is not None:
        return True
    return _words(queries.content_of(row), row.about, row.whom) == _words(sent.content, sent.about, sent.whom)


def _words(content: Content, about: Sequence[str], whom: str) -> str:
    """Write what was filled in; what is made of a self-check says when it was made, and is left out."""
    filled = replace(content, attached="", attached_response="")
    return json.dumps([filled, list(about), whom], default=fields_of, ensure_ascii=False)


def _values(session: Session, case: Case, sent: Submission, *, at: datetime, days: int) -> dict[str, Any]:
    index, content = partial(session.info[KEYS].index, case.municipality), sent.content
    return {
        **fields_of(case), "door": sent.door.value, "came": sent.came.value,
        "whom": sent.whom.value, "about": list(sent.about), "language": sent.language, "state": State.RECEIVED.value,
        "waits_for": Waits.US.value, "office": sent.office,
        "content": json.dumps(content, default=fields_of, ensure_ascii=False),
        "telephone_index": index("telephone", plain_digits(content.telephone)),
        "email_index": index("email", content.email.casefold()),
        "received_at": at, "due_at": due_at(sent.door, sent.whom, at, days), "changed_at": at, "is_held": False,
        "revision": 1,
    }  # fmt: skip


def _index_names(session: Session, case: Case, content: Content) -> None:
    index = partial(session.info[KEYS].index, case.municipality, "name")
    parts = name_parts(f"{content.name} {content.concerned.name}")
    of = {"municipality": case.municipality, "referral": case.id}
    insert_rows(session, NameRow, *({**of, "part": index(part)} for part in parts))


def _open_door(session: Session, case: Case, sent: Submission, at: datetime) -> None:
    """Let the sender come back: by its reference and a one-time code, or by the identity that they were in with."""
    contact = Contact(sent.language, sent.content.email or None, mobile(sent.content.telephone) or None)
    invitations.open_way(
        session, municipality=case.municipality, purpose=Purpose.REFERRAL, subject=case.id, contact=contact, at=at,
        resident=sent.resident or None,
    )  # fmt: skip


def mobile(telephone: str) -> str:
    """Answer a Norwegian mobile number as an SMS is addressed; empty for any other, which gets no SMS."""
    digits = plain_digits(telephone)
    return f"+47{digits}" if len(digits) == 8 and digits[0] in "49" else ""
