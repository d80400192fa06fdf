"""Reading the log: in the order of sequences, a municipality at a time."""

from __future__ import annotations

from datetime import timedelta

from tests.audit.conftest import Write
from tests.conftest import NOON
from webapp.audit import queries
from webapp.audit.domain import Head
from webapp.storage.session import Database


def test_events_come_in_order_a_page_at_a_time(log: Database, write: Write) -> None:
    for number in range(5):
        write(at=NOON - timedelta(minutes=number))
    write(9, municipality="dalsbygd")
    with log.reading() as session:
        assert [one.sequence for one in queries.events(session, "fjordvik", limit=3)] == [1, 2, 3]
        assert [one.sequence for one in queries.events(session, "fjordvik", after=3, limit=3)] == [4, 5]
        assert queries.events(session, "fjordvik", after=5) == []
        assert [one.sequence for one in queries.newest(session, "fjordvik", 2)] == [5, 4]


def test_who_has_looked_at_a_thing_is_told_of_that_thing_in_this_municipality(log: Database, write: Write) -> None:
    write(object_id="c1", actor="staff:1")
    write(object_id="c2", actor="staff:2")
    write(object_id="c1", object_kind="agreement", actor="staff:3")
    write(object_id="c1", actor="staff:4", municipality="dalsbygd")
    write(object_id="c1", actor="staff:5", at=NOON - timedelta(days=1))
    with log.reading() as session:
        assert [one.actor for one in queries.about(session, "fjordvik", "case", "c1")] == ["staff:1", "staff:5"]
        assert queries.about(session, "fjordvik", "case", "c3") == []


def test_heads_are_where_the_chains_end(log: Database, write: Write) -> None:
    with log.reading() as session:
        assert (queries.heads(session), queries.municipalities(session)) == ([], [])
        assert queries.head(session, "fjordvik") == Head("fjordvik")
    write(2)
    write(3, municipality="dalsbygd")
    with log.reading() as session:
        found = queries.heads(session)
        assert [(one.municipality, one.sequence) for one in found] == [("dalsbygd", 3), ("fjordvik", 2)]
        assert queries.head(session, "fjordvik") == found[1]
        assert found[1].hash == queries.newest(session, "fjordvik", 1)[0].hash
        assert queries.municipalities(session) == ["dalsbygd", "fjordvik"]
