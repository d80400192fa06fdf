"""Residents who came in with ID-porten: one person, one row; a number that is never seen; an invitation that is theirs
from then on (O2)."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import text

from tests.conftest import NOON
from tests.factories.outbox import with_keys
from tests.identity.parties import events
from tests.identity.ways import Way, invitation
from webapp.audit.models import EventRow
from webapp.identity.actions import residents
from webapp.identity.actions.invitations import Contact
from webapp.identity.models import ResidentRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import NotAllowedError, NotFoundError
from webapp.settings import Settings
from webapp.storage.session import Database

PID, ANOTHERS = "01017012345", "02027012345"
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def place(any_database: Database, settings: Settings, clock: FixedClock) -> Database:
    """A database with keys, on SQLite and on PostgreSQL in turn."""
    return with_keys(any_database, settings, clock)


def come(database: Database, pid: str = PID, municipality: str = "fjordvik") -> ResidentRow:
    with database.writing() as session:
        return residents.recognise(session, municipality, pid, at=LATER)


def test_a_person_is_recognised_when_they_come_again(place: Database) -> None:
    assert come(place).id == come(place).id != come(place, ANOTHERS).id
    with place.reading() as session:
        assert session.query(ResidentRow).count() == 2
        assert {row.signed_in_at for row in session.query(ResidentRow)} == {LATER}
    assert [event.actor for event in events(place, "signed_in")][:2] == [come(place).id] * 2


def test_two_municipalities_know_nothing_of_each_others_residents(place: Database) -> None:
    here, there = come(place), come(place, municipality="dalsbygd")
    assert here.id != there.id
    assert here.pid_index != there.pid_index


def test_the_number_is_sealed_its_index_is_keyed_and_nothing_shows_it(place: Database) -> None:
    row = come(place)
    assert row.pid == PID
    shown = repr(row) + str(row) + repr(vars(row))
    assert PID not in shown
    assert row.pid_sealed.startswith("v1|")
    assert len(row.pid_index) == 64
    assert row.pid_index != sha256(PID.encode()).hexdigest()
    with place.reading() as session:
        stored = session.execute(text("SELECT * FROM resident")).all()
        recorded = session.execute(text("SELECT * FROM audit_event")).all()
        assert session.query(EventRow).count() > 0
    assert PID not in repr(stored) + repr(recorded)


def test_a_contact_shows_neither_address_nor_number() -> None:
    shown = repr(Contact("nb", "aase@eksempel.example", "+4761359001"))
    assert "aase" not in shown
    assert "61359001" not in shown


def test_the_first_who_shows_that_an_invitation_is_theirs_keeps_it(place: Database) -> None:
    way, first, second = Way(place, invitation(place)), come(place), come(place, ANOTHERS)
    for _ in range(2):
        with place.writing() as session:
            residents.bind(session, "fjordvik", way.id, first, at=LATER)
    with pytest.raises(NotAllowedError), place.writing() as session:
        residents.bind(session, "fjordvik", way.id, second, at=LATER)
    with place.reading() as session:
        stored = way.row(session)
        assert (stored.resident, stored.joined_at) == (first.id, LATER)


def test_when_somebody_joined_is_not_changed_by_showing_who_they_are(place: Database) -> None:
    way, person = Way(place, invitation(place)), come(place)
    way.send("browser", "123456", NOON)
    assert way.attempt("browser", "123456", NOON) == "in"
    with place.writing() as session:
        residents.bind(session, "fjordvik", way.id, person, at=LATER)
        assert way.row(session).joined_at == NOON


@pytest.mark.parametrize(("municipality", "known"), [("dalsbygd", True), ("fjordvik", False)])
def test_an_invitation_of_another_municipality_is_as_unknown_as_none(
    place: Database, municipality: str, *, known: bool
) -> None:
    found = invitation(place) if known else "nothing"
    person = come(place, municipality=municipality)
    with pytest.raises(NotFoundError), place.writing() as session:
        residents.bind(session, municipality, found, person, at=LATER)
