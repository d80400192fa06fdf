"""Staff come in on a phone: by password, by a second step, by an invitation; and out, with nothing left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories.people import PASSWORD
from tests.identity.parties import everything
from tests.journeys.checks import Watcher, check_on_phone, check_thrift
from tests.journeys.conftest import Site, context_of, launch
from tests.journeys.pages import DALSBYGD, FJORDVIK
from tests.journeys.private import (
    FACTORS,
    HOME,
    NUMBER,
    PHONE,
    SESSIONS,
    SIGN_IN,
    add_app,
    come_in,
    move_back,
    new_staff,
    path_sent,
    press,
    sign_in,
    write_password,
)
from tests.journeys.test_keyboard import past_the_head, step, step_to
from webapp.app import Avklart
from webapp.identity import demo
from webapp.kernel.permission import Role

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

OUT = "header .log-out button"
MINUTE = 60
HALF_A_MINUTE = 30_000
"""So often, in milliseconds, a page asks how much time is left."""
CANCEL = """() => {
  navigator.credentials.get = () => Promise.reject(new DOMException("cancelled", "NotAllowedError"));
}"""
"""What a browser answers when its owner lets the question for the passkey go."""
KEEP, IS_KEPT = "window.wasHere = true", "window.wasHere === true"
"""A mark that only the very same page still has."""


def log_out(page: Page) -> None:
    """Press the button in the head."""
    with page.expect_navigation():
        page.locator(OUT).click()


@pytest.mark.parametrize(
    ("language", "address", "email"),
    [
        ("nb", NUMBER + SIGN_IN, "saksbehandler@fjordvik.example"),
        ("nn", DALSBYGD + SIGN_IN, "saksbehandler@dalsbygd.example"),
        ("en", f"{FJORDVIK}{SIGN_IN}?sprak=en", "redaktor@fjordvik.example"),
    ],
)
def test_staff_come_in_after_a_slip_in_their_language(
    site: Site, visit: Callable[..., Page], language: str, address: str, email: str
) -> None:
    page = visit(locale="nn-NO" if language == "nn" else "nb-NO")
    watcher = Watcher(page)
    page.goto(site.url(address))
    check_on_phone(page, language)
    write_password(page, email, "feil passord")
    expect(page.locator("#feil")).to_be_focused()
    expect(page.locator("#email")).to_have_value(email)
    expect(page.locator("#password")).to_have_value("")
    check_on_phone(page, language)
    write_password(page, email, demo.PASSWORD)
    assert urlsplit(page.url).path == HOME
    check_on_phone(page, "nb" if language == "en" else language)
    check_thrift(page)
    watcher.check()


def test_the_keyboard_alone_leads_in_past_a_fault_and_out(
    site: Site, backstage: Avklart, visit: Callable[..., Page]
) -> None:
    page, staff = visit(), new_staff(backstage)
    page.goto(site.url(NUMBER + SIGN_IN))
    past_the_head(page)
    step_to(page, "#email")
    page.keyboard.type(staff.email)
    step_to(page, "#password")
    page.keyboard.type("feil passord")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#feil")).to_be_focused()
    assert step(page)
    page.keyboard.press("Enter")
    expect(page.locator("#password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Hei, Kari Nordmann")
    step_to(page, OUT)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Du er logget ut")


def test_without_scripts_staff_come_in_by_a_code_and_end_their_other_sessions(
    site: Site, backstage: Avklart, visit: Callable[..., Page]
) -> None:
    page, other, staff = visit(java_script_enabled=False), visit(user_agent=PHONE), new_staff(backstage)
    come_in(other, site, staff)
    sign_in(page, site, staff)
    _, codes = add_app(page, site)
    log_out(page)
    sign_in(page, site, staff)
    expect(page.locator("h1")).to_have_text("Ett trinn til")
    page.locator("#code").fill("AAAA-BBBB")
    press(page, "Bekreft koden")
    expect(page.locator("#code-error")).to_be_visible()
    page.locator("#code").fill(codes[0].lower().replace("-", " "))
    press(page, "Bekreft koden")
    expect(page.locator("h1")).to_have_text("Hei, Kari Nordmann")
    other.goto(site.url(NUMBER + HOME))
    expect(other.locator("h1"), "a new second step ends the sessions without one").to_have_text("Logg inn")


def test_an_app_with_codes_is_added_and_asked_for(site: Site, backstage: Avklart, visit: Callable[..., Page]) -> None:
    page, staff = visit(), new_staff(backstage)
    come_in(page, site, staff)
    secret, codes = add_app(page, site)
    assert len(set(codes)) == 10
    press_link(page, "Jeg har tatt vare på dem")
    page.goto(site.url(NUMBER + FACTORS))
    expect(page.locator("main")).to_contain_text("10 ubrukte koder")
    log_out(page)
    sign_in(page, site, staff)
    page.locator("#code").fill(pyotp.TOTP(secret).now())
    press(page, "Bekreft koden")
    expect(page.locator("#code-error"), "the code that added the app counts no more").to_be_visible()
    page.locator("#code").fill(codes[3])
    press(page, "Bekreft koden")
    expect(page.locator("h1")).to_have_text("Hei, Kari Nordmann")
    page.goto(site.url(NUMBER + FACTORS))
    expect(page.locator("main")).to_contain_text("9 ubrukte koder")


def press_link(page: Page, words: str) -> None:
    """Follow the link with these words."""
    with page.expect_navigation():
        page.get_by_role("link", name=words, exact=True).click()


def put_key_in_pocket(page: Page) -> None:
    """Give the browser an authenticator of its own, which its owner has always just touched."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_and_leads_in(site: Site, backstage: Avklart, visit: Callable[..., Page]) -> None:
    page, staff = visit(), new_staff(backstage)
    put_key_in_pocket(page)
    come_in(page, site, staff, FJORDVIK)
    page.goto(site.url(FJORDVIK + FACTORS))
    press(page, "Legg til en tilgangsnøkkel")
    page.locator("#label").fill("telefonen min")
    press(page, "Legg til tilgangsnøkkelen")
    expect(page.locator("h1")).to_have_text("Reservekodene dine")
    codes = page.locator(".recovery-codes code").all_inner_texts()
    page.goto(site.url(FJORDVIK + FACTORS))
    expect(page.locator(".session-list")).to_contain_text("telefonen min")
    log_out(page)
    sign_in(page, site, staff, FJORDVIK)
    check_on_phone(page, "nb")
    press(page, "Bruk tilgangsnøkkelen")
    expect(page.locator("h1")).to_have_text("Hei, Kari Nordmann")
    log_out(page)
    sign_in(page, site, staff, FJORDVIK)
    page.evaluate(CANCEL)
    page.get_by_role("button", name="Bruk tilgangsnøkkelen").click()
    fault = page.locator("form[data-passkey] [role=alert]")
    expect(fault).to_have_text("Tilgangsnøkkelen svarte ikke. Prøv igjen, eller bruk noe annet.")
    page.get_by_label("Kode").fill(codes[0])
    press(page, "Bekreft koden")
    expect(page.locator("h1")).to_have_text("Hei, Kari Nordmann")


