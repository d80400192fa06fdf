"""Reading a municipality's receivers and what was changed; and what the start page looks at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.administration.domain.receiving import Kind
from webapp.administration.models import ReceiverChangeRow, ReceiverRow
from webapp.kernel.errors import NotFoundError


def receivers(session: Session, municipality: str) -> dict[Kind, ReceiverRow]:
    """Answer the receivers of a municipality that an administrator has said something of, by kind."""
    wanted = select(ReceiverRow).where(ReceiverRow.municipality == municipality).order_by(ReceiverRow.kind)
    return {Kind(row.kind): row for row in session.scalars(wanted)}


def receiver(session: Session, municipality: str, kind: Kind, *, is_held: bool = False) -> ReceiverRow | None:
    """Answer one receiver, locked where it is to be changed; None where nobody has said anything of it."""
    wanted = select(ReceiverRow).where(ReceiverRow.municipality == municipality, ReceiverRow.kind == kind.value)
    return session.scalar(wanted.with_for_update() if is_held else wanted)


def secrets_of(row: ReceiverRow) -> list[str]:
    """Answer the active secrets of a receiver, the newest first; for those who send, never for a page."""
    found = json.loads(row.secrets) if row.secrets else []
    return [str(one) for one in found]


def receiver_changes(
    session: Session, municipality: str, *, since: datetime, until: datetime, most: int
) -> Sequence[ReceiverChangeRow]:
    """Answer what was changed of receivers in a time, the newest first."""
    row = ReceiverChangeRow
    wanted = select(row).where(row.municipality == municipality, row.at >= since, row.at < until)
    return session.scalars(wanted.order_by(row.at.desc(), row.id.desc()).limit(most)).all()


def receiver_change(session: Session, municipality: str, change_id: str) -> ReceiverChangeRow:
    """Answer one change of a receiver; NotFoundError where this municipality has none of that id."""
    row = ReceiverChangeRow
    found = session.scalar(select(row).where(row.municipality == municipality, row.id == change_id))
    if found is None:
        raise NotFoundError
    return found
