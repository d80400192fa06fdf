"""Putting images in, changing what they say, taking them away; each recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.content import actions as content
from webapp.content.domain.pages import PageKey
from webapp.editorial.domain.places import Place
from webapp.kernel.caller import Actor


def put_in(session: Session, key: PageKey, told: Mapping[str, Any], bodies: Mapping[str, bytes], by: Actor) -> None:
    """Put an image in: what is told of it, and its forms by their digests."""
    content.keep_images(session, bodies)
    content.publish(session, key, told, at=by.at)
    _note(session, key, by, "image put in")


def tell(session: Session, key: PageKey, told: Mapping[str, Any], by: Actor) -> None:
    """Change what an image says."""
    content.publish(session, key, told, at=by.at)
    _note(session, key, by, "image told anew")


def take_away(session: Session, key: PageKey, by: Actor) -> None:
    """Take an image away, with its forms where nothing else uses them."""
    content.remove_image(session, key, at=by.at)
    _note(session, key, by, "image taken away")


def _note(session: Session, key: PageKey, by: Actor, why: str) -> None:
    record(
        session, municipality=by.municipality, action=Action.CONTENT_PUBLISHED, actor=by.staff, object_kind="content",
        object_id=Place(key.municipality, key.kind, key.slug).id, why=why,
        details={"shared": key.municipality is None}, at=by.at,
    )  # fmt: skip
