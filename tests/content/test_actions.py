"""Importing and publishing: whose version is raised, what stays, what goes, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.content import facts, keyed, part, two_municipalities
from webapp.content import actions, queries
from webapp.content.actions import Imported
from webapp.content.domain.kind import COMMON
from webapp.content.domain.library import EMPTY, Shelf
from webapp.content.domain.pages import PageKey, PagePart
from webapp.content.models import PartRow, SequenceRow
from webapp.storage.session import Database

SHARED = part("entry", "sno", "nb", title="Snø")
OTHER = part("entry", "fall", "nb", title="Fall")
OWN = part("entry", "sno", "nb", "fjordvik", title="Snø i Fjordvik")
PLACE = part("place", "kafe", "nb", "fjordvik", title="Kafé")


def take_over(database: Database, parts: Mapping[PageKey, PagePart], fingerprint: str = "x") -> Imported:
    """Import parts in one publication."""
    with database.writing() as session:
        return actions.import_parts(session, parts, fingerprint=fingerprint, at=NOON)


def publish(database: Database, found: PagePart) -> None:
    """Publish a part, as an editor does."""
    with database.writing() as session:
        actions.publish(session, found.key, found.fields, at=NOON)


def versions(database: Database) -> dict[str, int]:
    """Answer the content version of every municipality."""
    with database.reading() as session:
        return queries.versions(session)


def published(database: Database) -> dict[PageKey, object]:
    """Answer what is published, by key."""
    with database.reading() as session:
        return {found.key: found.fields for found in queries.all_parts(session)}


def sequences(database: Database) -> dict[tuple[str | None, str, str, str], int]:
    """Answer the sequence number of the publication that last touched each part."""
    with database.reading() as session:
        rows = session.scalars(select(PartRow))
        return {(row.municipality, row.kind, row.slug, row.language): row.sequence for row in rows}


def test_a_first_import_adds_everything_and_gives_every_municipality_the_same_version(any_database: Database) -> None:
    parts = two_municipalities(SHARED, OWN)
    done = take_over(any_database, parts, "mark")
    assert (set(done.added), done.changed, done.removed, done.conflicts) == (set(parts), [], [], [])
    assert versions(any_database) == {"fjordvik": 1, "dalsbygd": 1}
    assert published(any_database) == {key: found.fields for key, found in parts.items()}
    with any_database.reading() as session:
        assert queries.fingerprint(session) == "mark"


def test_the_fingerprint_of_an_empty_database_is_empty(any_database: Database) -> None:
    with any_database.reading() as session:
        assert queries.fingerprint(session) == ""


def test_an_import_of_the_same_files_raises_no_version(any_database: Database) -> None:
    parts = two_municipalities(SHARED, OWN, PLACE)
    take_over(any_database, parts)
    done = take_over(any_database, parts, "later")
    assert done == Imported()
    assert versions(any_database) == {"fjordvik": 1, "dalsbygd": 1}
    with any_database.reading() as session:
        assert queries.fingerprint(session) == "later"


CHANGES = {
    "a shared page": (part("entry", "sno", "nb", title="Is"), {"fjordvik", "dalsbygd"}),
    "a municipality's own words": (part("entry", "sno", "nb", "fjordvik", title="Is"), {"fjordvik"}),
    "a new own page": (part("entry", "egen", "nb", "dalsbygd", title="Egen"), {"dalsbygd"}),
    "a meeting place, which neighbours list": (
        part("place", "kafe", "nb", "fjordvik", title="Kro"), {"fjordvik", "dalsbygd"},
    ),
    "a municipality's facts": (facts("fjordvik", name="Fjordvika"), {"fjordvik", "dalsbygd"}),
    "a document": (part("document", "words", stop=["og"]), {"fjordvik", "dalsbygd"}),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_an_import_raises_the_version_of_those_whose_readers_see_the_change(any_database: Database, name: str) -> None:
    changed, whose = CHANGES[name]
    parts = two_municipalities(SHARED, OTHER, OWN, PLACE)
    take_over(any_database, parts)
    done = take_over(any_database, {**parts, changed.key: changed})
    assert done.touched == [changed.key]
    assert versions(any_database) == {code: 2 if code in whose else 1 for code in ("fjordvik", "dalsbygd")}


@pytest.mark.parametrize("name", CHANGES)
def test_an_editors_publication_raises_the_version_of_the_same(any_database: Database, name: str) -> None:
    changed, whose = CHANGES[name]
    take_over(any_database, two_municipalities(SHARED, OTHER, OWN, PLACE))
    publish(any_database, changed)
    assert versions(any_database) == {code: 2 if code in whose else 1 for code in ("fjordvik", "dalsbygd")}
    assert published(any_database)[changed.key] == changed.fields


@pytest.mark.parametrize(
    ("gone", "whose"), [(SHARED, {"fjordvik", "dalsbygd"}), (OWN, {"fjordvik"}), (PLACE, {"fjordvik", "dalsbygd"})]
)
def test_a_part_whose_file_is_gone_is_removed_for_its_readers(
    any_database: Database, gone: PagePart, whose: set[str]
) -> None:
    parts = two_municipalities(SHARED, OTHER, OWN, PLACE)
    take_over(any_database, parts)
    left = {key: found for key, found in parts.items() if key != gone.key}
    assert take_over(any_database, left).removed == [gone.key]
    assert set(published(any_database)) == set(left)
    assert versions(any_database) == {code: 2 if code in whose else 1 for code in ("fjordvik", "dalsbygd")}
    assert take_over(any_database, left) == Imported()


def test_a_removed_part_comes_back_with_its_file(any_database: Database) -> None:
    take_over(any_database, two_municipalities(SHARED))
    take_over(any_database, two_municipalities())
    again = part("entry", "sno", "nb", title="Snø igjen")
    assert take_over(any_database, two_municipalities(again)).added == [SHARED.key]
    assert published(any_database)[SHARED.key] == {"title": "Snø igjen"}
    followed = part("entry", "sno", "nb", title="Snø for tredje gang")
    assert take_over(any_database, two_municipalities(followed)).changed == [SHARED.key]


def test_a_part_that_was_edited_here_is_kept_when_its_file_goes(any_database: Database) -> None:
    take_over(any_database, two_municipalities(SHARED))
    publish(any_database, part("entry", "sno", "nb", title="Vår snø"))
    assert take_over(any_database, two_municipalities()).removed == []
    assert published(any_database)[SHARED.key] == {"title": "Vår snø"}


def test_a_page_made_here_is_kept_by_every_import(any_database: Database) -> None:
    take_over(any_database, two_municipalities(SHARED))
    publish(any_database, OWN)
    assert take_over(any_database, two_municipalities(SHARED)).touched == []
    assert published(any_database)[OWN.key] == OWN.fields


def test_a_local_edit_survives_imports_until_the_file_says_the_same(any_database: Database) -> None:
    take_over(any_database, two_municipalities(part("entry", "sno", "nb", title="a", short="b", talk="c")))
    publish(any_database, part("entry", "sno", "nb", title="A", short="b", talk="C"))
    done = take_over(any_database, two_municipalities(part("entry", "sno", "nb", title="x", short="y", talk="c")))
    assert done.conflicts == [(SHARED.key, "title")]
    assert published(any_database)[SHARED.key] == {"title": "A", "short": "y", "talk": "C"}
    agreed = two_municipalities(part("entry", "sno", "nb", title="A", short="y", talk="C"))
    assert take_over(any_database, agreed) == Imported()
    followed = two_municipalities(part("entry", "sno", "nb", title="z", short="y", talk="C"))
    assert take_over(any_database, followed).changed == [SHARED.key]
    assert published(any_database)[SHARED.key] == {"title": "z", "short": "y", "talk": "C"}


def test_a_conflict_alone_raises_no_version(any_database: Database) -> None:
    take_over(any_database, two_municipalities(SHARED))
    publish(any_database, part("entry", "sno", "nb", title="Vår snø"))
    before = versions(any_database)
    done = take_over(any_database, two_municipalities(part("entry", "sno", "nb", title="Deres snø")))
    assert (done.conflicts, done.touched) == ([(SHARED.key, "title")], [])
    assert versions(any_database) == before


def test_publications_are_numbered_one_by_one_and_a_part_keeps_the_number_that_touched_it(
    any_database: Database,
) -> None:
    take_over(any_database, two_municipalities(SHARED, OTHER))
    publish(any_database, part("entry", "fall", "nb", title="Fallet"))
    take_over(any_database, two_municipalities(part("entry", "sno", "nb", title="Is"), OTHER))
    found = sequences(any_database)
    assert found[OTHER.key] == 2
    assert found[SHARED.key] == 3
    assert found["fjordvik", "municipality", "fjordvik", COMMON] == 1
    with any_database.reading() as session:
        assert session.scalars(select(SequenceRow.number)).all() == [3]


def test_an_import_that_fails_half_way_leaves_nothing_behind(any_database: Database) -> None:
    take_over(any_database, two_municipalities(SHARED))
    before = (published(any_database), versions(any_database), sequences(any_database))
    stray = part("entry", "x", "nb", "nowhere", title="Uten kommune")  # the database knows no such municipality
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        take_over(any_database, two_municipalities(part("entry", "sno", "nb", title="Is"), stray))
    assert (published(any_database), versions(any_database), sequences(any_database)) == before


def test_a_part_knows_when_it_was_changed(any_database: Database) -> None:
    take_over(any_database, two_municipalities(SHARED, OTHER))
    with any_database.writing() as session:
        actions.publish(session, SHARED.key, {"title": "Is"}, at=NOON + timedelta(days=1))
    with any_database.reading() as session:
        times = {row.slug: row.changed_at for row in session.scalars(select(PartRow).where(PartRow.kind == "entry"))}
    assert times == {"sno": NOON + timedelta(days=1), "fall": NOON}


def test_two_editors_at_once_lose_nothing_and_a_reader_in_between_misses_nothing(any_database: Database) -> None:
    take_over(any_database, two_municipalities())
    done = Event()

    def follow() -> Shelf:
        shelf = EMPTY
        while True:
            was_done = done.is_set()
            with any_database.reading() as session:
                shelf = queries.bring_up_to_date(session, shelf)
            if was_done:
                return shelf

    def write(code: str) -> None:
        for number in range(12):
            publish(any_database, part("entry", f"side-{number}", "nb", code, title=f"{code} {number}"))

    with ThreadPoolExecutor(3) as pool:
        reader = pool.submit(follow)
        for writer in [pool.submit(write, code) for code in ("fjordvik", "dalsbygd")]:
            writer.result()
        done.set()
        shelf = reader.result()
    with any_database.reading() as session:
        fresh = queries.bring_up_to_date(session, EMPTY)
        assert session.scalars(select(SequenceRow.number)).all() == [25]
    assert shelf == fresh
    assert len(shelf.parts) == 2 + 24
    numbers = [number for key, number in sequences(any_database).items() if key[1] == "entry"]
    assert sorted(numbers) == list(range(2, 26))
    assert max(shelf.versions.values()) == 25


def test_parts_of_a_municipality_that_is_new_come_with_it(any_database: Database) -> None:
    take_over(any_database, two_municipalities(SHARED))
    take_over(any_database, {**two_municipalities(SHARED), **keyed(facts("bydalen"))})
    assert versions(any_database) == {"fjordvik": 2, "dalsbygd": 2, "bydalen": 2}
