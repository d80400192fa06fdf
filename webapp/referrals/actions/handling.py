"""What caseworkers and residents do with a case; of two who act at once, one is told (F13)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.identity.actions import invitations
from webapp.identity.domain.codes import Purpose
from webapp.identity.queries import invitations_to
from webapp.kernel.errors import ConflictError, InvalidError
from webapp.kernel.ids import new_id
from webapp.referrals import queries
from webapp.referrals.actions import entries
from webapp.referrals.actions.places import free_places
from webapp.referrals.actions.sending import ARCHIVE, FHIR, KIND, WEBHOOK
from webapp.referrals.domain.referral import LONGEST_TEXT, TO_RESIDENT, Act, State
from webapp.referrals.models import AttachmentRow, EntryRow, HandoverRow, NameRow, PlaceRow, ReferralRow, UnsentRow
from webapp.storage import erasures, outbox

SYSTEM, RESIDENT, PERSON = "system", "resident", "person"
EVENTS = {
    Act.ANSWERED: "answered", Act.CALLED: "answered", Act.PLACED: "answered", Act.LISTED: "answered",
    Act.CLOSED: "closed", Act.WITHDRAWN: "withdrawn",
}  # fmt: skip
"""What the municipality's systems are told of, and what it is called there."""


def require_unchanged(row: ReferralRow, seen: int) -> None:
    """Raise ConflictError where somebody has done something in the case since the page was shown."""
    if row.revision != seen:
        raise ConflictError("somebody else has changed the case in the meantime")


def take(session: Session, row: ReferralRow, *, by: str, at: datetime) -> None:
    """Let a caseworker have a case that nobody has, or take it over from another (SA-2b)."""
    assign(session, row, by, by=by, at=at)


def assign(session: Session, row: ReferralRow, staff: str, *, by: str, at: datetime) -> None:
    """Give a case to a caseworker."""
    if row.assigned_to == staff:
        return
    row.assigned_to = staff
    _do(session, row, Act.TAKEN, by=by, at=at, to=staff)


def release(session: Session, row: ReferralRow, *, by: str, at: datetime) -> None:
    """Let a case be nobody's, for somebody else to take."""
    row.assigned_to = None
    _do(session, row, Act.RELEASED, by=by, at=at)


def tell(session: Session, row: ReferralRow, act: Act, text: str, *, by: str, at: datetime, way: str) -> EntryRow:
    """Write to the resident: an answer, a question, a place given, or a place on the waiting list."""
    if act not in TO_RESIDENT:
        raise InvalidError("this act tells the resident nothing")
    forget_unsent(session, row, by)
    if row.assigned_to is None:
        row.assigned_to = by
    return _do(session, row, act, by=by, at=at, text=text, to=way)


def note(session: Session, row: ReferralRow, text: str, *, by: str, at: datetime) -> None:
    """Write a note that only staff see."""
    _do(session, row, Act.NOTED, by=by, at=at, text=text)


def consult(session: Session, row: ReferralRow, colleague: str, text: str, *, by: str, at: datetime) -> None:
    """Ask a colleague, who may see the case from then on."""
    row.asked_of = colleague
    _do(session, row, Act.CONSULTED, by=by, at=at, text=text, to=colleague)


def advise(session: Session, row: ReferralRow, text: str, *, by: str, at: datetime) -> None:
    """Answer a colleague who asked."""
    row.asked_of = None
    _do(session, row, Act.ADVISED, by=by, at=at, text=text)


def call(session: Session, row: ReferralRow, text: str, *, is_reached: bool, by: str, at: datetime) -> None:
    """Register that the resident was rung, and what was said (SA-1b); a case that nobody has is the caller's."""
    if row.assigned_to is None:
        assign(session, row, by, by=by, at=at)
    _do(session, row, Act.CALLED if is_reached else Act.NOT_REACHED, by=by, at=at, text=text)


def forward(session: Session, row: ReferralRow, office: str, text: str, *, by: str, at: datetime) -> None:
    """Send a case on to another office; nobody has it there yet."""
    row.office, row.assigned_to, row.asked_of = office, None, None
    _do(session, row, Act.FORWARDED, by=by, at=at, text=text, to=office)


def close(session: Session, row: ReferralRow, text: str, *, by: str, at: datetime) -> None:
    """Close a case; it opens again when the resident writes."""
    row.asked_of = None
    _do(session, row, Act.CLOSED, by=by, at=at, text=text)


