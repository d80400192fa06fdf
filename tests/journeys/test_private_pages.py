"""Every page of the private part: readable in three languages, in the dark, enlarged; small, and leaving nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from tests.factories.people import PASSWORD, add_staff
from tests.factories.referrals import SENT, send
from tests.journeys.checks import Watcher, check_on_phone, check_sizes, check_thrift
from tests.journeys.conftest import ROOT, Site
from tests.journeys.pages import DALSBYGD, FJORDVIK
from tests.journeys.private import (
    FACTORS,
    HOME,
    SESSIONS,
    SIGN_IN,
    Party,
    Staff,
    add_app,
    code_sent,
    move_back,
    new_party,
    new_resident,
    new_staff,
    path_sent,
)
from webapp.app import Avklart
from webapp.kernel.clock import SystemClock
from webapp.kernel.ids import new_id
from webapp.kernel.permission import Role
from webapp.referrals.actions import handling
from webapp.referrals.domain.referral import Act
from webapp.selfchecks import queries
from webapp.selfchecks.actions import answer_survey
from webapp.storage import outbox
from webapp.storage.outbox_models import MessageRow

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

LONG_NAME = "Kari Nordmann-Haugland Kristoffersen"
FORM, PRESS = "main .form button", "main form.press button"


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody with a browser who goes to a page of the private part."""

    page: Page
    site: Site
    backstage: Avklart
    language: str

    def open(self, path: str) -> None:
        """Open an address at Fjordvik."""
        self.page.goto(self.site.url(FJORDVIK + path))

    def press(self, selector: str) -> None:
        """Press the first button of its kind, and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def send(self, **fields: str) -> None:
        """Fill in the form of the page, and send it."""
        for name, text in fields.items():
            self.page.locator(f"#{name}").fill(text)
        self.press(FORM)

    def come_in(self, *roles: Role) -> Staff:
        """Come in as somebody who works there, with a long name."""
        staff = new_staff(self.backstage, *roles, name=LONG_NAME, language=self.language)
        self.open(SIGN_IN)
        self.send(email=staff.email, password=PASSWORD)
        expect(self.page.locator("h1")).to_contain_text(LONG_NAME)
        return staff

    def open_link(self, then: str = "", *, has_telephone: bool = True) -> Party:
        """Open a party's link."""
        party = new_party(self.backstage, has_telephone=has_telephone)
        self.open(f"/{self.language}/avtale/i/{party.invited.secret}{then}")
        return party

    def invite(self) -> tuple[str, str]:
        """Invite somebody as the administrator; answer their address and the start code."""
        self.come_in(Role.ADMINISTRATOR)
        email = new_staff(self.backstage).email.replace("kari", "per")
        self.open("/admin/ansatte/ny")
        self.page.locator("#roles-1").check()
        self.send(name="Per Olsen", email=email)
        return email, self.page.locator(".start-code").inner_text()

    def take_up(self) -> str:
        """Follow the link to a new account; answer the start code."""
        email, code = self.invite()
        self.page.context.clear_cookies()
        self.open(path_sent(self.site, email))
        self.press(PRESS)
        return code


Way = Callable[[Walker], object]
WAYS: dict[str, tuple[str, Way]] = {}
"""What a page is called, its template, and the way to it."""


def to_page(name: str, template: str = "") -> Callable[[Way], Way]:
    """Note the way to a page."""

    def note(way: Way) -> Way:
        WAYS[name] = (template or name, way)
        return way

    return note


for _name, _path in {
    "sign_in": SIGN_IN,
    "forgotten": "/innlogging/glemt",
    "link_sent": "/innlogging/glemt/sendt",
    "log_out": "/logg-ut",
    "staff_link_gone": "/innlogging/i/finnes-ikke",
    "provider_refused": "/id/tilbake",
    "logged_out": "/innlogging/tid",
}.items():
    to_page(_name)(lambda walker, path=_path: walker.open(path))  # type: ignore[misc]

