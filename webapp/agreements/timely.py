"""Which agreements time has something to do with: those under way, those that ended long ago, those never begun."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from webapp.agreements.domain.history import Act
from webapp.agreements.domain.states import RoundState
from webapp.agreements.domain.timing import Facts
from webapp.agreements.models import AgreementRow, EventRow, PartyRow
from webapp.identity.queries import invitation


def under_way(session: Session) -> list[str]:
    """Answer the ids of all agreements that are not over and not silent, of every municipality."""
    wanted = select(AgreementRow.id).where(
        AgreementRow.ending == "", AgreementRow.deleted_at.is_(None), AgreementRow.is_silent.is_(False)
    )
    return list(session.scalars(wanted.order_by(AgreementRow.created_at, AgreementRow.id)))


def held(session: Session, agreement_id: str) -> AgreementRow | None:
    """Answer an agreement, locked; None where it is over, or somebody does something with it at this moment."""
    wanted = select(AgreementRow).where(AgreementRow.id == agreement_id, AgreementRow.ending == "")
    return session.scalar(wanted.where(AgreementRow.is_silent.is_(False)).with_for_update(skip_locked=True))


def facts_of(session: Session, row: AgreementRow) -> Facts:
    """Answer the dates of an agreement, as the rules of time see them."""
    warned = select(EventRow.at).where(
        EventRow.municipality == row.municipality, EventRow.agreement == row.id, EventRow.act == Act.REMINDED,
        EventRow.about == WARNED, EventRow.at >= row.changed_at,
    )  # fmt: skip
    return Facts(
        RoundState(row.round_state), row.version > 0, row.since, row.changed_at, row.reminded, row.deadline_at,
        session.scalar(warned.order_by(EventRow.number.desc()).limit(1)), row.review_on, row.ends_on,
    )  # fmt: skip


WARNED = "quiet"
"""What the history says of a reminder that it will be over."""


def municipalities(session: Session) -> list[str]:
    """Answer the codes of the municipalities that have agreements which were not deleted."""
    wanted = select(AgreementRow.municipality).where(AgreementRow.deleted_at.is_(None)).distinct()
    return list(session.scalars(wanted.order_by(AgreementRow.municipality)))


def due_for_deletion(session: Session, municipality: str, *, ended_before: datetime, most: int) -> list[AgreementRow]:
    """Answer agreements that ended before a time and are not held, the oldest first, locked to be deleted."""
    wanted = select(AgreementRow).where(*_over(municipality, ended_before), AgreementRow.is_held.is_(False))
    ordered = wanted.order_by(AgreementRow.ended_at, AgreementRow.id).limit(most)
    return list(session.scalars(ordered.with_for_update(skip_locked=True)))


def number_over(session: Session, municipality: str, *, ended_before: datetime, is_held: bool) -> int:
    """Answer how many agreements ended before a time: those that are held, or those that are not."""
    wanted = select(func.count()).where(*_over(municipality, ended_before), AgreementRow.is_held.is_(is_held))
    return session.scalar(wanted) or 0


def oldest_held(session: Session, municipality: str) -> datetime | None:
    """Answer when the oldest of the agreements that are held was begun; None where none is."""
    of = (AgreementRow.municipality == municipality, AgreementRow.is_held.is_(True), AgreementRow.deleted_at.is_(None))
    return session.scalar(select(func.min(AgreementRow.created_at)).where(*of))


def never_begun(
    session: Session, municipality: str, *, created_before: datetime, is_held: bool = False
) -> list[AgreementRow]:
    """Answer drafts whose starter never came in: whoever wrote down that number may not have been its owner.

    What is kept by a legal hold is not among them.
    """
    wanted = select(AgreementRow, PartyRow).join(PartyRow, PartyRow.id == AgreementRow.started_by).where(
        AgreementRow.municipality == municipality, AgreementRow.round_state == RoundState.DRAFT.value,
        AgreementRow.created_at < created_before, AgreementRow.deleted_at.is_(None), AgreementRow.ending == "",
        AgreementRow.is_held.is_(False),
    )  # fmt: skip
    ordered = wanted.order_by(AgreementRow.id)
    found = session.execute(ordered.with_for_update(skip_locked=True) if is_held else ordered)
    return [row for row, party in found if not _has_come(session, party)]


def _has_come(session: Session, party: PartyRow) -> bool:
    invited = invitation(session, party.municipality, party.invitation or "")
    return invited is None or invited.joined_at is not None


def _over(municipality: str, before: datetime) -> Sequence[ColumnElement[bool]]:
    return AgreementRow.municipality == municipality, AgreementRow.deleted_at.is_(None), AgreementRow.ended_at < before
