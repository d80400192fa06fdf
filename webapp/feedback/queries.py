"""Reading what readers have said: of one municipality, never of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from webapp.feedback.domain import Sort, State
from webapp.feedback.models import AnswerRow, ChangeRow, HearingRow, ItemRow
from webapp.kernel.errors import NotFoundError
from webapp.kernel.ids import digest

MOST_SHOWN = 200
"""So many are shown at once, the newest first: the filters lead to the rest."""


@dataclass(frozen=True, slots=True)
class PageAnswers:
    """How often a page was said to answer, and not to."""

    kind: str
    slug: str
    yes: int
    no: int


def answers_by_page(session: Session, municipality: str, month: date) -> list[PageAnswers]:
    """Answer how readers of a municipality answered «Did you find the answer?» in the month of a day, page by page.

    All languages together, by kind and slug. Numbers are as they are: whoever shows them outside the editorial office
    hides the small ones (`kernel/suppression`).
    """
    first = month.replace(day=1)
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    yes = func.sum(case((AnswerRow.is_found, AnswerRow.number), else_=0))
    wanted = (
        select(AnswerRow.kind, AnswerRow.slug, yes, func.sum(AnswerRow.number))
        .where(AnswerRow.municipality == municipality, AnswerRow.day >= first, AnswerRow.day < after)
        .group_by(AnswerRow.kind, AnswerRow.slug)
        .order_by(AnswerRow.kind, AnswerRow.slug)
    )
    return [
        PageAnswers(kind, slug, int(found), int(all_) - int(found))
        for kind, slug, found, all_ in session.execute(wanted)
    ]


def not_found_by_page(session: Session, municipality: str) -> list[PageAnswers]:
    """Answer the pages that were said not to answer since an editor last looked, the most often first."""
    waiting = func.sum(AnswerRow.number - AnswerRow.dealt)
    wanted = (
        select(AnswerRow.kind, AnswerRow.slug, waiting)
        .where(AnswerRow.municipality == municipality, ~AnswerRow.is_found, AnswerRow.number > AnswerRow.dealt)
        .group_by(AnswerRow.kind, AnswerRow.slug)
        .order_by(waiting.desc(), AnswerRow.kind, AnswerRow.slug)
    )
    return [PageAnswers(kind, slug, 0, int(number)) for kind, slug, number in session.execute(wanted)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items are asked for; what is empty does not matter."""

    sort: Sort | None = None
    is_open: bool = True
    is_apart: bool = False
    kind: str = ""
    slug: str = ""


def _of(municipality: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    is_open = ItemRow.state == State.OPEN.value
    found = [
        ItemRow.municipality == municipality, ItemRow.is_apart.is_(wanted.is_apart),
        is_open if wanted.is_open else ~is_open,
    ]  # fmt: skip
    if wanted.sort:
        found.append(ItemRow.sort == wanted.sort.value)
    if wanted.kind:
        found += [ItemRow.kind == wanted.kind, ItemRow.slug == wanted.slug]
    return found


def items(session: Session, municipality: str, wanted: Wanted, *, most: int = MOST_SHOWN) -> Sequence[ItemRow]:
    """Answer what was written, the newest first."""
    ordered = select(ItemRow).where(*_of(municipality, wanted)).order_by(ItemRow.at.desc(), ItemRow.id)
    return session.scalars(ordered.limit(most)).all()


def how_many(session: Session, municipality: str, wanted: Wanted) -> int:
    """Answer how many items there are of what is asked for."""
    return session.scalar(select(func.count()).select_from(ItemRow).where(*_of(municipality, wanted))) or 0


def open_by_page(session: Session, municipality: str, sort: Sort) -> list[tuple[str, str, int]]:
    """Answer the pages about which something of a sort waits to be dealt with, and how much."""
    wanted = (
        select(ItemRow.kind, ItemRow.slug, func.count())
        .where(*_of(municipality, Wanted(sort)))
        .group_by(ItemRow.kind, ItemRow.slug)
        .order_by(func.count().desc(), ItemRow.kind, ItemRow.slug)
    )
    return [(kind, slug, int(number)) for kind, slug, number in session.execute(wanted)]


def item(session: Session, municipality: str, item_id: str, *, is_held: bool = False) -> ItemRow:
    """Answer one item, locked where something is to be done with it; raise NotFoundError where it is not there."""
    wanted = select(ItemRow).where(ItemRow.id == item_id, ItemRow.municipality == municipality)
    found = session.scalar(wanted.with_for_update() if is_held else wanted)
    if found is None:
        raise NotFoundError("no such item")
    return found


def comments(session: Session, municipality: str, hearing: str) -> Sequence[ItemRow]:
    """Answer the comments on a draft, the oldest first, without those that are held apart."""
    wanted = select(ItemRow).where(
        ItemRow.municipality == municipality, ItemRow.hearing == hearing, ItemRow.is_apart.is_(False)
    )  # fmt: skip
    return session.scalars(wanted.order_by(ItemRow.at, ItemRow.id)).all()


def hearing_by(session: Session, municipality: str, secret: str) -> HearingRow:
    """Answer what a link to a draft opens for comment, ended or not; raise NotFoundError where it is none of ours."""
    wanted = select(HearingRow).where(HearingRow.secret == digest(secret), HearingRow.municipality == municipality)
    found = session.scalar(wanted)
    if found is None:
        raise NotFoundError("no such link")
    return found


def is_ended(row: HearingRow, today: date) -> bool:
    """Tell whether nobody can comment any more."""
    return row.ended_at is not None or row.ends_on < today


def hearings(session: Session, municipality: str, draft: str, today: date) -> list[HearingRow]:
    """Answer for whom a draft is open for comment, the newest first."""
    wanted = select(HearingRow).where(HearingRow.draft == draft, HearingRow.municipality == municipality)
    rows = session.scalars(wanted.order_by(HearingRow.created_at.desc(), HearingRow.id))
    return [row for row in rows if not is_ended(row, today)]


def listed_hearings(session: Session, municipality: str) -> Sequence[HearingRow]:
    """Answer the drafts that are open for everybody, those that end first before the others."""
    wanted = select(HearingRow).where(
        HearingRow.municipality == municipality, HearingRow.open_secret != "", HearingRow.ended_at.is_(None)
    )  # fmt: skip
    return session.scalars(wanted.order_by(HearingRow.ends_on, HearingRow.id)).all()


def changes(session: Session, municipality: str) -> Sequence[ChangeRow]:
    """Answer what was changed because of what was said, the newest first."""
    wanted = select(ChangeRow).where(ChangeRow.municipality == municipality)
    return session.scalars(wanted.order_by(ChangeRow.day.desc(), ChangeRow.id)).all()


def change(session: Session, municipality: str, change_id: str) -> ChangeRow:
    """Answer one change; raise NotFoundError where it is not there."""
    wanted = select(ChangeRow).where(ChangeRow.id == change_id, ChangeRow.municipality == municipality)
    found = session.scalar(wanted.with_for_update())
    if found is None:
        raise NotFoundError("no such change")
    return found
