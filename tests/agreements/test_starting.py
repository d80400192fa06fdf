"""Starting and who is in: the starter's way to the first question, and what a controlling relative does not get."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.agreements import join_all, settling, start
from tests.factories.people import Browser, code_sent
from webapp.agreements import queries
from webapp.agreements.actions import people, sections, signing
from webapp.agreements.actions.signing import Frozen, Given
from webapp.agreements.domain.sharing import Level, consent_of
from webapp.agreements.domain.signing import Method
from webapp.agreements.domain.states import Mover
from webapp.agreements.models import AgreementRow, PartyRow
from webapp.app import Avklart
from webapp.identity.models import InvitationRow
from webapp.kernel.errors import NotAllowedError

KARI = {"role": "caregiver", "mode": "municipality", "name": "Kari Bjørnstad", "telephone": "99 00 00 01", "email": ""}


def the_agreement(avklart: Avklart) -> AgreementRow:
    with avklart.database.reading() as session:
        return session.scalars(select(AgreementRow)).one()


def party(avklart: Avklart, kind: str) -> PartyRow:
    with avklart.database.reading() as session:
        return session.scalars(select(PartyRow).where(PartyRow.kind == kind)).first() or pytest.fail("nobody")


def begin(browser: Browser, **fields: str) -> None:
    """Start as somebody, and come in by the code that is sent."""
    browser.get("/nb/avtale/ny")
    key = str(browser.page.one("input[name=key]")["value"]) if browser.page else ""
    browser.post("/nb/avtale/ny", status=200, token=None, key=key, **{**KARI, **fields})
    with browser.avklart.database.reading() as session:
        invited = session.scalars(select(InvitationRow).order_by(InvitationRow.created_at)).all()[-1]
    browser.post("/nb/avtale/bekreft", code=code_sent(browser.avklart.database, invited.id))


def add(browser: Browser, name: str, *, status: int = 200, **fields: str) -> None:
    base = f"/nb/avtale/{the_agreement(browser.avklart).id}/deltakere"
    given = {"name": name, "channel": "sms", "telephone": "", "email": "", "address": "", "role": "caregiver"}
    browser.post(base, status=status, **{**given, **fields})


@contextmanager
def started(avklart: Avklart) -> Iterator[Browser]:
    browser = Browser(avklart)
    begin(browser)
    yield browser


def test_the_starter_comes_to_who_is_in_by_a_code_and_is_asked_whom_it_is_about(browser: Browser) -> None:
    begin(browser)
    row = the_agreement(browser.avklart)
    assert browser.path() == f"/nb/avtale/{row.id}/deltakere"
    assert "Hvem gjelder det?" in browser.page.text if browser.page else False
    assert row.round_state == "draft"


def test_a_form_that_is_sent_twice_is_one_agreement(browser: Browser) -> None:
    browser.get("/nb/avtale/ny")
    for _ in range(2):
        browser.post("/nb/avtale/ny", status=200, token=None, key="x" * 43, **KARI)
    assert the_agreement(browser.avklart).reference


def test_what_is_missing_is_said_and_what_was_typed_stands(browser: Browser) -> None:
    browser.get("/nb/avtale/ny")
    page = browser.post("/nb/avtale/ny", status=422, **{**KARI, "telephone": "123"})
    assert page.one("#name")["value"] == "Kari Bjørnstad"


def test_what_is_missing_is_summed_up_in_the_order_of_the_page(avklart: Avklart) -> None:
    with started(avklart) as browser:
        add(browser, "", status=422)
        assert browser.page is not None
        said = [link.get_text() for link in browser.page.soup.select(".error-summary a")]
        assert said == ["Skriv navnet.", "Skriv nummeret."]


def test_the_words_for_the_telephone_have_the_joining_code_and_nothing_is_sent_before(avklart: Avklart) -> None:
    with started(avklart) as browser:
        add(browser, "Åse Bjørnstad", telephone="99 00 00 02")
        base = f"/nb/avtale/{the_agreement(avklart).id}"
        page = browser.post(f"{base}/tema", theme="dementia")
        assert browser.path() == f"{base}/invitere"
        assert re.search(r"skrive [0-9A-Z]{4}-[0-9A-Z]{4}", page.text)
        assert the_agreement(avklart).theme == "dementia"


def test_a_telephone_of_two_is_refused_in_plain_words_with_a_way_on(avklart: Avklart) -> None:
    with started(avklart) as browser:
        add(browser, "Åse Bjørnstad", status=422, telephone="99 00 00 01")
        assert browser.page is not None
        assert "Velg brev eller telefon" in browser.page.text
        add(browser, "Åse Bjørnstad", channel="letter", address="Strandvegen 1")
        assert party(avklart, "resident").channel == "letter"


def test_a_controlling_relative_with_a_second_telephone_gets_nowhere(avklart: Avklart) -> None:
    """He starts it all, writes his own second number as his mother's, and comes in as her."""
    with started(avklart) as browser:
        add(browser, "Åse Bjørnstad", telephone="99 00 00 02")
        base = f"/nb/avtale/{the_agreement(avklart).id}"
        page = browser.post(f"{base}/tema", theme="home")
        code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", page.text)
        assert code
        second = Browser(avklart, address="198.51.100.7")
        second.get("/nb/avtale/kode")
        second.post("/nb/avtale/kode", code=code.group())
        mother = party(avklart, "resident")
        second.post("/nb/avtale/bekreft", code=code_sent(avklart.database, mother.invitation or ""))
        second.raw(f"{base}/")
        assert "ikke kontrollert" in second.get(f"{base}/deltakere").text
    with avklart.database.writing() as session:
        row = queries.agreement(session, "fjordvik", mother.agreement, is_held=True)
        aase = queries.party(session, row, mother.id)
        people.join(session, row, aase, at=NOON, movers=frozenset({Mover.RESIDENT}))
        today = NOON.date()
        consent = consent_of(row.started_by, Level.ALL, frozenset(), until=today, given_on=today)
        with pytest.raises(NotAllowedError):
            sections.give_consent(session, row, consent, by=aase, at=NOON)
        row.round_state = "settling"
        version = signing.lock(session, row, Frozen({"text": []}, "nb"), by=aase.id, mover=Mover.RESIDENT, at=NOON)
        given = Given(version.hash, "Ja", Method.CODE_SMS, {})
        with pytest.raises(NotAllowedError):
            signing.sign(session, row, version, aase.id, given, at=NOON)


