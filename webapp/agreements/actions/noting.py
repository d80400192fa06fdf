"""Noting what was done: in the history that the parties see, in the audit log, and to whom it is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.domain.history import Act, How, Notice
from webapp.agreements.models import AgreementRow, ErrandRow, EventRow, PartyRow, VersionRow
from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.kernel.ids import new_id
from webapp.storage import outbox

SYSTEM = "system"
KIND = "agreement"
"""The kind of the message that becomes a letter to one party (`delivery`)."""
SEAL = "agreement-seal"
"""The kind of the message that has a text sealed that nobody has sealed by then."""
SEAL_AFTER = timedelta(minutes=1)


def note(
    session: Session, row: AgreementRow, act: Act, *, by: str, at: datetime, about: str = "", how: How | None = None
) -> None:
    """Note one thing that was done; `how` is what it was taken from, where staff wrote it down for somebody."""
    row.changed_at = at
    session.flush()
    session.add(
        EventRow(
            id=new_id(),
            municipality=row.municipality,
            agreement=row.id,
            act=act.value,
            by=by,
            about=about,
            at=at,
            number=queries.count(session, EventRow, row) + 1,
        )
    )
    session.flush()
    action = Action.AGREEMENT_SIGNED if act is Act.SIGNED else Action.AGREEMENT_CHANGED
    details = {"act": act.value, "about": about, "how": how.value if how else ""}
    record(
        session, municipality=row.municipality, action=action, actor=by, object_kind="agreement", object_id=row.id,
        details={name: said for name, said in details.items() if said}, at=at,
    )  # fmt: skip


def tell(session: Session, row: AgreementRow, party: PartyRow, notice: Notice, *, at: datetime) -> None:
    """Tell one party that there is something, by the channel that is theirs: a message, a letter to print, a call."""
    if row.is_silent or party.left_at is not None:
        return
    if party.channel in {"letter", "call"}:
        session.add(
            ErrandRow(
                id=new_id(),
                municipality=row.municipality,
                agreement=row.id,
                party=party.id,
                kind=party.channel,
                why=notice.value,
                at=at,
            )
        )
    elif party.invitation is not None:
        payload = {"agreement": row.id, "party": party.id, "notice": notice.value}
        outbox.enqueue(session, municipality=row.municipality, kind=KIND, payload=payload, about=party.id, at=at)


def tell_others(
    session: Session, row: AgreementRow, notice: Notice, *, by: str, at: datetime, only: frozenset[str] | None = None
) -> None:
    """Tell everybody who has come in, but for whoever did it; or those of some parties."""
    for party in queries.parties(session, row):
        if party.id != by and party.joined_at is not None and (only is None or party.id in only):
            tell(session, row, party, notice, at=at)


def have_sealed(session: Session, version: VersionRow, *, at: datetime) -> None:
    """Have a text that comes into force sealed, also where whoever signed last is cut off before it is (T1)."""
    payload = {"agreement": version.agreement, "number": version.number}
    outbox.enqueue(
        session, municipality=version.municipality, kind=SEAL, payload=payload, about=version.agreement, at=at,
        due_at=at + SEAL_AFTER,
    )  # fmt: skip
