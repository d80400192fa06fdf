"""What is changed in the room but for goals: whether a municipality shows its figures to others."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.insight.models import ShareRow
from webapp.insight.queries import counted as queries


def set_sharing(session: Session, municipality: str, *, is_shared: bool, by: str, at: datetime) -> None:
    """Say whether a municipality shows its figures to those that show theirs; twice is once."""
    row = queries.share(session, municipality)
    if (row is not None and row.is_shared) == is_shared:
        return
    if row is None:
        row = ShareRow(municipality=municipality)
        session.add(row)
    row.is_shared, row.changed_at = is_shared, at
    session.flush()
    record(
        session, municipality=municipality, action=Action.FIGURES_SHARED, actor=by, object_kind="municipality",
        object_id=municipality, details={"shared": is_shared}, at=at,
    )  # fmt: skip
