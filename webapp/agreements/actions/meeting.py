"""What is said around one table: proposals that nobody has said yes to yet, and answers marked as given together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.actions import answering, settling
from webapp.agreements.domain.commitments import Commitment, Way
from webapp.agreements.domain.expectations import Expectation
from webapp.agreements.domain.history import How
from webapp.agreements.models import AgreementRow
from webapp.agreements.stored import Answer


def record(
    session: Session, row: AgreementRow, proposed: Sequence[Commitment], around: Collection[str], *, by: str,
    actor: str, at: datetime,
) -> None:  # fmt: skip
    """Take down what was agreed around a table; who sat there and had not answered alone has answered together.

    It is nobody's promise: what somebody does themselves is not said for them, and their yes is their own.
    """
    answered = {(one.party, one.task) for one in queries.answers(session, row)}
    numbers = queries.numbers_of_proposals(session, row)
    for one in proposed:
        seen = numbers.get(one.task, 0)
        settling.propose(session, row, one, by=by, at=at, seen=seen, is_in_meeting=True, actor=actor)
    for party in around:
        given = {one.task: Answer(_together(one)) for one in proposed if (party, one.task) not in answered}
        answering.save(session, row, party, given, {}, how=How.MEETING, at=at)


def _together(commitment: Commitment) -> Expectation:
    if commitment.way is Way.DROP:
        return Expectation(is_relevant=False)
    return Expectation(expected=commitment.responsible, is_unknown=not commitment.responsible)
