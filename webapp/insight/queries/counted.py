"""What was counted in a municipality, and whether it shows its figures to others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.feedback import queries as feedback
from webapp.insight.domain.topics import FEEDBACK, Counted, Topic, moments_of
from webapp.insight.models import ShareRow
from webapp.kernel.suppression import FEWEST
from webapp.search.jobs import NO_HIT
from webapp.storage.counters import CountRow, counts_by_month


def counted(session: Session, municipality: str, topics: Iterable[Topic], year: int) -> Counted:
    """Answer what was counted of some topics in the months of a year."""
    wanted = set(topics)
    found = counts_by_month(session, municipality, moments_of(wanted), date(year, 1, 1), date(year + 1, 1, 1))
    return {**found, **_feedback(session, municipality, year)} if Topic.FEEDBACK in wanted else found


def _feedback(session: Session, municipality: str, year: int) -> Counted:
    found: dict[tuple[str, date, str], int] = {}
    for month in (date(year, number, 1) for number in range(1, 13)):
        for one in feedback.answers_by_page(session, municipality, month):
            found[FEEDBACK, month, f"{one.kind} {one.slug} yes"] = one.yes
            found[FEEDBACK, month, f"{one.kind} {one.slug} no"] = one.no
    return found


def first_month(session: Session, municipality: str) -> date | None:
    """Answer the first month that something was counted in; None where nothing was yet."""
    row = CountRow
    return session.scalar(
        select(func.min(row.day)).where(row.municipality == municipality, row.name.in_(moments_of(Topic)))
    )


def words_without_hit(session: Session, municipality: str, since: date, until: date) -> list[tuple[str, int]]:
    """Answer what many have searched for without finding it, the most frequent first; few is left out."""
    found = counts_by_month(session, municipality, [NO_HIT], since, until)
    total: dict[str, int] = {}
    for (_name, _month, word), number in found.items():
        total[word] = total.get(word, 0) + number
    return sorted(
        ((word, number) for word, number in total.items() if number >= FEWEST), key=lambda one: (-one[1], one[0])
    )


def share(session: Session, municipality: str) -> ShareRow | None:
    """Answer what a municipality has said of showing its figures to others; None where it has said nothing."""
    return session.get(ShareRow, municipality)


def sharing(session: Session) -> list[str]:
    """Answer the municipalities that show their figures to each other."""
    return list(
        session.scalars(select(ShareRow.municipality).where(ShareRow.is_shared).order_by(ShareRow.municipality))
    )
