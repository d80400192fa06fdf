"""What is sent: no health word, nobody's name, a link on a line of its own, built from the settings (L5, M1)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.factories.people import Browser, Invited, add_staff, invite, messages
from tests.identity.parties import address, invite_staff, row, writing
from webapp.app import Avklart
from webapp.identity import letters, queries
from webapp.identity.actions import codes, invitations
from webapp.identity.actions.invitations import Contact
from webapp.identity.domain.codes import Channel, Purpose
from webapp.kernel.clock import FixedClock
from webapp.kernel.language import LANGUAGES
from webapp.storage.outbox_models import MessageRow

REVEALING = re.compile(
    r"helse|omsorg|omsut|pleie|sjuk|\bsyk|demens|hjemme|heime|\blege|tjeneste|teneste|hjelpemid|pårørende|vedtak|"
    r"health|\bcare\b|dement|nurs|hospital|patient|\bill\b|service|medic|diagnos|f[øo]dsels|birth|\d{11}",
    re.IGNORECASE,
)
LINK = re.compile(r"https?://\S+")
WITH_LINKS = [purpose for purpose in Purpose if purpose is not Purpose.REFERRAL]
"""Whoever has sent something comes back by its reference: no link is sent."""
NAMES = ("Åse", "Nordmann", "Kari", "aase", "kari@", "9001")


def sent(avklart: Avklart, clock: FixedClock, language: str, purpose: Purpose, host: str = "") -> list[dict[str, Any]]:
    """Send everything there is to be sent to somebody, and answer the messages."""
    with writing(avklart, host=host) as session:
        invited = invitations.invite(
            session, municipality="fjordvik", purpose=purpose, subject="Åse Nordmann", at=clock.now(),
            contact=Contact(language, "aase@eksempel.example", "+4761359001"),
            expires_at=clock.now() + timedelta(days=7),
        )  # fmt: skip
        for channel in (Channel.SMS, Channel.EMAIL):
            letters.send_link(session, invited, channel, at=clock.now())
            letters.send_code(session, invited, channel, "123456", at=clock.now())
    return messages(avklart.database, invited.id)


@pytest.mark.parametrize("purpose", WITH_LINKS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_says_who_it_is_about_and_why(
    avklart: Avklart, clock: FixedClock, language: str, purpose: Purpose
) -> None:
    found = sent(avklart, clock, language, purpose)
    assert len(found) == 4
    for message in found:
        said = LINK.sub("", f"{message.get('subject', '')}\n{message['text']}\n{message.get('sender_name', '')}")
        assert not REVEALING.search(said), said
        assert not any(name in said for name in NAMES), said
        assert "Fjordvik kommune" in said or "Fjordvik" in said
        assert "%(" not in said
        assert not set(message) - {"kind", "about", "to", "subject", "text", "sender_name"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_stands_on_a_line_of_its_own_and_leads_to_the_page_in_the_language_of_the_letter(
    avklart: Avklart, clock: FixedClock, browser: Browser, language: str
) -> None:
    for message in sent(avklart, clock, language, Purpose.AGREEMENT):
        lines = [line for line in message["text"].splitlines() if "://" in line]
        if "123456" in message["text"]:
            assert lines == []
            continue
        (line,) = lines
        assert LINK.fullmatch(line)
        assert line.startswith(f"http://127.0.0.1:8000/{language}/avtale/i/")
        assert browser.raw(line.removeprefix("http://127.0.0.1:8000")).status_code in {200, 410}
        assert "61 35 90 00" in message["text"]
        assert message["text"].isprintable() or "\n" in message["text"]


def test_letters_are_written_in_the_language_of_who_gets_them(avklart: Avklart, clock: FixedClock) -> None:
    texts = {
        language: [LINK.sub("", message["text"]) for message in sent(avklart, clock, language, Purpose.AGREEMENT)]
        for language in LANGUAGES
    }
    for norwegian in ("nb", "nn"):
        for one, english in zip(texts[norwegian], texts["en"], strict=True):
            assert one != english
    assert texts["nb"] != texts["nn"]


def test_a_code_by_sms_begins_with_the_code_and_is_of_no_use_after_ten_minutes(
    avklart: Avklart, clock: FixedClock
) -> None:
    found = sent(avklart, clock, "nb", Purpose.AGREEMENT)
    (code,) = [message for message in found if message["kind"] == "sms" and "123456" in message["text"]]
    assert code["text"].startswith("123456")
    assert len(code["text"]) <= 160
    with avklart.database.reading() as session:
        lives = {row.expires_at for row in session.query(MessageRow)}
    assert lives == {clock.now() + timedelta(minutes=10), clock.now() + timedelta(days=7)}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:9999", "fjordvik.evil.example", "dalsbygd.localhost.evil"])
def test_no_hostile_host_stands_in_a_link(avklart: Avklart, clock: FixedClock, host: str) -> None:
    for message in sent(avklart, clock, "nb", Purpose.AGREEMENT, host=host):
        assert "evil" not in message["text"]
        assert all(link.startswith("http://127.0.0.1:8000/nb/") for link in LINK.findall(message["text"]))


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "Forwarded", "X-Original-Host", "X-Host"])
def test_a_new_link_asked_for_with_a_hostile_header_is_built_from_the_settings(
    avklart: Avklart, browser: Browser, clock: FixedClock, name: str
) -> None:
    invited = invite(avklart, at=clock.now())
    clock.time += timedelta(minutes=1)
    evil = {"Forwarded": "host=evil.example"}.get(name, "evil.example")
    browser.raw(address(invited, "/ny-lenke"), "POST", headers={name: evil, "Sec-Fetch-Site": "same-origin"})
    found = messages(avklart.database, invited.id)
    assert "evil" not in str(found)
    assert all("http://127.0.0.1:8000/nb/avtale/i/" in message["text"] for message in found)


def test_a_link_of_another_municipality_leads_to_its_own_address(avklart: Avklart, clock: FixedClock) -> None:
    invite(avklart, at=clock.now(), municipality="dalsbygd")
    (message,) = messages(avklart.database)
    assert "\nhttp://dalsbygd.localhost:8000/nb/avtale/i/" in message["text"]
    assert "Fjordvik" not in str(message)


@pytest.mark.parametrize("purpose", WITH_LINKS)
def test_a_letter_promises_only_what_its_page_has(
    avklart: Avklart, browser: Browser, clock: FixedClock, purpose: Purpose
) -> None:
    with writing(avklart) as session:
        invited = invitations.invite(
            session, municipality="fjordvik", purpose=purpose, subject="a1", at=clock.now(),
            contact=Contact("nb", "aase@eksempel.example", "+4761359001"),
        )  # fmt: skip
        where = letters.send_link(session, invited, Channel.EMAIL, at=clock.now())
    (message,) = messages(avklart.database, invited.id)
    page = browser.get(where.removeprefix("http://127.0.0.1:8000"))
    has_button = any(str(form["action"]).endswith("/ikke-meg") for form in page.soup.select("form"))
    assert ("«" in message["text"]) == has_button


def test_a_link_for_a_printed_sheet_is_answered_and_sent_to_nobody(avklart: Avklart, clock: FixedClock) -> None:
    invited = invite(avklart, at=clock.now(), channel=Channel.PAPER)
    assert invited.secret
    assert messages(avklart.database) == []


def test_what_cannot_be_reached_is_sent_nothing(avklart: Avklart, clock: FixedClock) -> None:
    invited = invite(avklart, at=clock.now(), email=None, telephone=None)
    with writing(avklart) as session:
        found = row(session, invited)
        for channel in Channel:
            letters.send_code(session, found, channel, "123456", at=clock.now())
    assert messages(avklart.database) == []


def test_the_news_of_a_new_password_tells_whom_to_ring_and_has_no_link(avklart: Avklart, clock: FixedClock) -> None:
    staff_id = add_staff(avklart.database, at=clock.now())
    with writing(avklart) as session:
        letters.tell_of_new_password(session, queries.staff(session, "fjordvik", staff_id), at=clock.now())
    (message,) = messages(avklart.database, staff_id)
    assert message["to"] == "kari@fjordvik.example"
    assert not LINK.search(message["text"])
    assert "61 35 90 00" in message["text"]
    assert "Kari" not in message["text"]


def test_codes_of_an_account_go_nowhere_but_to_who_is_invited(avklart: Avklart, clock: FixedClock) -> None:
    invited: Invited = invite_staff(avklart, clock)
    with writing(avklart) as session:
        found = row(session, invited)
        codes.add_code(session, found, Channel.SMS, "hash", browser="b", at=clock.now())
        letters.send_code(session, found, Channel.SMS, "123456", at=clock.now())
    assert [message["to"] for message in messages(avklart.database)] == ["ola@fjordvik.example"]
