"""What is done while an agreement is in force: a line let go, a line changed, an objection."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.actions import rounds, settling
from webapp.agreements.actions.noting import note
from webapp.agreements.domain.commitments import Commitment, require_sound
from webapp.agreements.domain.history import Act
from webapp.agreements.domain.life import Happened, lines_in_force, lines_of, may_object
from webapp.agreements.domain.parties import MUNICIPALITY, PartyKind
from webapp.agreements.domain.states import Mover, RoundState
from webapp.agreements.models import AgreementRow, PartyRow, VersionRow
from webapp.agreements.stored import commitment_of
from webapp.kernel.errors import ConflictError, NotAllowedError, NotFoundError

_CHANGES = frozenset({Act.IN_FORCE, Act.AMENDED, Act.REOPENED, Act.LEFT, Act.REMOVED})


def document_of(version: VersionRow) -> dict[str, Any]:
    """Answer the frozen text of a version; empty once its content has been deleted."""
    found: dict[str, Any] = json.loads(version.document or "{}")
    return found


def lines(session: Session, row: AgreementRow) -> dict[str, Commitment]:
    """Answer the lines that are in force now, by task, as the signed texts and what happened since say."""
    texts = {
        str(one.number): [commitment_of(line) for line in document_of(one).get("commitments", ())]
        for one in queries.versions(session, row)
        if one.state in {"in_force", "superseded", "ended"}
    }
    happened = [
        Happened(act, one.about) for one in reversed(queries.events(session, row)) if (act := Act(one.act)) in _CHANGES
    ]
    return lines_in_force(happened, texts)


def lines_that_hold(session: Session, row: AgreementRow) -> dict[str, Commitment]:
    """Answer the lines in force, by task; what is agreed so far where nothing is signed yet."""
    return lines(session, row) if row.version else settling.settled(queries.whole(session, row))


def give_up(session: Session, row: AgreementRow, task: str, *, by: PartyRow, at: datetime) -> None:
    """Let somebody say «I can no longer do this»: no reason, and only that line is open again.

    Who is told is the same as while it is being settled (`settling.let_go`); staff see the gap.
    """
    if task not in lines_of(lines(session, row) if row.version else _agreed(session, row), by.id):
        raise NotFoundError("not a line of theirs")
    settling.let_go(session, row, task, by=by.id, at=at)
    rounds.after_change(session, row, by=by.id, mover=Mover.PARTY, at=at)
    rounds.void_amendment(session, row, at=at)


def _agreed(session: Session, row: AgreementRow) -> dict[str, Commitment]:
    return settling.settled(queries.whole(session, row))


def signers_of_change(session: Session, row: AgreementRow, before: Commitment | None, after: Commitment) -> list[str]:
    """Answer who signs a change of a line: the resident's side, and those whose line it was or becomes."""
    here = queries.present(session, row)
    represented = any(one.kind == PartyKind.REPRESENTATIVE for one in here)
    kind = PartyKind.REPRESENTATIVE if represented else PartyKind.RESIDENT
    touched = after.carriers | (before.carriers if before else frozenset())
    asked = [one.id for one in here if one.kind == kind or one.id in touched]
    stands_for_resident = row.is_cooperation or not any(one.kind == kind for one in here)
    is_ours = row.is_with_municipality and (MUNICIPALITY in touched or stands_for_resident)
    return asked + [MUNICIPALITY] * is_ours


def require_changeable(session: Session, row: AgreementRow, after: Commitment) -> Commitment | None:
    """Answer the line that stands now; raise where a single line cannot be changed to this, or not now."""
    if not row.version or row.round_state != RoundState.NONE or row.ending:
        raise ConflictError("single lines are changed in an agreement in force, with no round under way")
    if queries.version_in(session, row, "signing", "amendment") is not None:
        raise ConflictError("another change waits for signatures")
    found = queries.whole(session, row)
    critical = {task.key: task.is_critical for task in found.tasks}
    if after.task not in critical:
        raise NotFoundError("no such task")
    require_sound(after, found.parties, is_critical=critical[after.task], is_with_municipality=row.is_with_municipality)
    return lines(session, row).get(after.task)


def object_to(session: Session, row: AgreementRow, *, by: PartyRow, at: datetime) -> None:
    """Let somebody who was not asked object to a change of single lines: a round begins; the change stands until then.

    Raise ConflictError after 14 days, NotAllowedError for who signed it.
    """
    base = queries.version_in(session, row, "in_force")
    changes = queries.amendments(session, row, base.hash) if base else []
    newest = changes[-1] if changes else None
    signed_at = max((one.at for one in queries.signatures(session, newest)), default=None) if newest else None
    if newest is None or signed_at is None or not may_object(signed_at, at):
        raise ConflictError("there is nothing to object to now")
    if by.id in newest.asked:
        raise NotAllowedError("who has signed a change does not object to it")
    note(session, row, Act.OBJECTED, by=by.id, at=at, about=str(newest.number))
    rounds.begin_round(session, row, by=by.id, mover=Mover.PARTY, at=at)
