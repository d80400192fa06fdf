"""The editorial office on PostgreSQL: the whole way of a draft, two at once, and what is crossed by many at a time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select, text

from tests.conftest import NOON
from tests.factories.editors import come_in, form_of, press, save
from tests.factories.images import photograph
from tests.factories.people import HOSTS, Browser, messages
from tests.factories.site import ask, look_now, publish_change
from webapp.app import Avklart
from webapp.content.actions import import_parts
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.editorial.actions import drafting
from webapp.editorial.actions.drafting import Page
from webapp.editorial.domain.places import Place
from webapp.editorial.jobs import note_bases, publish_due, tell_of_shared
from webapp.editorial.models import DraftPartRow, DraftRow, RevisionRow, SaveRow
from webapp.kernel.caller import Actor
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import ConflictError
from webapp.kernel.permission import Role

pytestmark = pytest.mark.postgresql
FALL = "/redaksjon/sider/felles/oppslag/fall"
OWN_FALL = "/redaksjon/sider/egen/oppslag/fall"
CAFE = "/redaksjon/sider/egen/moteplass/seniorkafeen"
FALL_NB = PageKey(None, "entry", "fall", "nb")
WORDS = "Ring 113 straks."


@pytest.fixture
def office(postgresql_site: Avklart, real_content: Reading) -> Avklart:
    """The whole application on PostgreSQL, with the project's content in the database too."""
    with postgresql_site.database.writing() as session:
        import_parts(session, real_content.parts, fingerprint="tests", at=NOON)
    return postgresql_site


@pytest.fixture
def editor(office: Avklart) -> Browser:
    """An editor of Fjordvik."""
    return come_in(office, Role.EDITOR)


def count(site: Avklart, table: type[DraftRow | DraftPartRow | RevisionRow | SaveRow]) -> int:
    """Answer how many rows a table has."""
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_draft_goes_the_whole_way_and_can_be_taken_back(office: Avklart, editor: Browser) -> None:
    reviewer = come_in(office, Role.REVIEWER, name="Frida Fagansvarlig")
    save(editor, f"{FALL}/nb", {"f.short": WORDS})
    editor.get(f"{FALL}/vis/nb")
    press(editor, FALL, "utkast", handling="send")
    press(reviewer, FALL, "godkjenning", handling="godkjenn")
    press(editor, FALL, "publisering", when="na")
    look_now(office)
    assert WORDS in ask(office.front, "/nb/abc/fall", host="127.0.0.1:8000").text
    assert (count(office, DraftRow), count(office, DraftPartRow)) == (0, 0)
    assert count(office, RevisionRow) == 2
    editor.get(f"{FALL}/historikk")
    editor.post(f"{FALL}/historikk/nb/1")
    assert form_of(editor.get(f"{FALL}/nb"))["f.short"] != [WORDS]


def test_a_draft_is_published_at_its_time_by_one_of_two_workers(
    office: Avklart, editor: Browser, clock: FixedClock
) -> None:
    save(editor, f"{CAFE}/nb", {"f.when": "onsdager kl. 12"})
    press(editor, CAFE, "publisering", when="senere", day="2026-11-23", clock="08:00")
    clock.time = NOON.replace(day=23)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: publish_due(office.database, clock), range(2)))
    assert sum(done) == 1
    assert count(office, RevisionRow) == 2


def test_of_two_who_save_at_the_same_time_one_is_told_and_nothing_is_lost(office: Avklart) -> None:
    place, begin = Place(None, "entry", "fall"), Barrier(2)
    with office.database.writing() as session:
        drafting.save(
            session, Page(place, "nb", 0, "first"), {"short": "Begynt"}, Actor("fjordvik", "a", NOON), published=None,
            unchanged={},
        )  # fmt: skip

    def write(name: str) -> str:
        begin.wait()
        try:
            with office.database.writing() as session:
                page, by = Page(place, "nb", 1, name), Actor("fjordvik", name, NOON)
                drafting.save(session, page, {"short": name}, by, published=None, unchanged={})
        except ConflictError:
            return ""
        return name

    with ThreadPoolExecutor(2) as pool:
        (kept,) = filter(None, pool.map(write, ("Randi", "Rolf")))
    with office.database.reading() as session:
        assert session.scalars(select(DraftPartRow.raw)).all() == [{"short": kept}]
    assert count(office, SaveRow) == 2


def test_what_is_cut_off_in_mid_save_leaves_the_save_before(office: Avklart, editor: Browser) -> None:
    save(editor, f"{FALL}/nb", {"f.short": WORDS})
    with office.database.engine.begin() as connection:
        connection.execute(text(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cut off' "
            "USING ERRCODE = '57P01'; END $$; "
            "CREATE TRIGGER refuse BEFORE INSERT ON editorial_save FOR EACH ROW EXECUTE FUNCTION refuse()"
        ))  # fmt: skip
    save(editor, f"{FALL}/nb", {"f.short": "Noe annet."}, status=503)
    assert form_of(editor.get(f"{FALL}/nb"))["f.short"] == [WORDS]


def test_a_shared_text_that_changed_is_found_and_told_of_once(
    office: Avklart, editor: Browser, clock: FixedClock, real_content: Reading
) -> None:
    @contextmanager
    def desk(municipality: str) -> Iterator[None]:
        with office.flask.test_request_context("/nb/", base_url=f"http://{HOSTS[municipality]}"):
            office.flask.preprocess_request()
            yield

    note_bases(office.database)
    save(editor, f"{OWN_FALL}/nb", {"f.short": "Vårt eget svar. Ring 113."})
    press(editor, OWN_FALL, "publisering", when="na")
    publish_change(office.database, real_content, FALL_NB, short=WORDS)
    look_now(office)
    assert tell_of_shared(office.database, clock, desk) == 1
    assert tell_of_shared(office.database, clock, desk) == 0
    assert len(messages(office.database, "shared")) == 1
    assert "To tekster er blitt ulike" in editor.get("/redaksjon/").text
    editor.get(f"{OWN_FALL}/flett")
    editor.post(f"{OWN_FALL}/flett", **{"valg.nb.short": "vart"})
    look_now(office)
    assert "To tekster er blitt ulike" not in editor.get("/redaksjon/").text


def test_an_image_is_put_in_shown_and_taken_away(office: Avklart, editor: Browser) -> None:
    told: dict[str, Any] = {"alt_nb": "En rullator", "alt_nn": "Ein rullator", "alt_en": "A walking frame"}
    editor.get("/redaksjon/bilder/nytt")
    told |= {"name": "Rullator", "whose": "egen", "file": (BytesIO(photograph()), "bilde.jpg")}
    page = editor.post("/redaksjon/bilder/nytt", **told)
    look_now(office)
    answer = ask(office.front, str(page.one("main img")["src"]), host="127.0.0.1:8000")
    assert answer.status == 200
    editor.post("/redaksjon/bilder/egen/rullator/fjern")
    editor.get("/redaksjon/bilder/egen/rullator", status=404)
