"""Why the caller may look at a case, and that each look is recorded before anything is shown (SA-2)."""

from __future__ import annotations

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.identity.reasons import reason_for
from webapp.referrals.queries import Case
from webapp.web.access import caller
from webapp.web.transactions import database, now

KIND = "referral"
OWN, NEW = "own case", "new case"
REASONS = ("absence", "contact", "quality", "guidance")


def why_look(case: Case) -> str:
    """Answer why the caller may look at a case; empty where they have to say it first."""
    if caller().id in {case.assigned_to, case.asked_of}:
        return OWN
    if case.assigned_to is None:
        return NEW
    return reason_for(case.id)


def record_export(case_id: str, why: str, kind: str, *, object_kind: str = KIND) -> None:
    """Record that a case leaves the house as a file; where that cannot be written, nothing is given out."""
    who = caller()
    with database().writing() as session:
        record(
            session, municipality=who.municipality, action=Action.EXPORTED, actor=who.id, object_kind=object_kind,
            object_id=case_id, why=why, details={"kind": kind}, at=now(),
        )  # fmt: skip


def record_looks(looks: list[tuple[str, str]]) -> None:
    """Record several looks at once: of each the case and why."""
    who = caller()
    with database().writing() as session:
        for case_id, why in looks:
            record(
                session, municipality=who.municipality, action=Action.LOOKED, actor=who.id, object_kind=KIND,
                object_id=case_id, why=why, at=now(),
            )  # fmt: skip
