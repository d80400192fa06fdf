"""The story of an agreement through its actions: from the first word to a version in force, and a change of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.conftest import NOON
from tests.factories.agreements import (
    STANCES,
    Family,
    answer,
    answer_all,
    confirm,
    join_all,
    settle_food,
    settling,
    start,
)
from tests.factories.outbox import with_keys
from webapp.agreements import queries
from webapp.agreements.actions import office, people, rounds, sections, signing
from webapp.agreements.actions import settling as settle
from webapp.agreements.actions.settling import Word
from webapp.agreements.actions.signing import Frozen, Given
from webapp.agreements.domain.commitments import Commitment, Way
from webapp.agreements.domain.comparison import compare
from webapp.agreements.domain.expectations import OwnPart
from webapp.agreements.domain.findings import Status
from webapp.agreements.domain.sharing import Level, consent_of
from webapp.agreements.domain.signing import Method
from webapp.agreements.domain.states import Mover, State
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import ConflictError, NotAllowedError
from webapp.settings import Settings
from webapp.storage.session import Database

FROZEN = Frozen({"text": ["Vi er enige om dette."]}, "nb")


@pytest.fixture
def session(database: Database, settings: Settings, clock: FixedClock) -> Iterator[Session]:
    """A transaction of the test's own."""
    with with_keys(database, settings, clock).writing() as found:
        yield found


def given(seen: str, statement: str = "Jeg sier ja til dette.") -> Given:
    """Answer a signature by a code."""
    return Given(seen, statement, Method.CODE_SMS, {"channel": "sms", "to": "•• 01"})


def signed(session: Session, family: Family) -> None:
    """Let everybody sign, the caseworker last; staff have seen that Åse's telephone is hers."""
    row = family.row(session)
    confirm(session, family)
    version = signing.lock(session, row, FROZEN, by=family.aase, mover=Mover.RESIDENT, at=NOON)
    for party in (family.aase, family.kari, family.per, "municipality"):
        is_done = signing.sign(session, row, version, party, given(version.hash), at=NOON)
        assert is_done is (party == "municipality")


def test_nobody_but_the_resident_is_invited_before_the_resident_has_accepted(session: Session) -> None:
    family = start(session)
    row = family.row(session)
    with pytest.raises(ConflictError):
        people.invite(session, row, family.party(session, family.per), by=family.kari, at=NOON)
    people.invite(session, row, family.party(session, family.aase), by=family.kari, at=NOON)
    join_all(session, family)
    assert queries.standing_of(family.row(session)).state is State.CLARIFYING


def test_the_comparison_opens_when_the_last_one_has_answered(session: Session) -> None:
    family = start(session)
    join_all(session, family)
    answer_all(session, family)
    assert queries.standing_of(family.row(session)).state is State.SETTLING


def test_what_all_say_alike_is_proposed_and_holds_when_those_who_carry_it_have_said_yes(session: Session) -> None:
    family = settling(session)
    found = queries.whole(session, family.row(session))
    assert set(found.proposals) == {"handle-mat", "gulvvask"}
    assert settle.settled(found) == {}
    settle_food(session, family)
    held = settle.settled(queries.whole(session, family.row(session)))
    assert held["handle-mat"].responsible == {family.per}
    assert settle.accept_rest(session, family.row(session), family.kari, {"handle-mat": 1, "gulvvask": 1}, at=NOON) == 2


def test_of_two_proposals_at_once_the_second_is_told(session: Session) -> None:
    family = settling(session)
    row = family.row(session)
    snow = Commitment("snomaking", Way.WHO, responsible=frozenset({"private"}))
    settle.propose(session, row, snow, by=family.kari, at=NOON, seen=0)
    with pytest.raises(ConflictError):
        settle.propose(session, row, snow, by=family.per, at=NOON, seen=0)


def test_a_version_is_in_force_when_all_have_signed_it_and_not_before(session: Session) -> None:
    family = settling(session)
    settle_food(session, family)
    signed(session, family)
    row = family.row(session)
    assert (queries.standing_of(row).state, row.version, row.review_on is not None) == (State.IN_FORCE, 1, True)


def test_a_text_that_was_not_seen_is_not_signed(session: Session) -> None:
    family = settling(session)
    row = family.row(session)
    version = signing.lock(session, row, FROZEN, by=family.aase, mover=Mover.RESIDENT, at=NOON)
    with pytest.raises(ConflictError):
        signing.sign(session, row, version, family.aase, given("0" * 64), at=NOON)
    with pytest.raises(ConflictError):
        signing.sign(session, row, version, family.aase, given(version.hash), at=version.deadline_at)


def test_who_declines_sends_it_back_and_what_was_signed_is_void(session: Session) -> None:
    family = settling(session)
    row = family.row(session)
    confirm(session, family)
    version = signing.lock(session, row, FROZEN, by=family.aase, mover=Mover.RESIDENT, at=NOON)
    signing.sign(session, row, version, family.kari, given(version.hash), at=NOON)
    per = family.party(session, family.per)
    signing.decline(session, row, version, per, at=NOON, reason="Jeg flytter.", is_shared=False)
    assert (version.state, queries.standing_of(row).state) == ("void", State.SETTLING)
    with pytest.raises(ConflictError):
        signing.sign(session, row, version, family.kari, given(version.hash), at=NOON)


