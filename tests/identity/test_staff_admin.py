"""The administrator's work: invite, change, close, end sessions; of their own municipality, never of themselves."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.people import PASSWORD, Browser, add_staff, messages, staff_row
from tests.factories.second_factor import add_app
from webapp.app import Avklart
from webapp.audit.domain import Action
from webapp.audit.models import EventRow
from webapp.identity import queries
from webapp.identity.actions import staff
from webapp.identity.models import SessionRow
from webapp.kernel.caller import Caller
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import ConflictError, InvalidError, NotAllowedError
from webapp.kernel.permission import Assurance, Role
from webapp.storage.session import Database

HOME, LIST, NEW = "/innlogging/hjem", "/admin/ansatte", "/admin/ansatte/ny"
NILS: dict[str, Any] = {"name": "Nils Ås", "email": "nils@fjordvik.example", "roles": ["editor"], "language": "nn"}


@pytest.fixture
def admin(browser: Browser, kari: str) -> Browser:
    """Kari, logged in."""
    assert kari
    browser.sign_in()
    return browser


def page_of(staff_id: str) -> str:
    return f"{LIST}/{staff_id}"


def emails(avklart: Avklart, municipality: str = "fjordvik") -> set[str]:
    with avklart.database.reading() as session:
        return {row.email for row in queries.all_staff(session, municipality)}


@pytest.mark.usefixtures("ola")
def test_the_list_shows_everybody_here_and_nobody_elsewhere(avklart: Avklart, admin: Browser) -> None:
    far = add_staff(avklart.database, municipality="dalsbygd", email="far@dalsbygd.example", name="Fjern", at=NOON)
    page = admin.get(LIST)
    names = [link.get_text() for link in page.soup.select(".staff-list a")]
    assert names == ["Kari Nordmann", "Ola Dahl"]
    assert far not in page.response.text


def test_names_stand_in_the_order_of_the_alphabet(avklart: Avklart, admin: Browser) -> None:
    for name in ("Åse", "Ærlig", "Øyvind", "aage", "Zoe", "Bo"):
        add_staff(avklart.database, email=f"{name.encode().hex()}@fjordvik.example", name=name, at=NOON)
    names = [link.get_text() for link in admin.get(LIST).soup.select(".staff-list a")]
    assert names == ["Bo", "Kari Nordmann", "Zoe", "Ærlig", "Øyvind", "aage", "Åse"]


def test_an_invitation_goes_by_mail_and_its_code_to_the_administrator_alone(avklart: Avklart, admin: Browser) -> None:
    admin.get(NEW)
    page = admin.post(**NILS)
    code = page.one(".start-code").get_text(strip=True)
    assert re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}", code)
    (letter,) = messages(avklart.database)
    assert letter["to"] == "nils@fjordvik.example"
    assert "/innlogging/i/" in letter["text"]
    assert code not in str(letter)
    assert code.replace("-", "") not in str(letter)
    secret = re.findall(r"/innlogging/i/(\S+)", letter["text"])[0]
    assert secret not in page.response.text
    with avklart.database.reading() as session:
        row = next(row for row in queries.all_staff(session, "fjordvik") if row.email == NILS["email"])
        assert (row.state, row.roles, row.language, row.password) == (staff.INVITED, ["editor"], "nn", None)


@pytest.mark.parametrize(("changes", "wrong"), [
    ({"name": ""}, "name"), ({"name": "x" * 121}, "name"), ({"name": " \u200b "}, "name"), ({"name": " "}, "name"),
    ({"email": "nils"}, "email"), ({"email": ""}, "email"), ({"email": " "}, "email"),
    ({"email": "kari@fjordvik.example"}, "email"), ({"email": "KARI@FJORDVIK.example"}, "email"),
    ({"roles": []}, "roles"), ({"roles": ["root"]}, "roles"), ({"roles": ["resident"]}, "roles"),
    ({"roles": ["editor", "party"]}, "roles"), ({"language": "xx"}, ""),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_what_was_typed_stands(
    avklart: Avklart, admin: Browser, changes: dict[str, Any], wrong: str
) -> None:
    admin.get(NEW)
    page = admin.post(NEW, status=422, **{**NILS, **changes})
    if wrong:
        assert page.soup.select(f"#feil a[href='#{wrong}']")
    if "name" not in changes:
        assert page.one("#name")["value"] == "Nils Ås"
    assert emails(avklart) == {"kari@fjordvik.example"}
    assert messages(avklart.database) == []


def test_fields_that_nobody_asked_for_change_nothing(avklart: Avklart, admin: Browser) -> None:
    """No mass assignment: the state, the password and the municipality are not the form's."""
    admin.get(NEW)
    admin.post(NEW, **NILS, state="active", password="x", municipality="dalsbygd", id="1" * 32)
    with avklart.database.reading() as session:
        row = next(row for row in queries.all_staff(session, "fjordvik") if row.email == NILS["email"])
        assert (row.state, row.password) == (staff.INVITED, None)
    assert emails(avklart, "dalsbygd") == set()


