"""Who asks, in which agreement and as what: a party by their own session, or a caseworker whose look is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

from flask import Response, g, make_response, redirect

from webapp.agreements import queries
from webapp.agreements.domain.parties import MUNICIPALITY, RESIDENTS_SIDE
from webapp.agreements.domain.policy import Look, Thing, Viewer, sees
from webapp.agreements.domain.states import Move, Mover, RoundState, may_move
from webapp.agreements.models import AgreementRow, PartyRow
from webapp.audit.current import look
from webapp.identity.reasons import reason_for
from webapp.kernel.errors import ConflictError, NotAllowedError, NotFoundError
from webapp.web.access import caller
from webapp.web.transactions import db, reading

P = ParamSpec("P")
KIND, OWN = "agreement", "own agreement"


@dataclass(frozen=True, slots=True)
class Me:
    """Who asks, as this agreement sees them; exactly one of `party` and `staff` is there."""

    row: AgreementRow
    party: PartyRow | None
    staff: str

    @property
    def id(self) -> str:
        """Answer what a yes or an answer of mine is kept under: a caseworker speaks for the municipality."""
        return self.party.id if self.party else MUNICIPALITY

    @property
    def actor(self) -> str:
        """Answer who the history and the audit log name: the party, or the caseworker."""
        return self.party.id if self.party else self.staff

    @property
    def is_residents_side(self) -> bool:
        """Tell whether this is the resident, or somebody who represents the resident."""
        return self.party is not None and self.party.kind in RESIDENTS_SIDE

    @property
    def movers(self) -> frozenset[Mover]:
        """Answer as what they may move the agreement on.

        Where nobody can speak for the resident, a caseworker does what a resident otherwise does (agreement-flow.md).
        """
        if self.party is None:
            return frozenset({Mover.CASEWORKER} | ({Mover.RESIDENT} if self.row.is_cooperation else set()))
        found = {Mover.PARTY} | ({Mover.RESIDENT} if self.is_residents_side else set())
        return frozenset(found | ({Mover.STARTER} if self.row.started_by == self.party.id else set()))

    def mover_for(self, what: Move) -> Mover:
        """Answer as what they may do it; raise NotAllowedError where they may not, ConflictError where it is late."""
        standing = queries.standing_of(self.row)
        for mover in sorted(self.movers):
            if may_move(standing, what, mover):
                return mover
        if not any(may_move(standing, what, mover) for mover in Mover):
            raise ConflictError(f"{what} does not fit {standing.state}")
        raise NotAllowedError(f"may not {what}")

    def may(self, what: Move) -> bool:
        """Tell whether they may do something now."""
        return any(may_move(queries.standing_of(self.row), what, mover) for mover in self.movers)

    def sees(self, thing: Thing) -> bool:
        """Tell whether they see something now (`domain/policy`)."""
        return sees(self._look, thing)

    @property
    def _look(self) -> Look:
        viewer = Viewer.STAFF if self.party is None else Viewer.RESIDENT if self.is_residents_side else Viewer.PARTY
        has_answered = self.party is not None and self.party.answered_at is not None
        return Look(
            viewer,
            RoundState(self.row.round_state),
            has_answered,
            is_starter=self.row.started_by == self.actor,
            has_version=self.row.version > 0,
        )


def me(agreement_id: str, *, is_held: bool = False) -> Me:
    """Answer who asks; raise NotFoundError for everybody who is not in this agreement, or has left it.

    A caseworker is in it where the municipality is a party: in an agreement of the family alone staff see nothing.
    """
    who = caller()
    row = queries.agreement(db(), who.municipality, agreement_id, is_held=is_held)
    if who.is_staff:
        if not row.is_with_municipality:
            raise NotFoundError("the family is alone")
        if not is_held:  # an act is recorded as what it does
            g.looked = (row.id, OWN if row.caseworker in {None, who.id} else reason_for(row.id))
        return Me(row, None, who.id)
    party = queries.party_of_invitation(db(), who.municipality, who.id)
    if party is None or party.agreement != row.id:
        raise NotFoundError("not in this agreement")
    return Me(row, party, "")


def looking(view: Callable[P, Response]) -> Callable[P, Response]:
    """Give a view one state of the database; where staff have looked, it is recorded before anything is shown (Z3).

    Of a colleague's agreement staff are asked why first; it is the same question as for a case.
    """

    @wraps(view)
    def look_first(*args: P.args, **kwargs: P.kwargs) -> Response:
        response = reading(view)(*args, **kwargs)
        looked = g.pop("looked", None)
        if looked is None:
            return response
        if not looked[1]:
            return make_response(redirect(f"/saker/avtaler/{looked[0]}", 303))  # where the reason is asked for
        look(KIND, looked[0], why=looked[1])
        return response

    return look_first


def my_party(agreement_id: str, *, is_held: bool = False) -> tuple[Me, PartyRow]:
    """Answer who asks and the party that they are; raise NotFoundError for staff, who have no answers of their own."""
    found = me(agreement_id, is_held=is_held)
    if found.party is None:
        raise NotFoundError("staff are no party")
    return found, found.party


def require_sees(found: Me, thing: Thing) -> None:
    """Raise NotFoundError for what is not for them to see now."""
    if not found.sees(thing):
        raise NotFoundError(f"{thing} is not shown")
