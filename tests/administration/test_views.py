"""The administrator's page of deliveries: what waits, what was given up and why, sending it again; never content."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select, update

from tests.conftest import NOON
from tests.factories.outbox import park, put, row_of, states
from tests.factories.people import Browser, add_staff
from webapp.administration.presenters import FAULTS, KINDS, fault_in_words
from webapp.app import Avklart
from webapp.audit.models import EventRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.delivery import Handler
from webapp.kernel.permission import Role
from webapp.storage.outbox import SHOWN, drain, enqueue
from webapp.storage.outbox_models import MessageRow

LIST, HOME = "/admin/utboks", "/admin/"
CANARY = "kanari-7f3a9c"


@pytest.fixture
def admin(avklart: Avklart, browser: Browser) -> Browser:
    """Kari, who is an administrator of Fjordvik, logged in; the outbox is empty but for what a test puts there."""
    add_staff(avklart.database, Role.ADMINISTRATOR, at=NOON)
    browser.sign_in()
    return browser


def lines(browser: Browser) -> list[str]:
    """Answer what is listed as given up."""
    return [line.get_text(" ", strip=True) for line in browser.get(LIST).soup.select("main .session-list li")]


def resent(avklart: Avklart) -> list[tuple[str, str, str, str]]:
    """Answer what the audit log has of messages that were sent again."""
    with avklart.database.reading() as session:
        rows = session.scalars(select(EventRow).where(EventRow.action == "message_resent"))
        return [(row.municipality, row.object_kind, row.object_id, row.actor) for row in rows]


def test_the_page_is_found_from_the_administration(admin: Browser) -> None:
    links = [link["href"] for link in admin.get(HOME).soup.select("main a")]
    assert LIST in links
    page = admin.get(LIST)
    assert page.one("h1").get_text() == "Utboks"
    assert "Ingen meldinger venter på å bli sendt." in page.one("main").get_text()
    assert page.soup.select("main form") == []


def test_it_says_how_many_wait_and_since_when(avklart: Avklart, admin: Browser) -> None:
    put(avklart.database, "a", at=NOON - timedelta(hours=3))
    assert "1 melding venter på å bli sendt." in admin.get(LIST).one("main").get_text()
    put(avklart.database, "b", at=NOON - timedelta(hours=2))
    put(avklart.database, "c", municipality="dalsbygd", at=NOON - timedelta(days=2))
    text = admin.get(LIST).one("main").get_text()
    assert "2 meldinger venter på å bli sendt. Den eldste har ventet siden 22. november 2026 kl.\u00a010.00." in text


def test_what_is_to_go_later_has_not_waited(avklart: Avklart, admin: Browser) -> None:
    put(avklart.database, due_at=NOON + timedelta(days=1))
    text = admin.get(LIST).one("main").get_text()
    assert "1 melding venter på å bli sendt." in text
    assert "Den eldste" not in text


def test_what_was_given_up_is_listed_newest_first_in_plain_words_and_never_what_it_says(
    avklart: Avklart, admin: Browser
) -> None:
    park(avklart.database, kind="referral-fhir", fault="certificate expired", payload={"to": CANARY})
    park(avklart.database, kind="referral-webhook", fault="refused 410", at=NOON + timedelta(minutes=5))
    new, old = lines(admin)
    assert new == (
        "Melding til kommunens eget system Mottakeren sa nei (410). Prøvd 1 gang · "
        "Gitt opp 22. november 2026 kl.\u00a013.05 "
        "Send på nytt (Melding til kommunens eget system, 22. november 2026 kl.\u00a013.05)"
    )
    assert old.startswith("Melding til journalsystemet Sertifikatet til mottakeren er gått ut på dato. Prøvd 1 gang")
    assert CANARY not in admin.get(LIST).response.text


def test_a_long_list_says_how_much_it_leaves_out(avklart: Avklart, admin: Browser) -> None:
    with avklart.database.writing() as session:
        for number in range(SHOWN + 1):
            enqueue(session, municipality="fjordvik", kind="mail", payload={}, about=f"case{number}", at=NOON)
        session.flush()
        session.execute(update(MessageRow).values(state="parked", ended_at=NOON))
    assert len(lines(admin)) == SHOWN
    assert f"Her er de {SHOWN} nyeste av {SHOWN + 1}." in admin.get(LIST).one("main").get_text()


def test_a_message_is_put_in_line_again_by_a_button_and_that_is_recorded(
    avklart: Avklart, admin: Browser, clock: FixedClock
) -> None:
    one = park(avklart.database)
    clock.time += timedelta(minutes=10)
    button = admin.get(LIST).one(f"form[action='{LIST}/{one}'] button")
    assert button.get_text(" ", strip=True).startswith("Send på nytt")
    page = admin.post(f"{LIST}/{one}")
    assert "Meldingen står i kø igjen" in page.one("main [role=status]").get_text()
    assert page.soup.select("main .session-list li") == []
    row = row_of(avklart.database, one)
    assert (row.state, row.due_at, row.ended_at) == ("queued", NOON + timedelta(minutes=10), None)
    with avklart.database.reading() as session:
        actor = session.scalar(select(EventRow.actor).where(EventRow.action == "signed_in"))
    assert resent(avklart) == [("fjordvik", "message", one, actor)]


def test_a_button_pressed_twice_sends_once_and_is_recorded_once(avklart: Avklart, admin: Browser) -> None:
    one = park(avklart.database)
    admin.get(LIST)
    token = admin.token()
    admin.post(f"{LIST}/{one}", token=token)
    page = admin.post(f"{LIST}/{one}", token=token)
    assert "Den meldingen sto alt i kø igjen." in page.one("main [role=status]").get_text()
    assert states(avklart.database) == ["queued"]
    assert len(resent(avklart)) == 1


@pytest.mark.parametrize("name", ["0" * 32, "x", "%00", "' OR 1=1 --", "a" * 300])
def test_a_message_of_another_municipality_looks_like_one_that_is_not_there(
    avklart: Avklart, admin: Browser, name: str
) -> None:
    theirs, waiting = park(avklart.database, municipality="dalsbygd"), put(avklart.database, municipality="dalsbygd")
    park(avklart.database)
    admin.get(LIST)
    token = admin.token()
    answers = {admin.send(f"{LIST}/{one}", token=token).status_code for one in (theirs, waiting, name)}
    assert answers == {404}
    assert row_of(avklart.database, theirs).state == "parked"
    assert resent(avklart) == []
    assert len(lines(admin)) == 1


def test_a_word_in_the_address_shows_nothing_of_its_own(admin: Browser) -> None:
    page = admin.get(f"{LIST}?melding=<b>{CANARY}")
    assert CANARY not in page.one("main").get_text()


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.EDITOR, Role.REVIEWER])
def test_the_page_is_for_administrators(avklart: Avklart, browser: Browser, role: Role) -> None:
    add_staff(avklart.database, role, at=NOON)
    one = park(avklart.database)
    browser.sign_in()
    assert browser.raw(LIST).status_code == 403
    browser.get("/innlogging/konto")
    assert browser.send(f"{LIST}/{one}").status_code == 403
    assert states(avklart.database) == ["parked"]


@pytest.mark.parametrize(("fault", "words"), [
    ("refused 550", "Mottakeren sa nei (550)."), ("put off 503", "Mottakeren kunne ikke ta imot den (503)."),
    ("ReadTimeout", "Mottakeren svarte ikke."), ("", "Vi prøvde i en uke, men den kom ikke fram."),
    ("archive: No space left on device", "Det gikk ikke å skrive til arkivet (No space left on device)."),
    ("KeyError", "Noe gikk galt (KeyError)."),
])  # fmt: skip
def test_a_fault_is_told_in_plain_words(standing: Avklart, fault: str, words: str) -> None:
    with standing.flask.test_request_context("/nb/"):
        assert fault_in_words(fault) == words


def test_every_kind_and_fault_that_has_words_has_them_in_norwegian(standing: Avklart) -> None:
    with standing.flask.test_request_context("/nb/"):
        norwegian = [str(words) for words in (*KINDS.values(), *FAULTS.values())]
    with standing.flask.test_request_context("/en/"):
        english = [str(words) for words in (*KINDS.values(), *FAULTS.values())]
    assert not set(norwegian) & set(english)


def test_it_says_how_many_were_sent_and_how_many_of_them_are_acknowledged(
    avklart: Avklart, admin: Browser, clock: FixedClock
) -> None:
    for word in ("a", "b", "c"):
        put(avklart.database, word, payload={"words": word})
    ways: dict[str, Handler] = {"mail": lambda delivery: delivery.payload.get("words") == "b"}
    drain(avklart.database, clock, ways, Event())
    text = admin.get(LIST).one("main").get_text(" ", strip=True)
    assert "3 meldinger er sendt de siste 90 dagene. Mottakerne har bekreftet 1 av dem." in text
