"""What the room does on its own: publishes at the time that was chosen, notes what lies under local texts, reminds."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.content import queries as published
from webapp.content.domain.kind import COMMON, NO_FILES
from webapp.content.domain.library import EMPTY, Shelf
from webapp.content.domain.pages import PageKey
from webapp.editorial.actions import publishing
from webapp.editorial.domain.places import Place
from webapp.editorial.domain.reviewing import Level, level
from webapp.editorial.domain.workflow import State
from webapp.editorial.letters import tell_of_reviews, tell_of_shared_changes
from webapp.editorial.models import BasisRow, DraftRow, ReminderRow
from webapp.editorial.queries import drafts, plans
from webapp.editorial.queries.upstream import digest_of, moved
from webapp.kernel.caller import Actor
from webapp.kernel.clock import Clock, local_day
from webapp.kernel.errors import AvklartError
from webapp.kernel.permission import Role
from webapp.storage.session import Database

_log = logging.getLogger("avklart.editorial")

Desk = Callable[[str], AbstractContextManager[None]]
"""Lets one write as a web process of a municipality would."""
_TOLD = {
    Level.DUE: (Role.EDITOR,),
    Level.LATE: (Role.EDITOR, Role.REVIEWER),
    Level.VERY_LATE: (Role.EDITOR, Role.REVIEWER, Role.ADMINISTRATOR),
}


def publish_due(database: Database, clock: Clock) -> int:
    """Publish what is to be published by now, each in a transaction of its own; answer how many were."""
    with database.reading() as session:
        ids = drafts.due(session, clock.now())
    return sum(_publish(database, clock, draft_id) for draft_id in ids)


def _publish(database: Database, clock: Clock, draft_id: str) -> bool:
    with database.writing() as session:
        row = session.scalar(select(DraftRow).where(DraftRow.id == draft_id).with_for_update(skip_locked=True))
        if row is None or row.state != State.SCHEDULED.value or row.publish_at is None or row.publish_at > clock.now():
            return False  # another worker has it, or somebody has thought better of it
        municipality, _slash, staff = row.sent_by.partition("/")
        shelf = published.bring_up_to_date(session, EMPTY)
        by = Actor(municipality, staff, clock.now())
        plan = plans.plan_of(session, row, shelf, municipality, today=local_day(clock.now()))
        row.state = State.APPROVED.value if row.approved_by else State.DRAFT.value
        if not plan.changed or not plan.is_right:
            row.state, row.publish_at, row.approved_by = State.DRAFT.value, None, ""
            row.comment = "not-right" if plan.changed else "nothing"
            return False
        session.flush()
        try:
            publishing.publish(session, row, plan, by, seen=row.revision, counts_from=row.counts_from)
        except AvklartError as error:
            row.state, row.publish_at, row.approved_by, row.comment = State.DRAFT.value, None, "", "not-right"
            _log.warning("not published", exc_info=error, extra={"facts": {"draft": draft_id}})
            return False
        return True


def note_bases(database: Database) -> int:
    """Note what the shared text says under local texts that came with files; answer how many were noted."""
    with database.writing() as session:
        shelf = published.bring_up_to_date(session, EMPTY)
        known = {code: drafts.bases(session, code) for code in shelf.versions}
        new = [
            key for key in shelf.parts
            if key.municipality in known and key.kind not in {*NO_FILES, "municipality"}
            and (key.kind, key.slug, key.language) not in known[key.municipality]
            and key._replace(municipality=None) in shelf.parts
        ]  # fmt: skip
        for key in new:
            place = Place(key.municipality, key.kind, key.slug)
            publishing.note_basis(session, place, key.language, dict(shelf.parts[key]))
        for rows in known.values():
            _note_shared(shelf, rows)
        return len(new)


def _note_shared(shelf: Shelf, rows: Mapping[tuple[str, str, str], BasisRow]) -> None:
    """Note what shared texts say under local ones of which it was not noted yet."""
    for (kind, slug, language), row in rows.items():
        shared = shelf.parts.get(PageKey(None, kind, slug, language))
        if not row.shared and shared is not None:
            row.shared = row.told = digest_of(shared)


def tell_of_shared(database: Database, clock: Clock, desk: Desk) -> int:
    """Tell editors that shared texts have changed under their municipality's own, once each; answer how many pages."""
    told = 0
    with database.reading() as session:
        shelf = published.bring_up_to_date(session, EMPTY)
        new = {code: [one for one in moved(session, code, shelf) if not one.is_told] for code in shelf.versions}
    for code, several in new.items():
        if not several:
            continue
        pages = {one.place for one in several}
        told += len(pages)
        with desk(code), database.writing() as session:
            tell_of_shared_changes(session, code, len(pages), at=clock.now())
            bases = drafts.bases(session, code)
            for one in several:
                bases[one.key.kind, one.key.slug, one.key.language].told = one.digest
    return told


def remind(database: Database, clock: Clock, desk: Desk) -> int:
    """Tell of pages that are to be gone through, louder the later it is, once for each step; answer how many pages."""
    told = 0
    with database.reading() as session:
        shelf = published.bring_up_to_date(session, EMPTY)
    for code in shelf.versions:
        with database.reading() as session:
            rising = _rising(session, shelf, code, local_day(clock.now()))
        if not rising:
            continue
        told += len(rising)
        with desk(code), database.writing() as session:
            tell_of_reviews(session, code, _TOLD[max(rising.values())], len(rising), at=clock.now())
            for (place, review_by), step in rising.items():
                row = ReminderRow(
                    municipality=code, kind=place.kind, slug=place.slug, review_by=review_by, level=step.value,
                    at=clock.now(),
                )  # fmt: skip
                session.merge(row)
    return told


def _rising(session: Session, shelf: Shelf, code: str, today: date) -> dict[tuple[Place, date], Level]:
    """Answer the pages that have come a step further since somebody was told."""
    rows = session.scalars(select(ReminderRow).where(ReminderRow.municipality == code))
    known = {(row.kind, row.slug, row.review_by): row.level for row in rows}
    found = {}
    for key, fields in shelf.parts.items():
        if key.language != COMMON or key.municipality not in {None, code}:
            continue
        own = shelf.parts.get(PageKey(code, key.kind, key.slug, COMMON), {})
        day = {**fields, **own}.get("review_by")
        if not day:
            continue
        review_by = date.fromisoformat(day)
        step = level(review_by, today)
        if step >= Level.DUE and step > known.get((key.kind, key.slug, review_by), Level.NONE):
            found[Place(None, key.kind, key.slug), review_by] = step
    return found
