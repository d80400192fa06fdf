"""What the text is made of, read whole: who said what, what is settled, and what was written together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.actions.answering import ASKS, LOAD, MATTERS
from webapp.agreements.actions.settling import settled
from webapp.agreements.catalogue import asks, stances, title_of
from webapp.agreements.domain.asks import AskFinding, compare_asks
from webapp.agreements.domain.commitments import Commitment, Way
from webapp.agreements.domain.comparison import compare
from webapp.agreements.domain.expectations import OwnPart
from webapp.agreements.domain.findings import Finding
from webapp.agreements.domain.history import How
from webapp.agreements.domain.parties import MUNICIPALITY, PartyKind
from webapp.agreements.models import ConsentRow, PartyRow, TaskRow
from webapp.agreements.queries import Whole
from webapp.agreements.words import OUTSIDE
from webapp.content.current import library
from webapp.kernel.clock import local_day
from webapp.services.domain.who_does_what import Line
from webapp.web.i18n import language, write_list

HELPER = "helper"
"""The kind of the sheet that says who helped to fill it in."""


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that the text of an agreement is made of."""

    whole: Whole
    findings: Mapping[str, Finding]
    stances: Mapping[str, Line]
    asks: Sequence[AskFinding]
    settled: Mapping[str, Commitment]
    parts: Mapping[str, Mapping[str, Any]]
    """What was written together, by kind."""
    sheets: Mapping[str, Mapping[str, Mapping[str, Any]]]
    """What each said alone and lets the others see: kind → party → content."""
    how: frozenset[How]
    """How the resident answered."""
    consents: Sequence[ConsentRow]
    left_out: frozenset[str]
    today: date

    @property
    def people(self) -> list[PartyRow]:
        """Answer who is in it now."""
        return [one for one in self.whole.people if one.left_at is None]

    @property
    def resident(self) -> PartyRow | None:
        """Answer whom it is about."""
        return next((one for one in self.people if one.kind == PartyKind.RESIDENT), None)

    @property
    def open_tasks(self) -> list[TaskRow]:
        """Answer the tasks that nothing is settled about, or that were settled as open."""
        return [
            task for task in self.whole.tasks
            if (held := self.settled.get(task.key)) is None or held.way is Way.OPEN
        ]  # fmt: skip

    def name(self, actor: str) -> str:
        """Answer what a party, the municipality or somebody outside is called."""
        return name_of_actor(actor, {one.id: queries.name_of(one) for one in self.whole.people})

    def names(self, actors: Iterable[str]) -> str:
        """Answer several of them as a sentence does; empty for nobody."""
        return write_list(sorted(self.name(actor) for actor in actors))


def name_of_actor(actor: str, people: Mapping[str, str]) -> str:
    """Answer what a party, the municipality or somebody outside is called."""
    if actor == MUNICIPALITY:
        return library().municipality.full_name(language())
    return str(OUTSIDE[actor]) if actor in OUTSIDE else people.get(actor, "–")


def read(session: Session, row: queries.Agreement, *, left_out: Collection[str] = (), at: datetime) -> Told:
    """Read everything that the text of an agreement is made of, as it stands now."""
    found = queries.whole(session, row)
    lines = stances(found.tasks)
    findings = compare(found.parties, found.rules, found.expectations, lines)
    sheets = {kind: queries.sheets(session, row, kind) for kind in (MATTERS, LOAD, ASKS, HELPER)}
    given = {
        (party, ask): OwnPart(part)
        for party, content in sheets[ASKS].items()
        for ask, part in content.items() if part in {*OwnPart}
    }  # fmt: skip
    resident = {one.id for one in found.people if one.kind == PartyKind.RESIDENT}
    return Told(
        whole=found,
        findings={finding.task: finding for finding in findings},
        stances=lines,
        asks=compare_asks(found.parties, asks({task.key for task in found.tasks}), given),
        settled=settled(found),
        parts=queries.sections(session, row),
        sheets=sheets,
        how=frozenset(How(one.how) for one in queries.answers(session, row) if one.party in resident),
        consents=queries.consents(session, row),
        left_out=frozenset(left_out),
        today=local_day(at),
    )


def titles(found: Whole) -> dict[str, str]:
    """Answer what the tasks are called, by key."""
    return {task.key: title_of(task) for task in found.tasks}
