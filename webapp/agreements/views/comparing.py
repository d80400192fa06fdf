"""The comparison: opened in its time, shown to who has answered; and asking the municipality to lead the talk."""

from __future__ import annotations

from flask import Response, make_response, redirect, request

from webapp.agreements import catalogue, queries
from webapp.agreements.actions import rounds, settling
from webapp.agreements.actions.answering import ASKS
from webapp.agreements.current import Me, looking, me
from webapp.agreements.domain.asks import ASK_ANSWERS, AskFinding, compare_asks
from webapp.agreements.domain.expectations import OwnPart
from webapp.agreements.domain.parties import MUNICIPALITY
from webapp.agreements.domain.policy import Thing
from webapp.agreements.domain.states import Move, RoundState, may_open
from webapp.agreements.presenters.comparing import (
    ComparisonPage,
    Read,
    closed_page,
    comparison_page,
    opens_on,
)
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.queries import Whole
from webapp.agreements.views import bp
from webapp.kernel.errors import NotFoundError
from webapp.kernel.permission import Permission
from webapp.web.access import allows
from webapp.web.i18n import lazy_gettext as _
from webapp.web.pages import page
from webapp.web.transactions import db, now, writing

COMPARISON = "/<language:lang>/avtale/<agreement:agreement_id>/sammenligning"
MESSAGES = {"led": _("The municipality is asked to lead the talk. They ring you.")}


@bp.get(COMPARISON)
@allows(Permission.SEE_AGREEMENT, fragments=True)
@looking
def comparison(lang: str, agreement_id: str) -> Response:
    """Show how the parties see it; before it is open, how many have answered and when it opens."""
    found = me(agreement_id)
    if found.row.round_state == RoundState.DRAFT:
        raise NotFoundError("nothing is compared yet")
    return page("agreements/comparison.html", _page(found), fragment="findings")


def _page(found: Me) -> ComparisonPage:
    whole = queries.whole(db(), found.row)
    if not found.sees(Thing.ANSWERS):
        return closed_page(found, whole, can_open=_can_open(found, whole), waits_until=opens_on(found))
    lines = catalogue.stances(whole.tasks)
    led, numbers = queries.asked_to_lead(db(), found.row), queries.numbers_of_proposals(db(), found.row)
    read = Read(whole, lines, _asks(whole), led, numbers)
    message = str(MESSAGES.get(request.args.get("melding", ""), ""))
    return comparison_page(found, read, area=request.args.get("omrade", ""), message=message)


def _asks(whole: Whole) -> list[AskFinding]:
    """Answer what the services in play ask, and who has answered what."""
    given = {
        (party, ask): OwnPart(said)
        for party, sheet in queries.sheets(db(), whole.row, ASKS).items()
        for ask, said in sheet.items() if said in ASK_ANSWERS
    }  # fmt: skip
    named = {task for (_, task), said in whole.expectations.items() if MUNICIPALITY in said.expected}
    return compare_asks(whole.parties, catalogue.asks(named & {task.key for task in whole.tasks}), given)


def _can_open(found: Me, whole: Whole) -> bool:
    here = [one for one in whole.people if one.left_at is None]
    answered = sum(one.answered_at is not None for one in here)
    deadline = found.row.deadline_at or now()
    is_time = may_open(answers=answered, others=len(here), deadline=deadline, now=now())
    return is_time and found.may(Move.OPEN)


@bp.post(COMPARISON)
@allows(Permission.SEE_AGREEMENT)
@writing
def compare_now(lang: str, agreement_id: str) -> Response:
    """Open the comparison after its deadline, or ask the municipality to lead the talk about one task."""
    found = me(agreement_id, is_held=True)
    base = base_of(agreement_id)
    if request.form.get("handling") == "led":
        settling.ask_to_lead(db(), found.row, request.form.get("task", ""), by=found.actor, at=now())
        back = "enighet" if request.args.get("til") == "enighet" else "sammenligning"
        return make_response(redirect(f"{base}/{back}?melding=led", 303))
    if found.row.round_state != RoundState.SETTLING:  # it was opened in the meantime: twice is once
        stances = catalogue.stances(queries.tasks(db(), found.row))
        mover = found.mover_for(Move.OPEN)
        rounds.open_comparison(db(), found.row, stances, by=found.actor, mover=mover, at=now())
    return make_response(redirect(f"{base}/sammenligning", 303))
