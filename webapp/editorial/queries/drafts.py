"""Drafts with their parts and saves, revisions, links: of one's own municipality, and of the text that all share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from webapp.editorial.domain.places import Place
from webapp.editorial.domain.workflow import State
from webapp.editorial.models import BasisRow, DraftPartRow, DraftRow, LinkRow, RevisionRow, SaveRow
from webapp.kernel.errors import GoneError, NotFoundError
from webapp.kernel.ids import digest


def place_of(row: DraftRow) -> Place:
    """Answer which page a draft is of."""
    return Place(row.municipality, row.kind, row.slug)


def draft(session: Session, place: Place, *, is_held: bool = False) -> DraftRow | None:
    """Answer the draft of a page, locked where something is to be done with it; None where there is none."""
    wanted = select(DraftRow).where(
        DraftRow.municipality.is_not_distinct_from(place.municipality), DraftRow.kind == place.kind,
        DraftRow.slug == place.slug,
    )  # fmt: skip
    return session.scalar(wanted.with_for_update() if is_held else wanted)


def drafts(session: Session, municipality: str) -> list[DraftRow]:
    """Answer all drafts that a municipality's editors see, what was changed last first."""
    ordered = select(DraftRow).order_by(DraftRow.changed_at.desc(), DraftRow.id)
    return [row for row in session.scalars(ordered) if row.municipality in {None, municipality}]


def due(session: Session, at: datetime) -> Sequence[str]:
    """Answer the ids of the drafts whose time of publication has come, of every municipality."""
    wanted = select(DraftRow.id).where(DraftRow.state == State.SCHEDULED.value, DraftRow.publish_at <= at)
    return session.scalars(wanted.order_by(DraftRow.publish_at, DraftRow.id)).all()


def parts(session: Session, row: DraftRow | None) -> dict[str, DraftPartRow]:
    """Answer the parts of a draft, by language."""
    if row is None:
        return {}
    wanted = select(DraftPartRow).where(DraftPartRow.draft == row.id).order_by(DraftPartRow.language)
    return {part.language: part for part in session.scalars(wanted)}


def parts_of_drafts(session: Session, ids: Collection[str]) -> list[DraftPartRow]:
    """Answer the parts of several drafts."""
    wanted = select(DraftPartRow).where(DraftPartRow.draft.in_(ids)).order_by(DraftPartRow.draft, DraftPartRow.language)
    return list(session.scalars(wanted))


def save_at(session: Session, draft_id: str, language: str, revision: int) -> SaveRow | None:
    """Answer what a part of a draft said at a revision of it; None where that is not kept any more."""
    return session.get(SaveRow, (draft_id, language, revision))


def saves(session: Session, draft_id: str, language: str) -> list[SaveRow]:
    """Answer the saves of a part that are kept, the newest first."""
    wanted = select(SaveRow).where(SaveRow.draft == draft_id, SaveRow.language == language)
    return list(session.scalars(wanted.order_by(SaveRow.revision.desc())))


def _of_page(place: Place) -> tuple[ColumnElement[bool], ...]:
    return (
        RevisionRow.kind == place.kind, RevisionRow.slug == place.slug,
        RevisionRow.municipality.is_not_distinct_from(place.municipality),
    )  # fmt: skip


def revisions(session: Session, place: Place, language: str = "") -> list[RevisionRow]:
    """Answer what was published of a page, or of one part of it, the newest first."""
    wanted = select(RevisionRow).where(*_of_page(place))
    if language:
        wanted = wanted.where(RevisionRow.language == language)
    return list(session.scalars(wanted.order_by(RevisionRow.id.desc())))


def published_in(
    session: Session, place: Place, language: str, *, since: datetime, until: datetime, most: int
) -> list[RevisionRow]:
    """Answer what was published of a part in a time, the oldest first, after the revision that it began from."""
    of_part = select(RevisionRow).where(*_of_page(place), RevisionRow.language == language)
    inside = of_part.where(RevisionRow.at >= since, RevisionRow.at < until).order_by(RevisionRow.number.desc())
    found = list(session.scalars(inside.limit(most)))
    if not found:
        return []
    before = of_part.where(RevisionRow.number < found[-1].number).order_by(RevisionRow.number.desc()).limit(1)
    return [*session.scalars(before), *reversed(found)]


def revision(session: Session, place: Place, language: str, number: int) -> RevisionRow:
    """Answer one publication of a part; raise NotFoundError where there is none of that number."""
    found = session.scalar(
        select(RevisionRow).where(*_of_page(place), RevisionRow.language == language, RevisionRow.number == number)
    )
    if found is None:
        raise NotFoundError("no such revision")
    return found


def links(session: Session, draft_id: str, at: datetime) -> list[LinkRow]:
    """Answer the links to a draft that still lead to it, the newest first."""
    wanted = select(LinkRow).where(
        LinkRow.draft == draft_id, LinkRow.revoked_at.is_(None), LinkRow.expires_at > at
    )  # fmt: skip
    return list(session.scalars(wanted.order_by(LinkRow.created_at.desc(), LinkRow.id)))


def shown_by(session: Session, municipality: str, secret: str, at: datetime) -> DraftRow:
    """Answer the draft that a link leads to; raise GoneError for one that has ended, NotFoundError for none of ours."""
    link = session.scalar(select(LinkRow).where(LinkRow.secret == digest(secret), LinkRow.municipality == municipality))
    if link is None:
        raise NotFoundError("no such link")
    found = session.get(DraftRow, link.draft)
    if link.revoked_at is not None or link.expires_at <= at or found is None:
        raise GoneError("the link has ended")
    return found


def bases(session: Session, municipality: str) -> dict[tuple[str, str, str], BasisRow]:
    """Answer what the shared texts said under a municipality's own, by kind, slug and language."""
    rows = session.scalars(select(BasisRow).where(BasisRow.municipality == municipality))
    return {(row.kind, row.slug, row.language): row for row in rows}
