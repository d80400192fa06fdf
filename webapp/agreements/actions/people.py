"""Who is in an agreement: starting, adding, inviting, accepting, leaving; a starter has no power over the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.actions import rounds, settling
from webapp.agreements.actions.noting import note, tell
from webapp.agreements.domain.history import Act, Notice
from webapp.agreements.domain.parties import RESIDENTS_SIDE, Basis, PartyKind
from webapp.agreements.domain.starting import MOST_PARTIES, MOST_TASKS, Theme
from webapp.agreements.domain.states import Ending, Move, Mover, RoundState
from webapp.agreements.models import (
    AgreementRow,
    AnswerRow,
    ConsentRow,
    PartyNameRow,
    PartyRow,
    ReplyRow,
    SheetRow,
    TaskRow,
)
from webapp.agreements.stored import Details, details_of, details_to_json
from webapp.identity.actions import invitations
from webapp.identity.actions.invitations import Contact
from webapp.identity.domain.codes import Purpose
from webapp.identity.domain.people import email_key
from webapp.identity.queries import invitation, invitations_to
from webapp.kernel.errors import ConflictError, InvalidError, NotAllowedError
from webapp.kernel.ids import digest, new_id, new_readable
from webapp.kernel.moments import Moment
from webapp.referrals.domain.names import name_parts
from webapp.storage import erasures
from webapp.storage.session import KEYS, happened


@dataclass(frozen=True, slots=True)
class NewAgreement:
    """What an agreement is begun with."""

    theme: Theme
    language: str
    is_with_municipality: bool
    office: str
    tasks: Sequence[NewTask]


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be answered: a slug of the catalogue, or what an own one is called."""

    slug: str
    area: str
    is_critical: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class NewParty:
    """Somebody to be added; the contact data is theirs, and whoever adds them may have typed it."""

    kind: PartyKind
    details: Details
    contact: Contact
    channel: str
    basis: Basis | None = None


def start(session: Session, municipality: str, key: str, begun: NewAgreement, *, by: str, at: datetime) -> AgreementRow:
    """Begin an agreement as a draft; a form that was sent before answers with the one that is there."""
    known = queries.by_key(session, municipality, key)
    if known is not None:
        return known
    reference = new_readable()
    while queries.by_reference(session, municipality, reference) is not None:
        reference = new_readable()
    row = AgreementRow(
        id=new_id(), municipality=municipality, reference=reference, key=digest(key), theme=begun.theme.value,
        language=begun.language, is_with_municipality=begun.is_with_municipality, is_cooperation=False,
        is_meeting=False, round=1, round_state=RoundState.DRAFT.value, ending=Ending.NONE.value, version=0,
        started_by=by, caseworker=None, office=begun.office, created_at=at, changed_at=at, since=at, reminded=0,
        unreserved=0, is_silent=False, is_held=False,
    )  # fmt: skip
    session.add(row)
    session.flush()
    add_tasks(session, row, begun.tasks, by=by)
    note(session, row, Act.STARTED, by=by, at=at)
    happened(session, municipality, Moment.AGREEMENT, "started")
    return row


def add_tasks(session: Session, row: AgreementRow, new: Sequence[NewTask], *, by: str) -> int:
    """Add the tasks that are not there yet, after the others; answer how many that were."""
    there = queries.tasks(session, row)
    keys, own = {task.key for task in there}, {task.title for task in there if task.title}
    fresh = [task for task in dict.fromkeys(new) if (task.slug not in keys if task.slug else task.title not in own)]
    if len(there) + len(fresh) > MOST_TASKS:
        raise InvalidError(f"at most {MOST_TASKS} tasks")
    for position, task in enumerate(fresh, len(there)):
        own_id = new_id()
        session.add(
            TaskRow(
                id=own_id,
                municipality=row.municipality,
                agreement=row.id,
                key=task.slug or own_id,
                title=task.title or None,
                area=task.area,
                is_critical=task.is_critical,
                position=position,
                added_by=by,
            )
        )
    row.unreserved += sum(task.is_critical for task in fresh)  # until it is settled, nobody has them
    session.flush()
    return len(fresh)


def add_party(
    session: Session, row: AgreementRow, new: NewParty, *, by: str, at: datetime, is_own_contact: bool = False,
    party_id: str = "",
) -> PartyRow:  # fmt: skip
    """Add somebody, with an invitation that nothing is sent of yet.

    Raise ConflictError where the telephone or e-mail is another party's: a person is one party, and a code that
    reaches one of two people shows nothing of which (a couple gets codes that staff hand over).
    """
    there = queries.present(session, row)
    if len(there) >= MOST_PARTIES:
        raise InvalidError(f"at most {MOST_PARTIES} parties")
    if new.kind is PartyKind.RESIDENT and any(one.kind == PartyKind.RESIDENT for one in there):
        raise ConflictError("there is a resident in it already")
    require_own_contact(session, row, new.contact)
    invited = invitations.invite(
        session, municipality=row.municipality, purpose=Purpose.AGREEMENT, subject=row.id, contact=new.contact, at=at
    )
    party = PartyRow(
        id=party_id or new_id(), municipality=row.municipality, agreement=row.id, kind=new.kind.value,
        basis=new.basis.value if new.basis else "", details=details_to_json(new.details), invitation=invited.id,
        channel=new.channel, language=new.contact.language, is_confirmed=is_own_contact, added_by=by,
        position=len(there), is_removed=False,
    )  # fmt: skip
    session.add(party)
    session.flush()
    _index_name(session, row, new.details.name)
    note(session, row, Act.ADDED, by=by, at=at, about=party.id)
    return party