def test_a_name_is_written_as_it_is_and_never_as_markup(admin: Browser) -> None:
    admin.get(NEW)
    page = admin.post(NEW, **{**NILS, "name": "<script>alert(1)</script>"})
    assert "<script>alert" not in page.response.text
    assert not admin.get(LIST).soup.select(".staff-list script")


def test_an_address_may_be_known_in_two_municipalities(avklart: Avklart, admin: Browser) -> None:
    add_staff(avklart.database, municipality="dalsbygd", email="nils@fjordvik.example", at=NOON)
    admin.get(NEW)
    assert admin.post(**NILS).soup.select(".start-code")


def test_roles_are_changed_and_count_at_once(avklart: Avklart, admin: Browser, elsewhere: Browser, ola: str) -> None:
    elsewhere.sign_in("ola@fjordvik.example")
    elsewhere.get(LIST, status=403)
    admin.get(page_of(ola))
    admin.post(page_of(ola), name="Ola D. Dahl", roles=["administrator", "editor"], handling="lagre")
    elsewhere.get(LIST)
    admin.post(page_of(ola), name="Ola D. Dahl", roles=["caseworker"], handling="lagre")
    elsewhere.get(LIST, status=403)
    assert staff_row(avklart.database, ola).name == "Ola D. Dahl"
    with avklart.database.reading() as session:
        found = session.scalars(select(EventRow).where(EventRow.action == Action.STAFF_CHANGED)).all()
    assert len(found) == 2


@pytest.mark.parametrize("fields", [
    {"name": "", "roles": ["editor"]}, {"name": " ", "roles": ["editor"]}, {"name": "Ola", "roles": []},
    {"name": "Ola", "roles": ["root"]}, {"name": "Ola"},
])  # fmt: skip
def test_a_change_that_cannot_be_changes_nothing(
    avklart: Avklart, admin: Browser, ola: str, fields: dict[str, Any]
) -> None:
    admin.get(page_of(ola))
    admin.post(page_of(ola), handling="lagre", status=422, **fields)
    row = staff_row(avklart.database, ola)
    assert (row.name, row.roles) == ("Ola Dahl", ["caseworker"])


@pytest.mark.usefixtures("avklart")
def test_closing_ends_everything_at_once_and_opening_gives_it_back(
    admin: Browser, elsewhere: Browser, ola: str
) -> None:
    elsewhere.sign_in("ola@fjordvik.example")
    admin.get(page_of(ola))
    admin.post(page_of(ola), handling="steng")
    assert elsewhere.raw(HOME).status_code == 303
    elsewhere.sign_in("ola@fjordvik.example", status=422)
    admin.post(page_of(ola), handling="apne")
    assert elsewhere.raw(HOME).status_code == 303, "the old session stays dead"
    elsewhere.sign_in("ola@fjordvik.example")
    assert elsewhere.path() == HOME


def test_closing_voids_an_invitation_that_is_on_its_way(avklart: Avklart, admin: Browser, elsewhere: Browser) -> None:
    admin.get(NEW)
    admin.post(**NILS)
    (letter,) = messages(avklart.database)
    secret = re.findall(r"/innlogging/i/(\S+)", letter["text"])[0]
    elsewhere.get(f"/innlogging/i/{secret}")
    with avklart.database.reading() as session:
        nils = next(row.id for row in queries.all_staff(session, "fjordvik") if row.email == NILS["email"])
    admin.get(page_of(nils))
    admin.post(page_of(nils), handling="steng")
    elsewhere.get(f"/innlogging/i/{secret}", status=410)
    admin.post(page_of(nils), handling="apne")
    assert staff_row(avklart.database, nils).state == staff.INVITED
    elsewhere.get(f"/innlogging/i/{secret}", status=410)
    assert messages(avklart.database) == [], "and what waited is not sent"


