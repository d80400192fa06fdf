"""Whatever people do, in whatever order: what must hold holds, and the resident alone and time alone come to an end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from tests.conftest import NOON
from tests.factories import agreements as factory
from tests.factories.agreements import STANCES, Family
from tests.factories.outbox import with_keys
from webapp.agreements import queries
from webapp.agreements.actions import living, people, rounds, settling, signing
from webapp.agreements.actions import tasks as task_actions
from webapp.agreements.actions.people import NewTask
from webapp.agreements.actions.settling import YES, Word
from webapp.agreements.actions.signing import Frozen, Given
from webapp.agreements.actions.timing import pass_time
from webapp.agreements.domain.commitments import Commitment, Way
from webapp.agreements.domain.expectations import Tap
from webapp.agreements.domain.history import Act
from webapp.agreements.domain.signing import Method
from webapp.agreements.domain.states import Ending, Move, Mover, RoundState
from webapp.agreements.models import AgreementRow, PartyRow
from webapp.agreements.stored import commitment_to_data
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import AvklartError
from webapp.settings import Settings
from webapp.storage.session import Database

WALKS, STEPS = 12, 24
TASKS = ("gi-medisin", "handle-mat", "snomaking")


@dataclass
class Walk:
    """An agreement, and dice that say what happens next."""

    session: Session
    family: Family
    dice: Random
    at: datetime = NOON

    @property
    def row(self) -> AgreementRow:
        """Answer the agreement."""
        return self.family.row(self.session)

    def somebody(self) -> PartyRow:
        """Answer one of the three, who may have left."""
        one = self.dice.choice((self.family.aase, self.family.kari, self.family.per))
        return self.family.party(self.session, one)

    def mover(self, party: PartyRow) -> Mover:
        """Answer as what somebody moves it."""
        return Mover.RESIDENT if party.id == self.family.aase else Mover.PARTY

    def joins(self) -> None:
        party = self.somebody()
        people.join(self.session, self.row, party, at=self.at, movers=frozenset({self.mover(party)}))

    def answers(self) -> None:
        party, task = self.somebody(), self.dice.choice(TASKS)
        taps = {task: {self.dice.choice((Tap.SELF.value, "municipality", self.family.per))}}
        factory.answer(self.session, self.family, party.id, taps, at=self.at)

    def opens(self) -> None:
        rounds.open_comparison(
            self.session, self.row, STANCES, by=self.family.aase, mover=Mover.RESIDENT, at=self.at
        )  # fmt: skip

    def meets(self) -> None:
        rounds.meet(self.session, self.row, STANCES, by="staff", mover=Mover.CASEWORKER, at=self.at)

    def adds_a_task(self) -> None:
        new = [NewTask("", "own", title=f"Oppgave {self.dice.random()}", is_critical=True)]
        by = self.somebody()
        movers = frozenset({self.mover(by), Mover.PARTY})
        task_actions.add(self.session, self.row, new, by=by.id, movers=movers, at=self.at)

    def takes_a_task_away(self) -> None:
        key = self.dice.choice(queries.tasks(self.session, self.row)).key
        task_actions.take_away(self.session, self.row, key, by=self.somebody(), at=self.at)

    def proposes(self) -> None:
        party, task = self.somebody(), self.dice.choice(TASKS)
        seen = queries.number_of_proposal(self.session, self.row, task)
        mine = Commitment(task, Way.WHO, frozenset({party.id}), frozenset({self.family.kari}) - {party.id})
        settling.propose(self.session, self.row, mine, by=party.id, at=self.at, seen=seen)

    def says_yes(self) -> None:
        for proposal in queries.proposals(self.session, self.row):
            word = Word(YES)
            settling.reply(
                self.session, self.row, proposal.task, word, seen=proposal.number, by=self.somebody().id, at=self.at
            )

    def lets_go(self) -> None:
        living.give_up(self.session, self.row, self.dice.choice(TASKS), by=self.somebody(), at=self.at)

    def locks(self) -> None:
        held = settling.settled(queries.whole(self.session, self.row)).values()
        frozen = Frozen({"commitments": [commitment_to_data(one) for one in held]}, "nb")
        signing.lock(self.session, self.row, frozen, by=self.family.aase, mover=Mover.RESIDENT, at=self.at)

    def signs(self) -> None:
        for one in (self.family.aase, self.family.kari, self.family.per, "municipality"):
            version = queries.to_sign(self.session, self.row)
            if version is not None and self.dice.random() < 0.8:
                given = Given(version.hash, "Ja.", Method.IDPORTEN, {})
                signing.sign(self.session, self.row, version, one, given, at=self.at)

    def declines(self) -> None:
        version = queries.to_sign(self.session, self.row)
        if version is not None:
            party = self.somebody()
            signing.decline(self.session, self.row, version, party, at=self.at, reason="", is_shared=False)

    def changes_a_line(self) -> None:
        after = Commitment("snomaking", Way.WHO, frozenset({self.somebody().id}))
        before = living.require_changeable(self.session, self.row, after)
        asked = living.signers_of_change(self.session, self.row, before, after)
        frozen = Frozen({"commitments": [commitment_to_data(after)]}, "nb", asked=asked)
        signing.amend(self.session, self.row, frozen, by=self.family.aase, at=self.at)

    def unlocks(self) -> None:
        party = self.somebody()
        rounds.unlock(
            self.session, self.row, by=party.id, mover=self.mover(party), at=self.at, what=Move.CHANGE, act=Act.UNLOCKED
        )

    def begins_a_round(self) -> None:
        party = self.somebody()
        rounds.begin_round(self.session, self.row, by=party.id, mover=self.mover(party), at=self.at)

    def leaves(self) -> None:
        if self.dice.random() < 0.2:
            party = self.somebody()
            people.leave(self.session, self.row, party, by=party.id, at=self.at)

    def waits(self) -> None:
        self.at += timedelta(days=self.dice.choice((0, 1, 5, 14)))
        self.time_passes()

    def time_passes(self) -> None:
        """Let the worker do what is due."""
        while not self.row.ending and pass_time(self.session, self.row, at=self.at):
            pass


def require_sound(walk: Walk) -> None:
    """Fail where something does not hold that must hold of every agreement at every time."""
    row, session = walk.row, walk.session
    versions = [one for one in queries.versions(session, row) if one.kind == "version"]
    states = [one.state for one in versions]
    assert states.count("in_force") == int(bool(row.version) and not row.ending)
    assert states.count("signing") == int(row.round_state == RoundState.SIGNING)
    assert (row.deadline_at is not None) == (row.round_state in {RoundState.CLARIFYING, RoundState.SIGNING})
    assert (row.ended_at is not None) == bool(row.ending)
    if row.ending:
        assert (row.ending == Ending.WITHDRAWN) == (row.version == 0)
    pending = queries.version_in(session, row, "signing", "amendment")
    assert pending is None or (row.version and not row.round_state and not row.ending)
    for one in queries.versions(session, row):
        signed = queries.signatures(session, one)
        assert {given.hash for given in signed} <= {one.hash}
        assert len({given.party for given in signed}) == len(signed)
        if one.state in {"in_force", "superseded", "ended"}:
            assert walk.family.aase in {given.party for given in signed}
            assert len(signed) > 1 or one.kind == "amendment"
    kept = row.unreserved
    settling._count_unreserved(session, row)
    assert row.unreserved == kept, "what lacks a reserve is counted with every change"


def by_the_resident(walk: Walk) -> None:
    """Let the resident alone go out: withdraw or drop what is under way, and end what is in force."""
    if walk.row.round_state:
        rounds.drop(walk.session, walk.row, by=walk.family.aase, mover=Mover.RESIDENT, at=walk.at)
    if not walk.row.ending:
        rounds.end(walk.session, walk.row, by=walk.family.aase, mover=Mover.RESIDENT, at=walk.at)


def by_time(walk: Walk) -> None:
    """Let the days go by, and nobody do anything."""
    for _ in range(3 * 27):
        walk.at += timedelta(days=14)
        walk.time_passes()
        if walk.row.ending:
            return


MOVES: tuple[Callable[[Walk], None], ...] = (
    Walk.joins, Walk.answers, Walk.answers, Walk.opens, Walk.meets, Walk.adds_a_task, Walk.takes_a_task_away,
    Walk.proposes, Walk.says_yes, Walk.lets_go, Walk.locks, Walk.locks, Walk.signs, Walk.signs, Walk.signs,
    Walk.declines, Walk.changes_a_line, Walk.unlocks, Walk.begins_a_round, Walk.leaves, Walk.waits,
)  # fmt: skip


def in_force(session: Session) -> Family:
    """Answer a family with a version in force."""
    family = factory.settling(session)
    factory.settle_food(session, family)
    walk = Walk(session, family, Random(1))
    walk.locks()
    while walk.row.version == 0:
        walk.signs()
    return family


BEGINNINGS = (in_force, factory.start, in_force, factory.settling)


def test_wherever_people_have_come_to_the_resident_alone_and_time_alone_come_to_an_end(
    database: Database, settings: Settings, clock: FixedClock
) -> None:
    site = with_keys(database, settings, clock)
    for number in range(WALKS):
        with site.writing() as session:
            dice = Random(number)
            walk = Walk(session, BEGINNINGS[number % len(BEGINNINGS)](session), dice)
            for _ in range(dice.randint(1, STEPS)):
                with suppress(AvklartError), session.begin_nested():
                    dice.choice(MOVES)(walk)
                require_sound(walk)
            if not walk.row.ending:
                for end in (by_the_resident, by_time):
                    with session.begin_nested() as tried:
                        end(walk)
                        require_sound(walk)
                        assert walk.row.ending, (number, end)
                        tried.rollback()
