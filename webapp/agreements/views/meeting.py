"""Meeting mode around one tablet, in a caseworker's or the resident's session: what is said there is proposed.

Nobody says yes for anybody: accepting and signing are each party's own, by code or on paper.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, make_response, redirect, request

from webapp.agreements import catalogue, queries
from webapp.agreements.actions import rounds
from webapp.agreements.actions.meeting import record
from webapp.agreements.actions.settling import require_settling
from webapp.agreements.current import Me, looking, me
from webapp.agreements.domain.commitments import Commitment, Fault, faults_of
from webapp.agreements.domain.states import Move, RoundState
from webapp.agreements.forms import people_of, way_of
from webapp.agreements.presenters.meeting import MeetingPage, Pressed, meeting_page, picks_of
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.queries import Whole
from webapp.agreements.views import bp
from webapp.kernel.errors import NotAllowedError
from webapp.kernel.permission import Permission
from webapp.web.access import allows
from webapp.web.pages import page
from webapp.web.transactions import db, now, writing

MEETING = "/<language:lang>/avtale/<agreement:agreement_id>/mote"


def _host(agreement_id: str, *, is_held: bool = False) -> Me:
    """Answer who holds the meeting; raise NotAllowedError for anybody but the resident's side and a caseworker."""
    found = me(agreement_id, is_held=is_held)
    if found.party is not None and not found.is_residents_side:
        raise NotAllowedError("the resident or a caseworker holds the meeting")
    return found


@bp.get(MEETING)
@allows(Permission.SEE_AGREEMENT)
@looking
def meeting(lang: str, agreement_id: str) -> Response:
    """Show the meeting: how it begins, or one row a task."""
    found = _host(agreement_id)
    return page("agreements/meeting.html", _page(found, queries.whole(db(), found.row)))


def _page(
    found: Me, whole: Whole, pressed: Mapping[str, Pressed] | None = None, faults: Mapping[str, Fault] | None = None,
    conflicts: frozenset[str] = frozenset(),
) -> MeetingPage:  # fmt: skip
    is_settling = found.row.round_state == RoundState.SETTLING
    return meeting_page(
        found, whole, queries.numbers_of_proposals(db(), found.row), can_begin=is_settling or found.may(Move.MEET),
        pressed=pressed, faults=faults, conflicts=conflicts,
    )  # fmt: skip


@bp.post(MEETING)
@allows(Permission.SEE_AGREEMENT)
@writing
def meet(lang: str, agreement_id: str) -> Response:
    """Begin the meeting, or take down what was said: all of it, or nothing where a row cannot stand."""
    found = _host(agreement_id, is_held=True)
    if request.form.get("handling") != "lagre":
        return _begin(found)
    require_settling(found.row)
    whole = queries.whole(db(), found.row)
    pressed = _pressed(whole)
    proposed = _changed(whole, pressed)
    faults = {
        task: faults[0] for task, one in proposed.items()
        if (faults := faults_of(
            one, whole.parties, is_critical=_is_critical(whole, task),
            is_with_municipality=found.row.is_with_municipality,
        ))
    }  # fmt: skip
    if faults:
        return page("agreements/meeting.html", _page(found, whole, pressed, faults), status=422)
    numbers = queries.numbers_of_proposals(db(), found.row)
    conflicts = frozenset(task for task in proposed if numbers.get(task, 0) != pressed[task].seen)
    if conflicts:
        return page("agreements/meeting.html", _page(found, whole, pressed, {}, conflicts), status=409)
    around = [one for one in request.form.getlist("around") if one in {party.id for party in whole.people}]
    record(db(), found.row, list(proposed.values()), around, by=found.id, actor=found.actor, at=now())
    return make_response(redirect(f"{base_of(agreement_id)}/enighet?melding=motet", 303))


def _begin(found: Me) -> Response:
    stances = catalogue.stances(queries.tasks(db(), found.row))
    is_settling = found.row.round_state == RoundState.SETTLING
    if not (is_settling and found.row.is_meeting):  # it has begun: twice is once
        mover = min(found.movers) if is_settling else found.mover_for(Move.MEET)
        rounds.meet(db(), found.row, stances, by=found.actor, mover=mover, at=now())
    return make_response(redirect(f"{base_of(found.row.id)}/mote", 303))


def _is_critical(whole: Whole, key: str) -> bool:
    return any(task.key == key and task.is_critical for task in whole.tasks)


def _pressed(whole: Whole) -> dict[str, Pressed]:
    """Answer what was pressed, by task."""
    form = request.form
    return {
        task.key: Pressed(
            frozenset(form.getlist(f"who-{task.key}")), frozenset(form.getlist(f"reserve-{task.key}")),
            int(seen) if (seen := form.get(f"seen-{task.key}", "0")).isdecimal() and len(seen) < 10 else 0,
        )
        for task in whole.tasks
    }  # fmt: skip


def _changed(whole: Whole, pressed: Mapping[str, Pressed]) -> dict[str, Commitment]:
    """Answer what was pressed that is something else than what is proposed now; nothing pressed proposes nothing."""
    found = {}
    for task, one in pressed.items():
        now_there = whole.proposals[task][1] if task in whole.proposals else None
        is_same = one.who == picks_of(now_there) and one.reserve == (now_there.reserve if now_there else frozenset())
        if one.who and not is_same:
            found[task] = Commitment(task, way_of(one.who), people_of(one.who), one.reserve)
    return found