def test_a_place_without_a_name_offers_no_passkey(site: Site, backstage: Avklart, visit: Callable[..., Page]) -> None:
    page = visit()
    come_in(page, site, new_staff(backstage))
    page.goto(site.url(NUMBER + FACTORS))
    expect(page.locator("button[value=app]")).to_be_visible()
    expect(page.locator("button[value=nokkel]")).to_have_count(0)


def test_a_passkey_says_that_it_needs_a_script(site: Site, backstage: Avklart, visit: Callable[..., Page]) -> None:
    page = visit(java_script_enabled=False)
    come_in(page, site, new_staff(backstage), FJORDVIK)
    page.goto(site.url(FJORDVIK + FACTORS))
    press(page, "Legg til en tilgangsnøkkel")
    assert "trenger JavaScript" in page.content()  # with scripts switched off this Chromium draws no <noscript>
    press(page, "Legg til tilgangsnøkkelen")
    expect(page.locator("#feil")).to_be_visible()


def test_after_logging_out_no_way_leads_back(site: Site, backstage: Avklart, visit: Callable[..., Page]) -> None:
    page, staff = visit(), new_staff(backstage)
    come_in(page, site, staff)
    page.goto(site.url(f"{NUMBER}/innlogging/konto"))
    second = page.context.new_page()
    second.goto(site.url(NUMBER + SESSIONS))
    log_out(page)
    assert page.context.cookies() == []
    for _ in range(2):
        page.go_back()
        expect(page.locator("h1")).to_have_text("Logg inn")
    assert staff.email not in page.content()
    with second.expect_navigation():
        second.get_by_role("link", name="Fjordvik kommune").click()
    expect(second.locator("h1")).to_have_text("Logg inn")


