"""Two at the same instant, at two web processes: nothing is lost, and nobody signs what they did not see (F12)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Barrier, Thread

from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import NOON
from tests.factories.people import Browser, messages
from tests.factories.signing import browser_of, family_of, page_of, staff_browser, version_of
from webapp.agreements import queries
from webapp.agreements.actions import signing
from webapp.agreements.actions.noting import SEAL
from webapp.agreements.actions.signing import Frozen
from webapp.agreements.domain.states import Mover
from webapp.agreements.models import EventRow, SignatureRow, VersionRow
from webapp.app import Avklart
from webapp.kernel.permission import Assurance

ROUNDS = 100
TEXT = {"sections": [], "commitments": [], "consent": "Ja."}
Act = Callable[[], TestResponse]


@dataclass
class Two:
    """Two web processes on one database, a family that settles, and their browsers: Per is at the other process."""

    here: Avklart
    there: Avklart

    def __post_init__(self) -> None:
        self.family = family_of(self.here)
        self.kari, self.per = self.come(self.here, self.family.kari), self.come(self.there, self.family.per)

    def come(self, site: Avklart, party: str) -> Browser:
        """Answer the browser of a party who has just shown who they are, with the token of a page of theirs."""
        browser = browser_of(site, self.family, party, assurance=Assurance.SUBSTANTIAL)
        browser.get(self.page("endre"))
        return browser

    def page(self, word: str) -> str:
        """Answer the address of a page of the agreement."""
        return page_of(self.family, word)

    def lock(self) -> str:
        """Lock a text, and answer its hash."""
        with self.here.database.writing() as session:
            row, frozen = self.family.row(session), Frozen(TEXT, "nb")
            return signing.lock(session, row, frozen, by=self.family.aase, mover=Mover.RESIDENT, at=NOON).hash


def at_once(*acts: Act) -> list[TestResponse]:
    """Let several act at the same instant; answer what each is told."""
    ready, told = Barrier(len(acts)), dict[int, TestResponse]()

    def run(number: int) -> None:
        ready.wait()
        told[number] = acts[number]()

    threads = [Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [told[number] for number in range(len(acts))]


def test_a_hundred_times_two_settle_at_once_and_the_one_who_is_told_sees_both_texts(
    two_sites: tuple[Avklart, Avklart],
) -> None:
    two = Two(*two_sites)

    def proposes(browser: Browser, note: str, seen: int) -> Act:
        return lambda: browser.send(two.page("enighet/snomaking"), seen=str(seen), who="private", note=note)

    for number in range(ROUNDS):
        notes = [f"Kari sier {number}.", f"Per sier {number}."]
        told = at_once(proposes(two.kari, notes[0], number), proposes(two.per, notes[1], number))
        assert sorted(one.status_code for one in told) == [303, 409], number
        late = next(one for one in told if one.status_code == 409).text
        assert all(note in late for note in notes), number
    with two.here.database.reading() as session:
        row = two.family.row(session, is_held=False)
        assert queries.number_of_proposal(session, row, "snomaking") == ROUNDS
        assert [one.number for one in queries.proposals(session, row) if one.task == "snomaking"] == [ROUNDS]
        assert [one.act for one in queries.events(session, row)].count("proposed") == ROUNDS


def test_a_hundred_times_one_signs_while_another_changes_and_no_signature_is_of_another_text(
    two_sites: tuple[Avklart, Avklart],
) -> None:
    two = Two(*two_sites)
    for number in range(ROUNDS):
        seen = two.lock()

        def signs(seen: str = seen) -> TestResponse:
            return two.kari.send(two.page("signer"), seen=seen)

        def changes() -> TestResponse:
            return two.per.send(two.page("endre"), handling="las-opp")

        signed, changed = at_once(signs, changes)
        assert (signed.status_code in {303, 409}, changed.status_code) == (True, 303), number
        assert signed.status_code == 303 or "Du har ikke skrevet under" in signed.text, number
        with two.here.database.reading() as session:
            version = session.scalars(select(VersionRow).order_by(VersionRow.number.desc()).limit(1)).one()
            hashes = [one.hash for one in queries.signatures(session, version)]
        assert (version.state, hashes) == ("void", [seen] * (signed.status_code == 303)), number


def test_of_two_who_sign_last_in_the_same_second_there_is_one_sealed_paper_and_one_set_of_messages(
    two_sites: tuple[Avklart, Avklart],
) -> None:
    two = Two(*two_sites)
    family, sign = two.family, two.page("signer")
    aase, staff = two.come(two.here, family.aase), staff_browser(two.there)
    aase.send(f"{sign}/las", language="nb", review_on="")
    seen = version_of(two.here, family).hash
    for browser in (aase, two.kari):
        assert browser.send(sign, seen=seen).status_code == 303
    staff.get(sign)

    def last() -> TestResponse:
        return two.per.send(sign, seen=seen)

    told = at_once(last, lambda: staff.send(f"{sign}/kommunen", seen=seen), last)
    assert [one.status_code for one in told] == [303] * 3
    with two.here.database.reading() as session:
        acts = [one.act for one in session.scalars(select(EventRow))]
        version = session.scalars(select(VersionRow)).one()
        assert (acts.count("signed"), acts.count("in_force"), version.state) == (4, 1, "in_force")
        assert sorted(one.number for one in session.scalars(select(SignatureRow))) == [1, 2, 3, 4]
        kept = signing.pdf_of(version)
    papers = [browser.raw(two.page("avtale.pdf")).data for browser in (two.kari, two.per)]
    assert papers == [kept, kept]
    sent = messages(two.here.database)
    everybody = sorted([family.aase, family.kari, family.per])
    assert sorted(one["party"] for one in sent if one.get("notice") == "in_force") == everybody
    assert [one["number"] for one in sent if one["kind"] == SEAL] == [1]