for _name, _path in {
    "account": "/innlogging/konto",
    "factors": FACTORS,
    "new_password": "/innlogging/passord",
    "again": "/innlogging/igjen",
    "sessions": SESSIONS,
    "home": HOME,
}.items():
    to_page(_name)(lambda walker, path=_path: (walker.come_in(), walker.open(path)))  # type: ignore[misc]

for _name, _path in {
    "administration": "/admin/",
    "staff_list": "/admin/ansatte",
    "invite": "/admin/ansatte/ny",
    "deliveries": "/admin/utboks",
    "figures before there are any": "/admin/innsikt/erfaring",
}.items():
    to_page(_name)(lambda walker, path=_path: (walker.come_in(*Role), walker.open(path)))  # type: ignore[misc]


@to_page("figures")
def figures(walker: Walker) -> None:
    """What a survey came to: a number, a hidden one, and what was written."""
    walker.backstage.bookshelf.freshen()
    with walker.backstage.database.writing() as session:
        check = queries.surveys(walker.backstage.bookshelf.tenant("dalsbygd"))["erfaring"]
        for value in ("agree",) * 7 + ("partly-agree",) * 6 + ("disagree",):
            given = {"understood": value, "better": "Ring før dere kommer. " * 5}
            answer_survey(session, "dalsbygd", check, given, new_id(), at=SystemClock().now() - timedelta(days=40))
    add_staff(
        walker.backstage.database, Role.ADMINISTRATOR, municipality="dalsbygd", at=SystemClock().now(),
        email=(email := f"tal-{new_id()}@dalsbygd.example"), language=walker.language,
    )  # fmt: skip
    walker.page.goto(walker.site.url(DALSBYGD + SIGN_IN))
    walker.send(email=email, password=PASSWORD)
    walker.page.goto(walker.site.url(f"{DALSBYGD}/admin/innsikt/erfaring"))
    expect(walker.page.locator("main table").first).to_be_visible()


@to_page("deliveries with some acknowledged", "deliveries")
def deliveries(walker: Walker) -> None:
    """One that was acknowledged, one that was given up."""
    at = SystemClock().now()
    for state, kind in ((outbox.ACKNOWLEDGED, "referral-webhook"), (outbox.PARKED, "referral-archive")):
        with walker.backstage.database.writing() as session:
            written = outbox.enqueue(
                session, municipality="fjordvik", kind=kind, payload={}, about=new_id(), at=at,
                due_at=at + timedelta(days=1),
            )  # fmt: skip
            session.flush()
            ended = {"state": state, "fault": "refused 410" if state == outbox.PARKED else "", "ended_at": at}
            session.execute(update(MessageRow).where(MessageRow.id == written).values(**ended))
    walker.come_in(Role.ADMINISTRATOR)
    walker.open("/admin/utboks")


def resident_with_an_answer(walker: Walker) -> str:
    """Come in with an electronic identity, having sent something that was answered; answer its address."""
    person, at = new_resident(walker.backstage, walker.page, walker.site, FJORDVIK), SystemClock().now()
    sent = replace(SENT, resident=person, language=walker.language)
    row = send(walker.backstage.database, sent, at=at, key=new_id())
    with walker.backstage.database.writing() as session:
        found = session.merge(row)
        handling.tell(session, found, Act.ASKED, "Hvilken dag passer?", by="system", at=at, way="message")
        handling.tell(session, found, Act.ANSWERED, "Vi kommer på torsdag.", by="system", at=at, way="message")
    return f"/{walker.language}/henvendelse/min?sak={row.reference}"


@to_page("mine")
def mine(walker: Walker) -> None:
    """All that a resident has sent."""
    resident_with_an_answer(walker)
    walker.open(f"/{walker.language}/henvendelse/mine")


@to_page("mine before anything was sent", "mine")
def nothing_sent(walker: Walker) -> None:
    """A resident who has sent nothing."""
    new_resident(walker.backstage, walker.page, walker.site, FJORDVIK)
    walker.open(f"/{walker.language}/henvendelse/mine")


