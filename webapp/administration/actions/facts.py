"""Changing the facts of a municipality that are settings; every process takes them over within a second (IN-3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from webapp.administration.domain import settings
from webapp.administration.domain.settings import Change
from webapp.content import actions as content
from webapp.content import queries as published
from webapp.content.domain.facts import FACTS
from webapp.content.domain.kind import COMMON
from webapp.content.domain.library import EMPTY
from webapp.editorial.actions.publishing import publish_facts
from webapp.editorial.domain import written
from webapp.editorial.domain.places import Place
from webapp.editorial.queries import plans
from webapp.editorial.queries.plans import PREFIX, PartPlan
from webapp.kernel.caller import Actor
from webapp.kernel.errors import ConflictError, InvalidError, NotFoundError


def place_of(municipality: str) -> Place:
    """Answer where the facts of a municipality stand."""
    return Place(municipality, "municipality", municipality)


def facts_now(session: Session, municipality: str) -> dict[str, Any]:
    """Answer the facts of a municipality as they are published."""
    place = place_of(municipality)
    found = published.parts_of(session, place.kind, place.slug, municipality).get(place.key(COMMON))
    if found is None:
        raise NotFoundError
    return dict(found.fields)


def change(
    session: Session, values: Mapping[str, Any], *, seen: str, watched: Collection[str], by: Actor
) -> list[Change]:
    """Change some facts and answer what became another; nothing is written where nothing did.

    Raises ConflictError where the facts in `watched` are no longer those whose fingerprint was seen, and InvalidError
    for what the rules of content refuse.
    """
    content.hold(session)
    before = facts_now(session, by.municipality)
    if settings.fingerprint(before, watched) != seen:
        raise ConflictError("somebody else has changed it")
    return _publish(session, before, settings.with_values(before, values), by)


def undo(session: Session, made: Iterable[Change], by: Actor) -> list[Change]:
    """Undo changes as a new one; raise ConflictError where a fact has become something else since."""
    content.hold(session)
    before = facts_now(session, by.municipality)
    return _publish(session, before, settings.with_values(before, settings.undone(before, made)), by)


def _publish(session: Session, before: dict[str, Any], after: dict[str, Any], by: Actor) -> list[Change]:
    ordered = {field.name: after[field.name] for field in FACTS.common if field.name in after}
    done = settings.changes(before, ordered)
    if done:
        _require_right(session, before, ordered, by)
        publish_facts(session, place_of(by.municipality), before, ordered, by)
    return done


def _require_right(session: Session, before: dict[str, Any], after: dict[str, Any], by: Actor) -> None:
    """Refuse facts that the check of the files would refuse."""
    place = place_of(by.municipality)
    stored = published.parts_of(session, place.kind, place.slug, by.municipality)
    fields = plans.fields_for(place, COMMON, stored)
    faults = written.read(written.raw_fields(after, fields), fields, PREFIX, before).faults
    part = PartPlan(place.key(COMMON), before, after, faults, (), is_over_shared=False)
    shelf = published.bring_up_to_date(session, EMPTY)
    if faults or plans.findings(place, [part], stored, shelf):
        raise InvalidError("; ".join(fault.message for fault in faults) or "the facts do not hold together")