@pytest.fixture
def keeper(chromium: Browser) -> Iterator[Page]:
    """A page of a Chromium that keeps pages for its back button, as people's do; Playwright's own keeps none."""
    browser = launch(chromium.browser_type, ignore_default_args=["--disable-back-forward-cache"])
    yield context_of(browser, width=1280).new_page()  # one that a service worker takes over is no longer kept
    browser.close()


def back(page: Page) -> None:
    """Press the browser's button; a page that was kept is not loaded, and says of itself when it is there."""
    page.evaluate("history.back()")


def test_a_page_that_the_browser_kept_shows_nothing_after_logging_out(
    site: Site, backstage: Avklart, keeper: Page
) -> None:
    staff, account = new_staff(backstage), site.url(f"{NUMBER}/innlogging/konto")
    keeper.goto(site.url(f"{NUMBER}/nb/nodnummer"))
    keeper.evaluate(KEEP)
    keeper.goto(site.url(f"{NUMBER}/nb/ordliste"))
    back(keeper)
    expect(keeper.locator("h1")).to_have_text("Nødnummer")
    assert keeper.evaluate(IS_KEPT), "this browser keeps no pages"
    come_in(keeper, site, staff)
    keeper.goto(account)
    keeper.evaluate(KEEP)
    keeper.goto(site.url(f"{NUMBER}/nb/"))
    second = keeper.context.new_page()
    second.goto(site.url(NUMBER + HOME))
    log_out(second)
    back(keeper)
    expect(keeper.locator("h1")).to_have_text("Logg inn")
    assert not keeper.evaluate(IS_KEPT)
    assert staff.email not in keeper.content()


def test_a_page_that_is_left_open_empties_itself_when_the_session_is_over(
    site: Site, backstage: Avklart, visit: Callable[..., Page]
) -> None:
    page, staff = visit(), new_staff(backstage)
    come_in(page, site, staff)
    left_open = page.context.new_page()
    left_open.clock.install()
    left_open.goto(site.url(f"{NUMBER}/innlogging/konto"))
    expect(left_open.locator("main")).to_contain_text(staff.email)
    log_out(page)
    with left_open.expect_navigation():
        left_open.clock.fast_forward(HALF_A_MINUTE)
    expect(left_open.locator("h1")).to_have_text("Logg inn")


def test_what_is_being_written_when_the_session_ends_stays_and_stands_there_after_login(
    site: Site, backstage: Avklart, visit: Callable[..., Page]
) -> None:
    page, staff = visit(), new_staff(backstage, Role.ADMINISTRATOR)
    page.clock.install()
    come_in(page, site, staff)
    page.goto(site.url(f"{NUMBER}/admin/ansatte/ny"))
    page.locator("#name").fill("Per Olsen")
    page.locator("#roles-2").check()
    move_back(backstage, staff.id, 16 * MINUTE)
    page.clock.fast_forward(HALF_A_MINUTE)
    expect(page.locator(".time-left")).to_contain_text("Du er logget ut.")
    expect(page.locator("#status")).to_contain_text("Du er logget ut.")
    expect(page.locator("#name")).to_have_value("Per Olsen")
    press(page, "Send invitasjonen")
    expect(page.locator("h1")).to_have_text("Logg inn")
    write_password(page, staff.email)
    expect(page.locator("h1")).to_have_text("Inviter en ansatt")
    expect(page.locator(".notice")).to_contain_text("ikke sendt")
    expect(page.locator("#name")).to_have_value("Per Olsen")
    expect(page.locator("#roles-2")).to_be_checked()


