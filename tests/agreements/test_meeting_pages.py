"""The meeting, the parts that are written together, and the resident's consent, on screen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.conftest import NOON
from tests.factories import agreements
from tests.factories.agreements import Family, caseworker, visitor
from tests.factories.people import Browser
from webapp.agreements import queries
from webapp.agreements.actions import people
from webapp.agreements.models import AnswerRow
from webapp.app import Avklart


def form(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the fields of a form whose names no code can write."""
    return dict(fields)


@pytest.fixture
def family(avklart: Avklart) -> Family:
    """A family that all have answered; the resident's telephone is known to be the resident's own."""
    with avklart.database.writing() as session:
        found = agreements.settling(session)
        people.confirm_contact(session, found.row(session), found.party(session, found.aase), by="staff", at=NOON)
    return found


@pytest.fixture
def base(family: Family) -> str:
    """The address that the pages of the agreement stand below."""
    return f"/nb/avtale/{family.agreement}"


@pytest.fixture
def aase(avklart: Avklart, family: Family) -> Browser:
    """The browser of the resident."""
    return visitor(avklart, family, family.aase)


@pytest.fixture
def kari(avklart: Avklart, family: Family) -> Browser:
    """The browser of the daughter."""
    return visitor(avklart, family, family.kari)


def test_a_meeting_is_held_by_the_resident_or_a_caseworker_and_nobody_else(
    avklart: Avklart, family: Family, base: str, aase: Browser, kari: Browser
) -> None:
    assert kari.raw(f"{base}/mote").status_code == 403
    kari.get(f"{base}/enighet")
    assert kari.send(f"{base}/mote", handling="begynn").status_code == 403
    assert "Begynn møtet" in aase.get(f"{base}/mote").text
    assert "fem minutter alene med Åse" in caseworker(avklart, family).get(f"{base}/mote").text


def test_what_is_said_around_the_table_is_proposed_and_is_nobodys_yes(
    avklart: Avklart, family: Family, base: str, aase: Browser
) -> None:
    staff = caseworker(avklart, family)
    staff.get(f"{base}/mote")
    staff.post(f"{base}/mote", handling="begynn")
    said = {"who-snomaking": "private", "seen-snomaking": "0", "who-gi-medisin": "municipality", "seen-gi-medisin": "0",
            "reserve-gi-medisin": family.per, "seen-handle-mat": "1", "who-handle-mat": family.per}  # fmt: skip
    text = staff.post(f"{base}/mote", handling="lagre", around=[family.aase, family.per], **form(said)).text
    assert "foreslått i møtet" in text
    with avklart.database.reading() as session:
        found = queries.whole(session, family.row(session, is_held=False))
        numbers = {task: proposal.number for task, (proposal, _) in found.proposals.items()}
        assert numbers == {"handle-mat": 1, "gulvvask": 1, "snomaking": 1, "gi-medisin": 1}
        assert not found.replies
    assert "venter på" in aase.get(f"{base}/enighet").text


def test_a_meeting_may_begin_from_a_draft_and_the_answers_are_marked_as_given_together(avklart: Avklart) -> None:
    with avklart.database.writing() as session:
        family = agreements.start(session)
    base, staff = f"/nb/avtale/{family.agreement}", caseworker(avklart, family)
    staff.get(f"{base}/mote")
    staff.post(f"{base}/mote", handling="begynn")
    rows = {f"who-{task.slug}": family.kari for task in agreements.TASKS}
    rows |= {f"seen-{task.slug}": "0" for task in agreements.TASKS}
    staff.post(f"{base}/mote", handling="lagre", around=[family.aase, family.kari], **form(rows))
    with avklart.database.reading() as session:
        answers = queries.answers(session, family.row(session, is_held=False))
    assert {answer.how for answer in answers} == {"meeting"}
    assert {answer.party for answer in answers} == {family.aase, family.kari}
    assert len(answers) == 2 * len(agreements.TASKS)


def test_a_row_that_cannot_stand_is_told_and_what_was_pressed_stays(family: Family, base: str, aase: Browser) -> None:
    aase.get(f"{base}/mote")
    aase.post(f"{base}/mote", handling="begynn")
    page = aase.post(
        f"{base}/mote", status=422, handling="lagre",
        **form({"who-gi-medisin": family.kari, "reserve-gi-medisin": family.kari, "seen-gi-medisin": "0"}),
    )  # fmt: skip
    assert "Den som trår til, må være en annen." in page.text
    assert page.one(f"#who-gi-medisin-{family.kari}").has_attr("checked")


def test_a_row_that_somebody_else_proposed_about_in_the_meantime_shows_both(
    family: Family, base: str, aase: Browser, kari: Browser
) -> None:
    aase.get(f"{base}/mote")
    aase.post(f"{base}/mote", handling="begynn")
    kari.get(f"{base}/enighet/snomaking")
    kari.post(f"{base}/enighet/snomaking", seen="0", who="private")
    pressed = {"who-snomaking": family.per, "seen-snomaking": "0"}
    page = aase.post(f"{base}/mote", status=409, handling="lagre", **form(pressed))
    assert "Dere betaler noen for det" in page.text
    assert page.one(f"#who-snomaking-{family.per}").has_attr("checked")
    seen = str(page.one("input[name=seen-snomaking]")["value"])
    assert (
        "Per gjør det" in aase.post(f"{base}/mote", handling="lagre", **form({**pressed, "seen-snomaking": seen})).text
    )


