"""Lists of agreements for those who work with them: always of one municipality, and only where it is a party."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import TypeAlias

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from webapp.agreements.domain.history import Notice
from webapp.agreements.domain.states import RoundState
from webapp.agreements.models import AgreementRow, ErrandRow, PartyNameRow, PartyRow, TaskRow
from webapp.agreements.queries import name_of
from webapp.identity.actions.invitations import Contact
from webapp.identity.domain.codes import Purpose
from webapp.identity.queries import invitations_to
from webapp.kernel.errors import NotFoundError
from webapp.kernel.ids import clean_code
from webapp.referrals.domain.names import name_parts
from webapp.storage.session import KEYS

PAGE = 50
VIEWS = ("nye", "mine", "alle", "uten-reserve", "over")
"""Asked to take part and nobody's, one's own, all that are not over, those with gaps in what safety hangs on, over."""


def _ours(municipality: str) -> Select[AgreementRow]:
    wanted: Select[AgreementRow] = select(AgreementRow).where(
        AgreementRow.municipality == municipality,
        AgreementRow.is_with_municipality.is_(True),
        AgreementRow.deleted_at.is_(None),
    )
    return wanted


def agreements(
    session: Session, municipality: str, *, view: str, staff: str, after: int = 0, most: int = PAGE
) -> list[AgreementRow]:
    """Answer a page of the agreements of a view: gaps first, then what changed last."""
    ordered = _ours(municipality).where(*_of_view(view, staff)).order_by(
        AgreementRow.unreserved.desc(), AgreementRow.changed_at.desc(), AgreementRow.id
    )  # fmt: skip
    return list(session.scalars(ordered.offset(after).limit(most)))


def _of_view(view: str, staff: str) -> Sequence[ColumnElement[bool]]:
    is_open = AgreementRow.ending == ""
    has_begun = AgreementRow.round_state != RoundState.DRAFT.value
    views: dict[str, Sequence[ColumnElement[bool]]] = {
        "nye": (is_open, has_begun, AgreementRow.caseworker.is_(None)),
        "mine": (is_open, AgreementRow.caseworker == staff),
        "alle": (is_open, has_begun),
        "uten-reserve": (is_open, has_begun, AgreementRow.unreserved > 0),
        "over": (AgreementRow.ending != "",),
    }
    return views[view]


def number_new(session: Session, municipality: str) -> int:
    """Answer how many agreements ask the municipality to take part, and nobody has taken on."""
    wanted = _ours(municipality).where(*_of_view("nye", "")).with_only_columns(func.count())
    return int(session.scalar(wanted) or 0)


def number_under_way(session: Session, municipality: str) -> int:
    """Answer how many agreements have been begun and are not over."""
    of = (AgreementRow.municipality == municipality, AgreementRow.ending == "", AgreementRow.deleted_at.is_(None))
    return session.scalar(select(func.count()).select_from(AgreementRow).where(*of)) or 0


def found_by(session: Session, municipality: str, written: str) -> list[AgreementRow]:
    """Answer the agreements of a reference, or of a person by whole names (security.md §5)."""
    asked = written.strip()[:120]
    wanted = AgreementRow.reference == clean_code(asked)
    if parts := name_parts(asked):
        keys = [session.info[KEYS].index(municipality, "name", part) for part in parts]
        named = select(PartyNameRow.agreement).where(
            PartyNameRow.municipality == municipality, PartyNameRow.part.in_(keys)
        )
        wanted = wanted | AgreementRow.id.in_(
            named.group_by(PartyNameRow.agreement).having(func.count() == len(set(keys)))
        )
    found = _ours(municipality).where(wanted).order_by(AgreementRow.changed_at.desc(), AgreementRow.id)
    return list(session.scalars(found.limit(PAGE)))


def leaning_on(session: Session, municipality: str, tasks: Collection[str], *, today: date) -> list[AgreementRow]:
    """Answer the agreements in force that hold any of some tasks: those that lean on a service that has changed."""
    leaning = select(TaskRow.agreement).where(TaskRow.municipality == municipality, TaskRow.key.in_(tasks))
    wanted = _ours(municipality).where(
        AgreementRow.version > 0, AgreementRow.ending == "", AgreementRow.id.in_(leaning),
        (AgreementRow.ends_on.is_(None)) | (AgreementRow.ends_on >= today),
    )  # fmt: skip
    return list(session.scalars(wanted.order_by(AgreementRow.changed_at.desc(), AgreementRow.id)))


def residents_of(session: Session, rows: Sequence[AgreementRow]) -> dict[str, str]:
    """Answer whom each agreement of a page is about, by its id, in one query."""
    wanted = select(PartyRow).where(PartyRow.agreement.in_([row.id for row in rows]), PartyRow.kind == "resident")
    return {found.agreement: name_of(found) for found in session.scalars(wanted)}


def contacts(session: Session, row: AgreementRow) -> dict[str, Contact]:
    """Answer how the parties can be reached, by the id of their invitation: for staff alone."""
    return {
        one.id: Contact(one.language, one.email, one.telephone)
        for one in invitations_to(session, row.municipality, Purpose.AGREEMENT.value, row.id)
        if one.revoked_at is None
    }


ErrandFacts: TypeAlias = ErrandRow
PartyFacts: TypeAlias = PartyRow
"""As another room is handed them: it reads them, hands them back, and knows no table."""
Errand = tuple[ErrandRow, PartyRow, AgreementRow]


def errands(session: Session, municipality: str, kind: str) -> list[Errand]:
    """Answer the letters to print, or the calls to make, for parties who are not digital; the oldest first."""
    wanted = _errands(municipality, kind).where(ErrandRow.done_at.is_(None)).order_by(ErrandRow.at, ErrandRow.id)
    return [(errand, party, row) for errand, party, row in session.execute(wanted)]


def _errands(municipality: str, kind: str) -> Select[ErrandRow, PartyRow, AgreementRow]:
    return (
        select(ErrandRow, PartyRow, AgreementRow)
        .join(PartyRow, PartyRow.id == ErrandRow.party)
        .join(AgreementRow, AgreementRow.id == ErrandRow.agreement)
        .where(
            ErrandRow.municipality == municipality, ErrandRow.kind == kind,
            PartyRow.left_at.is_(None), AgreementRow.is_with_municipality.is_(True),
            AgreementRow.is_silent.is_(False), AgreementRow.deleted_at.is_(None),
        )
    )  # fmt: skip


def awaited(session: Session, municipality: str, kind: str) -> list[Errand]:
    """Answer who was asked by letter or on the telephone for answers that have not come; each by the newest errand."""
    asked = [Notice.INVITED.value, Notice.REMINDED.value]
    wanted = _errands(municipality, kind).where(
        ErrandRow.done_at.is_not(None), ErrandRow.why.in_(asked), PartyRow.answered_at.is_(None),
        AgreementRow.ending == "",
    )  # fmt: skip
    newest = {party.id: (one, party, row) for one, party, row in session.execute(wanted.order_by(ErrandRow.done_at))}
    return list(newest.values())


def errand(session: Session, municipality: str, errand_id: str) -> Errand:
    """Answer one errand with its party and agreement; raise NotFoundError where there is none."""
    found = session.execute(
        select(ErrandRow, PartyRow, AgreementRow)
        .join(PartyRow, PartyRow.id == ErrandRow.party)
        .join(AgreementRow, AgreementRow.id == ErrandRow.agreement)
        .where(ErrandRow.municipality == municipality, ErrandRow.id == errand_id)
    ).one_or_none()
    if found is None or found[2].deleted_at is not None:
        raise NotFoundError("no such errand")
    return found[0], found[1], found[2]