@pytest.mark.parametrize("handling", ["steng", "ny-start"])
def test_nobody_closes_their_own_account(avklart: Avklart, admin: Browser, kari: str, handling: str) -> None:
    page = admin.get(page_of(kari))
    assert not page.soup.select(f"button[value={handling}]")
    admin.post(page_of(kari), handling=handling, status=403)
    assert staff_row(avklart.database, kari).state == staff.ACTIVE
    admin.get(LIST)


@pytest.mark.parametrize("roles", [["editor"], ["administrator", "editor"]])
def test_nobody_changes_their_own_roles(avklart: Avklart, admin: Browser, kari: str, roles: list[str]) -> None:
    admin.get(page_of(kari))
    page = admin.post(page_of(kari), name="Kari Nordmann", roles=roles, handling="lagre", status=422)
    assert page.soup.select("#feil a[href='#roles']")
    assert staff_row(avklart.database, kari).roles == ["administrator"]


def test_ones_own_name_may_be_changed(avklart: Avklart, admin: Browser, kari: str) -> None:
    admin.get(page_of(kari))
    admin.post(page_of(kari), name="Kari N. Ås", roles=["administrator"], handling="lagre")
    assert staff_row(avklart.database, kari).name == "Kari N. Ås"


def test_an_administrator_ends_one_session_or_all_of_somebody(avklart: Avklart, admin: Browser, ola: str) -> None:
    his = [Browser(avklart, address=f"198.51.100.{number}") for number in range(3)]
    for browser in his:
        browser.sign_in("ola@fjordvik.example")
    page = admin.get(page_of(ola))
    buttons = page.soup.select(".session-list button")
    assert len(buttons) == 3
    admin.post(page_of(ola), handling=str(buttons[0]["value"]))
    assert sorted(browser.raw(HOME).status_code for browser in his) == [200, 200, 303]
    admin.post(page_of(ola), handling="avslutt-alle")
    assert [browser.raw(HOME).status_code for browser in his] == [303] * 3
    admin.get(LIST)


def test_every_end_by_an_administrator_is_recorded(avklart: Avklart, admin: Browser, kari: str, ola: str) -> None:
    his = [Browser(avklart, address=f"198.51.100.{number}") for number in range(3)]
    for browser in his:
        browser.sign_in("ola@fjordvik.example")
    page = admin.get(page_of(ola))
    admin.post(page_of(ola), handling=str(page.soup.select(".session-list button")[0]["value"]))
    admin.post(page_of(ola), handling="avslutt-alle")
    with avklart.database.reading() as session:
        ends = select(EventRow).where(EventRow.action == Action.SESSION_ENDED).order_by(EventRow.sequence)
        found = session.scalars(ends).all()
        rows = session.scalars(select(SessionRow).where(SessionRow.person == ola)).all()
    assert {row.ended_why for row in rows} == {"ended by staff"}
    assert {event.actor for event in found} == {kari}
    assert [event.object_id == ola for event in found] == [False, True], "one by its id, the rest by whose they were"


def test_a_session_of_one_person_is_not_ended_under_anothers_name(
    avklart: Avklart, admin: Browser, elsewhere: Browser, kari: str, ola: str
) -> None:
    elsewhere.sign_in("ola@fjordvik.example")
    with avklart.database.reading() as session:
        (his,) = queries.sessions_of(session, "fjordvik", ola)
    admin.get(page_of(kari))
    assert admin.send(page_of(kari), handling=f"avslutt {his.id}").status_code == 404
    elsewhere.get(HOME)


def test_a_new_start_takes_away_password_and_factors_and_sends_a_new_link(
    avklart: Avklart, admin: Browser, elsewhere: Browser, ola: str
) -> None:
    codes = add_app(avklart.database, ola, at=NOON)
    elsewhere.sign_in("ola@fjordvik.example")
    elsewhere.post(code=codes[0])
    admin.get(page_of(ola))
    page = admin.post(page_of(ola), handling="ny-start")
    assert page.soup.select(".start-code")
    assert elsewhere.raw(HOME).status_code == 303
    elsewhere.sign_in("ola@fjordvik.example", status=422)
    with avklart.database.reading() as session:
        assert list(queries.factors(session, "fjordvik", ola)) == []
        assert queries.recovery_codes_left(session, "fjordvik", ola) == 0
    row = staff_row(avklart.database, ola)
    assert (row.password, row.state, row.roles) == (None, staff.INVITED, ["caseworker"])
    assert [letter["to"] for letter in messages(avklart.database)] == ["ola@fjordvik.example"]


