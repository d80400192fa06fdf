"""A look at personal data is recorded before it is shown: who, at what, when and why (Z3)."""

from __future__ import annotations

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.web.access import caller
from webapp.web.transactions import database, now


def look(object_kind: str, object_id: str, *, why: str) -> None:
    """Record that the caller looks at something; where that cannot be written, nothing is shown."""
    who = caller()
    with database().writing() as session:
        record(
            session, municipality=who.municipality, action=Action.LOOKED, actor=who.id, object_kind=object_kind,
            object_id=object_id, why=why, at=now(),
        )  # fmt: skip
