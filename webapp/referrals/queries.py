"""Reading referrals: always of one municipality, always ordered."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, Text, case, cast, func, literal, select, true, union, union_all
from sqlalchemy.orm import Session

from webapp.kernel.errors import NotFoundError
from webapp.kernel.ids import clean_code, digest
from webapp.referrals.domain.handover import Person
from webapp.referrals.domain.names import name_parts, plain_digits
from webapp.referrals.domain.referral import FOR_OTHERS, Act, Concerned, Content, Entry, State, Waits
from webapp.referrals.models import AttachmentRow, EntryRow, HandoverRow, NameRow, PlaceRow, ReferralRow, UnsentRow
from webapp.storage.session import KEYS

PAGE = 50
Handover: TypeAlias = HandoverRow
"""What the person a referral is about has taken over, as another room is handed it."""
Case: TypeAlias = ReferralRow
"""A referral as another room is handed it: it reads it, hands it back to be acted on, and knows no table."""


@dataclass(frozen=True, slots=True)
class Taken:
    """How many have a place on a date, and how many are on its waiting list."""

    given: int = 0
    waiting: int = 0


def referral(session: Session, municipality: str, referral_id: str, *, is_held: bool = False) -> ReferralRow:
    """Answer a referral, locked where it is about to be changed; raise NotFoundError where there is none."""
    wanted = select(ReferralRow).where(ReferralRow.municipality == municipality, ReferralRow.id == referral_id)
    row = session.scalar(wanted.with_for_update() if is_held else wanted)
    if row is None or row.deleted_at is not None:
        raise NotFoundError("no such referral")
    return row


def even_deleted(session: Session, municipality: str, referral_id: str) -> ReferralRow | None:
    """Answer a referral though its content may have been deleted; None where there never was one."""
    wanted = select(ReferralRow).where(ReferralRow.municipality == municipality, ReferralRow.id == referral_id)
    return session.scalar(wanted)


def those_of(session: Session, municipality: str, referral_ids: Sequence[str]) -> list[ReferralRow]:
    """Answer the referrals of some ids that were not deleted, the newest first."""
    wanted = select(ReferralRow).where(ReferralRow.municipality == municipality, ReferralRow.deleted_at.is_(None))
    of = wanted.where(ReferralRow.id.in_(referral_ids))
    return list(session.scalars(of.order_by(ReferralRow.received_at.desc(), ReferralRow.id)))


def by_key(session: Session, municipality: str, key: str) -> ReferralRow | None:
    """Answer the referral that a form was sent as; None where it was not sent."""
    wanted = select(ReferralRow).where(ReferralRow.municipality == municipality, ReferralRow.key == digest(key))
    return session.scalar(wanted)


def by_reference(session: Session, municipality: str, written: str) -> ReferralRow | None:
    """Answer the referral of a reference, however it was written; None where there is none."""
    reference = clean_code(written)
    wanted = select(ReferralRow).where(ReferralRow.municipality == municipality, ReferralRow.reference == reference)
    return session.scalar(wanted.where(ReferralRow.deleted_at.is_(None)))


def handover(session: Session, row: ReferralRow) -> HandoverRow | None:
    """Answer that the person whom a referral is about has taken it over; None where they have not."""
    wanted = select(HandoverRow).where(HandoverRow.municipality == row.municipality, HandoverRow.referral == row.id)
    return session.scalar(wanted)


def handover_by_reference(session: Session, municipality: str, written: str) -> HandoverRow | None:
    """Answer what was taken over under a person's own reference, however it was written; None where there is none."""
    of = select(HandoverRow).where(HandoverRow.municipality == municipality)
    return session.scalar(of.where(HandoverRow.reference == clean_code(written)))


def person_of(taken: HandoverRow) -> Person:
    """Answer who has taken a referral over, and how they are reached."""
    kept: dict[str, Any] = json.loads(taken.person)
    known = {field.name for field in fields(Person)}
    return Person(**{name: value for name, value in kept.items() if name in known})


Attachment: TypeAlias = AttachmentRow
"""A file that was attached, as another room is handed it."""


