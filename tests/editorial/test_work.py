"""The work list: what is to be done, each thing with one next step; and reminders that rise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tests.conftest import NOON
from tests.factories.editors import press, save
from tests.factories.people import HOSTS, Browser, messages
from tests.factories.site import look_now, publish_change
from webapp.app import Avklart
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.editorial.jobs import remind
from webapp.editorial.queries.work import SOURCES
from webapp.kernel.clock import FixedClock, local_day
from webapp.search.jobs import NO_HIT
from webapp.storage.counters import add_counts

CAFE = "/redaksjon/sider/egen/moteplass/seniorkafeen"
FALL = PageKey(None, "entry", "fall", "common")


def lines(browser: Browser, heading: str) -> list[str]:
    """Answer the lines of a group of the work list."""
    page = browser.get("/redaksjon/")
    found = [one for one in page.soup.select("main section") if one.h2 and one.h2.get_text().startswith(heading)]
    return [" ".join(line.get_text(" ").split()) for section in found for line in section.select("li")]


def test_a_page_past_its_review_date_names_its_group_and_is_gone_through(
    avklart: Avklart, editor: Browser, real_content: Reading
) -> None:
    publish_change(avklart.database, real_content, FALL, review_by="2026-11-01")
    look_now(avklart)
    (line,) = lines(editor, "Skal gjennomgås")
    assert "fristen var 1. november 2026" in line
    assert "Gå gjennom den" in line


def test_what_is_missing_or_older_in_a_language_is_to_be_translated(avklart: Avklart, editor: Browser) -> None:
    before = lines(editor, "Språk som mangler")
    assert any("Seniorkafeen" in line and "mangler på nynorsk" in line for line in before) or len(before) == 8
    save(editor, "/redaksjon/sider/egen/oppslag/sklisikring-og-sno/nb", {"f.local": "Hos oss strør vi først."})
    press(editor, "/redaksjon/sider/egen/oppslag/sklisikring-og-sno", "publisering", when="na")
    look_now(avklart)
    whole = editor.get("/redaksjon/?alle=language").text
    assert "er eldre på" in whole


def test_searches_without_a_hit_are_listed_the_most_frequent_first(avklart: Avklart, editor: Browser) -> None:
    day = local_day(NOON)
    with avklart.database.writing() as session:
        add_counts(session, {("fjordvik", day, NO_HIT, "rullebrett"): 2, ("fjordvik", day, NO_HIT, "stylter"): 5,
                             ("dalsbygd", day, NO_HIT, "ski"): 9})  # fmt: skip
    found = lines(editor, "Søkt etter, og ikke funnet")
    assert [line.split("»")[0] for line in found] == ["«stylter", "«rullebrett"]
    assert "5 ganger de siste 90 dagene" in found[0]


def test_a_link_that_leads_nowhere_is_listed_where_it_stands(
    avklart: Avklart, editor: Browser, real_content: Reading
) -> None:
    key = PageKey(None, "entry", "fall", "nb")
    publish_change(avklart.database, real_content, key, short="Les [mer](entry:finnes-ikke).")
    look_now(avklart)
    (line,) = lines(editor, "Lenker som ikke fører noe sted")
    assert "Fall: hva gjør jeg nå" in line
    assert "Rett lenken" in line


def test_each_thing_has_exactly_one_next_step_and_it_leads_somewhere(editor: Browser, reviewer: Browser) -> None:
    save(editor, f"{CAFE}/nb", {"f.when": "onsdager"})
    for browser in (editor, reviewer):
        page = browser.get("/redaksjon/?alle=language")
        for line in page.soup.select(".work-list li"):
            (link,) = line.select("a")
            assert browser.raw(str(link["href"])).status_code == 200, link["href"]


def test_where_there_is_nothing_to_do_it_says_so(reviewer: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SOURCES
    monkeypatch.setattr("webapp.editorial.queries.work.SOURCES", ())
    assert "Ingenting venter." in reviewer.get("/redaksjon/").text


def test_the_list_of_pages_is_filtered_and_keeps_its_state_in_the_address(editor: Browser) -> None:
    page = editor.get("/redaksjon/sider?q=KAFE&sort=moteplass")
    assert [link for link in page.links() if "kafe" in link.lower()] == ["Seniorkafeen"]
    assert page.one("#q")["value"] == "KAFE"
    save(editor, f"{CAFE}/nb", {"f.when": "onsdager"})
    page = editor.get("/redaksjon/sider?hva=utkast")
    assert "1 side" in page.text
    assert "Utkast" in page.text
    assert "Ingen side er slik." in editor.get("/redaksjon/sider?q=finnesikke").text
    assert editor.get("/redaksjon/sider?sort=tull&hva=tull&eier=tull&side=x").status == 200
    assert "Flere sider" in editor.get("/redaksjon/sider").text


@contextmanager
def no_desk(_municipality: str) -> Iterator[None]:
    """Stand in for a web process where nothing is late."""
    raise AssertionError("nobody is to be told")
    yield


def test_reminders_rise_and_are_told_once_each(
    avklart: Avklart, editor: Browser, reviewer: Browser, clock: FixedClock, real_content: Reading
) -> None:
    @contextmanager
    def desk(municipality: str) -> Iterator[None]:
        with avklart.flask.test_request_context("/nb/", base_url=f"http://{HOSTS[municipality]}"):
            avklart.flask.preprocess_request()
            yield

    assert editor is not reviewer
    assert remind(avklart.database, clock, no_desk) == 0
    publish_change(avklart.database, real_content, FALL, review_by="2026-11-22")
    assert remind(avklart.database, clock, desk) == 2
    told = [one["to"] for one in messages(avklart.database, "review")]
    assert told == ["rolf.redaktor@fjordvik.example"]
    assert remind(avklart.database, clock, desk) == 0, "once a step"
    clock.time = NOON + timedelta(days=30)
    assert remind(avklart.database, clock, desk) >= 2
    told = [one["to"] for one in messages(avklart.database, "review")]
    assert sorted(told[1:]) == ["frida.fagansvarlig@fjordvik.example", "rolf.redaktor@fjordvik.example"]
    assert "/redaksjon/" in messages(avklart.database, "review")[0]["text"]
    assert "Fall" not in messages(avklart.database, "review")[0]["text"]