@to_page("own")
def own(walker: Walker) -> None:
    """One thing that a resident has sent, answered, with the way to the survey."""
    walker.open(resident_with_an_answer(walker))


@to_page("own refused", "own")
def own_refused(walker: Walker) -> None:
    """Nothing is written."""
    own(walker)
    walker.press("main section .form button")


@to_page("take_back")
def take_back(walker: Walker) -> None:
    """Whether it is to be taken back."""
    walker.open(resident_with_an_answer(walker).replace("/min?", "/min/trekk?"))


@to_page("taken_back")
def taken_back(walker: Walker) -> None:
    """It is taken back."""
    take_back(walker)
    walker.press(FORM)


@to_page("status")
def status(walker: Walker) -> None:
    """The reference is asked for."""
    walker.open(f"/{walker.language}/henvendelse/status")


@to_page("call by a resident", "call")
def call(walker: Walker) -> None:
    """Name and number are known."""
    resident_with_an_answer(walker)
    walker.open(f"/{walker.language}/ring-meg")
    expect(walker.page.locator("#name")).to_have_value(SENT.content.name)


@to_page("receipt of a resident", "receipt")
def receipt(walker: Walker) -> None:
    """It has come in, and stands among their own."""
    call(walker)
    walker.press("main .form button")
    expect(walker.page.locator(".reference")).to_be_visible()


@to_page("sign_in refused", "sign_in")
def sign_in_refused(walker: Walker) -> None:
    """A wrong password."""
    walker.open(SIGN_IN)
    walker.send(email="kari@fjordvik.example", password="feil")


@to_page("staff_link")
def staff_link(walker: Walker) -> None:
    """A link to a new password."""
    staff = new_staff(walker.backstage)
    walker.open("/innlogging/glemt")
    walker.send(email=staff.email)
    walker.open(path_sent(walker.site, staff.email))


@to_page("new password refused", "take_up")
def new_password_refused(walker: Walker) -> None:
    """A password that is too short."""
    staff_link(walker)
    walker.press(PRESS)
    walker.send(new_password="kort")


@to_page("take_up")
def take_up(walker: Walker) -> None:
    """A new account is taken up."""
    walker.take_up()


@to_page("take up refused", "take_up")
def take_up_refused(walker: Walker) -> None:
    """A wrong start code."""
    walker.take_up()
    walker.send(code="AAAA-BBBB", new_password=PASSWORD)


@to_page("app")
def app(walker: Walker) -> None:
    """An app with codes is added."""
    walker.come_in()
    walker.open(FACTORS)
    walker.press("button[value=app]")


@to_page("app refused", "app")
def app_refused(walker: Walker) -> None:
    """A code that is none."""
    app(walker)
    walker.send(code="123")


@to_page("recovery")
def recovery(walker: Walker) -> None:
    """The recovery codes are shown once."""
    walker.come_in()
    add_app(walker.page, walker.site, FJORDVIK)


@to_page("factors with an app", "factors")
def factors(walker: Walker) -> None:
    """An app, and recovery codes."""
    recovery(walker)
    walker.open(FACTORS)


@to_page("passkey")
def passkey(walker: Walker) -> None:
    """A passkey is added."""
    walker.come_in()
    walker.open(FACTORS)
    walker.press("button[value=nokkel]")


@to_page("second_factor")
def second_factor(walker: Walker) -> None:
    """The second step."""
    staff = walker.come_in()
    add_app(walker.page, walker.site, FJORDVIK)
    walker.press(".log-out button")
    walker.open(SIGN_IN)
    walker.send(email=staff.email, password=PASSWORD)


@to_page("second factor refused", "second_factor")
def second_factor_refused(walker: Walker) -> None:
    """A wrong code."""
    second_factor(walker)
    walker.send(code="000000")


@to_page("time_left")
def time_left(walker: Walker) -> None:
    """Soon it is over."""
    staff = walker.come_in()
    move_back(walker.backstage, staff.id, 13 * 60)
    walker.open("/innlogging/tid")
    expect(walker.page.locator("[data-stay]")).to_be_visible()


