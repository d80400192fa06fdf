from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from bs4 import Tag
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from tests.factories.site import DALSBYGD, FJORDVIK, ask, look_now, publish_change
from tests.page import Client, Page
from webapp.app import Avklart
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.kernel.language import LANGUAGES
from webapp.web.front import Front
from webapp.web.i18n import (
    language,
    telephone_href,
    write_date,
    write_list,
    write_minutes,
    write_telephone,
    write_time,
)

FACTS = PageKey("fjordvik", "municipality", "fjordvik", "common")


@pytest.mark.parametrize(
    ("wishes", "fjordvik", "dalsbygd"),
    [
        ("", "nb", "nn"),
        ("nb", "nb", "nb"),
        ("nn", "nn", "nn"),
        ("no", "nb", "nb"),
        ("nb-NO,nb;q=0.9,no;q=0.8,en;q=0.5", "nb", "nb"),
        ("nn-NO", "nn", "nn"),
        ("en-GB,en;q=0.9", "en", "en"),
        ("EN", "en", "en"),
        ("de", "nb", "nn"),
        ("de,fr;q=0.9,en;q=0.1", "en", "en"),
        ("en;q=0.1, nn;q=0.9", "nn", "nn"),
        ("en;q=0", "nb", "nn"),
        ("*", "nb", "nn"),
        ("nonsense;;q=", "nb", "nn"),
    ],
)
def test_the_bare_address_leads_to_the_language_that_the_browser_asks_for(
    front: Front, wishes: str, fjordvik: str, dalsbygd: str
) -> None:
    for host, expected in ((FJORDVIK, fjordvik), (DALSBYGD, dalsbygd)):
        answer = ask(front, "/", host=host, headers={"Accept-Language": wishes} if wishes else {})
        assert answer.status == 302
        assert answer.headers["Location"] == f"/{expected}/"
        assert answer.headers["Vary"] == "Accept-Language"


