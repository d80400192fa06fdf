"""When not everybody signs: a deadline that passes, a no with or without a reason, a change, and the way on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import NOON
from tests.factories import agreements as factory
from tests.factories.agreements import Family
from tests.factories.outbox import with_keys
from tests.factories.people import Browser, code_sent, messages
from tests.factories.signing import (
    browser_of,
    family_of,
    hash_of,
    invitation_of,
    lock,
    page_of,
    sign,
    staff_browser,
    state_of,
    version_of,
)
from tests.house.everybody import Person, begin_session
from webapp.agreements import jobs, queries
from webapp.agreements.actions import living, office, people, rounds, sections, signing
from webapp.agreements.actions import settling as settle
from webapp.agreements.actions.settling import YES, Word
from webapp.agreements.actions.signing import Frozen, Given
from webapp.agreements.domain.commitments import Commitment, Way
from webapp.agreements.domain.parties import Basis
from webapp.agreements.domain.sharing import Level, consent_of
from webapp.agreements.domain.signing import Method
from webapp.agreements.domain.states import Mover
from webapp.agreements.models import AgreementRow, PartyRow, SignatureRow
from webapp.agreements.stored import commitment_to_data
from webapp.app import Avklart
from webapp.identity.domain.sessions import Kind
from webapp.kernel.clock import FixedClock
from webapp.kernel.permission import Assurance, Role
from webapp.settings import Settings
from webapp.storage.session import Database

REASON = "Jeg rekker det ikke ved siden av jobben."


def later(avklart: Avklart, family: Family, party: str, clock: FixedClock) -> Browser:
    """Answer the browser of a party who comes in as the clock stands."""
    browser = Browser(avklart)
    who = Person("fjordvik", invitation_of(avklart, family, party), Kind.PARTY, Assurance.SUBSTANTIAL, Role.PARTY)
    begin_session(browser, who, at=clock.time)
    return browser


def voided(avklart: Avklart) -> list[str]:
    """Answer who has been told that what they signed is void."""
    return [one["party"] for one in messages(avklart.database) if one.get("notice") == "voided"]


def test_who_is_left_out_after_the_deadline_stops_nobody_and_the_resident_never_is(
    avklart: Avklart, clock: FixedClock
) -> None:
    family = family_of(avklart, is_with_municipality=False)
    page = page_of(family, "signer")
    aase = browser_of(avklart, family, family.aase)
    assert not aase.get(page).soup.select("main input[name=left_out]"), "nobody is left out before a deadline"
    aase.post(f"{page}/las", language="nb", review_on="", left_out=family.per)
    assert version_of(avklart, family).left_out == []
    sign(avklart, family, family.kari)
    first = version_of(avklart, family).hash
    clock.time = NOON + timedelta(days=14)
    late = later(avklart, family, family.per, clock)
    late.get(page)
    stale = late.post(page, seen=first, status=409)
    assert "Fristen for å skrive under er ute" in stale.text
    jobs.let_time_pass(avklart.database, clock)
    assert (state_of(avklart, family), voided(avklart)) == ("settling", [family.kari])
    aase = later(avklart, family, family.aase, clock)
    offered = [str(one["value"]) for one in aase.get(page).soup.select("main input[name=left_out]")]
    assert offered == [family.per], "those who had not signed, and never the resident"
    aase.post(f"{page}/las", language="nb", review_on="", left_out=[family.per, family.aase])
    locked = version_of(avklart, family)
    assert (locked.left_out, family.per in locked.asked) == ([family.per], False)
    per = later(avklart, family, family.per, clock)
    assert "venter ikke på" in per.get(page).text
    per.post(page, seen=locked.hash, status=403)
    kari = later(avklart, family, family.kari, clock)
    for browser in (aase, kari):
        browser.get(page)
        browser.post(page, seen=hash_of(browser))
    assert state_of(avklart, family) == "in_force"
    assert "Per Bjørnstad" in per.get(page).text, "who is left out reads what the others have signed"


def test_a_reason_goes_to_the_caseworker_and_to_the_others_only_where_it_is_ticked(avklart: Avklart) -> None:
    family = family_of(avklart)
    page, settling = page_of(family, "signer"), page_of(family, "enighet")
    staff = staff_browser(avklart)
    kari, per = (browser_of(avklart, family, one) for one in (family.kari, family.per))
    for is_shared in (False, True):
        lock(avklart, family)
        sign(avklart, family, family.kari)
        per.get(f"{page}/nei")
        ticked = {"is_shared": "y"} if is_shared else {}
        per.post(f"{page}/nei", seen=hash_of(per), reason=REASON, **ticked)
        assert state_of(avklart, family) == "settling"
        assert voided(avklart) == [family.kari] * (1 + is_shared)
        assert (REASON in kari.get(settling).text) is is_shared
        assert REASON not in kari.get(page_of(family, "historikk")).text
        assert REASON in staff.get(f"/saker/avtaler/{family.agreement}").text
        per.send(f"{page}/nei", seen="", reason="En gang til")
    lock(avklart, family)
    sign(avklart, family, family.per)
    assert REASON not in staff.get(f"/saker/avtaler/{family.agreement}").text, "who signs has no reason any more"


def test_a_change_while_it_is_signed_voids_and_tells_and_the_code_signs_nothing_else(avklart: Avklart) -> None:
    family = family_of(avklart)
    page = page_of(family, "signer")
    lock(avklart, family)
    sign(avklart, family, family.kari)
    aase = browser_of(avklart, family, family.aase)
    aase.get(page)
    aase.post(f"{page}/kode")
    seen, code = hash_of(aase), code_sent(avklart.database, invitation_of(avklart, family, family.aase))
    per = browser_of(avklart, family, family.per)
    per.get(page_of(family, "mine-oppgaver"))
    per.post(page_of(family, "mine-oppgaver"), handling="handle-mat")
    assert (state_of(avklart, family), voided(avklart)) == ("settling", [family.kari])
    aase.get(page)
    aase.post(f"{page}/las", language="nb", review_on="")
    now = version_of(avklart, family)
    assert now.hash != seen
    aase.post(page, seen=now.hash, code=code, status=422)
    assert "Du har ikke skrevet under" in aase.post(page, seen=seen, code=code, status=409).text
    assert sorted(now.asked) == sorted([family.aase, family.kari, family.per, "municipality"])
    with avklart.database.reading() as session:
        assert session.scalars(select(SignatureRow.hash)).all() == [seen]


def test_what_was_written_while_somebody_locked_the_text_is_shown_and_not_lost(avklart: Avklart) -> None:
    family = family_of(avklart)
    kari, line = browser_of(avklart, family, family.kari), page_of(family, "enighet/snomaking")
    kari.get(line)
    lock(avklart, family)
    shown = kari.post(line, status=409, seen="0", who="private", note="Firmaet i bygda.")
    assert "Firmaet i bygda." in shown.text
    assert [str(one["href"]) for one in shown.soup.select("main a.ds-button")][:1] == [page_of(family, "")]
    remark = {"handling": "merknad", "task": "handle-mat", "seen": "1", "words": "Et ord til"}
    assert "Et ord til" in kari.post(page_of(family, "enighet"), status=409, token=None, **remark).text
    kari.get(page_of(family, "teknologi"))
    shown = kari.post(page_of(family, "teknologi"), status=409, seen="0", words="Nøkkelen henger inne")
    assert "Nøkkelen henger inne" in shown.text


def represents(session: Session, row: AgreementRow, kari: PartyRow, _aase: PartyRow) -> None:
    office.let_represent(session, row, kari, Basis.GUARDIAN, "Sak 12/2026", by="staff", at=NOON)


def cannot_consent(session: Session, row: AgreementRow, _kari: PartyRow, _aase: PartyRow) -> None:
    assessed = office.Assessment("Ida Berg, sykepleier", "2026-11-20", "kan ikke samtykke til dette")
    office.make_cooperation(session, row, assessed, by="staff", at=NOON)


def lets_know(session: Session, row: AgreementRow, kari: PartyRow, aase: PartyRow) -> None:
    until = NOON.date() + timedelta(days=90)
    consent = consent_of(kari.id, Level.ALL, frozenset(), until=until, given_on=NOON.date())
    sections.give_consent(session, row, consent, by=aase, at=NOON)


def takes_back(session: Session, row: AgreementRow, kari: PartyRow, aase: PartyRow) -> None:
    sections.revoke_consent(session, row, kari.id, by=aase, at=NOON)


def lets_go(session: Session, row: AgreementRow, kari: PartyRow, _aase: PartyRow) -> None:
    living.give_up(session, row, "gulvvask", by=kari, at=NOON)


def begins_a_round(session: Session, row: AgreementRow, kari: PartyRow, _aase: PartyRow) -> None:
    rounds.begin_round(session, row, by=kari.id, mover=Mover.PARTY, at=NOON)


CHANGES = (represents, cannot_consent, lets_know, takes_back, lets_go)
FIRST, IN_FORCE = [(one, False) for one in CHANGES], [(one, True) for one in (*CHANGES, begins_a_round)]


@pytest.mark.parametrize(("change", "is_in_force"), FIRST + IN_FORCE)
def test_what_changes_while_it_is_signed_voids_what_was_signed_of_it_and_tells(
    database: Database, settings: Settings, clock: FixedClock, change: Callable[..., None], *, is_in_force: bool
) -> None:
    """A text that says something which no longer holds is nobody's to sign (G1); what stands in none stays (G2)."""
    site = with_keys(database, settings, clock)
    with site.writing() as session:
        family = factory.settling(session)
        row = family.row(session)
        kari, aase = family.party(session, family.kari), family.party(session, family.aase)
        people.confirm_contact(session, row, aase, by="staff", at=NOON)
        if change is takes_back:
            lets_know(session, row, kari, aase)
        line = Commitment("gulvvask", Way.WHO, frozenset({kari.id}))
        seen = queries.number_of_proposal(session, row, line.task)
        settle.propose(session, row, line, by=kari.id, at=NOON, seen=seen)
        settle.reply(session, row, line.task, Word(YES), seen=2, by=aase.id, at=NOON)
        frozen = Frozen({"commitments": [commitment_to_data(line)]}, "nb", asked=[aase.id, kari.id])
        version = signing.lock(session, row, frozen, by=aase.id, mover=Mover.RESIDENT, at=NOON)
        everybody = (family.per, aase.id, "municipality", kari.id)
        for one in everybody if is_in_force else everybody[:1]:
            signing.sign(session, row, version, one, Given(version.hash, "Ja.", Method.IDPORTEN, {}), at=NOON)
        if is_in_force:
            version = signing.amend(session, row, frozen, by=kari.id, at=NOON)
            signing.sign(session, row, version, aase.id, Given(version.hash, "Ja.", Method.IDPORTEN, {}), at=NOON)
        change(session, row, kari, aase)
        stays = is_in_force and change in {lets_know, takes_back}  # no change of lines says who may know what
        assert version.state == ("signing" if stays else "void")
        then = "clarifying" if change is begins_a_round else ""
        assert row.round_state == (then if is_in_force else "settling")
        if change is lets_know:
            seen = len(queries.events(session, row))
            lets_know(session, row, kari, aase)
            assert len(queries.events(session, row)) == seen, "the same once more changes nothing"
    told = [one["party"] for one in messages(site) if one.get("notice") == "voided"]
    assert told == ([] if stays else [family.aase if is_in_force else family.per])
