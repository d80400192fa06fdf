"""The states of an agreement as a table: who moves it where, that nothing else does, and that everybody gets out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import product

import pytest

from tests.conftest import NOON
from webapp.agreements.domain.states import (
    ANSWERING_REMINDERS,
    Ending,
    Move,
    Mover,
    RoundState,
    Standing,
    State,
    deadline,
    may_move,
    may_open,
    move,
    reminders_due,
)
from webapp.kernel.errors import ConflictError, NotAllowedError

START = Standing(RoundState.DRAFT)
RESIDENT, STARTER, PARTY, CASEWORKER, SYSTEM, TIME = Mover
BOTH = {RESIDENT, CASEWORKER}

WHO = {
    ("draft", Move.ACCEPT): ({RESIDENT}, "clarifying"),
    ("draft", Move.MEET): (BOTH, "settling"),
    ("draft", Move.DROP): ({RESIDENT, STARTER, TIME}, "withdrawn"),
    ("clarifying", Move.MEET): (BOTH, "settling"),
    ("clarifying", Move.ALL_ANSWERED): ({SYSTEM}, "settling"),
    ("clarifying", Move.OPEN): (BOTH, "settling"),
    ("clarifying", Move.DROP): ({RESIDENT, TIME}, "withdrawn"),
    ("settling", Move.ADD): (BOTH, "clarifying"),
    ("settling", Move.LOCK): (BOTH, "signing"),
    ("settling", Move.DROP): ({RESIDENT, TIME}, "withdrawn"),
    ("signing", Move.CHANGE): ({RESIDENT, PARTY, CASEWORKER}, "settling"),
    ("signing", Move.DECLINE): ({RESIDENT, PARTY, CASEWORKER}, "settling"),
    ("signing", Move.LATE): ({TIME}, "settling"),
    ("signing", Move.SEAL): ({SYSTEM}, "in_force"),
    ("signing", Move.DROP): ({RESIDENT, TIME}, "withdrawn"),
    ("in_force", Move.NEW_ROUND): ({RESIDENT, PARTY, CASEWORKER, SYSTEM}, "in_force"),
    ("in_force", Move.END): ({RESIDENT, CASEWORKER, TIME}, "ended"),
}
"""(State, what happens) → (who may, where it stands then), as domain.md has it, written by hand."""
FIRST = {
    "draft": START,
    "clarifying": Standing(RoundState.CLARIFYING),
    "settling": Standing(RoundState.SETTLING),
    "signing": Standing(RoundState.SIGNING),
    "in_force": Standing(RoundState.NONE, is_in_force=True),
    "ended": Standing(RoundState.NONE, is_in_force=True, ending=Ending.ENDED),
    "withdrawn": Standing(RoundState.NONE, ending=Ending.WITHDRAWN),
}


@pytest.mark.parametrize(("name", "what", "by"), list(product(FIRST, Move, Mover)))
def test_a_first_round_moves_as_the_table_says_and_no_other_way(name: str, what: Move, by: Mover) -> None:
    found = WHO.get((name, what))
    if found is None:
        with pytest.raises(ConflictError):
            move(FIRST[name], what, by)
    elif by not in found[0]:
        with pytest.raises(NotAllowedError):
            move(FIRST[name], what, by)
    else:
        assert move(FIRST[name], what, by).state == found[1]


LATER = {
    "clarifying": Standing(RoundState.CLARIFYING, is_in_force=True),
    "settling": Standing(RoundState.SETTLING, is_in_force=True),
    "signing": Standing(RoundState.SIGNING, is_in_force=True),
}
ENDS = {RESIDENT, CASEWORKER, TIME}


@pytest.mark.parametrize(("name", "what", "by"), list(product(LATER, Move, Mover)))
def test_a_later_round_moves_as_the_first_one_and_what_is_in_force_can_be_ended_beside_it(
    name: str, what: Move, by: Mover
) -> None:
    movers, then = (ENDS, State.ENDED) if what is Move.END else (WHO.get((name, what), (set(), ""))[0], State.IN_FORCE)
    assert may_move(LATER[name], what, by) is (by in movers)
    if by in movers:
        found = move(LATER[name], what, by)
        assert found.state is then
        if what not in {Move.END, Move.DROP, Move.SEAL}:
            assert found.round == move(FIRST[name], what, by).round


def reachable(start: Standing, movers: Iterable[Mover]) -> set[Standing]:
    """Answer every standing that somebody can bring an agreement to, from one."""
    found, todo = {start}, [start]
    while todo:
        here = todo.pop()
        for what, by in product(Move, movers):
            if may_move(here, what, by) and (then := move(here, what, by)) not in found:
                found.add(then)
                todo.append(then)
    return found


EVERYWHERE = sorted(reachable(START, Mover), key=repr)


def test_every_state_is_reached() -> None:
    assert {standing.state for standing in EVERYWHERE} == set(State)


@pytest.mark.parametrize("mover", [RESIDENT, TIME])
@pytest.mark.parametrize("standing", EVERYWHERE, ids=str)
def test_from_everywhere_the_resident_alone_and_time_alone_come_to_an_end(standing: Standing, mover: Mover) -> None:
    assert any(then.is_over for then in reachable(standing, [mover]))


@pytest.mark.parametrize("standing", [one for one in EVERYWHERE if one.is_in_force and not one.is_over], ids=str)
def test_a_version_stays_in_force_whatever_happens_in_a_round_until_it_is_ended(standing: Standing) -> None:
    for what, by in product(Move, Mover):
        if may_move(standing, what, by):
            assert move(standing, what, by).state is (State.ENDED if what is Move.END else State.IN_FORCE)


def test_a_later_round_that_is_dropped_leaves_the_version_as_it_was() -> None:
    round_under_way = Standing(RoundState.SIGNING, is_in_force=True)
    assert move(round_under_way, Move.DROP, RESIDENT) == FIRST["in_force"]


def test_a_starter_who_is_not_the_resident_has_no_power_once_the_resident_has_joined() -> None:
    moves = {
        (standing.round, what) for standing, what in product(EVERYWHERE, Move) if may_move(standing, what, STARTER)
    }
    assert moves == {(RoundState.DRAFT, Move.DROP)}


@pytest.mark.parametrize(
    ("days", "answers", "others", "is_open"),
    [(13, 3, 3, False), (14, 1, 3, False), (14, 2, 3, True), (14, 1, 1, True), (14, 0, 1, False)],
)
def test_a_comparison_is_opened_early_only_after_the_deadline_and_with_answers(
    days: int, answers: int, others: int, *, is_open: bool
) -> None:
    ends = deadline(NOON, 14)
    assert may_open(answers=answers, others=others, deadline=ends, now=NOON + timedelta(days=days)) is is_open


@pytest.mark.parametrize(("days", "due"), [(0, 0), (4, 0), (5, 1), (9, 1), (10, 2), (400, 2)])
def test_there_are_two_reminders_and_never_more(days: int, due: int) -> None:
    assert reminders_due(NOON, NOON + timedelta(days=days), ANSWERING_REMINDERS) == due
