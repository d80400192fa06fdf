"""What somebody has sent, as they see it again: by the reference and a one-time code, nobody else (HE-2, HE-4b)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.people import Browser, add_staff, messages
from tests.factories.referrals import CALL, CONCERN, CONTENT, SENT, send
from tests.page import Page
from webapp.app import Avklart
from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.identity.queries import invitations_to
from webapp.kernel.clock import FixedClock
from webapp.kernel.ids import write_readable
from webapp.kernel.permission import Role
from webapp.referrals import queries
from webapp.referrals.actions import handling
from webapp.referrals.domain.referral import Act, Whom
from webapp.referrals.models import ReferralRow
from webapp.storage.outbox_models import MessageRow

STATUS, OWN = "/nb/henvendelse/status", "/nb/henvendelse/min"
TEXT = str(CONTENT.text)


@pytest.fixture
def sender(avklart: Avklart) -> Browser:
    """The browser of whoever sent it, at Fjordvik."""
    return Browser(avklart)


def code_for(avklart: Avklart, row: ReferralRow) -> str:
    """Answer the newest one-time code that was sent for a case."""
    invited = queries_of_invitations(avklart, row)
    texts = [str(message["text"]) for one in invited for message in messages(avklart.database, one)]
    found = [re.search(r"\d{6}", text) for text in texts]
    return [match.group() for match in found if match][-1]


def queries_of_invitations(avklart: Avklart, row: ReferralRow) -> list[str]:
    with avklart.database.reading() as session:
        ids = [one.id for one in invitations_to(session, row.municipality, "referral", row.id)]
        abouts = session.scalars(select(MessageRow.about)).all()
    return [about for about in dict.fromkeys(abouts) if any(about.startswith(one) for one in ids)]


def come_in(avklart: Avklart, browser: Browser, row: ReferralRow) -> Page:
    """Write the reference, and the code that comes."""
    browser.get(STATUS)
    browser.post(STATUS, reference=write_readable(row.reference).lower())
    return browser.post(code=code_for(avklart, row))


def row_of(avklart: Avklart, row: ReferralRow) -> ReferralRow:
    with avklart.database.reading() as session:
        found = session.get(ReferralRow, row.id)
        assert found is not None
        return found


def act(avklart: Avklart, row: ReferralRow, kind: Act, text: str) -> None:
    """Let a caseworker do something."""
    with avklart.database.writing() as session:
        found = queries.referral(session, "fjordvik", row.id, is_held=True)
        if kind is Act.NOTED:
            handling.note(session, found, text, by="kari", at=NOON)
        else:
            handling.tell(session, found, kind, text, by="kari", at=NOON, way="message")


def test_the_reference_and_a_code_open_what_was_sent(avklart: Avklart, sender: Browser) -> None:
    row = send(avklart.database)
    shown = come_in(avklart, sender, row)
    assert shown.heading() == "Mottatt"
    for said in (TEXT, CONTENT.what_matters, write_readable(row.reference), "Ingen har åpnet det ennå."):
        assert said in shown.text, said


def test_the_answer_is_read_and_the_note_is_not(avklart: Avklart, sender: Browser) -> None:
    row = send(avklart.database)
    act(avklart, row, Act.NOTED, "Ring datteren først, hun er bekymret.")
    act(avklart, row, Act.ANSWERED, "Vi kommer på besøk tirsdag.")
    shown = come_in(avklart, sender, row)
    assert shown.heading() == "Besvart"
    assert "Vi kommer på besøk tirsdag." in shown.text
    assert "bekymret" not in shown.response.text


def test_whoever_has_looked_is_named_with_the_time_and_the_reason(avklart: Avklart, sender: Browser) -> None:
    row = send(avklart.database)
    kari = add_staff(avklart.database, Role.CASEWORKER, email="kari@fjordvik.example", at=NOON)
    with avklart.database.writing() as session:
        record(
            session, municipality="fjordvik", action=Action.LOOKED, actor=kari, object_kind="referral",
            object_id=row.id, why="absence", at=NOON,
        )  # fmt: skip
    assert "Kari Nordmann, 22. november 2026 kl. 13.00 (er stedfortreder)" in come_in(avklart, sender, row).text


def test_several_looks_in_a_minute_are_one_line_and_a_file_that_was_taken_out_is_another(
    avklart: Avklart, sender: Browser
) -> None:
    row = send(avklart.database)
    kari = add_staff(avklart.database, Role.CASEWORKER, email="kari@fjordvik.example", at=NOON)
    with avklart.database.writing() as session:
        for action in (Action.LOOKED, Action.LOOKED, Action.EXPORTED, Action.DENIED):
            record(
                session, municipality="fjordvik", action=action, actor=kari, object_kind="referral", object_id=row.id,
                why="own case", at=NOON,
            )  # fmt: skip
    said = come_in(avklart, sender, row).text
    assert said.count("Kari Nordmann, 22. november 2026") == 2
    assert "(hentet saken ut som fil)" in said


def test_writing_more_takes_the_case_up_again(avklart: Avklart, sender: Browser) -> None:
    row = send(avklart.database)
    act(avklart, row, Act.ASKED, "Når passer det?")
    shown = come_in(avklart, sender, row)
    assert "venter på svar fra deg" in shown.text
    after = sender.post(OWN, words="Tirsdag passer.")
    assert "Tirsdag passer." in after.text
    assert (row_of(avklart, row).state, row_of(avklart, row).waits_for) == ("assigned", "us")


def test_pressing_twice_writes_once_and_takes_back_once(avklart: Avklart, sender: Browser) -> None:
    row = send(avklart.database)
    act(avklart, row, Act.ASKED, "Når passer det?")
    come_in(avklart, sender, row)
    for _ in range(2):
        sender.post(OWN, words="Tirsdag passer.")
    with avklart.database.reading() as session:
        said = queries.entries(session, queries.referral(session, "fjordvik", row.id))
    assert [entry.text for entry in said if entry.act is Act.WRITTEN] == ["Tirsdag passer."]
    sender.get(f"{OWN}/trekk")
    for _ in range(2):
        assert sender.post(f"{OWN}/trekk").heading() == "Du har trukket det tilbake"


@pytest.mark.parametrize("words", ["", "   ", "x" * 4001])
def test_a_message_that_cannot_be_sent_is_shown_again(avklart: Avklart, sender: Browser, words: str) -> None:
    row = send(avklart.database)
    come_in(avklart, sender, row)
    shown = sender.post(OWN, words=words, status=422)
    assert shown.soup.select_one("#feil")
    assert words.strip() in shown.response.text


def test_taking_it_back_deletes_what_nobody_had_begun_on(avklart: Avklart, sender: Browser) -> None:
    row = send(avklart.database, replace(SENT, letters=({"kind": "sms", "to": "+4740012345", "text": "x"},)))
    come_in(avklart, sender, row)
    sender.get(f"{OWN}/trekk")
    assert sender.post(f"{OWN}/trekk").heading() == "Du har trukket det tilbake"
    found = row_of(avklart, row)
    assert (found.state, found.content, found.telephone_index) == ("withdrawn", "{}", "")
    with avklart.database.reading() as session:
        waiting = session.scalars(select(MessageRow.state).where(MessageRow.about == row.id)).all()
    assert set(waiting) == {"cancelled"}
    assert sender.raw(OWN).status_code == 303


def test_looking_at_the_page_that_takes_back_takes_nothing_back(avklart: Avklart, sender: Browser) -> None:
    row = send(avklart.database)
    come_in(avklart, sender, row)
    for _ in range(2):
        sender.get(f"{OWN}/trekk")
    assert row_of(avklart, row).state == "received"


@pytest.mark.parametrize("who", [Whom.WILLING, Whom.UNDECIDED, Whom.UNAWARE])
def test_a_helper_sees_how_far_it_has_come_and_nothing_that_was_answered(
    avklart: Avklart, sender: Browser, who: Whom
) -> None:
    row = send(avklart.database, replace(CONCERN, whom=who))
    act(avklart, row, Act.ANSWERED, "Vi har vært hos Åse.")
    shown = come_in(avklart, sender, row)
    assert shown.heading() == "Besvart"
    assert "hos Åse" not in shown.response.text
    assert "Svaret går til den det gjelder, ikke til deg." in shown.text
    assert json.loads(sender.raw(f"{OWN}.json").text)["said"] == []


def test_a_wrong_reference_looks_just_like_a_right_one(avklart: Avklart) -> None:
    row = send(avklart.database)
    answers = []
    for reference in (row.reference, "AAAA-BBBB", "=cmd", "ikke en referanse"):
        browser = Browser(avklart, address="192.0.2.77")
        browser.get(STATUS)
        answers.append(browser.post(STATUS, reference=reference).text)
    assert len(set(answers)) == 1


def test_a_case_without_a_way_to_send_a_code_opens_for_nobody_and_says_to_ring(
    avklart: Avklart, sender: Browser
) -> None:
    row = send(avklart.database, CALL)
    sender.get(STATUS)
    shown = sender.post(STATUS, reference=row.reference)
    assert "Ring oss" in shown.text
    assert [message["kind"] for message in messages(avklart.database)] == ["referral"]


def test_the_reference_of_another_municipality_opens_nothing(avklart: Avklart) -> None:
    row = send(avklart.database)
    there = Browser(avklart, "dalsbygd")
    there.get(STATUS)
    there.post(STATUS, reference=row.reference)
    assert queries_of_invitations(avklart, row) == []


@pytest.mark.parametrize("path", [OWN, f"{OWN}/trekk", f"{OWN}.pdf", f"{OWN}.json"])
def test_nobody_sees_it_without_a_code(avklart: Avklart, sender: Browser, path: str) -> None:
    send(avklart.database)
    assert sender.raw(path).headers["Location"] == STATUS


def test_somebody_who_came_in_to_another_thing_finds_nothing_here(avklart: Avklart, sender: Browser) -> None:
    mine, other = send(avklart.database), send(avklart.database, CONCERN)
    come_in(avklart, sender, mine)
    assert write_readable(other.reference) not in sender.get(OWN).response.text


def test_a_copy_is_given_as_pdf_and_as_data(avklart: Avklart, sender: Browser) -> None:
    row = send(avklart.database)
    act(avklart, row, Act.NOTED, "Internt")
    come_in(avklart, sender, row)
    assert sender.raw(f"{OWN}.pdf").data.startswith(b"%PDF")
    told = json.loads(sender.raw(f"{OWN}.json").text)
    assert told["sent"]["text"] == TEXT
    assert "Internt" not in json.dumps(told, ensure_ascii=False)
    assert sender.raw(f"{OWN}.xml").status_code == 404


def test_a_code_that_was_waited_for_too_long_is_refused(avklart: Avklart, sender: Browser, clock: FixedClock) -> None:
    row = send(avklart.database)
    sender.get(STATUS)
    sender.post(STATUS, reference=row.reference)
    clock.time += timedelta(minutes=11)
    assert sender.post(code=code_for(avklart, row), status=422).soup.select_one("#feil")


def test_after_an_answer_the_sender_is_asked_how_it_was_and_not_before(avklart: Avklart, sender: Browser) -> None:
    row = send(avklart.database)
    assert "Fortell oss hvordan det var" not in come_in(avklart, sender, row).text
    act(avklart, row, Act.ANSWERED, "Vi kommer på besøk tirsdag.")
    assert "/nb/selvsjekk/erfaring" in sender.get(OWN).links().values()


def test_a_case_that_was_sent_on_says_where_it_is_handled_until_it_is_answered(
    avklart: Avklart, sender: Browser
) -> None:
    row, said = send(avklart.database), "Sendt videre til demensteamet, blir behandlet der."
    assert "Sendt videre" not in come_in(avklart, sender, row).text
    with avklart.database.writing() as session:
        found = queries.referral(session, "fjordvik", row.id, is_held=True)
        handling.forward(session, found, "dementia_team", "", by="kari", at=NOON)
    assert said in sender.get(OWN).text
    act(avklart, row, Act.ANSWERED, "Vi kommer på besøk tirsdag.")
    assert said not in sender.get(OWN).text
