"""Reading those who come in; always of one municipality, but for what a secret alone can name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.identity.domain.codes import Channel
from webapp.identity.models import (
    CodeRow,
    FactorRow,
    InvitationRow,
    LinkRow,
    RecoveryRow,
    ResidentRow,
    SessionRow,
    StaffRow,
)
from webapp.kernel.errors import NotFoundError


def session_by_secret(session: Session, digest: str) -> SessionRow | None:
    """Answer the session of a cookie, over or not."""
    return session.scalar(select(SessionRow).where(SessionRow.secret == digest))


def session_by_csrf(session: Session, municipality: str, digest: str) -> SessionRow | None:
    """Answer the session whose form this is, over or not."""
    return session.scalar(select(SessionRow).where(SessionRow.csrf == digest, SessionRow.municipality == municipality))


def sessions_of(session: Session, municipality: str, person: str) -> Sequence[SessionRow]:
    """Answer where somebody is logged in, the last seen first."""
    return session.scalars(
        select(SessionRow)
        .where(
            SessionRow.municipality == municipality,
            SessionRow.person == person,
            SessionRow.ended_at.is_(None),
            SessionRow.kind != "waiting",
        )
        .order_by(SessionRow.seen_at.desc(), SessionRow.id)
    ).all()


def staff(session: Session, municipality: str, staff_id: str) -> StaffRow:
    """Answer an account; raise NotFoundError where this municipality has none of that id."""
    found = session.scalar(select(StaffRow).where(StaffRow.municipality == municipality, StaffRow.id == staff_id))
    if found is None:
        raise NotFoundError
    return found


def staff_by_email(session: Session, municipality: str, email_index: str) -> StaffRow | None:
    """Answer the account of an address, by its blind index."""
    return session.scalar(
        select(StaffRow).where(StaffRow.municipality == municipality, StaffRow.email_index == email_index)
    )


def staff_by_subject(session: Session, municipality: str, subject_index: str) -> StaffRow | None:
    """Answer the account of somebody at the municipality's own sign-in."""
    return session.scalar(
        select(StaffRow).where(StaffRow.municipality == municipality, StaffRow.subject_index == subject_index)
    )


def all_staff(session: Session, municipality: str) -> Sequence[StaffRow]:
    """Answer all accounts of a municipality, the oldest first; names are sealed, so the page sorts them."""
    return session.scalars(
        select(StaffRow).where(StaffRow.municipality == municipality).order_by(StaffRow.created_at, StaffRow.id)
    ).all()


def with_second_factor(session: Session, municipality: str) -> frozenset[str]:
    """Answer the ids of the accounts that have a second factor of ours."""
    return frozenset(session.scalars(select(FactorRow.staff).where(FactorRow.municipality == municipality).distinct()))


def invited_until(session: Session, municipality: str, purpose: str) -> dict[str, datetime | None]:
    """Answer until when the newest invitation of a purpose stands that was not revoked, by what it is to."""
    row = InvitationRow
    wanted = select(row.subject, row.expires_at).where(
        row.municipality == municipality, row.purpose == purpose, row.revoked_at.is_(None)
    )
    return dict(session.execute(wanted.order_by(row.created_at, row.id)).all())


def active_administrators(session: Session, municipality: str) -> list[StaffRow]:
    """Answer the accounts in use that may administer, locked: nobody else changes them until the transaction ends."""
    wanted = select(StaffRow).where(StaffRow.municipality == municipality, StaffRow.state == "active")
    rows = session.scalars(wanted.order_by(StaffRow.id).with_for_update().execution_options(populate_existing=True))
    return [row for row in rows if "administrator" in row.roles]


def factors(session: Session, municipality: str, staff_id: str) -> Sequence[FactorRow]:
    """Answer somebody's second factors, the oldest first."""
    return session.scalars(
        select(FactorRow)
        .where(FactorRow.municipality == municipality, FactorRow.staff == staff_id)
        .order_by(FactorRow.created_at, FactorRow.id)
    ).all()


def factor_by_credential(session: Session, municipality: str, credential: str) -> FactorRow | None:
    """Answer the passkey of a credential, whosever it is."""
    return session.scalar(
        select(FactorRow).where(FactorRow.municipality == municipality, FactorRow.credential == credential)
    )


