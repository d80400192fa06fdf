"""Two who propose about one task in the same instant: one wins, the other is told with both texts, nothing is lost."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from tests.conftest import NOON
from tests.factories import agreements
from tests.factories.agreements import Family, visitor
from tests.factories.outbox import with_keys
from webapp.agreements import queries
from webapp.agreements.actions import settling
from webapp.agreements.domain.commitments import Commitment, Way
from webapp.app import Avklart
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import ConflictError
from webapp.settings import Settings
from webapp.storage.session import Database

ROUNDS = 100


def test_a_hundred_times_two_propose_at_once_and_one_is_told(
    any_database: Database, settings: Settings, clock: FixedClock
) -> None:
    database = with_keys(any_database, settings, clock)
    with database.writing() as session:
        family = agreements.settling(session)
    for number in range(ROUNDS):
        said = _at_once(database, family, seen=number)
        assert sorted(said) == ["done", "told"], f"round {number}: {said}"
    with database.reading() as session:
        row = family.row(session, is_held=False)
        assert queries.number_of_proposal(session, row, "snomaking") == ROUNDS
        assert [one.number for one in queries.proposals(session, row) if one.task == "snomaking"] == [ROUNDS]
        acts = [event.about for event in queries.events(session, row) if event.act == "proposed"]
    assert acts == ["snomaking"] * ROUNDS


def _at_once(database: Database, family: Family, *, seen: int) -> list[str]:
    """Let two propose from the same page in the same instant; answer what each was told."""
    barrier, said = threading.Barrier(2), list[str]()

    def propose(by: str) -> None:
        mine = Commitment("snomaking", Way.WHO, responsible=frozenset({by}), note=f"{by} {seen}")
        barrier.wait()
        try:
            with database.writing() as session:
                at = NOON + timedelta(seconds=seen)
                settling.propose(session, family.row(session), mine, by=by, at=at, seen=seen)
        except ConflictError:
            said.append("told")
        else:
            said.append("done")

    threads = [threading.Thread(target=propose, args=(one,)) for one in (family.kari, family.per)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@pytest.mark.parametrize("number", range(5))
def test_through_the_web_the_one_who_is_told_sees_both_texts(avklart: Avklart, number: int) -> None:
    with avklart.database.writing() as session:
        family = agreements.settling(session)
    path, barrier, answers = (
        f"/nb/avtale/{family.agreement}/enighet/snomaking",
        threading.Barrier(2),
        list[tuple[int, str]](),
    )
    browsers = [visitor(avklart, family, one) for one in (family.kari, family.per)]
    for browser in browsers:
        browser.get(path)

    def propose(mine: int) -> None:
        barrier.wait()
        answer = browsers[mine].send(path, seen="0", who="private", note=f"Forslag {mine} {number}")
        answers.append((answer.status_code, answer.text))

    threads = [threading.Thread(target=propose, args=(mine,)) for mine in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _ in answers) == [303, 409]
    told = next(text for status, text in answers if status == 409)
    assert f"Forslag 0 {number}" in told
    assert f"Forslag 1 {number}" in told
