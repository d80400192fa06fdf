"""Parties come in by a link and a code: whose code, how often, from which browser, and what can go wrong (L3, L4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories.outbox import Receiver
from tests.factories.people import Browser, Invited, code_sent, invitation_row, invite, messages
from tests.identity.parties import (
    ANOTHER,
    CONFIRM,
    JOIN,
    address,
    ask_for_code,
    codes_of,
    come_in,
    events,
    hand_over,
    is_in,
    new_link,
    number_sent,
    other_than,
    revoke,
    row,
    writing,
)
from webapp.app import Avklart
from webapp.identity import letters
from webapp.identity.arrival import HASHER
from webapp.identity.domain.codes import Channel
from webapp.identity.models import SessionRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.delivery import Delivery, TemporaryFault
from webapp.kernel.permission import Assurance
from webapp.storage.outbox import drain

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EMAIL, TELEPHONE = "aase@eksempel.example", "+4761359001"


@pytest.fixture
def invited(avklart: Avklart, clock: FixedClock) -> Invited:
    """Somebody with an e-mail address and a telephone, whose link came by e-mail."""
    return invite(avklart, at=clock.now())


@pytest.fixture
def asked(browser: Browser, clock: FixedClock, invited: Invited) -> Invited:
    """Somebody who has opened the link and pressed «Send me a code»."""
    ask_for_code(browser, invited, clock)
    return invited


@dataclass(frozen=True, slots=True)
class Broken:
    """A hasher that fails at the moment when a code is looked at."""

    def fits(self, _secret: str, _hashed: str | None) -> bool:
        """Fail."""
        raise RuntimeError("out of memory")


def newest_session(avklart: Avklart) -> SessionRow:
    with avklart.database.reading() as session:
        return session.scalars(select(SessionRow).where(SessionRow.ended_at.is_(None))).one()


@pytest.mark.parametrize(("link", "code"), [(Channel.EMAIL, "sms"), (Channel.SMS, "mail"), (Channel.PAPER, "sms")])
def test_a_code_goes_by_another_channel_than_the_link_and_to_the_stored_contact(
    avklart: Avklart, browser: Browser, clock: FixedClock, link: Channel, code: str
) -> None:
    invited = invite(avklart, at=clock.now(), channel=link)
    typed = {"channel": link.value, "email": "thief@evil.example", "telephone": "+4799999999", "to": "thief"}
    ask_for_code(browser, invited, clock, **typed)
    sent = [message for message in messages(avklart.database) if message["text"][:6].isdigit()]
    assert [(message["kind"], message["to"]) for message in sent] == [(code, {"sms": TELEPHONE, "mail": EMAIL}[code])]
    browser.post(CONFIRM, code=code_sent(avklart.database, invited.id))
    assert is_in(browser)


def test_a_sheet_of_paper_lets_one_choose_between_two_channels(
    avklart: Avklart, browser: Browser, clock: FixedClock
) -> None:
    invited = invite(avklart, at=clock.now(), channel=Channel.PAPER)
    clock.time += MINUTE
    page = browser.get(address(invited))
    assert [field["value"] for field in page.soup.select("input[name=channel]")] == ["sms", "email"]
    browser.post(address(invited), channel="email")
    assert messages(avklart.database)[-1]["to"] == EMAIL


@pytest.mark.parametrize("kept", [{"telephone": None}, {"email": None, "channel": Channel.SMS}])
def test_where_there_is_no_other_channel_none_is_used_and_a_code_from_staff_leads_in(
    avklart: Avklart, browser: Browser, clock: FixedClock, kept: dict[str, Any]
) -> None:
    invited = invite(avklart, at=clock.now(), **kept)
    before = number_sent(avklart, invited)
    clock.time += MINUTE
    page = browser.get(address(invited))
    assert page.soup.select("input[name=channel]") == []
    assert "61 35 90 00" in page.text
    browser.page = page
    code = hand_over(avklart, invited, clock)
    (onward,) = [form for form in page.soup.select("main form.press") if form["action"] == address(invited)]
    page = browser.post(str(onward["action"]), channel="sms")
    assert number_sent(avklart, invited) == before
    assert browser.path() == CONFIRM
    assert "  " not in page.text
    assert " ." not in page.text
    assert not page.one("#code").get("inputmode"), "a telephone shows digits alone, and the code has letters"
    browser.post(code=f" {code[:4].lower()}-{code[4:]} ")
    assert is_in(browser)


def test_a_handed_code_works_once_only(
    avklart: Avklart, browser: Browser, elsewhere: Browser, clock: FixedClock, asked: Invited
) -> None:
    code = hand_over(avklart, asked, clock)
    browser.post(CONFIRM, code=code)
    assert is_in(browser)
    ask_for_code(elsewhere, asked, clock)
    elsewhere.post(CONFIRM, code=code, status=422)
    assert not is_in(elsewhere)


def test_the_session_after_the_code_is_a_new_one_of_a_party(
    avklart: Avklart, browser: Browser, clock: FixedClock, asked: Invited
) -> None:
    before = browser.cookie()
    code = code_sent(avklart.database, asked.id)
    assert len(code) == 6
    page = browser.post(CONFIRM, code=f"{code[:3]} {code[3:]}")
    assert page.status == 200
    assert browser.cookie() not in {before, ""}
    stored = newest_session(avklart)
    assert (stored.kind, stored.person, stored.resident, stored.assurance) == ("party", asked.id, None, Assurance.CODE)
    assert invitation_row(avklart.database, asked.id).joined_at == clock.now()
    old = Browser(avklart)
    old.client.set_cookie("avklart", before, domain="127.0.0.1")
    assert not is_in(old)
    assert [event.object_id for event in events(avklart.database, "code_used")] == [asked.id]


@pytest.mark.parametrize(("step", "steps", "inside"), [(29, 8, True), (31, 1, False), (20, 13, False), (20, 11, True)])
def test_a_party_is_in_for_half_an_hour_of_rest_and_four_hours_at_most(
    browser: Browser, clock: FixedClock, invited: Invited, step: int, steps: int, *, inside: bool
) -> None:
    come_in(browser, invited, clock)
    for _ in range(steps):
        clock.time += step * MINUTE
        found = is_in(browser)
    assert found is inside


def test_whoever_is_taken_back_is_out_on_the_next_request(
    avklart: Avklart, browser: Browser, clock: FixedClock, invited: Invited
) -> None:
    come_in(browser, invited, clock)
    assert is_in(browser)
    revoke(avklart, invited, clock)
    assert not is_in(browser)


def test_a_code_of_a_revoked_invitation_opens_nothing(
    avklart: Avklart, browser: Browser, clock: FixedClock, asked: Invited
) -> None:
    code = code_sent(avklart.database, asked.id)
    handed = hand_over(avklart, asked, clock)
    revoke(avklart, asked, clock)
    for written in (code, handed):
        browser.raw(CONFIRM, "POST", data={"code": written, "csrf_token": browser.token()})
    browser.send(ANOTHER)
    assert not is_in(browser)
    assert number_sent(avklart, asked) == 0


def test_a_wrong_code_says_so_is_recorded_once_and_the_right_one_still_works(
    avklart: Avklart, browser: Browser, asked: Invited
) -> None:
    code = code_sent(avklart.database, asked.id)
    page = browser.post(CONFIRM, code=other_than(code), status=422)
    assert page.one("#code")["aria-invalid"] == "true"
    assert [event.object_id for event in events(avklart.database, "code_failed")] == [asked.id]
    browser.post(CONFIRM, code=code)
    assert is_in(browser)


@pytest.mark.parametrize("written", ["", " ", "1" * 41, "1" * 100_000, "\x00", "６６６６６６", "æøå", "000000' OR 1=1"])
@pytest.mark.usefixtures("asked")
def test_what_is_no_code_is_refused_calmly(browser: Browser, written: str) -> None:
    browser.post(CONFIRM, code=written, status=422)
    assert not is_in(browser)
    assert browser.get(CONFIRM).status == 200


def test_a_code_is_over_after_ten_minutes(
    avklart: Avklart, browser: Browser, clock: FixedClock, asked: Invited
) -> None:
    clock.time += timedelta(minutes=10)
    browser.get(CONFIRM)
    browser.post(CONFIRM, code=code_sent(avklart.database, asked.id), status=422)
    clock.time -= timedelta(minutes=5)
    browser.post(CONFIRM, code=code_sent(avklart.database, asked.id), status=422)
    assert not is_in(browser)


def test_the_newest_code_of_a_browser_counts_alone(
    avklart: Avklart, browser: Browser, clock: FixedClock, asked: Invited
) -> None:
    first = code_sent(avklart.database, asked.id)
    clock.time += MINUTE
    browser.get(CONFIRM)
    browser.post(ANOTHER)
    second = code_sent(avklart.database, asked.id)
    if first != second:
        browser.post(CONFIRM, code=first, status=422)
    browser.post(CONFIRM, code=second)
    assert is_in(browser)


def test_another_browser_with_the_right_code_is_refused_and_voids_nothing(
    avklart: Avklart, browser: Browser, elsewhere: Browser, clock: FixedClock, asked: Invited
) -> None:
    code = code_sent(avklart.database, asked.id)
    ask_for_code(elsewhere, asked, clock)
    assert code_sent(avklart.database, asked.id) != code
    elsewhere.post(CONFIRM, code=code, status=422)
    assert not is_in(elsewhere)
    browser.post(CONFIRM, code=code)
    assert is_in(browser)


def test_of_a_hundred_guesses_in_a_loop_no_more_than_five_are_looked_at(
    avklart: Avklart, browser: Browser, asked: Invited
) -> None:
    code = code_sent(avklart.database, asked.id)
    for _ in range(100):
        browser.send(CONFIRM, code=other_than(code))
    assert [stored.tries for stored in codes_of(avklart.database, asked)] == [5]
    browser.send(CONFIRM, code=code)
    assert not is_in(browser)


def test_tries_count_when_the_request_crashes_after_counting(
    avklart: Avklart, browser: Browser, asked: Invited
) -> None:
    code, good = code_sent(avklart.database, asked.id), avklart.flask.extensions[HASHER]
    avklart.flask.extensions[HASHER] = Broken()
    for _ in range(5):
        assert browser.send(CONFIRM, code=code).status_code == 500
    avklart.flask.extensions[HASHER] = good
    assert [stored.tries for stored in codes_of(avklart.database, asked)] == [5]
    browser.post(CONFIRM, code=code, status=422)
    assert not is_in(browser)


def test_the_sixteenth_try_of_a_day_waits_and_says_how_long(
    avklart: Avklart, browser: Browser, clock: FixedClock, asked: Invited
) -> None:
    for number in range(15):
        browser.post(CONFIRM, code=other_than(code_sent(avklart.database, asked.id)), status=422)
        if number in {4, 9}:
            browser.post(ANOTHER)
    clock.time += HOUR
    ask_for_code(browser, asked, clock)
    answer = browser.send(CONFIRM, code=code_sent(avklart.database, asked.id))
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 24 * 3600
    assert not is_in(browser)
    second = new_link(avklart, asked, clock)
    come_in(browser, second, clock)
    assert is_in(browser)


def test_the_fourth_code_of_an_hour_waits_and_the_third_still_leads_in(
    avklart: Avklart, browser: Browser, clock: FixedClock, asked: Invited
) -> None:
    for _ in range(2):
        ask_for_code(browser, asked, clock)
    cookie, sent = browser.cookie(), number_sent(avklart, asked)
    clock.time += MINUTE
    page = browser.post(address(asked), status=429)
    assert page.response.headers["Retry-After"] == str(57 * 60)
    assert "57" in page.text
    assert "Set-Cookie" not in page.response.headers
    assert browser.cookie() == cookie
    assert number_sent(avklart, asked) == sent
    browser.get(CONFIRM)
    browser.post(CONFIRM, code=code_sent(avklart.database, asked.id))
    assert is_in(browser)


def test_the_caps_begin_anew_with_a_new_link_and_the_old_one_keeps_nobody_out(
    avklart: Avklart, browser: Browser, elsewhere: Browser, clock: FixedClock, invited: Invited
) -> None:
    for _ in range(3):
        ask_for_code(elsewhere, invited, clock)
        for _ in range(5):
            elsewhere.post(CONFIRM, code="000000", status=422)
    current = new_link(avklart, invited, clock)
    for _ in range(20):
        elsewhere.send(CONFIRM, code="000000")
        elsewhere.send(ANOTHER)
        elsewhere.send(address(invited))
    come_in(browser, current, clock)
    assert is_in(browser)


def test_an_old_link_stops_no_messages_to_the_right_person(
    avklart: Avklart, browser: Browser, clock: FixedClock, invited: Invited
) -> None:
    current = new_link(avklart, invited, clock)
    browser.get("/nb/avtale/i/" + "B" * 43, status=410)
    browser.post(address(invited, "/ikke-meg"))
    come_in(browser, current, clock)
    assert is_in(browser)


def test_not_me_stops_every_further_message_and_says_the_same_of_every_link(
    avklart: Avklart, browser: Browser, clock: FixedClock, asked: Invited
) -> None:
    other = invite(avklart, at=clock.now(), subject="agreement-2")
    assert number_sent(avklart, asked) == 2
    browser.get(address(asked))
    known = browser.post(address(asked, "/ikke-meg"))
    assert number_sent(avklart, asked) == 0
    assert number_sent(avklart, other) == 1
    assert len(events(avklart.database, "messages_stopped")) == 1
    for secret in ("A" * 43, "x" * 10_000, asked.secret):
        again = browser.post(f"/nb/avtale/i/{secret}/ikke-meg")
        assert again.text == known.text
    clock.time += MINUTE
    browser.get(address(asked))
    browser.post(address(asked))
    browser.post(ANOTHER)
    browser.post(address(asked, "/ny-lenke"))
    with writing(avklart) as session:
        found = row(session, asked)
        for channel in (Channel.SMS, Channel.EMAIL):
            letters.send_link(session, found, channel, at=clock.now())
            letters.send_code(session, found, channel, "123456", at=clock.now())
    assert number_sent(avklart, asked) == 0
    assert len(events(avklart.database, "messages_stopped")) == 1


def test_the_right_code_sent_twice_lets_in_once_and_leads_home_both_times(
    avklart: Avklart, browser: Browser, asked: Invited
) -> None:
    old, token, code = browser.cookie(), browser.token(), code_sent(avklart.database, asked.id)
    browser.post(CONFIRM, code=code)
    new = browser.cookie()
    browser.client.set_cookie("avklart", old, domain="127.0.0.1")
    second = browser.send(CONFIRM, code=code, token=token)  # sent before the answer to the first had come
    assert second.status_code == 303
    browser.client.set_cookie("avklart", new, domain="127.0.0.1")
    browser.get(second.headers["Location"])
    assert browser.path() == "/innlogging/okter"
    assert len(events(avklart.database, "code_used")) == 1


def test_who_goes_back_to_the_code_page_after_coming_in_is_led_on(
    browser: Browser, clock: FixedClock, invited: Invited
) -> None:
    come_in(browser, invited, clock)
    page = browser.get(CONFIRM)
    assert browser.path() == "/innlogging/okter"
    assert page.response.headers["Cache-Control"] == "no-store"


def test_two_tabs_do_not_keep_each_other_out(
    avklart: Avklart, browser: Browser, clock: FixedClock, invited: Invited
) -> None:
    ask_for_code(browser, invited, clock)
    first_token = browser.token()
    ask_for_code(browser, invited, clock)
    code = code_sent(avklart.database, invited.id)
    browser.post(CONFIRM, token=first_token, code=code, status=400)  # the tab that was opened first, and gone back in
    browser.get(CONFIRM)
    browser.post(CONFIRM, code=code)
    assert is_in(browser)


@pytest.mark.parametrize("path", [CONFIRM, ANOTHER])
@pytest.mark.parametrize("minutes", [15, 31, 24 * 60])
@pytest.mark.usefixtures("asked")
def test_whose_time_has_run_out_is_led_back_to_where_a_code_is_asked_for(
    browser: Browser, clock: FixedClock, path: str, minutes: int
) -> None:
    clock.time += minutes * MINUTE
    browser.post(path, code="123456")
    assert browser.path() == JOIN
    browser.get(CONFIRM)
    assert browser.path() == JOIN


def test_who_never_asked_for_a_code_is_led_to_where_one_is_asked_for(browser: Browser) -> None:
    browser.get(CONFIRM)
    assert browser.path() == JOIN
    browser.post(CONFIRM, code="123456")
    assert browser.path() == JOIN


def test_a_mail_server_that_is_down_holds_up_no_code_by_sms(
    avklart: Avklart, clock: FixedClock, asked: Invited
) -> None:
    def refuse(_delivery: Delivery) -> None:
        raise TemporaryFault("server down")

    texts = Receiver()
    drain(avklart.database, clock, {"mail": refuse, "sms": texts}, Event())
    assert [delivery.payload["text"][:6].isdigit() for delivery in texts.got] == [True]
    assert number_sent(avklart, asked) == 1


def test_a_link_in_another_language_leads_all_the_way_in_that_language(
    browser: Browser, clock: FixedClock, invited: Invited
) -> None:
    clock.time += MINUTE
    browser.get(f"/nn/avtale/i/{invited.secret}")
    page = browser.post(f"/nn/avtale/i/{invited.secret}")
    assert browser.path() == "/nn/avtale/bekreft"
    assert page.one("html")["lang"] == "nn"
