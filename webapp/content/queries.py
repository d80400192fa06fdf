"""Reading published content: two queries bring a process up to date, one where nothing changed."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, cast, select
from sqlalchemy.orm import Session

from webapp.content.domain.kind import NO_FILES
from webapp.content.domain.library import Shelf
from webapp.content.domain.pages import Fields, PageKey, PagePart
from webapp.content.models import ConflictRow, ImageRow, PartRow, SequenceRow, VersionRow

_VERSIONS = select(VersionRow.municipality, VersionRow.version)  # made once: it is asked four times a second


def versions(session: Session) -> dict[str, int]:
    """Answer the content version of every municipality."""
    return {row.municipality: row.version for row in session.execute(_VERSIONS)}


def bring_up_to_date(session: Session, shelf: Shelf) -> Shelf:
    """Answer the shelf as the database has it now: the same shelf where no version moved."""
    now = versions(session)
    if now == shelf.versions:
        return shelf
    changed, removed = [], []
    statement = select(
        PartRow.municipality, PartRow.kind, PartRow.slug, PartRow.language,
        PartRow.fields, PartRow.history, PartRow.is_removed, PartRow.sequence,
    ).where(PartRow.sequence > shelf.sequence)  # fmt: skip
    for municipality, kind, slug, language, fields, history, is_removed, sequence in session.execute(statement):
        key = PageKey(municipality, kind, slug, language)
        if is_removed:
            removed.append((key, sequence))
        else:
            changed.append((PagePart(key, fields, tuple(history)), sequence))
    return shelf.with_changes(changed, removed, now)


def all_parts(session: Session) -> list[PagePart]:
    """Answer every published part that is a file, in the order of their keys."""
    statement = (
        select(PartRow)
        .where(PartRow.is_removed.is_(False), PartRow.kind.not_in(NO_FILES))
        .order_by(PartRow.municipality, PartRow.kind, PartRow.slug, PartRow.language)
    )
    return [
        PagePart(PageKey(row.municipality, row.kind, row.slug, row.language), row.fields)
        for row in session.scalars(statement)
    ]


def image(session: Session, digest: str) -> bytes | None:
    """Answer a form of an image, or None where it is not here."""
    return session.scalar(select(ImageRow.body).where(ImageRow.digest == digest))


def images(session: Session, municipality: str) -> dict[PageKey, Fields]:
    """Answer what is told of the images that a municipality's pages may show, its own and the shared ones."""
    rows = session.scalars(
        select(PartRow).where(PartRow.kind == "image", PartRow.is_removed.is_(False)).order_by(PartRow.slug, PartRow.id)
    )
    return {
        PageKey(row.municipality, row.kind, row.slug, row.language): row.fields
        for row in rows
        if row.municipality in {None, municipality}
    }


def image_of(session: Session, key: PageKey) -> Fields | None:
    """Answer what is told of an image, or None where it is not there."""
    return session.scalar(
        select(PartRow.fields).where(
            PartRow.municipality.is_not_distinct_from(key.municipality), PartRow.kind == "image",
            PartRow.slug == key.slug, PartRow.is_removed.is_(False),
        )
    )  # fmt: skip


def places_of_image(session: Session, key: PageKey) -> list[PageKey]:
    """Answer the published texts that show an image: of all municipalities, or only of the one whose it is."""
    shows = cast(PartRow.fields, String).contains(f"](image:{key.slug})", autoescape=True)
    rows = session.execute(
        select(PartRow.municipality, PartRow.kind, PartRow.slug, PartRow.language)
        .where(shows, PartRow.is_removed.is_(False))
        .order_by(PartRow.kind, PartRow.slug, PartRow.language, PartRow.id)
    )
    found = [PageKey(*row) for row in rows]
    return [one for one in found if key.municipality in {None, one.municipality}]


def fingerprint(session: Session) -> str:
    """Answer what the content folder looked like at the last import; empty before the first."""
    return session.scalar(select(SequenceRow.fingerprint).where(SequenceRow.id == 1)) or ""


def parts_of(session: Session, kind: str, slug: str, municipality: str) -> dict[PageKey, PagePart]:
    """Answer the published parts of one page: the shared ones, and a municipality's own."""
    rows = session.scalars(select(PartRow).where(PartRow.kind == kind, PartRow.slug == slug, ~PartRow.is_removed))
    found = [row for row in rows if row.municipality in {None, municipality}]
    keys = [PageKey(row.municipality, row.kind, row.slug, row.language) for row in found]
    return {key: PagePart(key, row.fields) for key, row in zip(keys, found, strict=True)}


def sequences(session: Session) -> dict[PageKey, int]:
    """Answer the number of the publication by which each part got its text."""
    return _sequences(session, ~PartRow.is_removed)


def sequences_of(session: Session, kind: str, slug: str) -> dict[PageKey, int]:
    """Answer the number of the publication by which each part of one page got its text, or was taken away."""
    return _sequences(session, PartRow.kind == kind, PartRow.slug == slug)


def _sequences(session: Session, *conditions: ColumnElement[bool]) -> dict[PageKey, int]:
    rows = session.execute(
        select(PartRow.municipality, PartRow.kind, PartRow.slug, PartRow.language, PartRow.sequence).where(*conditions)
    )
    return {PageKey(code, kind, slug, language): number for code, kind, slug, language, number in rows}


def conflicts(session: Session, municipality: str) -> list[ConflictRow]:
    """Answer the fields that an import and an editor have both changed, in shared texts and a municipality's own."""
    wanted = select(ConflictRow).order_by(ConflictRow.kind, ConflictRow.slug, ConflictRow.language, ConflictRow.id)
    return [row for row in session.scalars(wanted) if row.municipality in {None, municipality}]