def test_the_second_step_alone_is_taken_away_with_a_reason_and_the_person_is_told(
    avklart: Avklart, admin: Browser, elsewhere: Browser, kari: str, ola: str
) -> None:
    codes = add_app(avklart.database, ola, at=NOON)
    elsewhere.sign_in("ola@fjordvik.example")
    elsewhere.post(code=codes[0])
    page = admin.get(page_of(ola))
    assert "Fjern det andre trinnet" in page.one("main").get_text()
    page = admin.post(page_of(ola), handling="nytt-trinn", status=422)
    assert "Velg hvorfor det andre trinnet fjernes." in page.one(".error-summary").get_text()
    assert elsewhere.raw(HOME).status_code == 200
    admin.post(page_of(ola), handling="nytt-trinn", why="hun mistet den", status=422)
    page = admin.post(page_of(ola), handling="nytt-trinn", why="lost")
    assert "Det andre trinnet er fjernet" in page.one("main").get_text()
    assert elsewhere.raw(HOME).status_code == 303
    with avklart.database.reading() as session:
        assert list(queries.factors(session, "fjordvik", ola)) == []
        assert queries.recovery_codes_left(session, "fjordvik", ola) == 0
        told = session.scalars(select(EventRow).where(EventRow.action == Action.STAFF_CHANGED)).one()
    assert (told.actor, told.object_id, told.why, told.details) == (kari, ola, "lost", {"factors_removed": True})
    row = staff_row(avklart.database, ola)
    assert (row.password is not None, row.state, row.roles) == (True, staff.ACTIVE, ["caseworker"])
    (letter,) = messages(avklart.database)
    assert letter["to"] == "ola@fjordvik.example"
    assert "ble fjernet" in letter["text"]
    assert "/innlogging" not in letter["text"]
    elsewhere.sign_in("ola@fjordvik.example")  # the password opens what a new second step is made on
    admin.get(page_of(ola))
    again = admin.post(page_of(ola), handling="nytt-trinn", why="lost")
    assert "Det er ikke noe andre trinn å fjerne." in again.one("main").get_text()
    assert len(messages(avklart.database)) == 1
    assert "Ola Dahl: Det andre trinnet er fjernet" in admin.get("/admin/endringer").one("main").get_text()


def test_nobody_takes_away_their_own_second_step_here(avklart: Avklart, admin: Browser, kari: str, ola: str) -> None:
    add_app(avklart.database, ola, at=NOON)
    assert "Fjern det andre trinnet" not in admin.get(page_of(kari)).one("main").get_text()
    assert admin.send(page_of(kari), handling="nytt-trinn", why="lost").status_code == 403
    with avklart.database.reading() as session:
        assert len(queries.factors(session, "fjordvik", ola)) == 1


def test_a_second_invitation_voids_the_first(avklart: Avklart, admin: Browser, elsewhere: Browser, ola: str) -> None:
    secrets = []
    admin.get(page_of(ola))
    for _ in range(2):
        admin.get(page_of(ola))
        admin.post(page_of(ola), handling="ny-start")
        text = messages(avklart.database)[-1]["text"]
        secrets += re.findall(r"/innlogging/i/(\S+)", text)
    elsewhere.get(f"/innlogging/i/{secrets[0]}", status=410)
    elsewhere.get(f"/innlogging/i/{secrets[1]}")


@pytest.mark.parametrize("handling", ["", "x", "avslutt", "STENG", "lagre ", "slett"])
def test_what_is_no_button_does_nothing(avklart: Avklart, admin: Browser, ola: str, handling: str) -> None:
    admin.get(page_of(ola))
    assert admin.send(page_of(ola), handling=handling, name="X", roles=["editor"]).status_code == 400
    assert staff_row(avklart.database, ola).name == "Ola Dahl"