def test_a_consent_is_the_residents_own_and_needs_a_contact_that_is_confirmed(session: Session) -> None:
    family = settling(session)
    row, today = family.row(session), NOON.date()
    consent = consent_of(family.kari, Level.PRACTICAL, frozenset(), until=today + timedelta(days=90), given_on=today)
    for one in (family.kari, family.aase):
        with pytest.raises(NotAllowedError):
            sections.give_consent(session, row, consent, by=family.party(session, one), at=NOON)
    aase = family.party(session, family.aase)
    people.confirm_contact(session, row, aase, by="staff", at=NOON)
    sections.give_consent(session, row, consent, by=aase, at=NOON)
    assert [one.party for one in queries.consents(session, row)] == [family.kari]
    sections.revoke_consent(session, row, family.kari, by=aase, at=NOON)
    assert queries.consents(session, row) == []


def test_a_round_leaves_the_version_in_force_until_the_next_is_signed(session: Session) -> None:
    family = settling(session)
    signed(session, family)
    row = family.row(session)
    rounds.begin_round(session, row, by=family.per, mover=Mover.PARTY, at=NOON)
    assert queries.standing_of(row).state is State.IN_FORCE
    rounds.drop(session, row, by=family.aase, mover=Mover.RESIDENT, at=NOON)
    assert queries.standing_of(row).state is State.IN_FORCE
    in_force = queries.version_in(session, row, "in_force")
    assert in_force is not None
    assert in_force.number == 1


def test_who_leaves_takes_their_answers_along_and_what_they_carried_gets_a_round(session: Session) -> None:
    family = settling(session)
    settle_food(session, family)
    signed(session, family)
    row = family.row(session)
    people.leave(session, row, family.party(session, family.per), by=family.per, at=NOON)
    assert row.round_state == "clarifying"
    assert not [key for key in queries.whole(session, row).answers if key[0] == family.per]


def test_who_leaves_while_it_is_being_settled_holds_nothing_and_the_line_can_be_settled_anew(session: Session) -> None:
    family = settling(session)
    settle_food(session, family)
    row = family.row(session)
    people.leave(session, row, family.party(session, family.per), by=family.per, at=NOON)
    assert settle.settled(queries.whole(session, row)) == {}
    mine = Commitment("handle-mat", Way.WHO, responsible=frozenset({family.kari}))
    new = settle.propose(session, row, mine, by=family.kari, at=NOON, seen=1)
    settle.reply(session, row, "handle-mat", Word("yes"), seen=new.number, by=family.aase, at=NOON)
    assert set(settle.settled(queries.whole(session, row))) == {"handle-mat"}


def test_a_line_that_somebody_can_no_longer_do_is_proposed_anew_and_the_old_one_takes_no_yes(session: Session) -> None:
    family = settling(session)
    settle_food(session, family)
    row = family.row(session)
    settle.let_go(session, row, "handle-mat", by=family.per, at=NOON)
    with pytest.raises(ConflictError):
        settle.reply(session, row, "handle-mat", Word("yes"), seen=1, by=family.kari, at=NOON)
    mine = Commitment("handle-mat", Way.WHO, responsible=frozenset({family.kari}))
    assert settle.propose(session, row, mine, by=family.kari, at=NOON, seen=1).number == 2


def test_all_who_want_a_volunteer_alone_with_the_medicine_are_not_taken_at_their_word(session: Session) -> None:
    family = start(session)
    join_all(session, family)
    for party in (family.aase, family.kari, family.per):
        answer(session, family, party, {"gi-medisin": {"volunteer"}, "snomaking": {"volunteer"}})
    assert set(queries.whole(session, family.row(session)).proposals) == {"snomaking"}


def test_where_nobody_can_speak_for_the_resident_a_caseworker_and_the_children_come_to_an_agreement(
    session: Session,
) -> None:
    family = settling(session)
    row = family.row(session)
    assessed = office.Assessment("Ida Berg, sykepleier", "2026-11-20", "kan ikke samtykke til dette")
    office.make_cooperation(session, row, assessed, by="staff", at=NOON)
    for yes in (family.per, "municipality"):
        settle.reply(session, row, "handle-mat", Word("yes"), seen=1, by=yes, at=NOON)
    assert set(settle.settled(queries.whole(session, row))) == {"handle-mat"}
    version = signing.lock(session, row, FROZEN, by="staff", mover=Mover.RESIDENT, at=NOON)
    done = [
        signing.sign(session, row, version, one, given(version.hash), at=NOON)
        for one in (family.kari, family.per, "municipality")
    ]
    assert done == [False, False, True]
    assert row.review_on is not None
    assert row.review_on <= date(2027, 2, 22)


def test_a_caseworker_who_confirms_a_joint_task_makes_it_agreed(session: Session) -> None:
    family = start(session)
    join_all(session, family)
    for party in (family.aase, family.kari, family.per):
        own = {"self"} if party == family.per else {family.per}
        answer(session, family, party, {"gulvvask": own | {"municipality"}})
    row = family.row(session)
    office.confirm_parts(session, row, {"gulvvask": (OwnPart.WILL, "")}, by="staff", at=NOON)
    found = queries.whole(session, row)
    statuses = {one.task: one.status for one in compare(found.parties, found.rules, found.expectations, STANCES)}
    assert statuses["gulvvask"] is Status.AGREED
