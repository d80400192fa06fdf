"""Deleting an agreement: all that names somebody or that somebody said goes; a text's hash and state stay (R1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.models import (
    AgreementRow,
    AnswerRow,
    ConsentRow,
    ErrandRow,
    EventRow,
    PartyNameRow,
    PartyRow,
    ProposalRow,
    ReplyRow,
    ReviewRow,
    SectionRow,
    SheetRow,
    SignatureRow,
    TaskRow,
    VersionRow,
)
from webapp.identity.actions import invitations
from webapp.identity.domain.codes import Purpose
from webapp.identity.queries import invitations_to
from webapp.storage import erasures, outbox

CONTENT = (
    AnswerRow, ConsentRow, ErrandRow, EventRow, PartyNameRow, PartyRow, ProposalRow, ReplyRow, ReviewRow, SectionRow,
    SheetRow, SignatureRow, TaskRow,
)  # fmt: skip
"""The tables of which nothing stays."""


def erase(session: Session, row: AgreementRow, *, at: datetime) -> None:
    """Delete an agreement; the row, and the hash and state of its texts, stay, so that a PDF can still be verified."""
    for party in queries.parties(session, row):
        outbox.cancel(session, party.id, at)
    for invitation in invitations_to(session, row.municipality, Purpose.AGREEMENT.value, row.id):
        if invitation.revoked_at is None:
            invitations.revoke(session, invitation, at=at)
        invitation.email = invitation.telephone = invitation.resident = None
    for version in queries.versions(session, row):
        _empty(version)
    for table in CONTENT:
        session.execute(delete(table).where(table.municipality == row.municipality, table.agreement == row.id))
    row.theme = row.office = row.started_by = ""
    row.caseworker, row.unreserved, row.review_on, row.ends_on = None, 0, None, None
    row.ended_at = row.ended_at or at
    row.deleted_at = at
    erasures.note(session, erasures.AGREEMENT, row.municipality, row.id, at)
    session.flush()


def _empty(version: VersionRow) -> None:
    version.document, version.pdf, version.frozen_by = "", None, ""
    version.asked, version.left_out = [], []