def test_only_the_resident_takes_somebody_out_once_she_has_said_yes(avklart: Avklart) -> None:
    with avklart.database.writing() as session:
        family = start(session)
    with avklart.database.writing() as session:
        join_all(session, family)
        invited = {one.id: one.invitation or "" for one in queries.parties(session, family.row(session))}
    kari, aase = Browser(avklart), Browser(avklart, address="198.51.100.8")
    for who, one in ((kari, family.kari), (aase, family.aase)):
        come_in(who, invited[one])
    base = f"/nb/avtale/{family.agreement}/deltakere"
    kari.get(base)
    assert kari.send(f"{base}/ut?hvem={family.per}").status_code == 403
    assert kari.raw(f"{base}/kontakt?hvem={family.aase}").status_code == 403
    aase.get(base)
    assert aase.page is not None
    assert "800 30 196" in aase.page.text
    aase.post(f"{base}/ut?hvem={family.per}")
    with avklart.database.reading() as session:
        assert {one.id for one in queries.parties(session, family.row(session)) if one.left_at} == {family.per}


def test_the_printed_invitation_is_a_pdf_with_a_picture(avklart: Avklart) -> None:
    with started(avklart) as browser:
        add(browser, "Åse Bjørnstad", telephone="99 00 00 02")
        base = f"/nb/avtale/{the_agreement(avklart).id}/deltakere"
        answer = browser.send(f"{base}/ark.pdf", handling=party(avklart, "resident").id)
        assert answer.data.startswith(b"%PDF-")


def test_own_contact_changes_and_nobody_elses_is_shown(avklart: Avklart) -> None:
    with avklart.database.writing() as session:
        family = settling(session)
        invited = queries.party(session, family.row(session), family.per).invitation or ""
    browser = Browser(avklart)
    come_in(browser, invited)
    base = f"/nb/avtale/{family.agreement}/deltakere"
    assert "61 35 90 01" not in browser.get(base).text
    fields = {"channel": "sms", "telephone": "99 00 00 09", "email": "", "address": ""}
    browser.get(f"{base}/kontakt")
    browser.post(f"{base}/kontakt", status=200, token=None, **fields)
    with avklart.database.reading() as session:
        row = session.get_one(InvitationRow, invited)
        assert (row.telephone, row.email) == ("+4799000009", None)


def come_in(browser: Browser, invitation: str) -> None:
    """Give a browser the session of a party."""
    from tests.house.everybody import Person, begin_session  # noqa: PLC0415 -- one helper of the matrix
    from webapp.identity.domain.sessions import Kind  # noqa: PLC0415
    from webapp.kernel.permission import Assurance, Role  # noqa: PLC0415

    begin_session(browser, Person("fjordvik", invitation, Kind.PARTY, Assurance.CODE, Role.PARTY))


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
def test_the_public_pages_are_there_in_every_language_and_set_no_cookie(browser: Browser, lang: str) -> None:
    for path in (f"/{lang}/avtale/", f"/{lang}/avtale/eksempel"):
        assert "Set-Cookie" not in browser.raw(path).headers
        assert browser.get(path).one("h1")
