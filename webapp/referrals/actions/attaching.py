"""Attaching a file to a referral: kept sealed, told to the archive, deleted with the case (HE-5)."""

from __future__ import annotations

import base64
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.gateways.files_brought import Brought
from webapp.kernel.errors import ConflictError
from webapp.kernel.ids import new_id
from webapp.referrals import queries
from webapp.referrals.actions import entries
from webapp.referrals.actions.sending import KIND
from webapp.referrals.domain.referral import Act
from webapp.referrals.models import AttachmentRow, ReferralRow
from webapp.storage import outbox

MOST = 5
"""So many files a case has at most."""


def attach(session: Session, row: ReferralRow, name: str, file: Brought, *, by: str, at: datetime) -> None:
    """Attach a file; the very same one again is one press of the button too many."""
    there, body = queries.attachments(session, row), base64.b64encode(file.body).decode("ascii")
    if any((one.size, one.type) == (len(file.body), file.type) and one.body == body for one in there):
        return
    if len(there) >= MOST:
        raise ConflictError("no more files are taken")
    entries.add(session, row, Act.ATTACHED, by=by, at=at, text=name)
    session.add(
        AttachmentRow(
            id=new_id(), municipality=row.municipality, referral=row.id, number=len(there) + 1, at=at, by=by,
            type=file.type, size=len(file.body), name=name, body=body,
        )
    )  # fmt: skip
    entries.audit(session, row, Act.ATTACHED, by=by, at=at)
    payload = {"referral": row.id, "event": "attached"}
    outbox.enqueue(session, municipality=row.municipality, kind=KIND, payload=payload, about=row.id, at=at)