@pytest.mark.parametrize("handling", ["steng", "apne", "avslutt-alle", "ny-start", "nytt-trinn", "lagre"])
def test_an_account_of_another_municipality_is_not_there(avklart: Avklart, admin: Browser, handling: str) -> None:
    far = add_staff(avklart.database, municipality="dalsbygd", email="far@dalsbygd.example", name="Fjern", at=NOON)
    admin.get(LIST)
    for wanted in (far, "0" * 32, "x", "' OR 1=1"):
        admin.get(page_of(wanted), status=404)
        answer = admin.send(page_of(wanted), token=admin.token(), handling=handling, name="X", roles=["editor"])
        assert answer.status_code in {400, 404}
        admin.get(LIST)
    row = staff_row(avklart.database, far)
    assert (row.state, row.name, row.roles) == (staff.ACTIVE, "Fjern", ["caseworker"])


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.EDITOR, Role.REVIEWER])
def test_the_pages_are_the_administrators_alone(avklart: Avklart, browser: Browser, ola: str, role: Role) -> None:
    other = add_staff(avklart.database, role, email="other@fjordvik.example", at=NOON)
    browser.sign_in("other@fjordvik.example")
    token = browser.token()
    for path in ("/admin/", LIST, NEW, page_of(ola), page_of(other)):
        browser.get(path, status=403)
    for path in (NEW, page_of(ola), page_of(other)):
        assert browser.send(path, token=token, handling="steng", **NILS).status_code == 403
    assert emails(avklart) == {"ola@fjordvik.example", "other@fjordvik.example"}


def test_inviting_asks_once_more_after_ten_minutes_and_does_nothing_before(
    avklart: Avklart, admin: Browser, clock: FixedClock
) -> None:
    admin.get(NEW)
    clock.time = NOON + timedelta(minutes=11)
    admin.post(NEW, **NILS)
    assert admin.path() == "/innlogging/igjen"
    assert emails(avklart) == {"kari@fjordvik.example"}
    admin.post(password=PASSWORD)
    admin.post(NEW, **NILS)
    assert emails(avklart) == {"kari@fjordvik.example", "nils@fjordvik.example"}


def test_an_account_is_added_once_and_only_as_it_may_be(keyed: Database) -> None:
    words: dict[str, Any] = {"municipality": "fjordvik", "name": "N", "roles": ["editor"], "language": "nb", "at": NOON}
    with keyed.writing() as session:
        staff.add(session, email="n@fjordvik.example", **words)
    for email, fault in (("N@Fjordvik.example", ConflictError), ("n", InvalidError)):
        with keyed.writing() as session, pytest.raises(fault):
            staff.add(session, email=email, **words)
    with keyed.writing() as session, pytest.raises(InvalidError):
        staff.add(session, email="m@fjordvik.example", **{**words, "roles": ["resident"]})


def test_of_two_administrators_who_close_each_others_access_only_one_does(avklart: Avklart, kari: str) -> None:
    """Both pages were open before either was closed: somebody is always left who can open an account again."""
    ola = add_staff(avklart.database, Role.ADMINISTRATOR, email="ola2@fjordvik.example", name="Ola To", at=NOON)

    def caller(staff_id: str) -> Caller:
        return Caller(staff_id, "fjordvik", frozenset({Role.ADMINISTRATOR}), Assurance.SUBSTANTIAL, "s", NOON)

    with avklart.database.writing() as session:
        staff.disable(session, queries.staff(session, "fjordvik", ola), by=caller(kari), at=NOON)
    with avklart.database.writing() as session:
        row = queries.staff(session, "fjordvik", kari)
        with pytest.raises(NotAllowedError):
            staff.disable(session, row, by=caller(ola), at=NOON)
        with pytest.raises(NotAllowedError):
            staff.change(session, row, name="Kari", roles=["editor"], by=caller(ola), at=NOON)
    assert staff_row(avklart.database, kari).state == "active"


def test_the_list_says_who_has_no_second_step_and_whose_invitation_has_expired(
    admin: Browser, clock: FixedClock
) -> None:
    admin.get(NEW)
    admin.post(NEW, **NILS)
    told = admin.get(LIST).one(".staff-list").get_text(" ", strip=True)
    assert "Invitasjonen er utløpt" not in told
    assert told.count("Mangler det andre trinnet") == 1
    clock.time += timedelta(days=8)
    admin.sign_in()
    assert "Invitasjonen er utløpt" in admin.get(LIST).one(".staff-list").get_text(" ", strip=True)
