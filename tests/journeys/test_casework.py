"""A caseworker's day in a real browser: on a phone in the field, on a PC by keyboard, without scripts, with axe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories import agreements
from tests.factories.referrals import CALL, CONCERN, CONTENT, SENT, send
from tests.journeys.checks import STORED, Watcher, check_on_phone, check_sizes
from tests.journeys.conftest import ROOT, Site, context_of
from tests.journeys.pages import FJORDVIK
from tests.journeys.private import HOME, Staff, new_staff, press, sign_in
from webapp.agreements import queries
from webapp.agreements.actions import office
from webapp.app import Avklart
from webapp.kernel.clock import SystemClock
from webapp.referrals.actions import handling
from webapp.referrals.domain.referral import Act, Door
from webapp.referrals.queries import Case

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

INBOX = "/saker/"
OFFER = "parorendeskole-demens"
Visit = Callable[..., Page]
FULL = replace(CONTENT, safe_contact="Ring bare på formiddagen", interpreter="polsk", attached="Fallfeller: 7 av 12")


@pytest.fixture
def case(backstage: Avklart) -> Case:
    """A case that nobody has."""
    at = SystemClock().now()
    return send(backstage.database, replace(SENT, content=FULL), at=at, key=at.isoformat())


def come_in(page: Page, site: Site, backstage: Avklart, language: str = "nb") -> Staff:
    """Come in as a new caseworker."""
    staff = new_staff(backstage, name="Kari Nordmann-Haugland Kristoffersen", language=language)
    sign_in(page, site, staff, FJORDVIK)
    return staff


def open_path(page: Page, site: Site, path: str) -> None:
    """Open an address at Fjordvik."""
    page.goto(site.url(FJORDVIK + path))


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_case_is_taken_answered_and_closed_on_a_phone(
    site: Site,
    backstage: Avklart,
    visit: Visit,
    case: Case,
    has_scripts: bool,  # noqa: FBT001 -- as pytest gives it
) -> None:
    page = visit(java_script_enabled=has_scripts)
    come_in(page, site, backstage)
    page.get_by_role("link", name="Saker", exact=True).click()
    page.locator(f"a[href='{INBOX}{case.id}']").click()
    press(page, "Ta saken")
    expect(page.get_by_role("status").first).to_have_text("Du har saken nå.")
    page.locator("#words").fill("Vi kommer på torsdag.")
    press(page, "Lagre utkast")
    expect(page.locator("#words")).to_have_value("Vi kommer på torsdag.")
    press(page, "Svar innbyggeren")
    expect(page.locator(".entry-list")).to_contain_text("Vi kommer på torsdag.")
    page.get_by_role("link", name="Avslutt saken").click()
    page.locator("#words").fill("Avtalt med Åse.")
    press(page, "Avslutt saken")
    expect(page.locator("main")).to_contain_text("Denne saken er avsluttet.")


def test_by_keyboard_on_a_pc(site: Site, backstage: Avklart, visit: Visit, case: Case) -> None:
    page = visit(width=1280, height=900)
    come_in(page, site, backstage)
    open_path(page, site, INBOX)
    page.get_by_role("link", name="Finn en sak").press("Enter")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(case.reference)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert case.reference not in page.url
    with page.expect_navigation():
        page.locator(f"a[href='{INBOX}{case.id}']").press("Enter")
    with page.expect_navigation():
        page.get_by_role("button", name="Ta saken", exact=True).press("Enter")
    expect(page.get_by_role("button", name="Ta saken", exact=True)).to_have_count(0)


def test_what_came_in_is_told_of_while_the_inbox_stands_open(site: Site, backstage: Avklart, visit: Visit) -> None:
    page = visit()
    page.clock.install()
    come_in(page, site, backstage)
    open_path(page, site, INBOX)
    send(backstage.database, CALL, at=SystemClock().now(), key=SystemClock().now().isoformat())
    page.clock.run_for(31_000)
    expect(page.locator(".news")).to_contain_text("ny henvendelse")
    page.locator(".news a").click()
    expect(page.locator(".news")).to_be_empty()


WAYS = {
    "home": HOME, "inbox": INBOX, "case": "case", "act": "case/videresend", "plass": "case/plass",
    "svar": "case/svar", "samtale": "case/samtale", "kollega": "case/kollega", "kollegasvar": "asked/kollegasvar",
    "gi-til": "case/gi-til", "avslutt": "case/avslutt", "plass with dates": "offer/plass", "offer": "offer",
    "reason": "colleague", "call_list": f"{INBOX}ringeliste", "print_queue": f"{INBOX}utskrift",
    "register": f"{INBOX}ny", "found": f"{INBOX}sok", "news": f"{INBOX}nye", "concern": "concern",
    "agreements": f"{INBOX}avtaler", "agreement_new": f"{INBOX}avtaler/ny", "agreement": "family",
    "agreement_ours": "family/kommunen", "agreement_assess": "family/vurdering", "agreement_end": "family/avslutt",
    "agreement_paper": "paper", "agreement_reason": "taken", "agreement_answers": "sheet",
}  # fmt: skip
EVERY = [(name, language) for turn, name in enumerate(WAYS) for language in ("nb", ("nn", "en")[turn % 2])]


@pytest.fixture(scope="module")
def standing_cases(backstage: Avklart) -> dict[str, str]:
    """Cases of each kind, which nobody changes: name to address."""
    at, colleague = SystemClock().now(), new_staff(backstage, name="Ola Dahl").id
    made = {name: send(backstage.database, sent, at=at, key=f"{name} {at}") for name, sent in {
        "case": replace(SENT, content=FULL),
        "concern": replace(CONCERN, content=replace(CONCERN.content, stops_help=True)),
        "colleague": SENT,
        "call": CALL,
        "offer": replace(SENT, door=Door.OFFER, about=(f"offer:{OFFER}",)),
        "asked": SENT,
    }.items()}  # fmt: skip
    with backstage.database.writing() as session:
        row = session.merge(made["colleague"])
        handling.take(session, row, by=colleague, at=at)
        handling.tell(session, row, Act.ANSWERED, "Vi kommer på torsdag.", by=colleague, at=at, way="letter")
        handling.consult(session, session.merge(made["asked"]), colleague, "Kjenner du henne?", by="kari", at=at)
        noted = session.merge(made["case"])
        handling.note(session, noted, "Husk nøkkelen.", by=colleague, at=at)
        family, taken = agreements.settling(session, at=at), agreements.settling(session, at=at)
        answering = agreements.start(session, at=at)
        agreements.join_all(session, answering, at=at)
        office.take(session, taken.row(session), by=colleague, at=at)
    return {
        **{name: f"{INBOX}{case.id}" for name, case in made.items()},
        "family": f"{INBOX}avtaler/{family.agreement}", "taken": f"{INBOX}avtaler/{taken.agreement}",
        "paper": f"{INBOX}avtaler/{family.agreement}/signatur/{family.aase}",
        "sheet": f"{INBOX}avtaler/{answering.agreement}/svar/{answering.aase}",
    }  # fmt: skip


@pytest.fixture(scope="module")
def desk(site: Site, backstage: Avklart, chromium: Browser) -> Iterator[Callable[[str], Page]]:
    """A page in which a caseworker has come in, one for each language: what is only looked at needs no new one."""
    pages: dict[str, Page] = {}

    def of(language: str) -> Page:
        if language not in pages:
            pages[language] = context_of(chromium, locale=f"{language}-NO").new_page()
            come_in(pages[language], site, backstage, language)
        return pages[language]

    yield of
    for page in pages.values():
        page.context.close()


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_page_of_casework_is_for_everybody(
    site: Site, desk: Callable[[str], Page], standing_cases: dict[str, str], name: str, language: str
) -> None:
    page = desk(language)
    page.set_viewport_size({"width": 360, "height": 740})
    watcher = Watcher(page)
    first, _, rest = WAYS[name].partition("/")
    open_path(page, site, f"{standing_cases[first]}/{rest}".rstrip("/") if first else WAYS[name])
    check_on_phone(page, language)
    assert page.evaluate(STORED) == [0, 0, "", 0]
    if language == "nb":
        check_sizes(page)
    watcher.check()


def test_every_template_of_casework_is_looked_at() -> None:
    templates = {path.stem for path in (ROOT / "webapp" / "templates" / "casework").glob("*.html")}
    # A part of a page; a code that is shown once; what is said in a closed room (tests/referrals/test_closed.py).
    assert templates - set(WAYS) == {"before_answer", "agreement_code", "agreements_closed"}


def test_a_form_that_is_refused_keeps_what_was_typed(site: Site, backstage: Avklart, visit: Visit, case: Case) -> None:
    page = visit()
    come_in(page, site, backstage)
    open_path(page, site, f"{INBOX}{case.id}/videresend")
    page.locator("#words").fill("Demensteamet kan dette best.")
    page.evaluate("document.querySelector('form.form').action += '0'")  # a revision that is not there
    press(page, "Videresend")
    expect(page.locator("#feil")).to_be_focused()
    expect(page.locator("#words")).to_have_value("Demensteamet kan dette best.")
    check_on_phone(page, "nb")


def test_a_sheet_is_written_down_by_keyboard_alone(site: Site, backstage: Avklart, visit: Visit) -> None:
    at = SystemClock().now()
    with backstage.database.writing() as session:
        family = agreements.start(session, at=at)
        agreements.join_all(session, family, at=at)
    page = visit(width=1280, height=900)
    come_in(page, site, backstage)
    open_path(page, site, f"{INBOX}avtaler/{family.agreement}/svar/{family.aase}")
    expect(page.locator("[data-keys]")).to_be_visible()
    page.locator("input[name=how][value=paper]").focus()
    page.keyboard.press("Space")
    tasks = page.locator("[data-row]:has(input[type=checkbox])")
    tasks.first.locator("input").first.focus()
    for _ in range(tasks.count()):
        page.keyboard.press("4")  # the fourth box of each: Per
        page.keyboard.press("ArrowDown")
    page.keyboard.press("1")  # what the first service asks: yes
    page.keyboard.press("ArrowUp")
    page.keyboard.press("b")  # the last task is not needed after all, and so nobody's
    expect(tasks.locator("input:checked")).to_have_count(tasks.count())
    expect(page.locator("[data-row] input[type=radio][name$=-part]:checked")).to_have_count(1)
    page.locator("textarea[name$=note]").first.focus()
    page.keyboard.type("Kl. 4")
    expect(page.locator("textarea[name$=note]").first).to_have_value("Kl. 4")
    with page.expect_navigation():
        page.get_by_role("button", name="Lagre: hele arket er skrevet inn").press("Enter")
    with backstage.database.reading() as session:
        said = queries.whole(session, family.row(session, is_held=False)).expectations
    assert [said[family.aase, key].expected for key in ("handle-mat", "gulvvask")] == [frozenset({family.per})] * 2
    assert [one.is_relevant for one in said.values()].count(False) == 1


def test_a_sheet_is_written_down_without_scripts(site: Site, backstage: Avklart, visit: Visit) -> None:
    at = SystemClock().now()
    with backstage.database.writing() as session:
        family = agreements.start(session, at=at)
        agreements.join_all(session, family, at=at)
    page = visit(java_script_enabled=False)
    come_in(page, site, backstage)
    open_path(page, site, f"{INBOX}avtaler/{family.agreement}/svar/{family.aase}")
    page.get_by_label("På papir").check()
    page.locator("#handle-mat-who").get_by_label("Per", exact=True).check()
    press(page, "Lagre: hele arket er skrevet inn")
    expect(page.get_by_role("status").first).to_have_text("Svarene er lagret, og merket med hvordan de kom.")
