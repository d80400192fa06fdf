"""Approving, and publishing now or at a time; what is published stands in the revisions, to be taken back from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.content import actions as content
from webapp.content import queries as published
from webapp.content.domain.kind import COMMON
from webapp.content.domain.pages import PagePart
from webapp.editorial.actions.drafting import LONGEST_COMMENT, note, remove, require_seen
from webapp.editorial.domain.places import Place
from webapp.editorial.domain.workflow import (
    Act,
    State,
    require_future,
    require_other,
    require_publishable,
    state_after,
)
from webapp.editorial.models import BasisRow, DraftRow, RevisionRow
from webapp.editorial.queries import drafts
from webapp.editorial.queries.plans import PartPlan, Plan
from webapp.editorial.queries.upstream import digest_of
from webapp.kernel.caller import Actor
from webapp.kernel.clock import local_day
from webapp.kernel.errors import InvalidError


def approve(session: Session, row: DraftRow, seen: int, by: Actor) -> None:
    """Approve a draft as it was seen; nobody approves what they have written a part of."""
    require_other(row.authors, by.writer)
    require_seen(row, seen)
    row.state, row.approved_by, row.comment = state_after(State(row.state), Act.APPROVE).value, by.writer, ""
    note(session, row, by, "approved", action=Action.CONTENT_APPROVED)


def send_back(session: Session, row: DraftRow, seen: int, comment: str, by: Actor) -> None:
    """Send a draft back to those who wrote it, with a word on why."""
    require_seen(row, seen)
    if not comment.strip() or len(comment) > LONGEST_COMMENT:
        raise InvalidError("say in a few sentences what is to be changed")
    row.state, row.approved_by, row.comment = state_after(State(row.state), Act.RETURN).value, "", comment
    note(session, row, by, "sent back")


def schedule(
    session: Session, row: DraftRow, plan: Plan, by: Actor, *, seen: int, when: datetime, counts_from: date | None
) -> None:
    """Let a draft be published at a time to come."""
    require_seen(row, seen)
    require_future(when, by.at)
    _require(row, plan, counts_from, local_day(when))
    row.state = state_after(State(row.state), Act.SCHEDULE).value
    row.publish_at, row.counts_from, row.sent_by, row.comment = when, counts_from, by.writer, ""
    note(session, row, by, "scheduled")


def cancel(session: Session, row: DraftRow, seen: int, by: Actor) -> None:
    """Let a draft not be published at its time after all; what was approved and not changed since stays approved."""
    require_seen(row, seen)
    plain = state_after(State(row.state), Act.CANCEL)
    row.state = (State.APPROVED if row.approved_by else plain).value
    row.publish_at = None
    note(session, row, by, "cancelled")


def _require(row: DraftRow, plan: Plan, counts_from: date | None, day: date) -> None:
    require_publishable(State(row.state), is_approval_needed=plan.is_approval_needed)
    if not plan.is_right or not plan.changed:
        raise InvalidError("something must be mended first")
    if counts_from is not None and counts_from < day:
        raise InvalidError("a day that has passed")


def publish(session: Session, row: DraftRow, plan: Plan, by: Actor, *, seen: int, counts_from: date | None) -> None:
    """Publish a draft: every reader sees it within a second, and the draft is gone."""
    require_seen(row, seen)
    _require(row, plan, counts_from, local_day(by.at))
    for part in plan.changed:
        _remember(session, plan, part, by, approved_by=row.approved_by, counts_from=counts_from)
        _publish_part(session, plan, part, by, counts_from=counts_from)
    languages = [one.key.language for one in plan.changed]
    note(session, row, by, "published", action=Action.CONTENT_PUBLISHED, languages=languages)
    remove(session, row, at=by.at)


def publish_facts(session: Session, place: Place, before: dict[str, Any], after: dict[str, Any], by: Actor) -> None:
    """Publish facts of a municipality that its administrator has changed: a revision as any, seen within a second."""
    part = PartPlan(place.key(COMMON), before, after, (), (), is_over_shared=False)
    plan = Plan(place, (part,), (), is_wanted=False, leaning=0)
    _remember(session, plan, part, by, approved_by="", counts_from=None)
    _publish_part(session, plan, part, by, counts_from=None)
    record(
        session, municipality=by.municipality, action=Action.SETTING_CHANGED, actor=by.staff, object_kind="content",
        object_id=place.id, why="administration", details={"fields": part.changed}, at=by.at,
    )  # fmt: skip


def confirm(session: Session, place: Place, language: str, by: Actor) -> bool:
    """Say that a text still says the same as the one in bokmål; answer whether there was one to say it of."""
    key = place.key(language)
    stored = published.parts_of(session, place.kind, place.slug, place.municipality or by.municipality)
    if key not in stored or language in drafts.parts(session, drafts.draft(session, place)):
        return False
    content.publish(session, key, stored[key].fields, at=by.at)
    record(
        session, municipality=by.municipality, action=Action.CONTENT_PUBLISHED, actor=by.staff, object_kind="content",
        object_id=place.id, why="confirmed", details={"language": language, "shared": place.is_shared}, at=by.at,
    )  # fmt: skip
    return True


def keep_ours(session: Session, place: Place, language: str, own: dict[str, object], by: Actor) -> None:
    """Say that the text here stands, though the one above has changed."""
    note_basis(session, place, language, own)
    record(
        session, municipality=by.municipality, action=Action.DRAFT_CHANGED, actor=by.staff, object_kind="content",
        object_id=place.id, why="kept ours", details={"language": language, "shared": place.is_shared}, at=by.at,
    )  # fmt: skip


def _remember(
    session: Session, plan: Plan, part: PartPlan, by: Actor, *, approved_by: str, counts_from: date | None
) -> None:
    """Keep what the part says from now on; and what it said before, where that came from a file."""
    before, today = dict(part.before or {}), local_day(by.at)
    known = drafts.revisions(session, plan.place, part.key.language)
    number = known[0].number if known else 0
    told: dict[str, Any] = {**part.key._asdict(), "at": by.at}
    if before and (not known or known[0].fields != before):
        number += 1
        session.add(
            RevisionRow(
                **told, number=number, fields=before, by="", approved_by="", counts_from=today, leaning=0
            )
        )  # fmt: skip
    session.add(
        RevisionRow(
            **told, number=number + 1, fields=dict(part.after), by=by.writer, approved_by=approved_by,
            counts_from=counts_from or today, leaning=plan.leaning,
        )
    )  # fmt: skip


def _publish_part(session: Session, plan: Plan, part: PartPlan, by: Actor, *, counts_from: date | None) -> None:
    if part.is_taken_away:
        content.withdraw(session, part.key, at=by.at)
    else:
        content.publish(session, part.key, part.after, at=by.at, counts_from=counts_from)
    content.settle_conflicts(session, part.key, part.changed)
    note_basis(session, plan.place, part.key.language, dict(part.after))


def note_basis(session: Session, place: Place, language: str, own: dict[str, object]) -> None:
    """Keep what the shared text says now under a municipality's own: a later change of it will be told."""
    if place.municipality is None:
        return
    stored = published.parts_of(session, place.kind, place.slug, place.municipality)
    shared: PagePart | None = stored.get(place.shared_key(language))
    known = session.get(BasisRow, (place.municipality, place.kind, place.slug, language))
    if shared is None or not own:
        if known is not None:
            session.delete(known)
        return
    fields, digest = {name: shared.fields[name] for name in own if name in shared.fields}, digest_of(shared.fields)
    if known is None:
        known = BasisRow(municipality=place.municipality, kind=place.kind, slug=place.slug, language=language)
        session.add(known)
    known.fields, known.shared, known.told = fields, digest, digest
