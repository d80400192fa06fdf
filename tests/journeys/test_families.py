"""Families as they are: a son who never answers, a mother without a phone or who cannot consent, nobody but us."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.factories import agreements as factory
from tests.factories.agreements import Family
from tests.journeys.checks import check_on_phone
from tests.journeys.conftest import Site
from tests.journeys.hands import come_in
from tests.journeys.pages import FJORDVIK
from tests.journeys.private import find_sent, new_staff, press, sign_in
from tests.journeys.story import new_telephone
from webapp.agreements import queries
from webapp.agreements.actions import timing
from webapp.app import Avklart
from webapp.identity.actions import invitations
from webapp.identity.actions.invitations import Contact
from webapp.identity.queries import invitation
from webapp.kernel.clock import SystemClock

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

Visit = Callable[..., Page]
TAPS = {"handle-mat": {"municipality"}, "snomaking": {"private"}}


def answered_by(backstage: Avklart, *who: str, is_with_municipality: bool = True, days_ago: int = 0) -> Family:
    """Answer a family of whom some have answered, some days ago."""
    at = SystemClock().now() - timedelta(days=days_ago)
    with backstage.database.writing() as session:
        family = factory.start(session, is_with_municipality=is_with_municipality, at=at)
        factory.join_all(session, family, at=at)
        for one in who:
            factory.answer(session, family, getattr(family, one), TAPS, at=at)
    return family


def staff_page(visit: Visit, site: Site, backstage: Avklart) -> Page:
    """Answer the tablet of a caseworker who has come in."""
    page = visit(width=820, height=1100)
    sign_in(page, site, new_staff(backstage, name="Ida Berg"), FJORDVIK)
    return page


def sign(page: Page, site: Site, backstage: Avklart, family: Family, party: str) -> None:
    """Sign as a party, by the code that comes to their telephone."""
    telephone = new_telephone()
    with backstage.database.writing() as session:  # nobody else's codes come there
        invited = invitation(session, "fjordvik", family.party(session, party).invitation or "")
        assert invited is not None
        invitations.change_contact(session, invited, Contact("nb", None, f"+47{telephone}"), at=SystemClock().now())
    come_in(page, site, backstage, family, party, "signer")
    press(page, "Send meg en kode")
    page.locator("#code").fill(find_sent(site.data / "sms", f"+47{telephone}", r"\b\d{6}\b", ()))
    press(page, "Skriv under")
    expect(page.locator("main")).to_contain_text("Du har skrevet under.")


def test_a_son_who_never_answers_stops_nothing_and_is_blamed_nowhere(
    site: Site, backstage: Avklart, visit: Visit
) -> None:
    family = answered_by(backstage, "aase", "kari", days_ago=15)
    with backstage.database.writing() as session:
        factory.confirm(session, family)
    aase, kari = visit(java_script_enabled=False), visit()
    come_in(kari, site, backstage, family, family.kari, "sammenligning")
    expect(kari.get_by_role("button", name="Åpne sammenligningen")).to_have_count(0)
    come_in(aase, site, backstage, family, family.aase, "sammenligning")
    press(aase, "Åpne sammenligningen")
    expect(aase.locator("main")).to_contain_text("Per har ikke svart")
    kari.reload()
    check_on_phone(kari, "nb")
    come_in(aase, site, backstage, family, family.aase, "signer")
    press(aase, "Lås teksten for signering")
    expect(aase.get_by_role("row", name="Per Bjørnstad").first).to_contain_text("har ikke svart")
    for page, party in ((aase, family.aase), (kari, family.kari)):
        sign(page, site, backstage, family, party)
    with backstage.database.writing() as session:
        row = family.row(session)
        version = queries.version_in(session, row, "signing")
        assert version is not None
        row.deadline_at = version.deadline_at = SystemClock().now() - timedelta(minutes=1)
        timing.pass_time(session, row, at=SystemClock().now())
    come_in(aase, site, backstage, family, family.aase, "signer")
    aase.get_by_label("Per Bjørnstad").check()
    press(aase, "Lås teksten for signering")
    expect(aase.get_by_role("row", name="Per Bjørnstad").first).to_contain_text("skriver ikke under denne utgaven")
    for page, party in ((aase, family.aase), (kari, family.kari)):
        sign(page, site, backstage, family, party)
    ida = staff_page(visit, site, backstage)
    ida.goto(site.url(f"{FJORDVIK}/nb/avtale/{family.agreement}/signer"))
    press(ida, "Skriv under")
    expect(ida.locator("main")).to_contain_text("Alle har skrevet under.")


def test_a_mother_without_a_phone_is_met_at_home_and_signs_on_paper(
    site: Site, backstage: Avklart, visit: Visit
) -> None:
    ida = staff_page(visit, site, backstage)
    ida.goto(site.url(f"{FJORDVIK}/saker/avtaler/ny"))
    ida.locator("#name").fill("Olga Nordmann")
    ida.locator("label").get_by_text("Brev", exact=True).click()
    ida.locator("#address").fill("Strandvegen 1, 2900 Fjordvik")
    press(ida, "Begynn")
    href = ida.url.split("?")[0]
    ida.get_by_role("link", name="Start møtet").click()
    press(ida, "Begynn møtet")
    check_on_phone(ida, "nb")
    ida.locator("fieldset[id='rad-handle-mat']").get_by_label("Olga", exact=True).check()
    press(ida, "Lagre det vi ble enige om")
    expect(ida.locator("#linje-handle-mat")).to_contain_text("venter på Olga")
    ida.goto(href.replace("/saker/avtaler", "/nb/avtale") + "/signer")
    press(ida, "Lås teksten for signering")
    number = ida.locator("code").inner_text()[:8]
    ida.goto(href)
    ida.get_by_role("link", name="Registrer en underskrift på papir").click()
    check_on_phone(ida, "nb")
    for name, words in (("check", number), ("witness", "Ida Berg"), ("signed_on", "i dag")):
        ida.locator(f"#{name}").fill(words)
    press(ida, "Registrer")
    ida.goto(href.replace("/saker/avtaler", "/nb/avtale") + "/signer")
    press(ida, "Skriv under")
    expect(ida.locator("main")).to_contain_text("Alle har skrevet under.")
    expect(ida.locator("main")).to_contain_text("Olga Nordmann, på papir med et vitne")


def test_where_the_mother_cannot_consent_those_who_help_and_the_municipality_agree(
    site: Site, backstage: Avklart, visit: Visit
) -> None:
    family = answered_by(backstage, "aase", "kari", "per")
    ida, kari, per = staff_page(visit, site, backstage), visit(), visit()
    ida.goto(site.url(f"{FJORDVIK}/saker/avtaler/{family.agreement}"))
    press(ida, "Ta avtalen")
    ida.get_by_role("link", name="Hvem taler for en innbygger som ikke kan").click()
    ida.get_by_label("Ingen kan: pårørende og kommunen blir enige").check()
    for name, words in (
        ("assessed_by", "Ida Berg, sykepleier"),
        ("assessed_on", "20. november"),
        ("about", "Alt her"),
    ):
        ida.locator(f"#{name}").fill(words)
    press(ida, "Lagre")
    expect(ida.locator("main")).to_contain_text("samarbeidsavtale")
    ida.goto(site.url(f"{FJORDVIK}/nb/avtale/{family.agreement}/signer"))
    check_on_phone(ida, "nb")
    press(ida, "Lås teksten for signering")
    text = ida.locator("article")
    expect(text).to_contain_text("Dette er en samarbeidsavtale.")
    expect(text).to_contain_text("Avtalen gir ikke samtykke for den det gjelder.")
    for page, party in ((kari, family.kari), (per, family.per)):
        sign(page, site, backstage, family, party)
    ida.reload()
    press(ida, "Skriv under")
    expect(ida.locator("main")).to_contain_text("Alle har skrevet under.")


def test_a_family_alone_needs_nobody_and_shows_nobody_anything(site: Site, backstage: Avklart, visit: Visit) -> None:
    family = answered_by(backstage, "aase", "kari", "per", is_with_municipality=False)
    pages = {one: visit() for one in (family.aase, family.kari, family.per)}
    aase = pages[family.aase]
    come_in(aase, site, backstage, family, family.aase, "ord-til-kommunen")
    expect(aase.locator("h1")).to_have_text("Hvem gjør hva for Åse Bjørnstad")
    come_in(aase, site, backstage, family, family.aase, "enighet")
    expect(aase.get_by_role("button", name="Be kommunen lede samtalen")).to_have_count(0)
    check_on_phone(aase, "nb")
    come_in(aase, site, backstage, family, family.aase, "signer")
    press(aase, "Lås teksten for signering")
    expect(aase.locator("article")).to_contain_text("Kommunen er ikke part.")
    for party, page in pages.items():
        sign(page, site, backstage, family, party)
    expect(pages[family.per].locator("main")).to_contain_text("Alle har skrevet under.")
    ida = staff_page(visit, site, backstage)
    for path in (f"/saker/avtaler/{family.agreement}", f"/nb/avtale/{family.agreement}/signer"):
        answer = ida.goto(site.url(FJORDVIK + path))
        assert answer is not None
        assert answer.status == 404


def test_a_relative_who_comes_in_as_his_mother_by_a_second_phone_gets_nowhere(
    site: Site, backstage: Avklart, visit: Visit
) -> None:
    """He has started it, and has written his own second number as hers: he answers for her, and that is all."""
    family = answered_by(backstage, "aase", "kari", "per")
    as_mother = visit()
    come_in(as_mother, site, backstage, family, family.aase, "samtykke")
    expect(as_mother.locator("main")).to_contain_text("Du kan ikke velge dette ennå.")
    expect(as_mother.get_by_role("button", name="Lagre")).to_have_count(0)
    check_on_phone(as_mother, "nb")
    come_in(as_mother, site, backstage, family, family.aase, "signer")
    press(as_mother, "Lås teksten for signering")
    expect(as_mother.locator("main")).to_contain_text("En annen har skrevet inn telefonnummeret ditt")
    expect(as_mother.get_by_role("button", name="Send meg en kode")).to_have_count(0)
    expect(as_mother.get_by_role("button", name="Skriv under", exact=True)).to_have_count(0)
    check_on_phone(as_mother, "nb")
    expect(as_mother.get_by_role("row", name="Åse Bjørnstad").first).to_contain_text("ikke kontrollert")