def test_what_happens_if_something_happens_is_written_by_one_and_read_by_all(
    base: str, aase: Browser, kari: Browser
) -> None:
    kari.get(f"{base}/beredskap")
    kari.post(f"{base}/beredskap", seen="0", first_call="Per, 61 35 90 03", steps_in="Kari", key="Hos Per")
    assert "Hos Per" in aase.get(f"{base}/beredskap").response.text


@pytest.mark.parametrize(
    ("part", "first", "second"),
    [
        ("beredskap", {"key": "Hos Per"}, {"key": "Under matta"}),
        ("kontakt", {"who_0": "Kari", "how_0": "Telefon"}, {"who_0": "Per", "how_0": "Møte"}),
        ("barn", {"words": "Emma, 9 år"}, {"words": "Emma og Jon"}),
        ("neste-gang", {"day": "2027-02-22"}, {"day": "2027-03-22"}),
    ],
)
def test_of_two_who_write_in_a_part_at_once_the_later_one_sees_both(  # noqa: PLR0917 -- as pytest gives them
    base: str, aase: Browser, kari: Browser, part: str, first: dict[str, str], second: dict[str, str]
) -> None:
    for browser in (aase, kari):
        browser.get(f"{base}/{part}")
    kari.post(f"{base}/{part}", seen="0", **form(first))
    page = aase.post(f"{base}/{part}", status=409, seen="0", **form(second))
    for words in (*first.values(), *second.values()):
        assert words in page.text
    sent = next(one for one in page.soup.select("main form") if str(one["action"]) == f"{base}/{part}")
    fields = {str(one["name"]): str(one["value"]) for one in sent.select("input[name]")}
    fields.pop("csrf_token")
    text = aase.post(f"{base}/{part}", **form(fields)).response.text
    assert all(words in text for words in second.values())


def test_a_day_that_is_none_and_a_text_that_is_too_long_are_told(base: str, aase: Browser) -> None:
    aase.get(f"{base}/neste-gang")
    assert "2027-03-31" in aase.post(f"{base}/neste-gang", status=422, seen="0", day="til sommeren").text
    aase.post(f"{base}/barn", status=422, seen="0", words="x" * 1001)


def test_only_the_resident_says_who_may_know_what_and_nothing_is_ticked(
    family: Family, base: str, aase: Browser, kari: Browser, avklart: Avklart
) -> None:
    page = aase.get(f"{base}/samtykke")
    assert not page.soup.select("main input[checked]")
    aase.post(f"{base}/samtykke", status=422, period="91")
    aase.post(f"{base}/samtykke", status=422, **form({f"level_{family.kari}": "all"}))
    aase.post(f"{base}/samtykke", status=422, period="91", **form({f"level_{family.kari}": "chosen"}))
    chosen = form({f"level_{family.kari}": "practical", f"level_{family.per}": "nothing"})
    text = aase.post(f"{base}/samtykke", period="365", **chosen).text
    assert "Kari får vite: bare det praktiske, til 22. november 2027" in text
    mine = kari.get(f"{base}/samtykke").text
    assert "bare det praktiske" in mine
    assert "Per" not in mine
    assert kari.send(f"{base}/samtykke", period="91", **form({f"level_{family.kari}": "all"})).status_code == 403
    assert "Per" in caseworker(avklart, family).get(f"{base}/samtykke").text
    aase.get(f"{base}/samtykke")
    aase.post(f"{base}/samtykke", handling="trekk", party=family.kari)
    assert "bare det praktiske" not in kari.get(f"{base}/samtykke").text


def test_topics_are_chosen_one_by_one(family: Family, base: str, aase: Browser) -> None:
    aase.get(f"{base}/samtykke")
    fields = {f"level_{family.kari}": "chosen", f"topics_{family.kari}": ["health", "medicine"]}
    assert "Kari får vite: hvordan helsa mi er og medisinene mine" in aase.post(
        f"{base}/samtykke", period="91", **form(fields)
    ).text  # fmt: skip


def test_a_resident_whose_number_somebody_else_wrote_down_cannot_choose_yet(avklart: Avklart) -> None:
    with avklart.database.writing() as session:
        family = agreements.settling(session)
    aase = visitor(avklart, family, family.aase)
    page = aase.get(f"/nb/avtale/{family.agreement}/samtykke")
    assert "Du kan ikke velge dette ennå." in page.text
    assert not page.soup.select("main form.form")
    answer = aase.send(f"/nb/avtale/{family.agreement}/samtykke", period="91", **form({f"level_{family.kari}": "all"}))
    assert answer.status_code == 403


def test_what_was_answered_alone_stays_as_it_was_when_a_meeting_is_held(
    avklart: Avklart, family: Family, base: str, aase: Browser
) -> None:
    aase.get(f"{base}/mote")
    aase.post(f"{base}/mote", handling="begynn")
    aase.post(
        f"{base}/mote", handling="lagre", around=[family.aase],
        **form({"who-snomaking": "private", "seen-snomaking": "0"}),
    )  # fmt: skip
    with avklart.database.reading() as session:
        row = family.row(session, is_held=False)
        found: list[AnswerRow] = [one for one in queries.answers(session, row, family.aase) if one.task == "snomaking"]
    assert json.loads(found[0].content)["expected"] == ["municipality"]
