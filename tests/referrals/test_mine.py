"""Residents who came in with ID-porten: what they send is theirs, they find it again, and nobody else's (HE-2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import NOON
from tests.factories.people import Browser, add_staff
from tests.factories.referrals import CONTENT, send
from tests.gateways.oidc_provider import StrictProvider, start_provider
from tests.identity.at_provider import client_of, come_in, known, site
from tests.page import Page
from tests.referrals.test_asking import CALL, FILLED, NEW, address, cases
from webapp.app import Avklart
from webapp.kernel.clock import FixedClock
from webapp.referrals.models import ReferralRow
from webapp.settings import Settings

STATUS, MINE, OWN = "/nb/henvendelse/status", "/nb/henvendelse/mine", "/nb/henvendelse/min"


@pytest.fixture(scope="module")
def running() -> Iterator[StrictProvider]:
    """A provider, one for all tests here."""
    with start_provider() as found:
        yield found


@pytest.fixture
def provider(running: StrictProvider) -> StrictProvider:
    """The provider as it was when it started, at noon."""
    return known(running)


@pytest.fixture
def avklart(site_settings: Settings, clock: FixedClock, provider: StrictProvider) -> Iterator[Avklart]:
    """The whole application: Fjordvik has ID-porten, Dalsbygd has not."""
    with site(site_settings, clock, client_of(provider)) as found:
        yield found


def press(browser: Browser, path: str, **fields: Any) -> Page:
    """Open a screen and send its form as a browser does, with all that it carries."""
    shown = browser.get(path)
    hidden = {str(one["name"]): str(one["value"]) for one in shown.soup.select("main form.form input[type=hidden]")}
    response = browser.raw(path, "POST", data={**hidden, **fields}, headers={"Origin": f"http://{browser.host}"})
    assert response.status_code == 303, response.text
    return browser.get(response.headers["Location"])


def send_as(browser: Browser) -> None:
    """Fill in all the screens and send."""
    for screen in ("for", "om", "fortell", "kontakt"):
        press(browser, address(screen), **FILLED[screen])
    press(browser, f"{NEW}/se-over")


def only(avklart: Avklart) -> ReferralRow:
    ((row, _content),) = cases(avklart)
    return row


def test_what_a_resident_sends_while_they_are_in_is_listed_read_and_taken_back_by_them(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    come_in(browser, provider)
    send_as(browser)
    row = only(avklart)
    page = browser.get(MINE)
    assert f"{OWN}?sak={row.reference}" in page.links().values()
    assert FILLED["fortell"]["words"] in browser.get(f"{OWN}?sak={row.reference}").text
    assert "Mer fra meg" in browser.post(f"{OWN}?sak={row.reference}", words="Mer fra meg").text
    assert browser.raw(f"{OWN}.pdf?sak={row.reference}").data.startswith(b"%PDF")
    browser.get(f"{OWN}/trekk?sak={row.reference}")
    assert browser.post(f"{OWN}/trekk?sak={row.reference}").heading() == "Du har trukket det tilbake"


def test_another_resident_sees_nothing_of_it_nor_does_who_sent_without_being_in(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    come_in(browser, provider)
    send_as(browser)
    other = Browser(avklart, address="198.51.100.8")
    come_in(other, provider, subject="eva")
    unbound = send(avklart.database)
    assert [line for line in other.get(MINE).links().values() if "sak=" in line] == []
    for reference in (cases(avklart)[0][0].reference, unbound.reference, "", "AAAA-BBBB"):
        for where in (OWN, f"{OWN}.json", f"{OWN}/trekk"):
            assert other.raw(f"{where}?sak={reference}").status_code == 404
        assert other.raw(f"{OWN}?sak={reference}").status_code == 404


def test_what_is_sent_by_somebody_who_is_not_in_or_who_works_here_is_no_residents(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    add_staff(avklart.database, at=NOON)
    browser.sign_in()
    send_as(browser)
    stranger = Browser(avklart, address="198.51.100.9")
    send_as(stranger)
    come_in(stranger, provider)
    assert len(cases(avklart)) == 2
    assert "Du har ikke sendt noe slik ennå." in stranger.get(MINE).text


def test_a_form_that_is_sent_by_who_is_in_needs_the_token_of_their_session(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    come_in(browser, provider)
    for screen in ("for", "om", "fortell", "kontakt"):
        press(browser, address(screen), **FILLED[screen])
    shown = browser.get(f"{NEW}/se-over")
    hidden = {str(one["name"]): str(one["value"]) for one in shown.soup.select("main form.form input[type=hidden]")}
    assert hidden.pop("csrf_token")
    headers = {"Origin": f"http://{browser.host}"}
    for sent in (headers, {}):
        assert browser.raw(f"{NEW}/se-over", "POST", data=hidden, headers=sent).status_code in {303, 400}
        assert cases(avklart) == []


def test_who_is_in_is_rung_without_writing_their_name_again_and_finds_it_among_their_own(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    come_in(browser, provider)
    assert not browser.get(CALL).one("#name").get("value"), "nobody has said yet what they are called"
    receipt = press(browser, CALL, name="Ola Fjell", telephone="61 35 90 98", interpreter="polski")
    (row,) = [row for row, _content in cases(avklart)]
    own = f"{OWN}?sak={row.reference}"
    assert receipt.links()["Se hvordan det går"] == own
    assert "61 35 90 98" in browser.get(own).text
    assert own in browser.get(MINE).links().values()
    again = browser.get(CALL)
    known = {name: again.one(f"#{name}")["value"] for name in ("name", "telephone", "interpreter")}
    assert known == {"name": "Ola Fjell", "telephone": "61 35 90 98", "interpreter": "polski"}
    other = Browser(avklart, address="198.51.100.8")
    come_in(other, provider, subject="eva")
    for stranger in (other, Browser(avklart, address="198.51.100.9")):
        assert not stranger.get(CALL).one("#name").get("value")


def test_a_page_that_was_opened_before_somebody_came_in_is_shown_anew_with_what_was_written(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    where = f"{CALL}?tjeneste=hjemmesykepleie"
    shown = browser.get(where)
    hidden = {str(one["name"]): str(one["value"]) for one in shown.soup.select("main form.form input[type=hidden]")}
    come_in(browser, provider)
    headers = {"Origin": f"http://{browser.host}"}
    written = {**hidden, "name": "Ola Fjell", "telephone": "61 35 90 98", "when": "morning"}
    answer = browser.raw(where, "POST", data=written, headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, where)
    assert cases(avklart) == []
    page = browser.get(where)
    assert page.one("#name")["value"] == "Ola Fjell"
    assert "Det er ikke sendt" in page.one("main").get_text()
    press(browser, where, name="Ola Fjell", telephone="61 35 90 98", when="morning")
    ((row, content),) = cases(avklart)
    assert (row.about, content.when) == (["service:hjemmesykepleie"], "morning")


def test_the_status_page_offers_id_porten_where_the_municipality_has_it(avklart: Avklart, browser: Browser) -> None:
    offered = "/id/inn?neste=%2Fnb%2Fhenvendelse%2Fmine"
    assert offered in [form["action"] for form in browser.get(STATUS).soup.select("main form")]
    elsewhere = Browser(avklart, "dalsbygd")
    assert "ID-porten" not in elsewhere.get(STATUS).one("main").get_text()
    assert CONTENT.text not in elsewhere.get(STATUS).text