@to_page("invite refused", "invite")
def invite_refused(walker: Walker) -> None:
    """Everything is missing."""
    walker.come_in(Role.ADMINISTRATOR)
    walker.open("/admin/ansatte/ny")
    walker.send()


@to_page("invited")
def invited(walker: Walker) -> None:
    """The start code is shown once."""
    walker.invite()


@to_page("staff")
def staff(walker: Walker) -> None:
    """An account, as the administrator sees it, with where its owner is logged in."""
    own = walker.come_in(*Role)
    walker.open(f"/admin/ansatte/{own.id}")


@to_page("link")
def link(walker: Walker) -> None:
    """A party's link."""
    walker.open_link()


@to_page("link without a second channel", "link")
def link_without_channel(walker: Walker) -> None:
    """A link of somebody who cannot be sent a code."""
    walker.open_link(has_telephone=False)


@to_page("link_gone")
def link_gone(walker: Walker) -> None:
    """A link that does not work."""
    walker.open(f"/{walker.language}/avtale/i/finnes-ikke")


@to_page("new_link_sent")
def new_link_sent(walker: Walker) -> None:
    """Another link is sent."""
    link_gone(walker)
    walker.press(PRESS)


@to_page("not_me")
def not_me(walker: Walker) -> None:
    """It was somebody else's."""
    walker.open_link()
    walker.press("form[action$=ikke-meg] button")


@to_page("joining")
def joining(walker: Walker) -> None:
    """A code without a link."""
    walker.open(f"/{walker.language}/avtale/kode")


@to_page("joining refused", "joining")
def joining_refused(walker: Walker) -> None:
    """Nothing is written."""
    joining(walker)
    walker.send()


@to_page("confirm by a joining code", "confirm")
def confirm_by_joining_code(walker: Walker) -> None:
    """A code by SMS, where the joining code was right."""
    joining(walker)
    walker.send(code="AAAA-BBBB")


@to_page("confirm")
def confirm(walker: Walker) -> None:
    """The code is asked for."""
    walker.open_link()
    walker.press(PRESS)


@to_page("confirm without a second channel", "confirm")
def confirm_without_channel(walker: Walker) -> None:
    """A code that staff give is asked for."""
    link_without_channel(walker)
    walker.press(PRESS)


@to_page("confirm refused", "confirm")
def confirm_refused(walker: Walker) -> None:
    """A wrong code."""
    confirm(walker)
    walker.send(code="abc")


@to_page("a party's sessions", "sessions")
def own_sessions(walker: Walker) -> None:
    """A party has come in."""
    party = walker.open_link()
    walker.press(PRESS)
    walker.send(code=code_sent(walker.site, party))
    expect(walker.page.locator(".session-list")).to_be_visible()


EVERY = [(name, language) for turn, name in enumerate(WAYS) for language in ("nb", ("nn", "en")[turn % 2])]


@pytest.fixture
def walker(request: pytest.FixtureRequest, site: Site, backstage: Avklart, visit: Callable[..., Page]) -> Walker:
    """Somebody who reads the language that the test is about."""
    language = request.param
    page = visit(locale=f"{language}-NO")
    return Walker(page, site, backstage, language)


@pytest.mark.parametrize(("name", "walker"), EVERY, indirect=["walker"])
def test_a_private_page_is_for_everybody(walker: Walker, name: str) -> None:
    """In bokmål on every screen; on a phone also in one of the other languages, in turn."""
    watcher = Watcher(walker.page)
    WAYS[name][1](walker)
    check_on_phone(walker.page, walker.language)
    check_thrift(walker.page)
    if walker.language == "nb":
        check_sizes(walker.page)
    watcher.check()


def test_every_page_of_coming_in_is_looked_at() -> None:
    """But for those that only an identity provider leads to."""
    templates = {path.stem for path in (ROOT / "webapp" / "templates" / "identity").glob("*.html")}
    assert templates - {template for template, _ in WAYS.values()} == {"left", "provider", "provider_away"}