def attachments(session: Session, row: ReferralRow) -> list[AttachmentRow]:
    """Answer the files that were attached, in their order; what one holds is read when it is asked for."""
    of = select(AttachmentRow).where(AttachmentRow.municipality == row.municipality, AttachmentRow.referral == row.id)
    return list(session.scalars(of.order_by(AttachmentRow.number)))


def attachment(session: Session, row: ReferralRow, number: int) -> AttachmentRow:
    """Answer one of the files that were attached; raise NotFoundError where there is none."""
    found = next((one for one in attachments(session, row) if one.number == number), None)
    if found is None:
        raise NotFoundError("no such file")
    return found


def body_of(file: AttachmentRow) -> bytes:
    """Answer what an attached file holds."""
    return base64.b64decode(file.body)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom a letter goes to: the person it is about, whoever sent it (HE-4b)."""

    name: str
    address: str
    language: str
    reference: str


def receivers(session: Session, rows: Collection[ReferralRow]) -> dict[str, Receiver]:
    """Answer whom the letters of some referrals go to, by referral."""
    wanted = select(HandoverRow).where(HandoverRow.referral.in_([row.id for row in rows if row.whom in FOR_OTHERS]))
    taken = {one.referral: one for one in session.scalars(wanted)}
    return {row.id: _receiver(row, taken.get(row.id)) for row in rows}


def _receiver(row: ReferralRow, taken: HandoverRow | None) -> Receiver:
    if taken is not None:
        person = person_of(taken)
        return Receiver(person.name, person.address, person.language, taken.reference)
    content = content_of(row)
    is_for_other = row.whom in FOR_OTHERS
    name, address = (content.concerned.name, "") if is_for_other else (content.name, content.address)
    return Receiver(name, address, row.language, row.reference)


def content_of(row: ReferralRow) -> Content:
    """Answer what was sent, word for word."""
    kept: dict[str, Any] = json.loads(row.content)
    known = {field.name for field in fields(Content)}
    concerned = Concerned(**kept.pop("concerned", {}))
    return Content(**{name: value for name, value in kept.items() if name in known}, concerned=concerned)


def entries(session: Session, row: ReferralRow) -> list[Entry]:
    """Answer what was said and done in a case, the oldest first."""
    return [
        Entry(found.number, found.at, Act(found.act), found.by, found.text, found.to)
        for found in session.scalars(_entries_of(row))
    ]


def acts(session: Session, row: ReferralRow) -> list[Act]:
    """Answer what was done in a case, the oldest first, without opening what was said."""
    found = session.scalars(_entries_of(row).with_only_columns(EntryRow.act))
    return [Act(act) for act in found]


def _entries_of(row: ReferralRow) -> Select[Any]:
    of = select(EntryRow).where(EntryRow.municipality == row.municipality, EntryRow.referral == row.id)
    return of.order_by(EntryRow.number)


def unsent(session: Session, row: ReferralRow, by: str) -> UnsentRow | None:
    """Answer what a caseworker has begun to write in a case; None where they have not."""
    wanted = select(UnsentRow).where(UnsentRow.municipality == row.municipality, UnsentRow.referral == row.id)
    return session.scalar(wanted.where(UnsentRow.by == by))


_WAITING_FIRST = (Waits.US, Waits.COLLEAGUE, Waits.RESIDENT, Waits.NOBODY)
_ORDER = (ReferralRow.due_at, ReferralRow.received_at, ReferralRow.id)
_IS_OPEN = ReferralRow.ended_at.is_(None)
_HAS_ENDED = (ReferralRow.ended_at.is_not(None), ReferralRow.deleted_at.is_(None))


def inbox(
    session: Session, municipality: str, *, view: str, staff: str, about: str = "", office: str = "", after: int = 0,
    most: int = PAGE,
) -> list[ReferralRow]:  # fmt: skip
    """Answer a page of the cases of a view, what waits for us first, then by when an answer is due (SA-2b).

    Each of those whom a case can wait for has its rows in order in an index; so no more than a page of each is read.
    """
    wanted = [ReferralRow.municipality == municipality]
    if office:
        wanted.append(ReferralRow.office == office)
    if about:
        wanted.append(_is_about(about))
    if view == "avsluttet":
        ended = select(ReferralRow).where(*wanted, *_HAS_ENDED).order_by(*_ORDER)
        return list(session.scalars(ended.offset(after).limit(most)))
    whose = {
        "mine": (ReferralRow.assigned_to == staff, ReferralRow.asked_of == staff),
        "ledige": (ReferralRow.assigned_to.is_(None),),
    }.get(view, (true(),))
    return _waiting_first(session, [(*wanted, one) for one in whose], after, most)


def _is_about(topic: str) -> ColumnElement[bool]:
    """Answer that a topic, one of our own words, stands in the list of topics: as what is changed by leaving it out.

    PostgreSQL takes what is `LIKE` something for so rare that it would read all cases and sort them.
    """
    topics = cast(ReferralRow.about, Text)
    return func.replace(topics, f'"{topic}"', "") != topics


def _waiting_first(
    session: Session, either: Sequence[Sequence[ColumnElement[bool]]], after: int, most: int
) -> list[ReferralRow]:
    """Answer a page of open cases of which one or another holds: the beginnings of the lists, laid together."""
    lists = [
        select(ReferralRow.id, literal(rank).label("rank"), ReferralRow.due_at, ReferralRow.received_at)
        .where(*wanted, _IS_OPEN, ReferralRow.waits_for == waits.value)
        .order_by(*_ORDER)
        .limit(after + most)
        .subquery()
        for wanted in either
        for rank, waits in enumerate(_WAITING_FIRST)
    ]
    every = (union_all if len(either) == 1 else union)(*(select(one) for one in lists)).subquery()
    order = (every.c.rank, every.c.due_at, every.c.received_at, every.c.id)
    page = select(every.c.id).order_by(*order).offset(after).limit(most)
    ids = session.scalars(page).all()
    found = {row.id: row for row in session.scalars(select(ReferralRow).where(ReferralRow.id.in_(ids)))}
    return [found[one] for one in ids]


def received_since(session: Session, municipality: str, since: datetime) -> int:
    """Answer how many referrals were received after a time."""
    wanted = select(func.count()).where(ReferralRow.municipality == municipality, ReferralRow.received_at > since)
    return session.scalar(wanted) or 0


def found_by(session: Session, municipality: str, written: str) -> list[ReferralRow]:
    """Answer the cases that somebody looks for: by reference, telephone, e-mail, or every whole part of a name."""
    keys, asked = session.info[KEYS], written.strip()[:120]
    of = select(ReferralRow).where(ReferralRow.municipality == municipality, ReferralRow.deleted_at.is_(None))
    either: list[Select[Any]] = [
        select(ReferralRow.id).where(
            ReferralRow.municipality == municipality, ReferralRow.reference == clean_code(asked)
        ),
        select(HandoverRow.referral).where(
            HandoverRow.municipality == municipality, HandoverRow.reference == clean_code(asked)
        ),
    ]
    if digits := plain_digits(asked):
        telephone = keys.index(municipality, "telephone", digits)
        either.append(select(ReferralRow.id).where(ReferralRow.telephone_index == telephone))
    if "@" in asked:
        email = keys.index(municipality, "email", asked.casefold())
        either.append(select(ReferralRow.id).where(ReferralRow.email_index == email))
    if parts := name_parts(asked):
        either.append(_named(municipality, [keys.index(municipality, "name", part) for part in parts]))
    wanted = of.where(ReferralRow.id.in_(union(*either)))
    return list(session.scalars(wanted.order_by(ReferralRow.received_at.desc(), ReferralRow.id).limit(PAGE)))


def _named(municipality: str, parts: Collection[str]) -> Select[Any]:
    named = select(NameRow.referral).where(NameRow.municipality == municipality, NameRow.part.in_(parts))
    return named.group_by(NameRow.referral).having(func.count() == len(set(parts)))


def letters_to_print(session: Session, municipality: str) -> list[tuple[EntryRow, ReferralRow]]:
    """Answer the answers that go by letter and were not printed yet, the oldest first (SA-1b)."""
    wanted = select(EntryRow, ReferralRow).join(ReferralRow, ReferralRow.id == EntryRow.referral)
    waiting = wanted.where(
        EntryRow.municipality == municipality, EntryRow.to == "letter", EntryRow.printed_at.is_(None),
        ReferralRow.deleted_at.is_(None), ReferralRow.state != State.WITHDRAWN,
    )  # fmt: skip
    return [(entry, row) for entry, row in session.execute(waiting.order_by(EntryRow.at, EntryRow.id))]


def calls_to_make(session: Session, municipality: str) -> list[ReferralRow]:
    """Answer the cases in which somebody waits to be rung, by when that is due (SA-1b)."""
    wanted = select(ReferralRow).where(
        ReferralRow.municipality == municipality, ReferralRow.door == "call", ReferralRow.waits_for == Waits.US,
        _IS_OPEN,
    )  # fmt: skip
    return list(session.scalars(wanted.order_by(*_ORDER)))


def letter(session: Session, municipality: str, entry_id: str) -> tuple[EntryRow, ReferralRow]:
    """Answer an answer that goes by letter, and its case; raise NotFoundError where there is none."""
    wanted = select(EntryRow, ReferralRow).join(ReferralRow, ReferralRow.id == EntryRow.referral)
    of = wanted.where(EntryRow.municipality == municipality, EntryRow.id == entry_id, EntryRow.to == "letter")
    found = session.execute(of).one_or_none()
    if found is None or found[1].deleted_at is not None:
        raise NotFoundError("no such letter")
    return found[0], found[1]


def places_of(session: Session, municipality: str, offer: str) -> dict[str, Taken]:
    """Answer how many have a place and how many wait, by date of an offer; without a date under an empty one."""
    row, given = PlaceRow, case((PlaceRow.is_given, 1), else_=0)
    counted = select(row.day, func.sum(given), func.count() - func.sum(given))
    of = counted.where(row.municipality == municipality, row.offer == offer).group_by(row.day)
    return {day: Taken(int(places), int(waiting)) for day, places, waiting in session.execute(of)}


def municipalities(session: Session) -> list[str]:
    """Answer the codes of the municipalities that have referrals which were not deleted, also of one that has left."""
    wanted = select(ReferralRow.municipality).where(ReferralRow.deleted_at.is_(None)).distinct()
    return list(session.scalars(wanted.order_by(ReferralRow.municipality)))


def due_for_deletion(session: Session, municipality: str, *, ended_before: datetime, most: int) -> list[ReferralRow]:
    """Answer referrals that ended before a time and are not held, the oldest first, locked to be deleted.

    One that somebody does something with at this moment is left out: it may open again.
    """
    wanted = select(ReferralRow).where(*_over(municipality, ended_before), ReferralRow.is_held.is_(False))
    ordered = wanted.order_by(ReferralRow.ended_at, ReferralRow.id).limit(most)
    return list(session.scalars(ordered.with_for_update(skip_locked=True)))


def number_over(session: Session, municipality: str, *, ended_before: datetime, is_held: bool) -> int:
    """Answer how many referrals ended before a time: those that are held, or those that are not."""
    wanted = select(func.count()).where(*_over(municipality, ended_before), ReferralRow.is_held.is_(is_held))
    return session.scalar(wanted) or 0


def number_left_open(session: Session, municipality: str, *, received_before: datetime) -> int:
    """Answer how many referrals came in before a time and were never ended."""
    wanted = select(func.count()).where(
        ReferralRow.municipality == municipality, ReferralRow.received_at < received_before,
        ReferralRow.ended_at.is_(None), ReferralRow.deleted_at.is_(None),
    )  # fmt: skip
    return session.scalar(wanted) or 0


def oldest_held(session: Session, municipality: str) -> datetime | None:
    """Answer when the oldest of the referrals that are held came in; None where none is."""
    of = (ReferralRow.municipality == municipality, ReferralRow.is_held.is_(True), ReferralRow.deleted_at.is_(None))
    return session.scalar(select(func.min(ReferralRow.received_at)).where(*of))


def _over(municipality: str, before: datetime) -> Sequence[ColumnElement[bool]]:
    return ReferralRow.municipality == municipality, ReferralRow.deleted_at.is_(None), ReferralRow.ended_at < before