def test_the_time_that_is_left_is_said_and_one_press_gives_more(
    site: Site, backstage: Avklart, visit: Callable[..., Page]
) -> None:
    page, staff = visit(), new_staff(backstage, Role.ADMINISTRATOR)
    page.clock.install()
    come_in(page, site, staff)
    page.goto(site.url(f"{NUMBER}/admin/ansatte/ny"))
    page.locator("#name").fill("Per Olsen")
    expect(page.locator(".time-left")).to_be_empty()
    move_back(backstage, staff.id, 12.5 * MINUTE)
    page.clock.fast_forward(HALF_A_MINUTE)
    expect(page.locator("#status")).to_contain_text("Du blir snart logget ut: om 3 minutter.")
    check_on_phone(page, "nb")
    page.mouse.wheel(0, 2000)
    expect(page.locator("[data-stay]")).to_be_in_viewport()
    with page.expect_response(f"**{SESSIONS}"):
        page.locator("[data-stay]").click()
    expect(page.locator(".time-left")).to_be_empty()
    expect(page.locator("#status")).to_have_text("Du er fortsatt logget inn.")
    expect(page.locator("#name")).to_have_value("Per Olsen")
    with page.expect_response("**/innlogging/tid") as asked:
        page.clock.fast_forward(HALF_A_MINUTE)
    assert "snart" not in asked.value.text()


def test_what_is_sent_from_an_older_tab_throws_nobody_out(
    site: Site, backstage: Avklart, visit: Callable[..., Page]
) -> None:
    page, staff = visit(), new_staff(backstage)
    second = page.context.new_page()
    second.goto(site.url(NUMBER + SIGN_IN))
    come_in(page, site, staff)
    write_password(second, staff.email)
    for tab in (second, page):
        tab.goto(site.url(NUMBER + SESSIONS))
        expect(tab.locator("h1")).to_have_text("Hvor du er logget inn")
        expect(tab.locator(".session-list li")).to_have_count(1)


def test_a_session_that_is_ended_elsewhere_is_out_at_its_next_click(
    site: Site, backstage: Avklart, visit: Callable[..., Page]
) -> None:
    page, lost, staff = visit(), visit(user_agent=PHONE), new_staff(backstage)
    come_in(lost, site, staff)
    come_in(page, site, staff)
    page.goto(site.url(NUMBER + SESSIONS))
    lines = page.locator(".session-list li")
    expect(lines).to_have_count(2)
    expect(lines.filter(has_text="her er du nå")).to_contain_text("Chrome")
    press(page, "Avslutt denne innloggingen (Safari, iPhone)")
    expect(page.locator("main [role=status]")).to_be_visible()
    expect(lines).to_have_count(1)
    with lost.expect_navigation():
        lost.get_by_role("link", name="Kontoen din").click()
    expect(lost.locator("h1")).to_have_text("Logg inn")
    expect(page.locator(OUT)).to_be_visible()


def test_the_administrator_invites_somebody_who_comes_in(
    site: Site, backstage: Avklart, visit: Callable[..., Page]
) -> None:
    page, email = visit(), new_staff(backstage).email.replace("kari", "per")
    page.goto(site.url(NUMBER + SIGN_IN))
    write_password(page, "administrator@fjordvik.example", demo.PASSWORD)
    press_link(page, "Administrasjon")
    press_link(page, "Ansatte og tilgang")
    press_link(page, "Inviter en ansatt")
    page.get_by_label("Navn").fill("Per Olsen")
    page.get_by_label("E-post").fill(email)
    page.get_by_label("redaktør").check()
    press(page, "Send invitasjonen")
    code = page.locator(".start-code").inner_text()
    path, new = path_sent(site, email), visit()
    before = everything(backstage.database)
    for _ in range(2):
        site.fetch(path)
    after = everything(backstage.database)
    tables = ("staff", "invitation", "personal_link", "one_time_code", "login_session", "audit_event")
    assert [before[table] for table in tables] == [after[table] for table in tables], "opening a link changed something"
    new.goto(site.url(NUMBER + path))
    assert new.context.cookies() == []
    press(new, "Gå videre")
    new.get_by_label("Startkode").fill(code)
    new.get_by_label("Nytt passord").fill("fjordvik")
    press(new, "Gå videre")
    expect(new.locator("#new_password-error")).to_contain_text("for lett å gjette")
    new.get_by_label("Startkode").fill(code)
    new.get_by_label("Nytt passord").fill(PASSWORD)
    press(new, "Gå videre")
    expect(new.locator("h1")).to_have_text("Hei, Per Olsen")
    new.goto(site.url(NUMBER + path))
    expect(new.locator("h1")).to_have_text("Denne lenken virker ikke lenger")