def write(session: Session, row: ReferralRow, text: str, *, at: datetime, by: str = RESIDENT) -> None:
    """Let whoever sent it, or has taken it over, write more; a case that was closed or answered is taken up again.

    The very same words at once after themselves are one press of the button too many.
    """
    said = queries.entries(session, row)
    if said and (said[-1].act, said[-1].by, said[-1].text) == (Act.WRITTEN, by, text):
        return
    _do(session, row, Act.WRITTEN, by=by, at=at, text=text)


def withdraw(session: Session, row: ReferralRow, *, at: datetime, by: str = RESIDENT) -> None:
    """Let the resident take it back: nothing that waits is sent, and what nobody had begun on is deleted at once.

    What is held is kept: it goes when the hold is taken away, as any other that has ended.
    """
    is_deleted = row.state == State.RECEIVED and not row.is_held
    is_known = outbox.was_tried(session, row.id, (WEBHOOK, FHIR, ARCHIVE))
    outbox.cancel(session, row.id, at)
    free_places(session, row)
    _do(session, row, Act.WITHDRAWN, by=by, at=at)
    erasures.note(session, erasures.WITHDRAWN, row.municipality, row.id, at)
    if is_deleted:
        erase(session, row, at=at)
    if is_known:  # who was told nothing of it has nothing to take back
        _tell_systems(session, row, Act.WITHDRAWN, at=at)


def keep_unsent(session: Session, row: ReferralRow, text: str, *, by: str, at: datetime) -> None:
    """Keep what a caseworker has begun to write, for them alone."""
    if len(text) > LONGEST_TEXT:
        raise InvalidError(f"at most {LONGEST_TEXT} characters")
    kept = queries.unsent(session, row, by)
    if kept is not None:
        kept.text, kept.at = text, at
    elif text:
        session.add(UnsentRow(id=new_id(), municipality=row.municipality, referral=row.id, by=by, at=at, text=text))


def forget_unsent(session: Session, row: ReferralRow, by: str) -> None:
    """Delete what a caseworker had begun to write."""
    session.execute(delete(UnsentRow).where(UnsentRow.referral == row.id, UnsentRow.by == by))


def hold(session: Session, row: ReferralRow, *, is_held: bool, by: str, at: datetime) -> None:
    """Set a legal hold, or take it away: what is held is not deleted."""
    with entries.first():
        row.is_held = is_held
        session.flush()
    record(
        session, municipality=row.municipality, action=Action.REFERRAL_HANDLED, actor=by, object_kind="referral",
        object_id=row.id, details={"act": "held" if is_held else "not held"}, at=at,
    )  # fmt: skip


def mark_printed(session: Session, entry: EntryRow, *, by: str, at: datetime) -> None:
    """Note that a letter was printed; twice is once."""
    if entry.printed_at is not None:
        return
    entry.printed_at = at
    session.flush()
    record(
        session, municipality=entry.municipality, action=Action.REFERRAL_HANDLED, actor=by, object_kind="referral",
        object_id=entry.referral, details={"act": "printed"}, at=at,
    )  # fmt: skip


def erase(session: Session, row: ReferralRow, *, at: datetime) -> None:
    """Delete all that names somebody or that somebody wrote; the row and the audit log stay, and say only ids (R1)."""
    for table in (EntryRow, UnsentRow, NameRow, PlaceRow, HandoverRow, AttachmentRow):
        session.execute(delete(table).where(table.municipality == row.municipality, table.referral == row.id))
    outbox.cancel(session, row.id, at)
    for invitation in invitations_to(session, row.municipality, Purpose.REFERRAL.value, row.id):
        if invitation.revoked_at is None:
            invitations.revoke(session, invitation, at=at)
        invitation.email = invitation.telephone = invitation.resident = None
    row.content, row.telephone_index, row.email_index, row.about = "{}", "", "", []
    row.deleted_at = at
    erasures.note(session, erasures.REFERRAL, row.municipality, row.id, at)
    session.flush()


def _do(
    session: Session, row: ReferralRow, act: Act, *, by: str, at: datetime, text: str = "", to: str = ""
) -> EntryRow:
    entry = entries.add(session, row, act, by=by, at=at, text=text, to=to)
    entries.audit(session, row, act, by=by, at=at)
    if act in EVENTS and act is not Act.WITHDRAWN:
        _tell_systems(session, row, act, at=at)
    return entry


def _tell_systems(session: Session, row: ReferralRow, act: Act, *, at: datetime) -> None:
    """Tell the municipality's own systems of an act, in its transaction, under an id of its own."""
    payload = {"referral": row.id, "event": EVENTS[act]}
    outbox.enqueue(session, municipality=row.municipality, kind=KIND, payload=payload, about=row.id, at=at)
