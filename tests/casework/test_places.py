"""The places of an offer are counted as they are given, and a full date is said by a new version of the page (TJ-8)."""

from __future__ import annotations

from dataclasses import replace

from tests.casework.cases import do, path_of, take
from tests.conftest import NOON
from tests.factories.people import Browser
from tests.factories.referrals import CONTENT, SENT, send
from webapp.app import Avklart
from webapp.content import queries as content
from webapp.content.actions import publish
from webapp.content.domain.kind import COMMON
from webapp.content.domain.pages import PageKey
from webapp.referrals import queries
from webapp.referrals.actions import handling
from webapp.referrals.domain.referral import Door
from webapp.referrals.queries import Case, Taken

OFFER, DAY, OTHER_DAY = "fallforebygging-gruppe", "2027-02-01", "2027-03-01"
PAGE = f"/nb/tilbud/{OFFER}"
ASKED = replace(SENT, door=Door.OFFER, about=(f"offer:{OFFER}",), content=replace(CONTENT, offer_date=DAY))


def with_two_places(avklart: Avklart) -> None:
    """Publish the offer with a date of two places, and one of any number."""
    key = PageKey("fjordvik", "offer", OFFER, COMMON)
    dates = [{"day": DAY, "place": "Hallen", "places": 2}, {"day": OTHER_DAY, "place": "Hallen"}]
    with avklart.database.writing() as session:
        publish(session, key, {"dates": dates}, at=NOON)
    avklart.bookshelf._fresh_until = 0.0  # whoever signed in a moment ago has looked already


def version(avklart: Avklart) -> int:
    with avklart.database.reading() as session:
        return content.versions(session)["fjordvik"]


def ask(avklart: Avklart) -> Case:
    return send(avklart.database, ASKED)


def give(avklart: Avklart, browser: Browser, case: Case, given: str = "placed", day: str = DAY) -> None:
    browser.get(path_of(case))
    do(avklart, browser, case, "plass", given=given, day=day, words="Velkommen", way="letter")


def fresh(avklart: Avklart, browser: Browser, path: str = PAGE) -> str:
    """Answer the text of a page as a process has it that looks for a publication just now."""
    avklart.bookshelf._fresh_until = avklart.front._fresh_until = 0.0
    return browser.get(path).text


def test_the_caseworker_sees_how_many_places_are_given_and_how_many_wait(avklart: Avklart, karis: Browser) -> None:
    with_two_places(avklart)
    give(avklart, karis, ask(avklart))
    give(avklart, karis, ask(avklart), "listed")
    give(avklart, karis, ask(avklart), day=OTHER_DAY)
    give(avklart, karis, ask(avklart), day="made up")
    with avklart.database.reading() as session:
        found = queries.places_of(session, "fjordvik", OFFER)
        assert queries.places_of(session, "dalsbygd", OFFER) == {}
    assert found == {DAY: Taken(1, 1), OTHER_DAY: Taken(1, 0), "": Taken(1, 0)}
    case = ask(avklart)
    take(avklart, karis, case)
    page = karis.get(path_of(case, "plass"))
    assert "1 av 2 plasser gitt, 1 på venteliste" in page.text
    assert "1 plasser gitt, 0 på venteliste" in page.text
    assert page.one("input[name=day][checked]")["value"] == DAY


def test_a_case_that_moves_from_the_list_to_a_place_is_counted_once(avklart: Avklart, karis: Browser) -> None:
    with_two_places(avklart)
    case = ask(avklart)
    give(avklart, karis, case, "listed")
    give(avklart, karis, case)
    with avklart.database.reading() as session:
        assert queries.places_of(session, "fjordvik", OFFER) == {DAY: Taken(1, 0)}


def test_a_full_date_is_said_on_the_public_page_and_the_version_moves_only_then(
    avklart: Avklart, karis: Browser
) -> None:
    with_two_places(avklart)
    first, last = ask(avklart), ask(avklart)
    give(avklart, karis, first)
    before = version(avklart)
    assert "Fullt." not in fresh(avklart, karis)
    give(avklart, karis, last)
    assert version(avklart) > before
    assert fresh(avklart, karis).count("Fullt. Du kan be om å stå på venteliste.") == 1
    full = version(avklart)
    give(avklart, karis, ask(avklart), "listed")
    assert version(avklart) == full


def test_a_place_that_is_taken_back_is_free_again(avklart: Avklart, karis: Browser) -> None:
    with_two_places(avklart)
    cases = [ask(avklart), ask(avklart)]
    for case in cases:
        give(avklart, karis, case)
    with avklart.database.writing() as session:
        handling.withdraw(session, queries.referral(session, "fjordvik", cases[0].id, is_held=True), at=NOON)
    give(avklart, karis, ask(avklart), "listed")
    assert "Fullt." not in fresh(avklart, karis)


def test_what_is_full_is_published_and_stands_in_no_file(avklart: Avklart, karis: Browser) -> None:
    with_two_places(avklart)
    for _ in range(2):
        give(avklart, karis, ask(avklart))
    with avklart.database.reading() as session:
        assert "full" not in {part.key.kind for part in content.all_parts(session)}
