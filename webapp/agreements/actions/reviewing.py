"""Looking back: three taps a line and three questions; counted without names for the indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.agreements.actions.noting import note
from webapp.agreements.domain.history import Act
from webapp.agreements.domain.reviews import Better, Line
from webapp.agreements.models import AgreementRow, ReviewRow
from webapp.agreements.stored import to_json
from webapp.kernel.errors import ConflictError
from webapp.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class LookingBack:
    """How one party finds that it has gone: a word a task, and three questions."""

    lines: Mapping[str, Line]
    predictable: Better | None
    together: Better | None
    words: str = ""
    """What has become better."""


def review(session: Session, row: AgreementRow, party: str, told: LookingBack, *, at: datetime) -> bool:
    """Keep one party's looking back, in place of an earlier one of the same round; answer whether it is the first."""
    if not row.version:
        raise ConflictError("there is nothing in force to look back on")
    wanted = select(ReviewRow).where(
        ReviewRow.agreement == row.id, ReviewRow.party == party, ReviewRow.round == row.round
    )
    found = session.scalar(wanted)
    is_first = found is None
    if found is None:
        found = ReviewRow(
            id=new_id(), municipality=row.municipality, agreement=row.id, party=party, round=row.round, content="",
            at=at,
        )  # fmt: skip
        session.add(found)
    content = {
        "lines": {task: line.value for task, line in told.lines.items()},
        "predictable": told.predictable,
        "together": told.together,
        "words": told.words,
    }
    found.content, found.at = to_json(content), at
    session.flush()
    note(session, row, Act.REVIEWED, by=party, at=at)
    return is_first
