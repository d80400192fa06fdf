"""The parts that are written together, and whom the resident lets know what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.actions import rounds
from webapp.agreements.actions.noting import note
from webapp.agreements.actions.settling import require_settling
from webapp.agreements.domain.history import Act
from webapp.agreements.domain.parties import RESIDENTS_SIDE
from webapp.agreements.domain.sharing import Consent
from webapp.agreements.domain.states import Mover
from webapp.agreements.models import AgreementRow, ConsentRow, PartyRow, SectionRow
from webapp.agreements.stored import to_json
from webapp.kernel.errors import ConflictError, NotAllowedError
from webapp.kernel.ids import new_id

PREPAREDNESS, CONTACT, CHILDREN, TECHNOLOGY, ECONOMY, LAST_TIME, REVIEW = (
    "preparedness", "contact", "children", "technology", "economy", "last_time", "review",
)  # fmt: skip
SECTIONS = (PREPAREDNESS, CONTACT, CHILDREN, TECHNOLOGY, ECONOMY, LAST_TIME, REVIEW)
"""The kinds of parts that the parties write together."""


def write(
    session: Session, row: AgreementRow, kind: str, content: Mapping[str, Any], *, by: str, at: datetime, seen: int,
    actor: str = "",
) -> None:  # fmt: skip
    """Write a part in place of what was seen; raise ConflictError where somebody else has written in the meantime.

    `seen` is the revision that the page showed, 0 where nothing was there.
    """
    require_settling(row)
    found = queries.section(session, row, kind)
    if (found.revision if found else 0) != seen:
        raise ConflictError("somebody else has written here in the meantime")
    if found is None:
        found = SectionRow(
            id=new_id(), municipality=row.municipality, agreement=row.id, kind=kind, content=to_json(content), by=by,
            at=at,
        )  # fmt: skip
        session.add(found)
    found.content, found.by, found.at = to_json(content), by, at
    session.flush()
    note(session, row, Act.SECTION_WRITTEN, by=actor or by, at=at, about=kind)


def give_consent(session: Session, row: AgreementRow, consent: Consent, *, by: PartyRow, at: datetime) -> None:
    """Let one person know what the resident has chosen, in place of what was said before.

    Raise NotAllowedError for anybody but the resident, or a representative; and for a resident whose telephone or
    address somebody else typed, until it has been confirmed: a consent to share is nobody else's to give.
    """
    require_consenting(by)
    queries.party(session, row, consent.party)
    if consent in [queries.consent_of_row(one) for one in queries.consents(session, row)]:
        return
    session.add(
        ConsentRow(
            id=new_id(),
            municipality=row.municipality,
            agreement=row.id,
            party=consent.party,
            content=to_json({"level": consent.level.value, "topics": sorted(consent.topics)}),
            until=consent.until,
            given_by=by.id,
            given_at=at,
        )
    )
    session.flush()
    note(session, row, Act.CONSENT_GIVEN, by=by.id, at=at, about=consent.party)
    rounds.after_change(session, row, by=by.id, mover=Mover.RESIDENT, at=at)


def require_consenting(by: PartyRow) -> None:
    """Raise NotAllowedError for who may not say who knows what about the resident."""
    if by.kind not in RESIDENTS_SIDE:
        raise NotAllowedError("only the resident lets others know")
    if not by.is_confirmed:
        raise NotAllowedError("the contact data is not confirmed")


def revoke_consent(session: Session, row: AgreementRow, party: str, *, by: PartyRow, at: datetime) -> None:
    """Take back what somebody was let know; it holds from now on, and twice is once."""
    require_consenting(by)
    for consent in queries.consents(session, row):
        if consent.party == party:
            consent.revoked_at = at
            session.flush()
            note(session, row, Act.CONSENT_REVOKED, by=by.id, at=at, about=party)
            rounds.after_change(session, row, by=by.id, mover=Mover.RESIDENT, at=at)
