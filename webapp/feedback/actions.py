"""Keeping what readers say, and what editors do with it. What readers send tells nothing of who they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.content.actions import tell
from webapp.content.domain.kind import COMMON, SAID
from webapp.content.domain.pages import PageKey
from webapp.feedback import queries
from webapp.feedback.domain import Sort, State, fold, is_probably_spam
from webapp.feedback.models import AnswerRow, ChangeRow, HearingRow, ItemRow
from webapp.kernel.caller import Actor
from webapp.kernel.clock import local_day
from webapp.kernel.errors import ConflictError
from webapp.kernel.ids import digest, new_id, new_secret
from webapp.storage.base import insert_into
from webapp.storage.session import KEYS, Keys


@dataclass(frozen=True, slots=True)
class Asked:
    """The page that a reader was asked about, and the language in which it was read."""

    kind: str
    slug: str
    language: str


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote, with everything personal taken out of it."""

    sort: Sort
    asked: Asked
    words: str
    about: str = ""
    name: str = ""
    is_found: bool | None = None
    hearing: str = ""


def count_answer(session: Session, municipality: str, asked: Asked, *, is_found: bool, at: datetime) -> None:
    """Count one answer to «Did you find the answer?»."""
    table = AnswerRow.__table__.c
    first = insert_into(session, AnswerRow).values(
        municipality=municipality, day=local_day(at), kind=asked.kind, slug=asked.slug, language=asked.language,
        is_found=is_found, number=1, dealt=0,
    )  # fmt: skip
    keys = [table.municipality, table.day, table.kind, table.slug, table.language, table.is_found]
    session.execute(first.on_conflict_do_update(index_elements=keys, set_={"number": table.number + 1}))


def keep(session: Session, municipality: str, written: Written, *, at: datetime) -> None:
    """Keep what somebody wrote; the same words about the same thing, while they wait, are one item with a number."""
    of = (written.sort.value, written.asked.kind, written.asked.slug, written.hearing)
    keys = cast("Keys", session.info[KEYS])
    folded = keys.index(municipality, "feedback", "\0".join((*of, fold(written.about, written.words, written.name))))
    row = session.scalar(
        select(ItemRow)
        .where(ItemRow.municipality == municipality, ItemRow.fold == folded, ItemRow.state == State.OPEN.value)
        .order_by(ItemRow.at.desc(), ItemRow.id)
        .limit(1)
        .with_for_update()
    )
    if row is not None:
        row.number += 1
        return
    session.add(
        ItemRow(
            id=new_id(), municipality=municipality, sort=written.sort.value, at=at, language=written.asked.language,
            kind=written.asked.kind, slug=written.asked.slug, is_found=written.is_found, hearing=written.hearing,
            name=written.name, about=written.about, words=written.words, fold=folded, number=1,
            is_apart=is_probably_spam(written.about, written.words, written.name), state=State.OPEN.value, reply="",
            dealt_by="", dealt_at=None,
        )
    )  # fmt: skip


def _record(session: Session, by: Actor, what: str, why: str, *, action: Action = Action.FEEDBACK_HANDLED) -> None:
    record(
        session, municipality=by.municipality, action=action, actor=by.staff, object_kind="feedback", object_id=what,
        why=why, at=by.at,
    )  # fmt: skip


def deal_with(session: Session, row: ItemRow, state: State, reply: str, by: Actor) -> None:
    """Say what became of an item, with a short answer."""
    row.state, row.reply = state.value, reply
    row.dealt_by, row.dealt_at = by.writer, by.at
    _record(session, by, row.id, state.value)


def open_again(session: Session, row: ItemRow, by: Actor) -> None:
    """Let an item wait to be dealt with again; one that was held apart as spam stands among the others."""
    row.state, row.is_apart, row.dealt_by, row.dealt_at = State.OPEN.value, False, "", None
    _record(session, by, row.id, "opened again")


