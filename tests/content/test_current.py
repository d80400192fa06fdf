from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from threading import Thread

import pytest

from tests.factories.site import publish_all, publish_change
from webapp.app import Avklart
from webapp.content import current
from webapp.content.actions import import_parts
from webapp.content.current import Bookshelf
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import StartError
from webapp.settings import Settings
from webapp.storage.session import Database

FACTS = PageKey("fjordvik", "municipality", "fjordvik", "common")
ENTRY = PageKey(None, "entry", "fall", "nb")

Make = Callable[..., Bookshelf]


@pytest.fixture
def make(site_settings: Settings, clock: FixedClock) -> Iterator[Make]:
    """Make a bookshelf over the real content, with some settings changed."""
    opened: list[Database] = []

    def of(**changes: object) -> Bookshelf:
        database = Database(site_settings.database_url)
        opened.append(database)
        return Bookshelf(database, replace(site_settings, **changes), clock)  # type: ignore[arg-type]

    yield of
    for database in opened:
        database.close()


@pytest.fixture
def shelf(make: Make) -> Bookshelf:
    """A bookshelf with the real content, that has looked once."""
    found = make()
    found.freshen()
    return found


def look_now(shelf: Bookshelf) -> None:
    """Let the bookshelf look, however short ago it looked last."""
    shelf._fresh_until = 0.0
    shelf.freshen()


def test_a_bookshelf_knows_nothing_before_it_has_looked(make: Make) -> None:
    shelf = make()
    assert shelf.codes() == []
    assert not shelf.code_of("fjordvik.localhost")


@pytest.mark.parametrize("env", ["demo", "production"])
@pytest.mark.parametrize(
    ("host", "code"),
    [("fjordvik.localhost", "fjordvik"), ("dalsbygd.localhost", "dalsbygd"), ("localhost", "fjordvik")],
)
def test_a_municipality_is_found_by_any_of_its_hosts(make: Make, env: str, host: str, code: str) -> None:
    shelf = make(env=env)
    shelf.freshen()
    assert shelf.code_of(host) == code


def test_an_unknown_host_is_the_default_municipalitys_in_the_demonstration_only(make: Make) -> None:
    for env, code in (("demo", "fjordvik"), ("production", None)):
        shelf = make(env=env)
        shelf.freshen()
        assert shelf.code_of("elsewhere.example") == code


def test_the_base_address_names_the_default_municipality(make: Make) -> None:
    shelf = make(env="production", base_url="https://dalsbygd.localhost")
    shelf.freshen()
    assert shelf.code_of("dalsbygd.localhost") == "dalsbygd"
    assert shelf.base_url("dalsbygd") == "https://dalsbygd.localhost"
    assert shelf.base_url("fjordvik") == "https://fjordvik.localhost"


@pytest.mark.parametrize(
    ("base", "fjordvik", "dalsbygd"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", "http://dalsbygd.localhost:8000"),
        ("https://avklart.example", "https://avklart.example", "https://dalsbygd.localhost"),
        ("https://avklart.example:8443", "https://avklart.example:8443", "https://dalsbygd.localhost:8443"),
    ],
)
def test_other_municipalities_are_linked_by_their_first_host(
    make: Make, base: str, fjordvik: str, dalsbygd: str
) -> None:
    shelf = make(base_url=base)
    shelf.freshen()
    assert (shelf.base_url("fjordvik"), shelf.base_url("dalsbygd")) == (fjordvik, dalsbygd)


def test_a_host_that_is_published_leads_to_its_municipality_at_the_next_look(
    avklart: Avklart, real_content: Reading
) -> None:
    shelf = avklart.bookshelf
    shelf.freshen()
    publish_change(avklart.database, real_content, FACTS, hosts=["ny.fjordvik.example"])
    assert shelf.code_of("fjordvik.localhost") == "fjordvik"
    look_now(shelf)
    assert shelf.code_of("ny.fjordvik.example") == "fjordvik"
    assert shelf.code_of("dalsbygd.localhost") == "dalsbygd"


