"""Changing published content: an import of files, merged field by field, is one publication."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from webapp.content.domain.history import remembered
from webapp.content.domain.kind import COMMON, FULL
from webapp.content.domain.kinds import KINDS
from webapp.content.domain.merge import merge
from webapp.content.domain.pages import PageKey, PagePart
from webapp.content.models import ConflictRow, ImageRow, PartRow, SequenceRow, VersionRow
from webapp.kernel.clock import local_day
from webapp.municipalities.models import MunicipalityRow


@dataclass
class Imported:
    """What an import did: keys by what happened, and the fields in conflict."""

    added: list[PageKey] = field(default_factory=list)
    changed: list[PageKey] = field(default_factory=list)
    removed: list[PageKey] = field(default_factory=list)
    conflicts: list[tuple[PageKey, str]] = field(default_factory=list)

    @property
    def touched(self) -> list[PageKey]:
        """Every key whose published text is another than before."""
        return [*self.added, *self.changed, *self.removed]


def import_parts(
    session: Session,
    parts: Mapping[PageKey, PagePart],
    *,
    fingerprint: str,
    at: datetime,
    images: Mapping[str, bytes] | None = None,
) -> Imported:
    """Take files over into the database in one publication; local edits are kept (RE-4).

    A part whose file is gone is removed where nobody has edited it here, and kept otherwise. `images` are the files of
    images by their digests.
    """
    keep_images(session, images or {})
    done = Imported()
    sequence = _next_sequence(session)
    _add_municipalities(session, parts, at)
    known = {
        PageKey(row.municipality, row.kind, row.slug, row.language): row for row in session.scalars(select(PartRow))
    }
    for key, part in parts.items():
        row = known.get(key)
        if row is None:
            _add(session, part, sequence, at)
            done.added.append(key)
        else:
            _note_conflicts(session, row, part, at)
            _update(row, part, sequence, at, done)
    for key, row in known.items():
        if key not in parts and not row.is_removed and row.fields == row.imported:
            row.is_removed, row.imported, row.sequence, row.changed_at = True, None, sequence, at
            done.removed.append(key)
    forget_images(session)
    _raise_versions(session, done.touched, sequence)
    session.execute(
        SequenceRow.__table__.update().where(SequenceRow.id == 1).values(fingerprint=fingerprint)  # type: ignore[attr-defined]
    )
    return done


def publish(
    session: Session, key: PageKey, fields: Mapping[str, Any], *, at: datetime, counts_from: date | None = None
) -> None:
    """Publish the text of one part, as an editor's change: it stays over later imports.

    `counts_from` is the day from which it counts, where that is a later one: until then what it said before holds.
    """
    sequence, below = _next_sequence(session), _below(session, key)
    row, day = session.scalar(_of(key)), counts_from or local_day(at)
    if row is None:
        new = _row(PagePart(key, dict(fields)), sequence, at, imported=None)
        new.history = remembered([], below, {**below, **fields}, day) if below else []
        session.add(new)
    else:
        row.history = remembered(row.history, {**below, **row.fields}, {**below, **fields}, day)
        row.fields, row.is_removed, row.sequence, row.changed_at = dict(fields), False, sequence, at
    _raise_versions(session, [key], sequence)


def _below(session: Session, key: PageKey) -> Mapping[str, Any]:
    """Answer the shared fields that a municipality's own part lies over: what its readers saw where it says nothing."""
    if key.municipality is None or key.kind not in KINDS or not KINDS[key.kind].lies_over:
        return {}
    shared = session.scalar(_of(key._replace(municipality=None)))
    return shared.fields if shared is not None and not shared.is_removed else {}


def keep_images(session: Session, bodies: Mapping[str, bytes]) -> None:
    """Keep forms of images by their digests; those that are here already stay as they are."""
    known = set(session.scalars(select(ImageRow.digest).where(ImageRow.digest.in_(bodies))))
    session.add_all(ImageRow(digest=digest, body=body) for digest, body in bodies.items() if digest not in known)
    session.flush()


def forget_images(session: Session) -> None:
    """Forget the forms of images that no part tells of any more."""
    told = session.scalars(select(PartRow).where(PartRow.kind == "image", PartRow.is_removed.is_(False)))
    fields = [given for row in told for given in (row.fields, row.imported or {})]
    used = {form["digest"] for given in fields for form in given.get("forms", ())}
    gone = [digest for digest in session.scalars(select(ImageRow.digest)) if digest not in used]
    session.execute(delete(ImageRow).where(ImageRow.digest.in_(gone)))


def remove_image(session: Session, key: PageKey, *, at: datetime) -> None:
    """Take an image away, with its forms where nothing else uses them."""
    withdraw(session, key, at=at)
    forget_images(session)


def withdraw(session: Session, key: PageKey, *, at: datetime) -> None:
    """Take a part away, as an editor's change: what it stood over is seen again."""
    row = session.scalar(_of(key))
    if row is None or row.is_removed:
        return
    sequence = _next_sequence(session)
    row.history = remembered(row.history, row.fields, {}, local_day(at))
    row.fields, row.is_removed, row.sequence, row.changed_at = {}, True, sequence, at
    _raise_versions(session, [key], sequence)


def tell_full(session: Session, municipality: str, offer: str, days: list[str], *, at: datetime) -> None:
    """Publish which dates of an offer are full, where that is another list than the one that readers see."""
    tell(session, PageKey(municipality, FULL, offer, COMMON), {"days": days}, at=at)


