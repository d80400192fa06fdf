"""A family that signs: their browsers, the codes they are sent, and an agreement in force."""

from __future__ import annotations

from tests.conftest import NOON
from tests.factories.agreements import Family, settling
from tests.factories.people import Browser, add_staff, code_sent
from tests.house.everybody import Person, begin_session
from webapp.agreements import queries
from webapp.agreements.actions import people
from webapp.agreements.actions import settling as settle
from webapp.agreements.actions.settling import YES, Word
from webapp.agreements.models import VersionRow
from webapp.app import Avklart
from webapp.identity.domain.sessions import Kind
from webapp.kernel.permission import Assurance, Role


def family_of(avklart: Avklart, *, is_with_municipality: bool = True, is_confirmed: bool = True) -> Family:
    """Answer a family that has agreed on the food."""
    with avklart.database.writing() as session:
        family = settling(session, is_with_municipality=is_with_municipality)
        row = family.row(session)
        if is_confirmed:
            people.confirm_contact(session, row, family.party(session, family.aase), by="staff", at=NOON)
        for party in (family.aase, family.per):
            settle.reply(session, row, "handle-mat", Word(YES), seen=1, by=party, at=NOON)
    return family


def invitation_of(avklart: Avklart, family: Family, party: str) -> str:
    """Answer the invitation that a party came in by."""
    with avklart.database.reading() as session:
        return str(family.party(session, party).invitation)


def browser_of(
    avklart: Avklart, family: Family, party: str, *, assurance: Assurance = Assurance.CODE
) -> Browser:  # fmt: skip
    """Answer the browser of a party who has come in, by a code unless it is said otherwise."""
    browser = Browser(avklart)
    who = Person("fjordvik", invitation_of(avklart, family, party), Kind.PARTY, assurance, Role.PARTY)
    begin_session(browser, who)
    return browser


def staff_browser(avklart: Avklart, email: str = "ida@fjordvik.example") -> Browser:
    """Answer the browser of a caseworker with two factors."""
    staff = add_staff(avklart.database, Role.CASEWORKER, email=email, name="Ida Berg", at=NOON)
    browser = Browser(avklart)
    begin_session(browser, Person("fjordvik", staff, Kind.STAFF, Assurance.SUBSTANTIAL, Role.CASEWORKER))
    return browser


def page_of(family: Family, word: str) -> str:
    """Answer the address of a page of the agreement."""
    return f"/nb/avtale/{family.agreement}/{word}"


def hash_of(browser: Browser) -> str:
    """Answer the hash of the text that the page shows."""
    assert browser.page is not None
    return str(browser.page.soup.select("input[name=seen]")[0]["value"])


def lock(avklart: Avklart, family: Family) -> None:
    """Let Åse lock the text."""
    browser = browser_of(avklart, family, family.aase)
    browser.get(page_of(family, "signer"))
    browser.post(page_of(family, "signer/las"), language="nb", review_on="")


def sign(avklart: Avklart, family: Family, party: str) -> Browser:
    """Let a party have a code sent and sign with it."""
    browser = browser_of(avklart, family, party)
    browser.get(page_of(family, "signer"))
    browser.post(page_of(family, "signer/kode"))
    code = code_sent(avklart.database, invitation_of(avklart, family, party))
    browser.post(page_of(family, "signer"), seen=hash_of(browser), code=code)
    return browser


def signed_by_all(avklart: Avklart, family: Family) -> Browser:
    """Let everybody sign, the caseworker last; answer Åse's browser."""
    lock(avklart, family)
    browser = sign(avklart, family, family.aase)
    for party in (family.kari, family.per):
        sign(avklart, family, party)
    staff = staff_browser(avklart)
    staff.get(page_of(family, "signer"))
    staff.post(page_of(family, "signer/kommunen"), seen=hash_of(staff))
    return browser


def paper_of(avklart: Avklart, family: Family) -> bytes:
    """Answer the sealed paper as a party gets it."""
    answer = browser_of(avklart, family, family.kari).raw(page_of(family, "avtale.pdf"))
    assert answer.status_code == 200
    return bytes(answer.data)


def version_of(avklart: Avklart, family: Family) -> VersionRow:
    """Answer the newest text."""
    with avklart.database.reading() as session:
        return queries.versions(session, family.row(session, is_held=False))[-1]


def state_of(avklart: Avklart, family: Family) -> str:
    """Answer where the agreement stands."""
    with avklart.database.reading() as session:
        return str(queries.standing_of(family.row(session, is_held=False)).state)
