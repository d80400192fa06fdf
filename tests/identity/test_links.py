"""Personal links: hard to guess, stored as a hash, of one purpose, void in time, and inert when opened (L1, L2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.factories.people import Browser, Invited, invite, messages
from tests.identity.parties import (
    ANOTHER,
    CONFIRM,
    JOIN,
    address,
    ask_for_code,
    body,
    come_in,
    everything,
    invite_staff,
    is_in,
    new_link,
    number_sent,
    revoke,
)
from webapp.app import Avklart
from webapp.identity.domain.codes import Channel, Purpose
from webapp.identity.models import InvitationRow, LinkRow
from webapp.kernel.clock import FixedClock

LONG = "a" * 10_000


@pytest.fixture
def invited(avklart: Avklart, clock: FixedClock) -> Invited:
    """Somebody with an e-mail address and a telephone, whose link came by e-mail."""
    return invite(avklart, at=clock.now())


def replaced(avklart: Avklart, invited: Invited, clock: FixedClock) -> str:
    new_link(avklart, invited, clock)
    return invited.secret


def revoked(avklart: Avklart, invited: Invited, clock: FixedClock) -> str:
    revoke(avklart, invited, clock)
    return invited.secret


def expired(avklart: Avklart, invited: Invited, clock: FixedClock) -> str:
    with avklart.database.writing() as session:
        session.execute(
            update(InvitationRow).where(InvitationRow.id == invited.id).values(expires_at=clock.now() + timedelta(1))
        )
    clock.time += timedelta(days=1)
    return invited.secret


KINDS: dict[str, Callable[[Avklart, Invited, FixedClock], str]] = {
    "unknown": lambda _avklart, _invited, _clock: "A" * 43,
    "truncated": lambda _avklart, invited, _clock: invited.secret[:-1],
    "with a full stop": lambda _avklart, invited, _clock: invited.secret + ".",
    "in capitals": lambda _avklart, invited, _clock: invited.secret.swapcase(),
    "of ten thousand characters": lambda _avklart, _invited, _clock: LONG,
    "followed by very much": lambda _avklart, invited, _clock: invited.secret + LONG,
    "of other signs": lambda _avklart, _invited, _clock: "%00%ff%ED%A0%80%0a%3Cb%3E",
    "of dots": lambda _avklart, _invited, _clock: "..",
    "with a question": lambda _avklart, _invited, _clock: "abc%3Fx%23y",
    "replaced": replaced,
    "revoked": revoked,
    "expired": expired,
    "of staff": lambda avklart, _invited, clock: invite_staff(avklart, clock).secret,
    "for a password": lambda avklart, _invited, clock: invite_staff(avklart, clock, Purpose.PASSWORD).secret,
    "of another municipality": lambda avklart, _invited, clock: (
        invite(avklart, at=clock.now(), municipality="dalsbygd").secret
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_link_that_leads_nowhere_gets_the_very_same_page_with_a_way_on(
    avklart: Avklart, browser: Browser, clock: FixedClock, invited: Invited, kind: str
) -> None:
    secret = KINDS[kind](avklart, invited, clock)
    expected = body(browser.raw("/nb/avtale/i/" + "B" * 43), "B" * 43)
    for method in ("GET", "POST"):
        answer = browser.raw(f"/nb/avtale/i/{secret}", method, headers={"Origin": f"http://{browser.host}"})
        found = browser.get("/nb/avtale/i/" + "B" * 43, status=410)  # the page itself is whole
        varying = (secret, secret.replace("%3Fx%23y", ""))
        status, where, text = body(answer, *sorted(varying, key=len, reverse=True))
        assert (status, where) == (410, "")
        if all(sign not in secret for sign in "%.") and secret != LONG and LONG not in secret:
            assert (status, where, text) == expected
        assert browser.cookie() == ""
    browser.page = found
    onward = [str(form["action"]) for form in found.soup.select("main form.press")]
    assert onward == [f"/nb/avtale/i/{'B' * 43}/ny-lenke"]
    assert JOIN in found.links().values()
    assert "61 35 90 00" in found.text


@pytest.mark.parametrize("secret", ["..", "%2e%2e", "abc%3Fx", "a%23b", "%22%3E%3Cb%3E", LONG, "æ", "a b"])
def test_what_was_never_a_secret_stands_in_no_address_that_the_page_leads_to(browser: Browser, secret: str) -> None:
    page = browser.get(f"/nb/avtale/i/{secret}", status=410)
    (form,) = page.soup.select("main form.press")
    browser.post(str(form["action"]))
    assert browser.path() == "/nb/avtale/i/ukjent/ny-lenke"


def test_a_link_of_one_purpose_opens_nothing_of_another(
    avklart: Avklart, browser: Browser, clock: FixedClock, invited: Invited
) -> None:
    origin = {"Origin": f"http://{browser.host}"}
    for method in ("GET", "POST"):
        unknown = body(browser.raw("/innlogging/i/" + "B" * 43, method, headers=origin), "B" * 43)
        found = browser.raw(f"/innlogging/i/{invited.secret}", method, headers=origin)
        assert body(found, invited.secret) == unknown
        for purpose in (Purpose.STAFF, Purpose.PASSWORD):
            staff = invite_staff(avklart, clock, purpose)
            assert browser.raw(address(staff), method, headers=origin).status_code == 410
    assert browser.cookie() == ""


def test_a_secret_is_stored_as_its_hash_alone(avklart: Avklart, invited: Invited) -> None:
    with avklart.database.reading() as session:
        (stored,) = session.scalars(select(LinkRow.secret)).all()
    assert stored == sha256(invited.secret.encode()).hexdigest()
    avklart.database.close()
    assert invited.secret.encode() not in Path(str(avklart.database.engine.url.database)).read_bytes()


def test_opening_a_link_however_often_changes_no_row_at_all(
    avklart: Avklart, browser: Browser, clock: FixedClock, invited: Invited
) -> None:
    before = everything(avklart.database)
    for secret in (invited.secret, "A" * 43, LONG):
        for lang in ("nb", "nn", "en"):
            for method in ("GET", "HEAD", "OPTIONS"):
                for _ in range(5):
                    browser.raw(f"/{lang}/avtale/i/{secret}", method)
                    clock.time += timedelta(minutes=3)
    for then in ("/ny-lenke", "/ikke-meg"):
        assert browser.raw(address(invited, then)).status_code == 405
        assert browser.raw(address(invited, then), "HEAD").status_code == 405
    assert everything(avklart.database) == before
    assert browser.cookie() == ""


def test_a_page_that_posts_from_another_site_changes_nothing(
    avklart: Avklart, browser: Browser, invited: Invited
) -> None:
    before = everything(avklart.database)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        for then in ("", "/ny-lenke", "/ikke-meg"):
            assert browser.raw(address(invited, then), "POST", headers=headers).status_code in {400, 403}
    assert everything(avklart.database) == before


def test_the_page_shows_the_municipality_and_its_telephone_and_nothing_of_who_and_why(
    browser: Browser, invited: Invited
) -> None:
    page = browser.get(address(invited))
    markup = page.response.get_data(as_text=True)
    assert page.heading() == "Fjordvik kommune"
    assert "61 35 90 00" in page.text
    for private in ("aase", "eksempel.example", "61359001", "59001", "agreement", invited.id, invited.joining_code):
        assert private not in markup
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.response.headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in markup


def test_a_new_link_voids_the_older_ones(
    avklart: Avklart, browser: Browser, clock: FixedClock, invited: Invited
) -> None:
    second = new_link(avklart, invited, clock)
    third = new_link(avklart, second, clock, Channel.SMS)
    assert browser.raw(address(invited)).status_code == 410
    assert browser.raw(address(second)).status_code == 410
    assert browser.raw(address(third)).status_code == 200


@pytest.mark.parametrize("then", [timedelta(days=-1), timedelta(hours=-1), timedelta(minutes=-2)])
def test_a_clock_set_back_wakes_no_link_that_was_over(
    avklart: Avklart, browser: Browser, clock: FixedClock, invited: Invited, then: timedelta
) -> None:
    revoke(avklart, invited, clock)
    clock.time += then
    assert browser.raw(address(invited)).status_code == 410


def test_a_new_link_goes_to_the_stored_contact_only_and_every_secret_is_answered_alike(
    avklart: Avklart, browser: Browser, clock: FixedClock, invited: Invited
) -> None:
    clock.time += timedelta(minutes=1)
    origin = {"Origin": f"http://{browser.host}"}
    typed = {"email": "thief@evil.example", "to": "thief@evil.example", "telephone": "+4799999999", "channel": "sms"}
    known = browser.raw(address(invited, "/ny-lenke"), "POST", data=typed, headers=origin)
    first, second = (message for message in messages(avklart.database) if message["kind"] == "mail")
    assert first["to"] == second["to"] == "aase@eksempel.example"
    assert "evil" not in str(messages(avklart.database))
    assert browser.raw(address(invited)).status_code == 410
    newest = replace(invited, secret=second["text"].split("/i/")[1].split()[0])
    assert browser.raw(address(newest)).status_code == 200
    before = number_sent(avklart, invited)
    others = ["A" * 43, invite_staff(avklart, clock).secret, "Æ", LONG]
    others.append(invite(avklart, at=clock.now(), municipality="dalsbygd", email=None).secret)
    for secret in others:
        unknown = browser.raw(f"/nb/avtale/i/{secret}/ny-lenke", "POST", data=typed, headers=origin)
        assert body(unknown, secret) == body(known, invited.secret)
    assert number_sent(avklart, invited) == before


def test_whoever_holds_an_old_link_can_neither_flood_nor_lock_out_the_right_person(
    avklart: Avklart, browser: Browser, elsewhere: Browser, clock: FixedClock, invited: Invited
) -> None:
    current = new_link(avklart, invited, clock)
    for _ in range(30):
        clock.time += timedelta(minutes=1)
        elsewhere.raw(address(invited, "/ny-lenke"), "POST", headers={"Origin": f"http://{elsewhere.host}"})
    links = [m["text"].split("/i/")[1].split()[0] for m in messages(avklart.database, invited.id) if "/i/" in m["text"]]
    assert len(links) <= 4
    assert browser.raw(address(current)).status_code == 410
    come_in(browser, replace(invited, secret=links[-1]), clock)
    assert is_in(browser)


def test_new_links_give_nobody_more_than_fifteen_tries_at_the_codes_of_an_old_one(
    avklart: Avklart, elsewhere: Browser, clock: FixedClock, invited: Invited
) -> None:
    ask_for_code(elsewhere, invited, clock)
    clock.time += timedelta(minutes=1)
    elsewhere.post(address(invited, "/ny-lenke"))
    before = everything(avklart.database)["one_time_code"]
    for path in (CONFIRM, ANOTHER):
        assert elsewhere.send(path, code="000000").headers["Location"] == CONFIRM
    assert everything(avklart.database)["one_time_code"] == before
    assert elsewhere.get(CONFIRM).response.request.path == JOIN


@pytest.mark.parametrize(("email", "telephone"), [("aase@eksempel.example", None), (None, "+4761359001")])
def test_a_sheet_of_paper_is_not_made_void_for_a_link_that_no_code_goes_with(
    avklart: Avklart, browser: Browser, clock: FixedClock, email: str | None, telephone: str | None
) -> None:
    invited = invite(avklart, at=clock.now(), channel=Channel.PAPER, email=email, telephone=telephone)
    clock.time += timedelta(minutes=1)
    browser.get(address(invited))
    browser.post(address(invited, "/ny-lenke"))
    come_in(browser, invited, clock)
    assert is_in(browser)


def test_many_messages_in_a_row_leave_the_button_for_a_new_link_working(
    avklart: Avklart, browser: Browser, clock: FixedClock, invited: Invited
) -> None:
    for _ in range(6):  # what happens in an agreement on a busy day
        clock.time += timedelta(minutes=1)
        new_link(avklart, invited, clock)
    before = number_sent(avklart, invited)
    clock.time += timedelta(minutes=1)
    page = browser.get(address(invited), status=410)
    assert "Lenken i den nyeste virker" in page.text
    (button,) = page.soup.select("main form.press")
    browser.post(str(button["action"]))
    assert number_sent(avklart, invited) == before + 1
    newest = [
        m["text"].split("/i/")[1].split()[0] for m in messages(avklart.database, invited.id) if "/i/" in m["text"]
    ]
    come_in(browser, replace(invited, secret=newest[-1]), clock)
    assert is_in(browser)


def test_whose_link_was_replaced_while_they_waited_for_a_code_is_told_where_to_look(
    avklart: Avklart, browser: Browser, clock: FixedClock, invited: Invited
) -> None:
    ask_for_code(browser, invited, clock)
    clock.time += timedelta(minutes=1)
    new_link(avklart, invited, clock)
    page = browser.get(CONFIRM)
    assert browser.path() == JOIN
    assert "Du har fått en nyere melding" in page.text
    assert "Du har fått en nyere melding" not in browser.get(JOIN).text
