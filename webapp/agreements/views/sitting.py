"""One party's sitting with their own answers: who it is, whether it is the time, and which screen comes next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import Response, make_response, redirect, request
from flask_babel import gettext

from webapp.agreements import catalogue, queries
from webapp.agreements.actions import tasks as task_actions
from webapp.agreements.current import Me, my_party
from webapp.agreements.domain import way
from webapp.agreements.domain.asks import Ask, asks_of
from webapp.agreements.domain.parties import MUNICIPALITY, PartyKind
from webapp.agreements.domain.policy import Thing
from webapp.agreements.domain.states import RoundState
from webapp.agreements.models import PartyRow, TaskRow
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.stored import Answer, answer_of
from webapp.web.errors import error_page
from webapp.web.transactions import db

P = ParamSpec("P")
ANSWERING = frozenset({RoundState.DRAFT, RoundState.CLARIFYING, RoundState.SETTLING})
LATER = "senere"
"""What the button «Save and go on later» says."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One party who answers, and the tasks that there are."""

    me: Me
    party: PartyRow
    tasks: list[TaskRow]

    @property
    def base(self) -> str:
        """Answer the address that the pages of the agreement stand below."""
        return base_of(self.me.row.id)

    @property
    def pages(self) -> list[list[TaskRow]]:
        """Answer the tasks page by page."""
        return catalogue.area_pages(self.tasks)

    @property
    def is_sent(self) -> bool:
        """Tell whether the answers are sent and compared: then they stand, and the talk goes on."""
        return self.party.answered_at is not None and self.me.row.round_state == RoundState.SETTLING

    def answers(self) -> dict[str, Answer]:
        """Answer what this party has answered, by task."""
        return {one.task: answer_of(one.content) for one in queries.answers(db(), self.me.row, self.party.id)}

    def asks(self) -> tuple[Ask, ...]:
        """Answer what is asked of this party by the services of the tasks where it named the municipality.

        Once the comparison is open, of those where anybody did.
        """
        everybody = None if self.me.sees(Thing.ANSWERS) else self.party.id
        named = {
            one.task
            for one in queries.answers(db(), self.me.row, everybody)
            if MUNICIPALITY in answer_of(one.content).expectation.expected
        }
        there = {task.key for task in self.tasks}
        return asks_of(queries.as_party(self.party), catalogue.asks(named & there))

    def way(self) -> tuple[str, ...]:
        """Answer the screens that this party goes through."""
        return way.way(
            PartyKind(self.party.kind),
            pages=len(self.pages),
            may_change_tasks=task_actions.may_take_away(db(), self.me.row, self.party),
            has_asks=bool(self.asks()),
            is_with_municipality=self.me.row.is_with_municipality,
        )

    def back_from(self, here: str) -> str:
        """Answer the address of the screen before."""
        return f"{self.base}/{way.before(self.way(), here)}"

    def next_from(self, here: str) -> str:
        """Answer the address of the screen after, or the overview for who goes on later."""
        if LATER in request.form.getlist("handling"):
            return f"{self.base}/?melding=lagret"
        return f"{self.base}/{way.after(self.way(), here)}"


def answering(view: Callable[Concatenate[Sitting, P], Response]) -> Callable[..., Response]:
    """Give a view the party who answers, or lead away who cannot answer now."""

    @wraps(view)
    def sit(lang: str, agreement_id: str, *args: P.args, **kwargs: P.kwargs) -> Response:
        found, party = my_party(agreement_id, is_held=request.method == "POST")
        sitting = Sitting(found, party, queries.tasks(db(), found.row))
        return _led_away(sitting) or view(sitting, *args, **kwargs)

    return sit


def _led_away(sitting: Sitting) -> Response | None:
    row, party = sitting.me.row, sitting.party
    if row.round_state not in ANSWERING:
        said = gettext("It is no longer the time of answering. Go to the agreement to see where it stands.")
        return error_page(409, said)
    if party.joined_at is None and row.started_by != party.id:
        return to(f"{sitting.base}/")  # where they are asked whether they take part
    return None


def to(address: str) -> Response:
    """Lead on to an address."""
    return make_response(redirect(address, 303))