def recovery_codes_left(session: Session, municipality: str, staff_id: str) -> int:
    """Answer how many recovery codes somebody has not used."""
    return (
        session.scalar(
            select(func.count())
            .select_from(RecoveryRow)
            .where(
                RecoveryRow.municipality == municipality, RecoveryRow.staff == staff_id, RecoveryRow.used_at.is_(None)
            )
        )
        or 0
    )


def resident_by_pid(session: Session, municipality: str, pid_index: str) -> ResidentRow | None:
    """Answer the resident of a national identity number, by its blind index."""
    return session.scalar(
        select(ResidentRow).where(ResidentRow.municipality == municipality, ResidentRow.pid_index == pid_index)
    )


def resident(session: Session, municipality: str, resident_id: str) -> ResidentRow | None:
    """Answer somebody who has come in with ID-porten; None where there is no such."""
    row = session.get(ResidentRow, resident_id)
    return row if row is not None and row.municipality == municipality else None


def invitation(session: Session, municipality: str, invitation_id: str) -> InvitationRow | None:
    """Answer an invitation, or None where this municipality has none of that id."""
    return session.scalar(
        select(InvitationRow).where(InvitationRow.municipality == municipality, InvitationRow.id == invitation_id)
    )


def subjects_of(session: Session, municipality: str, purpose: str, resident: str) -> Sequence[str]:
    """Answer what a resident has come in to by invitations of a purpose that are theirs and stand."""
    return session.scalars(
        select(InvitationRow.subject)
        .where(
            InvitationRow.municipality == municipality, InvitationRow.purpose == purpose,
            InvitationRow.resident == resident, InvitationRow.revoked_at.is_(None), InvitationRow.stopped_at.is_(None),
        )
        .order_by(InvitationRow.created_at.desc(), InvitationRow.id)
    ).all()  # fmt: skip


def invitations_to(session: Session, municipality: str, purpose: str, subject: str) -> Sequence[InvitationRow]:
    """Answer the invitations to one thing, the newest first."""
    return session.scalars(
        select(InvitationRow)
        .where(
            InvitationRow.municipality == municipality,
            InvitationRow.purpose == purpose,
            InvitationRow.subject == subject,
        )
        .order_by(InvitationRow.created_at.desc(), InvitationRow.id)
    ).all()


def invitation_by_joining_code(session: Session, municipality: str, code_index: str) -> InvitationRow | None:
    """Answer the invitation of a joining code, by its keyed hash."""
    return session.scalar(
        select(InvitationRow).where(
            InvitationRow.municipality == municipality, InvitationRow.joining_code == code_index
        )
    )


def link_by_secret(session: Session, municipality: str, digest: str) -> tuple[LinkRow, InvitationRow] | None:
    """Answer a personal link and what it invites to, by the SHA-256 of its secret; old ones too."""
    found = session.execute(
        select(LinkRow, InvitationRow)
        .join(InvitationRow, InvitationRow.id == LinkRow.invitation)
        .where(LinkRow.secret == digest, LinkRow.municipality == municipality)
    ).first()
    return (found[0], found[1]) if found else None


def newest_link(session: Session, municipality: str, invitation_id: str) -> LinkRow | None:
    """Answer the newest link of an invitation."""
    return session.scalar(
        select(LinkRow)
        .where(LinkRow.municipality == municipality, LinkRow.invitation == invitation_id)
        .order_by(LinkRow.created_at.desc(), LinkRow.id)
        .limit(1)
    )


def newest_code(session: Session, municipality: str, invitation_id: str) -> CodeRow | None:
    """Answer the newest code of an invitation that was sent and may still count; None where nobody waits for one."""
    return session.scalar(
        select(CodeRow)
        .where(
            CodeRow.municipality == municipality,
            CodeRow.invitation == invitation_id,
            CodeRow.channel != Channel.HANDED.value,
            CodeRow.ended_at.is_(None),
        )
        .order_by(CodeRow.created_at.desc(), CodeRow.id)
        .limit(1)
    )
