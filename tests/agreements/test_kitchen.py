"""The sheet for the kitchen wall, and the way to it: what holds is found from the overview."""

from __future__ import annotations

import subprocess

from tests.conftest import NOON
from tests.factories.signing import browser_of, family_of, page_of, signed_by_all
from webapp.agreements.actions import sections, settling
from webapp.agreements.actions.settling import YES, Word
from webapp.agreements.domain.commitments import Commitment, Way
from webapp.agreements.domain.expectations import Frequency
from webapp.app import Avklart


def text_of(sheet: bytes) -> list[str]:
    """Answer the lines of a paper."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=sheet, capture_output=True, check=True)
    return [" ".join(line.split()) for line in done.stdout.decode().splitlines()]


def test_what_the_family_applies_for_does_not_stand_on_the_wall_as_nobodys(avklart: Avklart) -> None:
    family = family_of(avklart)
    with avklart.database.writing() as session:
        yes = Word(YES)
        settling.reply(session, family.row(session), "gulvvask", yes, seen=1, by=family.aase, at=NOON)
    aase = signed_by_all(avklart, family)
    lines = text_of(aase.raw(page_of(family, "kjoleskap.pdf")).data)
    assert "Vaske gulv og bad dere søker kommunen" in lines
    assert "Handle mat Per Bjørnstad" in lines


def test_the_overview_leads_to_everything_that_one_does_with_what_holds(avklart: Avklart) -> None:
    family = family_of(avklart)
    aase = browser_of(avklart, family, family.aase)
    assert "Avtalen som gjelder" not in aase.get(page_of(family, "")).text
    signed_by_all(avklart, family)
    page = aase.get(page_of(family, ""))
    hrefs = [str(link["href"]).rsplit("/", 1)[1] for link in page.soup.select(".link-list a")]
    assert hrefs[:2] == ["mine-oppgaver", "endre"]
    for word in hrefs:
        assert aase.raw(page_of(family, word)).status_code == 200
    assert {"kjoleskap.pdf", "avtale.pdf", "paminnelse.ics", "tilbakeblikk"} <= set(hrefs)


def test_the_one_it_is_about_finds_the_meeting_and_the_others_do_not(avklart: Avklart) -> None:
    family = family_of(avklart)
    for party, is_host in ((family.aase, True), (family.kari, False)):
        page = browser_of(avklart, family, party).get(page_of(family, ""))
        assert bool(page.soup.select("a[href$='/mote']")) is is_host


def test_nothing_is_marked_as_done_that_nobody_has_done(avklart: Avklart) -> None:
    family = family_of(avklart)
    page = browser_of(avklart, family, family.aase).get(page_of(family, ""))
    done = {
        str(step.a["href"]).rsplit("/", 1)[1]: "✓" in step.get_text() for step in page.soup.select("ol li") if step.a
    }
    assert (done["viktig"], done["beredskap"], done["mote"]) == (True, False, False)
    assert page.one("a.ds-button[href$='/sammenligning']")


def test_who_has_no_task_is_led_on_and_offered_no_empty_calendar(avklart: Avklart) -> None:
    family = family_of(avklart)
    aase = signed_by_all(avklart, family)
    page = aase.get(page_of(family, "mine-oppgaver"))
    assert "Du har ingen egne oppgaver." in page.text
    assert page.one("main a[href$='/signer']").get_text() == "Les hele avtalen"
    per = browser_of(avklart, family, family.per)
    assert "Handle mat" in per.get(page_of(family, "mine-oppgaver")).text
    for browser in (aase, per):  # nobody has said how often
        assert not browser.get(page_of(family, "mine-oppgaver")).soup.select("a[href$='.ics']")


def test_a_single_line_is_offered_before_everything_anew(avklart: Avklart) -> None:
    family = family_of(avklart)
    page = signed_by_all(avklart, family).get(page_of(family, "endre"))
    heads = [head.get_text() for head in page.soup.select("main h2")]
    assert heads == ["Endre én linje", "Se på alt på nytt"]
    assert not page.soup.select("main .ds-button:not([data-variant])")


def test_who_is_in_changes_the_language_and_stays_on_the_page(avklart: Avklart) -> None:
    family = family_of(avklart)
    aase = browser_of(avklart, family, family.aase)
    page = aase.get(page_of(family, "enighet"))
    switch = page.one(f"header a[href='/nn/avtale/{family.agreement}/enighet']")
    assert aase.get(str(switch["href"])).one("html")["lang"] == "nn"


def test_the_sheet_says_whom_the_family_rings_first_and_how_often_something_is_done(avklart: Avklart) -> None:
    family = family_of(avklart)
    with avklart.database.writing() as session:
        row = family.row(session)
        written = {"first_call": "Per, 481 00 000", "key": "Under krukka"}
        sections.write(session, row, sections.PREPAREDNESS, written, seen=0, by=family.kari, at=NOON)
        weekly = Commitment("handle-mat", Way.WHO, frozenset({family.per}), how_often=Frequency.WEEKLY)
        settling.propose(session, row, weekly, seen=1, by=family.per, at=NOON)
        settling.reply(session, row, "handle-mat", Word(YES), seen=2, by=family.aase, at=NOON)
    words = text_of(signed_by_all(avklart, family).raw(page_of(family, "kjoleskap.pdf")).data)
    assert "Per, 481 00 000" in words
    assert any(line.startswith("Handle mat Per Bjørnstad, en gang") for line in words)
    assert not [line for line in words if "krukka" in line]


def test_every_box_on_the_sheet_to_answer_on_begins_alike(avklart: Avklart) -> None:
    family = family_of(avklart)
    sheet = " ".join(text_of(browser_of(avklart, family, family.per).raw(page_of(family, "svarark.pdf")).data))
    assert "En frivillig" in sheet
    assert "en frivillig" not in sheet
