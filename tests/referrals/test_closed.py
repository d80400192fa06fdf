"""A room that a municipality keeps closed: nothing is begun there, what was sent goes on, a telephone is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import NOON
from tests.factories.agreements import caseworker, start, visitor
from tests.factories.people import Browser
from tests.factories.referrals import send
from tests.page import Client
from webapp.agreements.models import AgreementRow
from webapp.app import Avklart, create_app
from webapp.content.actions import import_parts
from webapp.content.domain.pages import PageKey, PagePart
from webapp.content.files import Reading
from webapp.content.reading import html
from webapp.kernel.clock import FixedClock
from webapp.referrals.models import ReferralRow
from webapp.settings import Settings
from webapp.storage.session import Database

FACTS = PageKey("fjordvik", "municipality", "fjordvik", "common")
MENU = PageKey("fjordvik", "menu", "rooms", "common")
LANGUAGES = {"nb": "Du kan ikke skrive til oss her", "nn": "Du kan ikkje skrive til oss her", "en": "You cannot write"}
Close = Callable[..., Avklart]


@pytest.fixture
def close(site_settings: Settings, clock: FixedClock, real_content: Reading) -> Iterator[Close]:
    """Make the application with some rooms of Fjordvik closed."""
    made = []

    def closed(*rooms: str, menu: Sequence[str] = ()) -> Avklart:
        facts: dict[str, Any] = {**real_content.parts[FACTS].fields, "closed": list(rooms)}
        parts = {**real_content.parts, FACTS: replace(real_content.parts[FACTS], fields=facts)}
        if menu:
            parts[MENU] = PagePart(MENU, {"rooms": [{"room": room} for room in menu]})
        database = Database(site_settings.database_url)
        with database.writing() as session:
            import_parts(session, parts, fingerprint="closed", at=NOON)
        database.close()
        made.append(create_app(site_settings, clock=clock))
        return made[-1]

    yield closed
    for one in made:
        one.database.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["ring-meg", "henvendelse/ny", "henvendelse/ny/fortell", "henvendelse/ny/se-over"])
def test_nothing_can_be_begun_and_the_page_says_whom_to_ring(close: Close, language: str, path: str) -> None:
    avklart = close("referrals")
    browser, where = Browser(avklart), f"/{language}/{path}"
    for method in ("GET", "POST"):
        answer = browser.raw(where, method, data={"name": "Ola", "telephone": "61 35 90 99", "key": "x" * 40})
        assert answer.status_code == 404
        assert LANGUAGES[language] in answer.text
        assert "tel:+4761359000" in answer.text
    with avklart.database.reading() as session:
        assert session.query(ReferralRow).count() == 0
    elsewhere = Browser(avklart, "dalsbygd")
    assert elsewhere.raw(where).status_code in {200, 303}


def test_no_page_leads_to_what_is_closed(close: Close) -> None:
    client = Client(close("referrals").front)
    for path in ("/nb/", "/nb/tjenester/trygghetsalarm", "/nb/abc/fall", "/nb/sok?q=xyzzy", "/nb/andre-sprak/pl"):
        links = {link.split("?")[0] for link in client.get(path).links().values()}
        assert not {"/nb/ring-meg", "/nb/henvendelse/ny"} & links


def test_what_was_sent_before_goes_on(close: Close) -> None:
    avklart = close("referrals")
    row = send(avklart.database)
    browser = Browser(avklart)
    assert browser.raw("/nb/henvendelse/status").status_code == 200
    assert browser.raw(f"/nb/henvendelse/kvittering/{row.reference}").status_code == 303


NO_AGREEMENT = {
    "nb": "Du kan ikke begynne på en avtale her", "nn": "Du kan ikkje begynne på ein avtale her",
    "en": "No agreement can be begun here",
}  # fmt: skip


@pytest.mark.parametrize("language", NO_AGREEMENT)
@pytest.mark.parametrize("path", ["avtale/", "avtale/eksempel", "avtale/ny", "avtale/blank.pdf"])
def test_no_agreement_can_be_begun_and_the_page_says_whom_to_ring(close: Close, language: str, path: str) -> None:
    avklart = close("agreements")
    browser, where = Browser(avklart), f"/{language}/{path}"
    answers = [browser.raw(where)]
    if path == "avtale/ny":
        told = {"name": "Ola", "telephone": "91 35 90 99", "key": "x" * 40, "role": "caregiver", "mode": "family"}
        answers.append(browser.raw(where, "POST", data=told))
    for answer in answers:
        assert answer.status_code == 404
        assert NO_AGREEMENT[language] in answer.text
        assert "tel:+4761359000" in answer.text
    with avklart.database.reading() as session:
        assert session.query(AgreementRow).count() == 0
    assert Browser(avklart, "dalsbygd").raw(where).status_code == 200


def test_no_page_menu_or_map_leads_to_agreements_that_are_closed(close: Close) -> None:
    text = "Les om [en avtale](page:avtale) og [et eksempel](page:avtale-eksempel)."
    for rooms, is_there in ((["agreements"], False), ([], True)):
        avklart = close(*rooms, menu=("abc", "agreement"))
        with avklart.flask.test_request_context("/nb/", base_url="http://127.0.0.1:8000"):
            avklart.flask.preprocess_request()
            shown = str(html(text, "nb"))
        assert ("/nb/avtale/" in shown) is is_there
        assert "en avtale" in shown
        client = Client(avklart.front)
        assert ("/nb/avtale/" in client.get("/nb/").links().values()) is is_there
        menu = {str(link["href"]) for link in client.get("/nb/abc/").soup.select("footer a[href]")}
        assert "/nb/abc/" in menu
        assert ("/nb/avtale/" in menu) is is_there
        assert ("/nb/avtale/" in client.raw("/sitemap.xml").text) is is_there


def test_an_agreement_that_was_begun_before_goes_on(close: Close) -> None:
    avklart = close("agreements")
    with avklart.database.writing() as session:
        family = start(session)
    kari = visitor(avklart, family, family.kari)
    for path in ("", "deltakere", "svar"):
        assert kari.raw(f"/nb/avtale/{family.agreement}/{path}").status_code in {200, 303}, path
    reader = Browser(avklart)
    assert [reader.raw(f"/nb/avtale/{path}").status_code for path in ("kode", "verifiser")] == [200, 200]


def test_staff_begin_none_either_and_see_those_that_were_begun(close: Close) -> None:
    avklart = close("agreements")
    with avklart.database.writing() as session:
        family = start(session, at=NOON)
    siri = caseworker(avklart, family)
    assert "/saker/avtaler/ny" not in siri.raw("/saker/avtaler").text
    siri.get("/saker/avtaler")
    told = {"key": "k", "name": "Åse", "telephone": "91 35 90 01", "channel": "sms", "theme": "home", "language": "nb"}
    for answer in (siri.raw("/saker/avtaler/ny"), siri.send("/saker/avtaler/ny", **told)):
        assert answer.status_code == 404
        assert NO_AGREEMENT["nb"] in answer.text
    with avklart.database.reading() as session:
        assert session.query(AgreementRow).count() == 1


def test_self_checks_that_are_closed_are_not_there_and_the_list_says_so(close: Close) -> None:
    client = Client(close("selfchecks").front)
    assert "Det er ingen selvsjekker her akkurat nå." in client.get("/nb/selvsjekk/").text
    for path in ("/nb/selvsjekk/who5", "/nb/selvsjekk/who5/sporsmal/1"):
        assert client.raw(path).status_code == 404
