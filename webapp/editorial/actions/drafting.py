"""Writing a draft: each save is a revision of its part, and nobody's text is ever written over unseen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from webapp.audit.actions import record
from webapp.audit.domain import Action, Detail
from webapp.content.domain.kinds import KINDS
from webapp.editorial.domain.places import Place
from webapp.editorial.domain.workflow import Act, State, state_after
from webapp.editorial.models import DraftPartRow, DraftRow, LinkRow, SaveRow
from webapp.editorial.queries import drafts
from webapp.feedback.actions import close_all
from webapp.kernel.caller import Actor
from webapp.kernel.errors import ConflictError, InvalidError
from webapp.kernel.ids import digest, new_id, new_secret

KEPT_SAVES = 40
LINK_LIFE = timedelta(days=14)
LONGEST_COMMENT = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """What a form says of itself: which part it is of, which revision of it was seen, by which page of a browser."""

    place: Place
    language: str
    seen: int
    tab: str


def save(
    session: Session, page: Page, raw: dict[str, Any], by: Actor, *, published: dict[str, Any] | None,
    unchanged: Mapping[str, Any],
) -> DraftPartRow | None:  # fmt: skip
    """Save what was written and answer the part; None where it says nothing else than what is published.

    Raises ConflictError where somebody else has saved in the meantime. What is saved twice is one save.
    """
    row = drafts.draft(session, page.place, is_held=True)
    part = drafts.parts(session, row).get(page.language)
    if part is not None and part.revision != page.seen and part.tab != page.tab and part.raw != raw:
        raise ConflictError("somebody else has saved")
    if part is None and page.seen:
        raise ConflictError("the draft was published or thrown away")
    if part is None and raw == unchanged:
        return None
    if part is not None and part.raw == raw:
        return part
    row = row or _new_draft(session, page.place, by)
    part = part or _new_part(row, page.language, published)
    part.raw, part.revision, part.tab = raw, part.revision + 1, page.tab
    part.changed_by, part.changed_at = by.writer, by.at
    session.add(part)
    session.add(SaveRow(draft=row.id, language=part.language, revision=part.revision, raw=raw, by=by.writer, at=by.at))
    session.execute(
        delete(SaveRow).where(
            SaveRow.draft == row.id, SaveRow.language == part.language, SaveRow.revision <= part.revision - KEPT_SAVES
        )
    )
    _touch(session, row, by)
    return part


def _new_draft(session: Session, place: Place, by: Actor) -> DraftRow:
    row = DraftRow(
        id=new_id(), municipality=place.municipality, kind=place.kind, slug=place.slug, state=State.DRAFT.value,
        authors=[], created_at=by.at, changed_at=by.at, sent_by="", approved_by="", publish_at=None, counts_from=None,
        comment="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _new_part(row: DraftRow, language: str, published: dict[str, Any] | None) -> DraftPartRow:
    return DraftPartRow(draft=row.id, language=language, base=published, revision=0)


def _touch(session: Session, row: DraftRow, by: Actor) -> None:
    """What is written anew has to be looked at anew; the first save of each author is recorded."""
    row.state, row.changed_at = state_after(State(row.state), Act.SAVE).value, by.at
    row.approved_by, row.publish_at = "", None
    if by.writer not in row.authors:
        row.authors = [*row.authors, by.writer]
        session.flush()
        note(session, row, by, "written")


def note(
    session: Session, row: DraftRow, by: Actor, why: str, *, action: Action = Action.DRAFT_CHANGED,
    **details: Detail,
) -> None:  # fmt: skip
    """Record what was done with a draft."""
    told = {"draft": row.id, "shared": row.municipality is None, **details}
    record(
        session, municipality=by.municipality, action=action, actor=by.staff, object_kind="content",
        object_id=drafts.place_of(row).id, why=why, details=told, at=by.at,
    )  # fmt: skip


def begin(session: Session, place: Place, raws: Mapping[str, dict[str, Any]], by: Actor) -> DraftRow:
    """Begin the draft of a new page; raise ConflictError where somebody has begun one of that name."""
    if place.kind not in KINDS:
        raise InvalidError("no kind of page")
    if drafts.draft(session, place) is not None:
        raise ConflictError("there is a draft of that name")
    for language, raw in raws.items():
        save(session, Page(place, language, 0, ""), raw, by, published=None, unchanged={})
    row = drafts.draft(session, place)
    if row is None:
        raise InvalidError("nothing was written")
    return row


def discard(session: Session, row: DraftRow, by: Actor) -> None:
    """Throw a draft away."""
    note(session, row, by, "discarded")
    remove(session, row, at=by.at)


def remove(session: Session, row: DraftRow, *, at: datetime) -> None:
    """Take a draft away with everything that hangs on it; its links lead nowhere from then on, and nobody comments."""
    close_all(session, row.id, at=at)
    session.execute(delete(SaveRow).where(SaveRow.draft == row.id))
    session.execute(delete(DraftPartRow).where(DraftPartRow.draft == row.id))
    session.delete(row)
    session.flush()


def send(session: Session, row: DraftRow, seen: int, by: Actor) -> None:
    """Send a draft to be approved by somebody else."""
    require_seen(row, seen)
    row.state, row.sent_by, row.comment = state_after(State(row.state), Act.SEND).value, by.writer, ""
    note(session, row, by, "sent")


def require_seen(row: DraftRow, seen: int) -> None:
    """Refuse what is done with a draft that is another than the one that was seen."""
    if row.revision != seen:
        raise ConflictError("the draft was changed since it was seen")


def new_link(session: Session, row: DraftRow, by: Actor) -> str:
    """Answer the secret of a new link to a draft, for somebody without an account."""
    secret = new_secret()
    session.add(
        LinkRow(
            id=new_id(), municipality=by.municipality, draft=row.id, secret=digest(secret), made_by=by.writer,
            created_at=by.at, expires_at=by.at + LINK_LIFE, revoked_at=None,
        )
    )  # fmt: skip
    note(session, row, by, "link made")
    return secret


def revoke_links(session: Session, row: DraftRow, by: Actor) -> None:
    """Let no link lead to a draft any more."""
    for link in drafts.links(session, row.id, by.at):
        link.revoked_at = by.at
    note(session, row, by, "links revoked")