def deal_with_page(session: Session, kind: str, slug: str, by: Actor) -> None:
    """Say that what readers answered about a page has been looked at: the numbers stay, and nothing waits."""
    session.execute(
        update(AnswerRow)
        .where(AnswerRow.municipality == by.municipality, AnswerRow.kind == kind, AnswerRow.slug == slug)
        .values(dealt=AnswerRow.number)
    )
    _record(session, by, f"{kind}/{slug}"[:60], "answers looked at")


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft that is opened for comment: its id, its page, what it is called."""

    id: str
    kind: str
    slug: str
    title: str


def open_draft(session: Session, draft: Draft, council: str, ends_on: date, by: Actor) -> str:
    """Open a draft for comment, for a council or, where none is named, for everybody; answer the secret of the link."""
    secret = new_secret()
    session.add(
        HearingRow(
            id=new_id(), municipality=by.municipality, draft=draft.id, kind=draft.kind, slug=draft.slug,
            title=draft.title[:200], secret=digest(secret), council=council, open_secret="" if council else secret,
            made_by=by.writer, created_at=by.at, ends_on=ends_on, ended_at=None,
        )
    )  # fmt: skip
    session.flush()
    if not council:
        publish_said(session, by.municipality, at=by.at)
    return secret


def close_draft(session: Session, draft: str, hearing: str, by: Actor) -> None:
    """Let nobody comment on a draft any more by one of its links."""
    rows = queries.hearings(session, by.municipality, draft, local_day(by.at))
    _close(session, [row for row in rows if row.id == hearing], by.at)


def close_all(session: Session, draft: str, *, at: datetime) -> None:
    """Let nobody comment on a draft any more: it was thrown away, or published."""
    wanted = select(HearingRow).where(HearingRow.draft == draft, HearingRow.ended_at.is_(None))
    _close(session, session.scalars(wanted).all(), at)


def _close(session: Session, rows: Sequence[HearingRow], at: datetime) -> None:
    for row in rows:
        row.ended_at = at
    session.flush()
    for municipality in sorted({row.municipality for row in rows if row.open_secret}):
        publish_said(session, municipality, at=at)


@dataclass(frozen=True, slots=True)
class Change:
    """What was said and what was changed, by language; which page it is about, and who said it."""

    day: date
    said: dict[str, str]
    changed: dict[str, str]
    kind: str = ""
    slug: str = ""
    by: str = ""


def save_change(session: Session, row: ChangeRow | None, told: Change, by: Actor) -> ChangeRow:
    """Publish what was said and what was changed, new or in better words."""
    row = row or ChangeRow(id=new_id(), municipality=by.municipality, made_by=by.writer)
    row.day, row.kind, row.slug, row.by = told.day, told.kind, told.slug, told.by
    row.said, row.changed = dict(told.said), dict(told.changed)
    session.add(row)
    session.flush()
    _publish(session, by, row.id, "said and changed")
    return row


def remove_change(session: Session, row: ChangeRow, by: Actor) -> None:
    """Take a change away from the public page."""
    session.delete(row)
    session.flush()
    _publish(session, by, row.id, "taken away")


def _publish(session: Session, by: Actor, what: str, why: str) -> None:
    publish_said(session, by.municipality, at=by.at)
    _record(session, by, what, why, action=Action.CONTENT_PUBLISHED)


def publish_said(session: Session, municipality: str, *, at: datetime) -> None:
    """Publish the list of changes and of drafts that are open for everybody, so that every process shows it."""
    fields = {"changes": list(_changes(session, municipality)), "open": list(_open(session, municipality))}
    tell(session, PageKey(municipality, SAID, SAID, COMMON), fields, at=at)


def _changes(session: Session, municipality: str) -> Iterator[dict[str, Any]]:
    for row in queries.changes(session, municipality):
        yield {
            "id": row.id, "day": row.day.isoformat(), "kind": row.kind, "slug": row.slug, "said": row.said,
            "changed": row.changed, "by": row.by,
        }  # fmt: skip


def _open(session: Session, municipality: str) -> Iterator[dict[str, Any]]:
    for row in queries.listed_hearings(session, municipality):
        yield {
            "secret": row.open_secret, "title": row.title, "kind": row.kind, "slug": row.slug,
            "ends_on": row.ends_on.isoformat(),
        }  # fmt: skip


def require_open(row: ItemRow) -> None:
    """Refuse what is done with an item that somebody else has dealt with."""
    if row.state != State.OPEN.value:
        raise ConflictError("somebody has dealt with it")
