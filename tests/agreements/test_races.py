"""Two at the same instant: a signature never attaches to another text, and the last one to sign is one (F12)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, Thread

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import NOON
from tests.factories.agreements import Family, settling
from tests.factories.outbox import with_keys
from webapp.agreements import queries
from webapp.agreements.actions import people, rounds, signing
from webapp.agreements.actions.signing import Frozen, Given
from webapp.agreements.domain.history import Act
from webapp.agreements.domain.signing import Method
from webapp.agreements.domain.states import Move, Mover
from webapp.agreements.models import EventRow, SignatureRow, VersionRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import ConflictError
from webapp.settings import Settings
from webapp.storage.session import Database

ROUNDS = 100


def at_once(database: Database, *acts: Callable[[Session], object]) -> None:
    """Let several act at the same instant, each in a transaction of its own; who comes too late is told."""
    ready = Barrier(len(acts))

    def run(act: Callable[[Session], object]) -> None:
        ready.wait()
        with suppress(ConflictError), database.writing() as session:
            act(session)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def signs(family: Family, party: str, seen: str) -> Callable[[Session], object]:
    def act(session: Session) -> object:
        row = family.row(session)
        version = queries.to_sign(session, row)
        if version is None:
            raise ConflictError("nothing waits")
        return signing.sign(session, row, version, party, Given(seen, "Ja.", Method.CODE_SMS, {}), at=NOON)

    return act


def lock(session: Session, family: Family, number: int) -> str:
    frozen = Frozen({"words": f"Utkast {number}"}, "nb")
    return signing.lock(session, family.row(session), frozen, by=family.aase, mover=Mover.RESIDENT, at=NOON).hash


def test_a_signature_never_attaches_to_a_text_that_was_not_seen(
    database: Database, settings: Settings, clock: FixedClock
) -> None:
    site = with_keys(database, settings, clock)
    with site.writing() as session:
        family = settling(session)
        seen = lock(session, family, 0)

    def edit(session: Session) -> None:
        row = family.row(session)
        rounds.unlock(session, row, by=family.per, mover=Mover.PARTY, at=NOON, what=Move.CHANGE, act=Act.UNLOCKED)
        lock(session, family, number)

    for number in range(1, ROUNDS + 1):
        at_once(site, signs(family, family.kari, seen), edit)
        with site.reading() as session:
            version = queries.to_sign(session, family.row(session, is_held=False))
            assert version is not None
            assert version.document.count(f"Utkast {number}") == 1
            assert queries.signatures(session, version) == [], "what was signed before is not signed now"
            seen = version.hash
    with site.reading() as session:
        hashes = {one.id: one.hash for one in session.scalars(select(VersionRow))}
        assert all(one.hash == hashes[one.version] for one in session.scalars(select(SignatureRow)))


def test_two_last_signers_put_it_in_force_once(database: Database, settings: Settings, clock: FixedClock) -> None:
    site = with_keys(database, settings, clock)
    with site.writing() as session:
        family = settling(session)
        row = family.row(session)
        people.confirm_contact(session, row, family.party(session, family.aase), by="staff", at=NOON)
        seen = lock(session, family, 1)
        for party in (family.aase, family.kari):
            signs(family, party, seen)(session)
    at_once(site, *(signs(family, party, seen) for party in (family.per, "municipality", family.per)))
    with site.reading() as session:
        happened = [one.act for one in session.scalars(select(EventRow))]
        row = family.row(session, is_held=False)
        assert (happened.count("in_force"), happened.count("signed"), row.version) == (1, 4, 1)
        assert row.review_on == NOON.date() + timedelta(days=91)