def tell(session: Session, key: PageKey, fields: Mapping[str, list[Any]], *, at: datetime) -> None:
    """Publish lists that follow from what is kept elsewhere, where they are others than those that readers see.

    What they said before is not remembered: what was taken away is gone.
    """
    row = session.scalar(_of(key))
    if dict(fields) != (row.fields if row else {key_0: [] for key_0 in fields}):
        publish(session, key, fields, at=at)
        if row:
            row.history = []


def _of(key: PageKey) -> Select[PartRow]:
    return select(PartRow).where(
        PartRow.municipality.is_not_distinct_from(key.municipality), PartRow.kind == key.kind,
        PartRow.slug == key.slug, PartRow.language == key.language,
    )  # fmt: skip


def hold(session: Session) -> None:
    """Let nobody else publish until the transaction ends, so that what is read now is what is changed."""
    session.get(SequenceRow, 1, with_for_update=True)


def _next_sequence(session: Session) -> int:
    """Raise the installation's sequence; its row is the lock that orders publications."""
    row = session.get(SequenceRow, 1, with_for_update=True)
    if row is None:
        row = SequenceRow(id=1, number=0, fingerprint="")
        session.add(row)
    row.number += 1
    session.flush()
    return row.number


def _add_municipalities(session: Session, parts: Iterable[PageKey], at: datetime) -> None:
    known = set(session.scalars(select(MunicipalityRow.code)))
    for code in sorted({key.slug for key in parts if key.kind == "municipality"} - known):
        session.add(MunicipalityRow(code=code, created_at=at))
    session.flush()


def _row(part: PagePart, sequence: int, at: datetime, *, imported: dict[str, Any] | None) -> PartRow:
    return PartRow(
        municipality=part.key.municipality,
        kind=part.key.kind,
        slug=part.key.slug,
        language=part.key.language,
        fields=dict(part.fields),
        imported=imported,
        history=[],
        sequence=sequence,
        changed_at=at,
    )


def _add(session: Session, part: PagePart, sequence: int, at: datetime) -> None:
    session.add(_row(part, sequence, at, imported=dict(part.fields)))


def _update(row: PartRow, part: PagePart, sequence: int, at: datetime, done: Imported) -> None:
    if row.is_removed and row.imported is not None:  # somebody here has taken it away: it stays away
        row.imported = dict(part.fields)
        return
    if row.is_removed:
        row.fields, row.imported, row.is_removed = dict(part.fields), dict(part.fields), False
        row.sequence, row.changed_at = sequence, at
        done.added.append(part.key)
        return
    merged = merge(row.imported, row.fields, part.fields)
    done.conflicts += [(part.key, name) for name in merged.conflicts]
    if row.imported != dict(part.fields):
        row.imported = dict(part.fields)
    if merged.fields != row.fields:
        row.history = remembered(row.history, row.fields, merged.fields, local_day(at))
        row.fields, row.sequence, row.changed_at = merged.fields, sequence, at
        done.changed.append(part.key)


def _note_conflicts(session: Session, row: PartRow, part: PagePart, at: datetime) -> None:
    """Keep what both sides began from and what the file says, until a person has said what is right."""
    if row.is_removed:
        return
    base, merged = row.imported or {}, merge(row.imported, row.fields, part.fields)
    open_ones = {found.field: found for found in session.scalars(_conflicts(part.key))}
    for name, found in open_ones.items():
        if name not in merged.conflicts and row.fields.get(name) == part.fields.get(name):
            session.delete(found)
    for name in merged.conflicts:
        known = open_ones.get(name)
        began = known.sides if known else {"base": base[name]} if name in base else {}
        sides = {side: text for side, text in began.items() if side == "base"}
        sides |= {"theirs": part.fields[name]} if name in part.fields else {}
        if known:
            known.sides, known.at = sides, at
        else:
            session.add(ConflictRow(**part.key._asdict(), field=name, sides=sides, at=at))


def _conflicts(key: PageKey) -> Select[ConflictRow]:
    return select(ConflictRow).where(
        ConflictRow.municipality.is_not_distinct_from(key.municipality), ConflictRow.kind == key.kind,
        ConflictRow.slug == key.slug, ConflictRow.language == key.language,
    ).order_by(ConflictRow.id)  # fmt: skip


def settle_conflicts(session: Session, key: PageKey, names: Iterable[str]) -> None:
    """Forget that fields of a part were in conflict with a file: somebody has said what is right."""
    ids = [row.id for row in session.scalars(_conflicts(key)) if row.field in set(names)]
    session.execute(delete(ConflictRow).where(ConflictRow.id.in_(ids)))


def _raise_versions(session: Session, touched: Iterable[PageKey], sequence: int) -> None:
    """Raise the version of whoever's readers see a touched part.

    Shared parts, meeting places and facts are seen by all: neighbours list each other's places.
    """
    owners = {None if key.kind in {"place", "municipality"} else key.municipality for key in touched}
    if not owners:
        return
    everyone = set(session.scalars(select(MunicipalityRow.code)))
    rows = {row.municipality: row for row in session.scalars(select(VersionRow))}
    for code in everyone if None in owners else owners & everyone:
        if code is None:
            continue
        if code in rows:
            rows[code].version = sequence
        else:
            session.add(VersionRow(municipality=code, version=sequence))
