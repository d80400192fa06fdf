"""A clock that is wrong, and a server that is started anew: nothing revives, and nothing is lost (F14, F15)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import CONTENT, NOON
from tests.factories.agreements import Family
from tests.factories.people import QUICK, Browser, code_sent
from tests.factories.signing import browser_of, family_of, hash_of, invitation_of, lock, page_of, state_of, version_of
from tests.house.everybody import Person, begin_session
from webapp.agreements import jobs, queries
from webapp.app import Avklart
from webapp.identity import letters
from webapp.identity import queries as identity
from webapp.identity.domain.codes import Channel
from webapp.identity.domain.sessions import Kind
from webapp.kernel.clock import FixedClock
from webapp.kernel.permission import Assurance, Role
from webapp.settings import Settings, load

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def family(avklart: Avklart) -> Family:
    """A family whose text waits for signatures."""
    found = family_of(avklart)
    lock(avklart, found)
    return found


@pytest.fixture
def restarted(
    site_settings: Settings, clock: FixedClock, make_site: Callable[..., Avklart]
) -> Iterator[Avklart]:  # fmt: skip
    """The application as another process has it that was started from the same folder."""
    anew = load({"AVKLART_DATA": str(site_settings.data), "AVKLART_CONTENT": str(CONTENT)})
    found = make_site(replace(anew), clock=clock, hasher=QUICK)
    yield found
    found.database.close()


def moved(browser: Browser, to: Avklart) -> Browser:
    """Answer the same browser, with its cookie and the page it has, as another process answers it."""
    found = Browser(to, page=browser.page)
    found.client.set_cookie(found.cookie_name, browser.cookie(), domain=found.host.split(":")[0])
    return found


def test_sessions_codes_half_filled_forms_and_links_go_on_in_another_process(
    avklart: Avklart, family: Family, restarted: Avklart
) -> None:
    page = page_of(family, "signer")
    kari, per = (browser_of(avklart, family, one) for one in (family.kari, family.per))
    kari.get(page)
    kari.post(f"{page}/kode")
    seen, code = hash_of(kari), code_sent(avklart.database, invitation_of(avklart, family, family.kari))
    per.get(f"{page}/nei")
    with avklart.flask.test_request_context("/nb/", base_url="http://127.0.0.1:8000"):
        avklart.flask.preprocess_request()
        with avklart.database.writing() as session:
            invited = identity.invitation(session, "fjordvik", invitation_of(avklart, family, family.per))
            assert invited is not None
            link = letters.send_link(session, invited, Channel.EMAIL, at=NOON).partition(":8000")[2]
    avklart.database.close()
    moved(kari, restarted).post(page, seen=seen, code=code)
    with restarted.database.reading() as session:
        signed = queries.signatures(session, queries.versions(session, family.row(session, is_held=False))[-1])
        assert [one.party for one in signed] == [family.kari]
    moved(per, restarted).post(f"{page}/nei", seen=seen, reason="Skrevet før omstarten.")
    assert state_of(restarted, family) == "settling"
    elsewhere = Browser(restarted)
    elsewhere.get(link)
    elsewhere.post(link, channel="sms")
    elsewhere.post(
        "/nb/avtale/bekreft", code=code_sent(restarted.database, invitation_of(restarted, family, family.per))
    )
    assert elsewhere.path() == page_of(family, "")


def test_no_clock_gives_a_code_or_a_text_its_time_back_and_what_happened_keeps_its_order(
    avklart: Avklart, family: Family, clock: FixedClock
) -> None:
    page = page_of(family, "signer")
    kari = browser_of(avklart, family, family.kari)
    kari.get(page)
    kari.post(f"{page}/kode")
    seen, code = hash_of(kari), code_sent(avklart.database, invitation_of(avklart, family, family.kari))
    for minutes in (11, 9):  # as far back as a session goes along
        clock.time = NOON + timedelta(minutes=minutes)
        kari.post(page, seen=seen, code=code, status=422)
    clock.time = NOON - HOUR
    assert kari.raw(page).status_code == 303, "nobody is in before they came"
    clock.time = NOON
    assert kari.raw(page).status_code == 303, "and what has ended stays ended"
    clock.time = NOON + 14 * DAY
    assert jobs.let_time_pass(avklart.database, clock) == 1
    clock.time = NOON + 13 * DAY
    assert jobs.let_time_pass(avklart.database, clock) == 0
    aase = Browser(avklart)
    who = Person("fjordvik", invitation_of(avklart, family, family.aase), Kind.PARTY, Assurance.SUBSTANTIAL, Role.PARTY)
    begin_session(aase, who, at=clock.time)
    aase.get(page)
    aase.post(page, seen=seen, status=409)
    assert (version_of(avklart, family).state, state_of(avklart, family)) == ("void", "settling")
    aase.get(page)
    aase.post(f"{page}/las", language="nb", review_on="")
    told = aase.get(page_of(family, "historikk")).text
    assert (
        told.index("Teksten ble låst for signering.")
        < told.index("Tiden for å skrive under var ute.")
        < told.rindex("Teksten ble låst for signering.")
    ), "the newest first, whatever the clock said"
