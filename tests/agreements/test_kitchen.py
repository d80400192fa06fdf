"""The sheet for the kitchen wall, and the way to it: what holds is found from the overview."""

from __future__ import annotations

import subprocess

from tests.conftest import NOON
from tests.factories.signing import browser_of, family_of, page_of, signed_by_all
from webapp.agreements.actions import settling
from webapp.agreements.actions.settling import YES, Word
from webapp.app import Avklart


def test_what_the_family_applies_for_does_not_stand_on_the_wall_as_nobodys(avklart: Avklart) -> None:
    family = family_of(avklart)
    with avklart.database.writing() as session:
        yes = Word(YES)
        settling.reply(session, family.row(session), "gulvvask", yes, seen=1, by=family.aase, at=NOON)
    aase = signed_by_all(avklart, family)
    sheet = aase.raw(page_of(family, "kjoleskap.pdf")).data
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=sheet, capture_output=True, check=True)
    lines = [" ".join(line.split()) for line in done.stdout.decode().splitlines()]
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