def require_own_contact(session: Session, row: AgreementRow, contact: Contact, *, but: str | None = None) -> None:
    """Raise ConflictError where somebody else in the agreement has the same telephone or e-mail."""
    wanted = {contact.telephone, email_key(contact.email) if contact.email else None} - {None}
    for other in invitations_to(session, row.municipality, Purpose.AGREEMENT.value, row.id):
        theirs = {other.telephone, email_key(other.email) if other.email else None} - {None}
        if other.id != but and other.revoked_at is None and wanted & theirs:
            raise ConflictError("the contact is another party's")


def _index_name(session: Session, row: AgreementRow, name: str) -> None:
    index = session.info[KEYS].index
    for part in name_parts(name):
        session.merge(
            PartyNameRow(municipality=row.municipality, agreement=row.id, part=index(row.municipality, "name", part))
        )


def may_invite(row: AgreementRow, party: PartyRow) -> bool:
    """Tell whether a party may be invited now: until the resident has accepted, nobody but the resident's side is."""
    return row.round_state != RoundState.DRAFT or party.kind in RESIDENTS_SIDE


def invite(session: Session, row: AgreementRow, party: PartyRow, *, by: str, at: datetime) -> None:
    """Tell a party that they are asked; raise ConflictError while the resident has not accepted."""
    if not may_invite(row, party):
        raise ConflictError("the resident has not accepted yet")
    tell(session, row, party, Notice.INVITED, at=at)
    note(session, row, Act.INVITED, by=by, at=at, about=party.id)


def join(
    session: Session, row: AgreementRow, party: PartyRow, *, at: datetime, movers: frozenset[Mover], by: str = ""
) -> None:
    """Let a party who has come in take part; when it is the resident, the agreement is open for all, who are invited.

    `by` is the caseworker to whom they said it, where they said it on paper or by telephone. Twice is once.
    """
    if party.joined_at is not None:
        return
    by = by or party.id
    party.joined_at = at
    if Mover.RESIDENT in movers and row.round_state == RoundState.DRAFT:
        rounds.move_on(session, row, Move.ACCEPT, Mover.RESIDENT, at=at)
        note(session, row, Act.ACCEPTED, by=by, at=at, about=party.id)
        for other in queries.parties(session, row):
            if other.id != party.id and other.joined_at is None and other.left_at is None:
                invite(session, row, other, by=by, at=at)
    else:
        note(session, row, Act.ACCEPTED, by=by, at=at, about=party.id)


def change_contact(
    session: Session, row: AgreementRow, party: PartyRow, contact: Contact, *, channel: str, by: str, at: datetime
) -> None:
    """Change how a party is reached; what somebody else typed is not confirmed until ID-porten or staff say so."""
    require_own_contact(session, row, contact, but=party.invitation)
    invited = invitation(session, row.municipality, party.invitation or "")
    if invited is not None:
        invitations.change_contact(session, invited, contact, at=at)
    party.channel, party.language = channel, contact.language
    party.is_confirmed = party.is_confirmed and by == party.id
    note(session, row, Act.CONTACT_CHANGED, by=by, at=at, about=party.id)


def confirm_contact(session: Session, row: AgreementRow, party: PartyRow, *, by: str, at: datetime) -> None:
    """Note that a party's contact data is their own: staff or ID-porten have seen it."""
    party.is_confirmed = True
    note(session, row, Act.CONFIRMED, by=by, at=at, about=party.id)


def confirm_by_provider(session: Session, municipality: str, invitation_id: str, resident: str, at: datetime) -> None:
    """Note that a party's contact data is their own, since who came in by it has shown with ID-porten who they are.

    Twice is once. A person is one party: whoever has shown already that they are another one in it confirms nothing.
    """
    found = queries.party_of_invitation(session, municipality, invitation_id)
    if found is None or found.is_confirmed:
        return
    row = queries.agreement(session, municipality, found.agreement, is_held=True)
    party = queries.party(session, row, found.id)
    others = invitations_to(session, municipality, Purpose.AGREEMENT.value, row.id)
    is_other = any(one.resident == resident and one.id != invitation_id and one.revoked_at is None for one in others)
    if not party.is_confirmed and not is_other and not row.ending:
        confirm_contact(session, row, party, by=party.id, at=at)


def leave(
    session: Session, row: AgreementRow, party: PartyRow, *, by: str, at: datetime, is_removed: bool = False
) -> None:
    """Let a party out: what they had not shared is deleted, and the others learn only that they have left.

    In signing it goes back to settling; in force a round opens, and what they carried is nobody's.
    """
    if party.kind == PartyKind.RESIDENT:
        raise NotAllowedError("an agreement without its resident is withdrawn or ended")
    party.left_at, party.is_removed = at, is_removed
    erasures.note(session, erasures.PARTY, row.municipality, f"{row.id}/{party.id}", at)
    mine = (AnswerRow.party == party.id, AnswerRow.agreement == row.id)
    session.execute(delete(AnswerRow).where(*mine))
    for table in (SheetRow, ConsentRow, ReplyRow):
        session.execute(delete(table).where(table.agreement == row.id, table.party == party.id))
    invited = invitation(session, row.municipality, party.invitation or "")
    if invited is not None:
        invitations.revoke(session, invited, at=at)
    kept = details_of(party.details)
    party.details = details_to_json(Details(kept.name, kept.relation))
    note(session, row, Act.REMOVED if is_removed else Act.LEFT, by=by, at=at, about=party.id)
    settling.let_go_of(session, row, party.id, at=at)
    rounds.after_leaving(session, row, at=at)


def set_details(party: PartyRow, **changes: Any) -> None:
    """Change what is kept of who a party is."""
    kept: Mapping[str, Any] = {name: getattr(details_of(party.details), name) for name in Details.__dataclass_fields__}
    party.details = details_to_json(Details(**{**kept, **changes}))
