"""The overview of an agreement for one who is in it: where it stands, what to do next, and who is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from webapp.agreements import queries
from webapp.agreements.current import Me
from webapp.agreements.domain.parties import PartyKind
from webapp.agreements.domain.policy import Thing
from webapp.agreements.domain.states import Move, RoundState
from webapp.agreements.models import PartyRow
from webapp.agreements.stored import details_of
from webapp.agreements.words import KINDS, STATES
from webapp.content.current import library
from webapp.kernel.ids import write_readable
from webapp.municipalities.domain.municipality import Contact
from webapp.web.i18n import language


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can be done now: what the link says, and where it leads."""

    words: str
    href: str
    is_done: bool = False
    may_wait: bool = False
    """It is there for who wants it: neither what comes next, nor marked as done."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is in it, in words."""

    name: str
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """What stands on the overview."""

    id: str
    base: str
    state: str
    name: str
    reference: str
    is_asked: bool
    """They have not said yet that they take part."""
    starter: str
    next: Step | None
    steps: list[Step]
    living: list[Step]
    """What can be done with the version in force."""
    people: list[Person]
    contact: Contact
    way_out: str
    """Where one leaves or ends it: a party on a page of its own, staff on theirs; empty for staff once it is over."""
    is_residents_side: bool
    message: str


def base_of(agreement_id: str) -> str:
    """Answer the address that the pages of an agreement stand below."""
    return f"/{language()}/avtale/{agreement_id}"


def overview_page(me: Me, people: Sequence[PartyRow], message: str = "") -> OverviewPage:
    """Make the overview for one who is in it."""
    row, base = me.row, base_of(me.row.id)
    steps, living = _steps(me, base), _living(me, base)
    names = {one.id: queries.name_of(one) for one in people}
    return OverviewPage(
        id=row.id,
        base=base,
        state=str(STATES[queries.standing_of(row).state]),
        name=next((names[one.id] for one in people if one.kind == PartyKind.RESIDENT), ""),
        reference=write_readable(row.reference),
        is_asked=me.party is not None and me.party.joined_at is None,
        starter=names.get(row.started_by, ""),
        next=next((step for step in steps if not (step.is_done or step.may_wait)), living[0] if living else None),
        steps=steps,
        living=living,
        people=[_person(one, names) for one in people if one.left_at is None],
        contact=library().municipality.contact(row.office, language()),
        way_out=_way_out(me, base),
        is_residents_side=me.is_residents_side,
        message=message,
    )


def _way_out(me: Me, base: str) -> str:
    ended_by_staff = "" if me.row.ending else f"/saker/avtaler/{me.row.id}/avslutt"
    return ended_by_staff if me.party is None else f"{base}/avslutt"


def _person(one: PartyRow, names: dict[str, str]) -> Person:
    said = gettext("has answered") if one.answered_at else gettext("has not answered yet")
    asked = gettext("asked, has not answered yet") if one.joined_at is None else said
    by = names.get(one.added_by)
    added = gettext("added by %(name)s", name=by) if by and one.added_by != one.id else ""
    kind = details_of(one.details).relation or str(KINDS[PartyKind(one.kind)])
    return Person(names[one.id], kind, " · ".join(part for part in (asked, added) if part))


def _steps(me: Me, base: str) -> list[Step]:
    """Answer what there is to do now, in its order."""
    state = RoundState(me.row.round_state)
    is_answered = me.party is not None and me.party.answered_at is not None
    steps: list[Step] = []
    if me.party is not None and state in {RoundState.DRAFT, RoundState.CLARIFYING, RoundState.SETTLING}:
        steps.append(Step(gettext("Your own answers"), f"{base}/viktig", is_done=is_answered))
    if me.sees(Thing.ANSWERS) or me.may(Move.OPEN):
        steps.append(Step(gettext("How you see it"), f"{base}/sammenligning", is_done=state is not RoundState.SETTLING))
    if me.sees(Thing.PROPOSALS):
        steps.append(
            Step(gettext("Agree on who does what"), f"{base}/enighet", is_done=state is not RoundState.SETTLING)
        )
        steps.append(Step(gettext("If something happens"), f"{base}/beredskap", may_wait=True))
    if _may_meet(me, state):
        steps.append(Step(gettext("Around one table"), f"{base}/mote", may_wait=True))
    if state is RoundState.SIGNING or me.row.version:
        steps.append(Step(gettext("Read and sign"), f"{base}/signer", is_done=state is not RoundState.SIGNING))
    return steps


def _may_meet(me: Me, state: RoundState) -> bool:
    """Tell whether they may hold a meeting around one table now."""
    is_host = me.is_residents_side or me.party is None
    return is_host and (state is RoundState.SETTLING or me.may(Move.MEET))


def _living(me: Me, base: str) -> list[Step]:
    """Answer what can be done with what is in force, the most needed first."""
    if not me.row.version or me.row.ending:
        return []
    steps = [
        Step(gettext("What I have said yes to"), f"{base}/mine-oppgaver"),
        Step(gettext("Something has changed"), f"{base}/endre"),
        Step(gettext("A sheet for the kitchen wall, in large print (PDF)"), f"{base}/kjoleskap.pdf"),
        Step(gettext("The agreement in force (PDF)"), f"{base}/avtale.pdf"),
        Step(gettext("Put the next look in your calendar"), f"{base}/paminnelse.ics"),
        Step(gettext("How has it gone?"), f"{base}/tilbakeblikk"),
    ]
    own = ("/mine-oppgaver", "/tilbakeblikk")
    hidden = (own if me.party is None else ()) + (() if me.row.review_on else ("/paminnelse.ics",))
    return [step for step in steps if not step.href.endswith(hidden)]