@given(wishes=st.text(st.sampled_from("nbeo-,;q=0.19* dexyNB"), max_size=60))
@how(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_bare_address_always_leads_to_a_front_page(standing: Avklart, wishes: str) -> None:
    answer = ask(standing.front, "/", headers={"Accept-Language": wishes})
    assert answer.headers["Location"] in {f"/{code}/" for code in LANGUAGES}


def _switch(page: Page) -> dict[str, str]:
    return {str(link["hreflang"]): str(link["href"]) for link in page.soup.select("header nav a[hreflang]")}


@pytest.mark.parametrize(
    "path",
    [
        "",
        "abc/",
        "abc/fall",
        "abc/?for=parorende",
        "sok?q=alarm",
        "sok?q=f%C3%B8lge+til+lege",
        "hvem-gjor-hva?q=sn%C3%B8",
        "om",
    ],
)
def test_the_language_switch_keeps_the_page_and_what_was_asked(client: Client, path: str) -> None:
    for here in LANGUAGES:
        switch = _switch(client.get(f"/{here}/{path}"))
        assert switch == {there: f"/{there}/{path}" for there in LANGUAGES}


def test_the_language_switch_marks_where_one_is_and_names_languages_in_themselves(client: Client) -> None:
    page = client.get("/en/abc/fall")
    current = page.one('header nav a[aria-current="true"]')
    assert (current["lang"], current.get_text()) == ("en", "English")
    names = {str(link["lang"]): link.get_text() for link in page.soup.select("header nav a[hreflang]")}
    assert names == {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


def test_the_language_switch_begins_with_the_municipalitys_own_language(avklart: Avklart) -> None:
    assert list(_switch(Client(avklart.front, DALSBYGD).get("/nb/"))) == ["nn", "nb", "en"]


@pytest.mark.parametrize("path", ["/nb/abc/", "/nn/abc/", "/en/abc/"])
def test_a_page_is_written_in_the_language_of_its_address_whatever_the_browser_asks_for(
    front: Front, path: str
) -> None:
    for wishes in ("en", "nn", "nb", "de"):
        assert f'<html lang="{path[1:3]}"' in ask(front, path, headers={"Accept-Language": wishes}).text


def test_a_language_that_the_municipality_does_not_offer_has_no_pages(avklart: Avklart, real_content: Reading) -> None:
    publish_change(avklart.database, real_content, FACTS, languages=["nn", "nb"])
    look_now(avklart)
    for path in ("/en/", "/en/abc/", "/en/abc/fall", "/en/sok", "/en/hvem-gjor-hva"):
        for wishes, expected in (("en", "nn"), ("nb", "nb")):
            answer = ask(avklart.front, path, headers={"Accept-Language": wishes})
            assert answer.status == 404
            assert f'<html lang="{expected}"' in answer.text
    assert _switch(Client(avklart.front).get("/nb/abc/")).keys() == {"nn", "nb"}
    assert ask(avklart.front, "/", headers={"Accept-Language": "en"}).headers["Location"] == "/nn/"
    assert "/en/" not in ask(avklart.front, "/sitemap.xml").text
    assert ask(avklart.front, "/en/", host=DALSBYGD).status == 200


@pytest.mark.parametrize(
    ("path", "day", "written"),
    [
        ("/nb/", "2027-03-03", "3. mars 2027"),
        ("/nn/", "2027-03-03", "3. mars 2027"),
        ("/en/", "2027-03-03", "3 March 2027"),
        ("/nb/", date(2026, 10, 31), "31. oktober 2026"),
        ("/nb/", "2026-05-01", "1. mai 2026"),
    ],
)
def test_a_date_is_written_as_it_is_said(standing: Avklart, path: str, day: str | date, written: str) -> None:
    with standing.flask.test_request_context(path):
        assert write_date(day) == written


@pytest.mark.parametrize(
    ("path", "time", "written"),
    [
        ("/nb/", datetime(2027, 3, 3, 13, 30, tzinfo=UTC), "3. mars 2027 kl.\N{NO-BREAK SPACE}14.30"),
        ("/en/", datetime(2027, 3, 3, 13, 30, tzinfo=UTC), "3 March 2027 14:30"),
        ("/nn/", datetime(2026, 12, 31, 23, 5, tzinfo=UTC), "1. januar 2027 kl.\N{NO-BREAK SPACE}00.05"),
        ("/nb/", datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "28. mars 2027 kl.\N{NO-BREAK SPACE}01.59"),
        ("/nb/", datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "28. mars 2027 kl.\N{NO-BREAK SPACE}03.00"),
        ("/nb/", datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "31. oktober 2027 kl.\N{NO-BREAK SPACE}02.30"),
        ("/nb/", datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "31. oktober 2027 kl.\N{NO-BREAK SPACE}02.30"),
    ],
)
def test_a_point_in_time_is_written_as_clocks_in_norway_show_it(
    standing: Avklart, path: str, time: datetime, written: str
) -> None:
    with standing.flask.test_request_context(path):
        assert write_time(time) == written


@given(st.integers(min_value=-5, max_value=400_000))
@how(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_who_waits_as_long_as_is_written_waits_long_enough(standing: Avklart, seconds: int) -> None:
    with standing.flask.test_request_context("/en/"):
        number, unit = write_minutes(seconds).split(" ")
    length = {"minute": 60, "minutes": 60, "hour": 3600, "hours": 3600}[unit]
    assert (int(number) == 1) == (not unit.endswith("s"))
    assert max(seconds, 1) <= int(number) * length < max(seconds, 1) + length


@pytest.mark.parametrize(
    ("path", "things", "written"),
    [
        ("/nb/", [], ""),
        ("/nb/", ["naboer"], "naboer"),
        ("/nb/", ["du", "naboer"], "du og naboer"),
        ("/nb/", ["du", "naboer", "NAV"], "du, naboer og NAV"),
        ("/en/", ["you", "neighbours", "NAV"], "you, neighbours and NAV"),
    ],
)
def test_a_list_is_written_as_a_sentence_does(standing: Avklart, path: str, things: list[str], written: str) -> None:
    with standing.flask.test_request_context(path):
        assert write_list(things) == written


@pytest.mark.parametrize(
    ("number", "href"),
    [
        ("61 35 90 00", "tel:+4761359000"),
        ("113", "tel:113"),
        ("116 117", "tel:116117"),
        ("800 30 196", "tel:+4780030196"),
        ("02800", "tel:02800"),
        ("+47 61 35 90 00", "tel:+4761359000"),
    ],
)
def test_a_telephone_number_is_a_link_that_telephones_can_ring(number: str, href: str) -> None:
    assert telephone_href(number) == href


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+4748100000", "481 00 000"),
        ("91234567", "912 34 567"),
        ("61359000", "61 35 90 00"),
        ("80030196", "800 30 196"),
        ("+46701234567", "+46701234567"),
        ("116 117", "116 117"),
        ("", ""),
    ],
)
def test_a_telephone_number_is_written_as_it_is_read_aloud_in_norway(number: str, written: str) -> None:
    assert write_telephone(number) == written


def test_outside_a_request_words_are_bokmaal() -> None:
    assert language() == "nb"


def test_words_of_the_screen_are_in_the_readers_language_on_every_page(client: Client) -> None:
    """A word that is the same in all catalogues would hide that one is not read: these differ in all three."""
    words = {"nb": "Hjelp fra kommunen", "nn": "Hjelp frå kommunen", "en": "Help from the municipality"}
    for code, word in words.items():
        footer = client.get(f"/{code}/om").soup.find("footer", class_="footer")
        assert isinstance(footer, Tag)
        assert word in footer.get_text(" ")
