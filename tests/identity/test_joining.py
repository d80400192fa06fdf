"""Joining codes: the way in without a link, which tells nobody whether a code was right (L1b)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories.people import Browser, Invited, code_sent, invitation_row, invite, messages
from tests.identity.parties import (
    ANOTHER,
    CONFIRM,
    JOIN,
    ask_for_code,
    body,
    is_in,
    join_by,
    number_sent,
    revoke,
    row,
)
from webapp.app import Avklart
from webapp.identity.actions import invitations
from webapp.identity.domain.codes import Channel
from webapp.kernel.clock import FixedClock
from webapp.kernel.ids import write_readable

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WRONG = "ABCDEFGH"


@pytest.fixture
def invited(avklart: Avklart, clock: FixedClock) -> Invited:
    """Somebody who was invited a minute ago."""
    found = invite(avklart, at=clock.now())
    clock.time += MINUTE
    return found


def story(browser: Browser, joining_code: str) -> list[tuple[int, str, str]]:
    """Answer everything that a browser is told that comes by a joining code and guesses on."""
    browser.get(JOIN)
    answers = [browser.send(JOIN, code=joining_code)]
    browser.get(CONFIRM)
    answers.append(browser.raw(CONFIRM))
    answers += [browser.send(ANOTHER) for _ in range(5)]
    answers.append(browser.raw(CONFIRM + "?melding=ny-kode"))
    answers += [browser.send(CONFIRM, code="00000") for _ in range(20)]
    answers += [browser.send(CONFIRM, code="ABCDEFGH") for _ in range(8)]
    return [body(answer) for answer in answers]


def test_right_and_wrong_are_answered_alike_to_the_last_byte(
    avklart: Avklart, browser: Browser, elsewhere: Browser, invited: Invited
) -> None:
    right, wrong = story(browser, invited.joining_code), story(elsewhere, WRONG)
    assert number_sent(avklart, invited) == 1 + 3
    assert right == wrong


def test_right_and_wrong_are_answered_alike_when_no_more_codes_are_sent(
    avklart: Avklart, browser: Browser, clock: FixedClock, invited: Invited
) -> None:
    for _ in range(3):
        ask_for_code(browser, invited, clock)
    sent = number_sent(avklart, invited)
    answers = [body(Browser(avklart).send(JOIN, code=code)) for code in (WRONG, invited.joining_code)]
    assert answers[0] == answers[1] == (303, CONFIRM, answers[0][2])
    assert number_sent(avklart, invited) == sent


@pytest.mark.parametrize("how", ["as it is", "small", "with a hyphen", "spread"])
def test_a_joining_code_leads_to_a_code_and_in_however_it_is_written(
    avklart: Avklart, browser: Browser, invited: Invited, how: str
) -> None:
    code = invited.joining_code
    written = {"as it is": code, "small": code.lower(), "spread": f"  {' '.join(code)} ",
               "with a hyphen": write_readable(code).lower()}[how]  # fmt: skip
    join_by(browser, written, email="thief@evil.example", telephone="+4799999999")
    sent = messages(avklart.database)[-1]
    assert (sent["kind"], sent["to"]) == ("sms", "+4761359001")
    browser.post(CONFIRM, code=code_sent(avklart.database, invited.id))
    assert is_in(browser)


def test_neither_page_nor_address_shows_the_contact_or_the_code(browser: Browser, invited: Invited) -> None:
    page = join_by(browser, invited.joining_code)
    markup = page.response.get_data(as_text=True)
    for private in ("aase", "eksempel.example", "61359001", "9001", invited.joining_code, invited.id, "agreement"):
        assert private not in markup
        assert private not in page.response.request.url


def test_a_joining_code_is_void_once_somebody_has_come_in_by_it_or_by_the_link(
    avklart: Avklart, browser: Browser, elsewhere: Browser, invited: Invited
) -> None:
    join_by(browser, invited.joining_code)
    browser.post(CONFIRM, code=code_sent(avklart.database, invited.id))
    assert invitation_row(avklart.database, invited.id).joining_code is None
    sent = number_sent(avklart, invited)
    join_by(elsewhere, invited.joining_code)
    assert number_sent(avklart, invited) == sent


def test_a_new_joining_code_replaces_the_older_one(avklart: Avklart, browser: Browser, invited: Invited) -> None:
    with avklart.database.writing() as session:
        newer = invitations.new_joining_code(session, row(session, invited))
    join_by(browser, invited.joining_code)
    assert number_sent(avklart, invited) == 1
    join_by(browser, newer)
    assert number_sent(avklart, invited) == 2


def test_a_joining_code_is_stored_as_a_keyed_hash_of_its_municipality(avklart: Avklart, invited: Invited) -> None:
    stored = invitation_row(avklart.database, invited.id).joining_code
    assert stored is not None
    assert len(stored) == 64
    assert invited.joining_code not in stored
    assert avklart.database.keys is not None
    assert avklart.database.keys.index("fjordvik", "joining code", invited.joining_code) == stored
    assert avklart.database.keys.index("dalsbygd", "joining code", invited.joining_code) != stored


def test_a_code_of_a_revoked_stopped_or_foreign_invitation_sends_nothing(
    avklart: Avklart, browser: Browser, clock: FixedClock, invited: Invited
) -> None:
    foreign = invite(avklart, at=clock.now(), municipality="dalsbygd")
    stopped = invite(avklart, at=clock.now())
    with avklart.database.writing() as session:
        invitations.stop_messages(session, row(session, stopped), at=clock.now())
    revoke(avklart, invited, clock)
    before = messages(avklart.database)
    for one in (foreign, stopped, invited):
        join_by(browser, one.joining_code)
        browser.post(ANOTHER)
    assert messages(avklart.database) == before


def test_ten_tries_from_a_network_in_an_hour_are_enough_and_another_network_is_not_kept_out(
    avklart: Avklart, browser: Browser, elsewhere: Browser, clock: FixedClock, invited: Invited
) -> None:
    browser.get(JOIN)
    for _ in range(10):
        assert browser.send(JOIN, code=WRONG, token=browser.token()).status_code == 303
        browser.get(CONFIRM)
    refused = Browser(avklart).send(JOIN, code=invited.joining_code)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert number_sent(avklart, invited) == 1
    join_by(elsewhere, invited.joining_code)
    assert number_sent(avklart, invited) == 2
    clock.time += HOUR
    join_by(browser, invited.joining_code)
    assert number_sent(avklart, invited) == 3


@pytest.mark.parametrize("written", ["", "A" * 41, "A" * 100_000])
def test_what_is_no_code_is_asked_for_again(browser: Browser, written: str) -> None:
    browser.get(JOIN)
    page = browser.post(JOIN, code=written, status=422)
    assert page.one("#code")["aria-invalid"] == "true"
    assert browser.cookie() == ""


@pytest.mark.parametrize("written", ["æøåæøå", "x\x00\x01", "０００", "' OR 1=1 --", "😀" * 8, "ß" * 40])
def test_whatever_is_written_the_answer_is_the_one_for_a_wrong_code(browser: Browser, written: str) -> None:
    join_by(browser, written)
    assert browser.path() == CONFIRM


def test_somebody_without_any_contact_can_use_a_code_from_staff(
    avklart: Avklart, browser: Browser, clock: FixedClock
) -> None:
    invited = invite(avklart, at=clock.now(), email=None, telephone=None, channel=Channel.PAPER)
    page = join_by(browser, invited.joining_code)
    assert number_sent(avklart, invited) == 0
    assert not page.one("#code").get("inputmode"), "a telephone shows digits alone, and the code has letters"


@pytest.mark.parametrize("next_", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site_after_coming_in(
    avklart: Avklart, browser: Browser, invited: Invited, next_: str
) -> None:
    browser.get(f"{JOIN}?neste={next_}")
    browser.post(f"{JOIN}?neste={next_}", code=invited.joining_code)
    answer = browser.send(CONFIRM, code=code_sent(avklart.database, invited.id))
    assert answer.headers["Location"] == "/innlogging/okter"