def test_a_library_is_made_once_a_publication(avklart: Avklart, real_content: Reading) -> None:
    shelf = avklart.bookshelf
    shelf.freshen()
    before = shelf.tenant("fjordvik")
    look_now(shelf)
    assert shelf.tenant("fjordvik") is before
    publish_change(avklart.database, real_content, ENTRY, title="Å falle")
    look_now(shelf)
    after = shelf.tenant("fjordvik")
    assert after is not before
    assert after.version > before.version == shelf.key_of("dalsbygd")[0] - 1
    page, old = after.page("entry", "fall", "nb"), before.page("entry", "fall", "nb")
    assert page is not None
    assert old is not None
    assert page.title == "Å falle" != old.title


@pytest.mark.parametrize(
    ("time", "day"),
    [
        (datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)),
        (datetime(2027, 7, 1, 21, 59, 59, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC)),
        (datetime(2027, 7, 1, 22, 0, tzinfo=UTC), datetime(2027, 7, 2, tzinfo=UTC)),
        (datetime(2027, 10, 31, 22, 59, tzinfo=UTC), datetime(2027, 10, 31, tzinfo=UTC)),
        (datetime(2028, 2, 29, 12, 0, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)),
    ],
)
def test_the_key_of_a_page_holds_the_day_in_norway(
    shelf: Bookshelf, clock: FixedClock, time: datetime, day: datetime
) -> None:
    clock.time = time
    assert shelf.key_of("fjordvik")[1] == day.toordinal()


def test_a_bookshelf_looks_at_the_database_at_most_every_quarter_of_a_second(
    avklart: Avklart, real_content: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = [1000.0]
    monkeypatch.setattr(current, "monotonic", lambda: time[0])
    shelf = avklart.bookshelf
    shelf.freshen()
    version = shelf.key_of("fjordvik")[0]
    publish_change(avklart.database, real_content, ENTRY, title="Å falle")
    for time[0], expected in ((1000.2, version), (1000.3, version + 1)):
        shelf.freshen()
        assert shelf.key_of("fjordvik")[0] == expected


def test_a_library_never_belongs_to_another_publication_than_its_version(
    avklart: Avklart, real_content: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "FRESH_SECONDS", 0.0)
    shelf = avklart.bookshelf
    faults: list[tuple[int, str | None, int]] = []
    shelf.freshen()
    fields = real_content.parts[ENTRY].fields
    first = shelf.key_of("fjordvik")[0]

    def read() -> None:
        last = first
        while last < first + 30 and not faults:
            shelf.freshen()
            library = shelf.tenant("fjordvik")
            page = library.page("entry", "fall", "nb")
            expected = fields["title"] if library.version == first else f"Fall {library.version}"
            if page is None or page.title != expected or library.version < last:
                faults.append((library.version, page.title if page else None, last))
            last = library.version

    readers = [Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for version in range(first + 1, first + 31):
        publish_all(avklart.database, [(ENTRY, {**fields, "title": f"Fall {version}"})])
    for reader in readers:
        reader.join(timeout=60)
    assert not faults
    assert shelf.tenant("fjordvik").version == first + 30


def test_a_bookshelf_without_anything_to_read_says_what_to_run(database: Database, settings: Settings) -> None:
    shelf = Bookshelf(database, settings, FixedClock(datetime(2026, 11, 22, tzinfo=UTC)))
    with pytest.raises(StartError, match="avklart content import"):
        shelf.freshen()


def test_a_publication_is_taken_over_from_either_kind_of_database(
    any_database: Database, settings: Settings, clock: FixedClock, real_content: Reading
) -> None:
    with any_database.writing() as session:
        import_parts(session, real_content.parts, fingerprint="tests", at=clock.now())
    shelf = Bookshelf(any_database, settings, clock)
    shelf.freshen()
    version = shelf.key_of("dalsbygd")[0]
    publish_change(any_database, real_content, ENTRY, title="Å falle")
    look_now(shelf)
    page = shelf.tenant("dalsbygd").page("entry", "fall", "nb")
    assert page is not None
    assert page.title == "Å falle"
    assert shelf.key_of("dalsbygd")[0] == version + 1
