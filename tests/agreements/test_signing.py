"""Signing through the pages: the text shown is the text signed, by a code for it, once, and sealed once."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.conftest import NOON
from tests.factories import papers
from tests.factories.agreements import AASE, KARI, PER, Family
from tests.factories.papers import keeps
from tests.factories.people import Browser, code_sent, messages
from tests.factories.seals import make_stamp
from tests.factories.signing import (
    browser_of,
    family_of,
    hash_of,
    invitation_of,
    lock,
    page_of,
    paper_of,
    sign,
    signed_by_all,
    staff_browser,
    state_of,
    version_of,
)
from webapp.agreements import jobs
from webapp.agreements.actions import rounds
from webapp.agreements.actions.living import document_of
from webapp.agreements.domain.states import Mover
from webapp.agreements.models import SignatureRow
from webapp.agreements.text.blocks import words_of
from webapp.app import Avklart
from webapp.gateways.pdf.agreement import make_agreement
from webapp.gateways.seal.sealing import seal
from webapp.kernel.canonical import canonical, fingerprint
from webapp.kernel.clock import FixedClock


def check(avklart: Avklart, content: bytes, municipality: str = "fjordvik", *, status: int = 200) -> str:
    """Upload a file to be checked; answer what is said of it."""
    browser = Browser(avklart, municipality)
    origin = {"Origin": f"http://{browser.host}"}
    data = {"file": (BytesIO(content), "avtale.pdf")}
    answer = browser.raw("/nb/avtale/verifiser", "POST", data=data, headers=origin)
    assert answer.status_code == status, answer.text
    return answer.text


def test_three_people_and_the_municipality_sign_and_the_paper_is_genuine(avklart: Avklart, tmp_path: Path) -> None:
    family = family_of(avklart)
    signed_by_all(avklart, family)
    assert state_of(avklart, family) == "in_force"
    content = paper_of(avklart, family)
    assert "Ekte, og gjelder nå" in check(avklart, content)
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    for name in ("PDF_UA_1", "PDF_A_2A"):
        assert keeps(path, name)
    for contact in (AASE, KARI, PER):
        for canary in (contact.telephone, contact.email):
            assert not canary or (
                canary.encode() not in content and canary not in str(document_of(version_of(avklart, family)))
            )


def test_the_shown_text_is_the_signed_text(avklart: Avklart) -> None:
    family = family_of(avklart)
    lock(avklart, family)
    browser = browser_of(avklart, family, family.kari)
    shown = browser.get(page_of(family, "signer"))
    version = version_of(avklart, family)
    document = document_of(version)
    article = shown.one("article")
    told = [" ".join(one.get_text(" ").split()) for one in article.select("h2, h3, p, li, th, td")]
    assert told == [" ".join(words.split()) for words in words_of(document)]
    assert fingerprint(document) == version.hash == hash_of(browser)
    assert canonical(document).decode() == version.document
    assert len(document["sections"]) == 17


def test_a_code_signs_one_text_once_and_a_wrong_one_nothing(avklart: Avklart) -> None:
    family = family_of(avklart)
    lock(avklart, family)
    browser = browser_of(avklart, family, family.kari)
    browser.get(page_of(family, "signer"))
    browser.post(page_of(family, "signer"), seen=hash_of(browser), code="000000", status=422)
    browser.post(page_of(family, "signer"), seen=hash_of(browser), code="", status=422)
    browser.post(page_of(family, "signer/kode"))
    code = code_sent(avklart.database, invitation_of(avklart, family, family.kari))
    elsewhere = browser_of(avklart, family, family.kari)
    elsewhere.get(page_of(family, "signer"))
    elsewhere.post(page_of(family, "signer"), seen=hash_of(elsewhere), code=code, status=422)
    browser.post(page_of(family, "signer"), seen=hash_of(browser), code=code)
    with avklart.database.reading() as session:
        rows = session.scalars(select(SignatureRow)).all()
        assert [(one.party, one.method) for one in rows] == [(family.kari, "code_sms")]
        assert "+4761359002" not in rows[0].evidence


def test_a_text_that_has_changed_is_not_signed_and_what_changed_is_shown(avklart: Avklart) -> None:
    family = family_of(avklart)
    lock(avklart, family)
    kari = browser_of(avklart, family, family.kari)
    kari.get(page_of(family, "signer"))
    kari.post(page_of(family, "signer/kode"))
    seen, code = hash_of(kari), code_sent(avklart.database, invitation_of(avklart, family, family.kari))
    aase = browser_of(avklart, family, family.aase)
    aase.get(page_of(family, "endre"))
    aase.send(page_of(family, "endre"), handling="las-opp")
    gone = kari.post(page_of(family, "signer"), seen=seen, code=code, status=409)
    assert "Du har ikke skrevet under" in gone.text
    aase.get(page_of(family, "signer"))
    aase.post(page_of(family, "signer/las"), language="nb", review_on="2027-03-01")
    stale = kari.post(page_of(family, "signer"), seen=seen, code=code, status=409)
    assert "1. mars 2027" in stale.text
    with avklart.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignatureRow)) == 0


def test_a_resident_whose_number_somebody_else_typed_does_not_sign_beside_the_municipality(avklart: Avklart) -> None:
    family = family_of(avklart, is_confirmed=False)
    lock(avklart, family)
    browser = browser_of(avklart, family, family.aase)
    assert "nummer oppgitt av Kari" in browser.get(page_of(family, "signer")).text
    browser.send(page_of(family, "signer/kode"))
    code = code_sent(avklart.database, invitation_of(avklart, family, family.aase))
    browser.post(page_of(family, "signer"), seen=hash_of_version(avklart, family), code=code, status=403)


def hash_of_version(avklart: Avklart, family: Family) -> str:
    return version_of(avklart, family).hash


def test_a_family_alone_signs_without_the_municipality_and_the_paper_says_so(avklart: Avklart) -> None:
    family = family_of(avklart, is_with_municipality=False, is_confirmed=False)
    lock(avklart, family)
    for party in (family.aase, family.kari, family.per):
        sign(avklart, family, party)
    assert state_of(avklart, family) == "in_force"
    assert "Kommunen er ikke part" in " ".join(words_of(document_of(version_of(avklart, family))))
    staff_browser(avklart).get(page_of(family, "signer"), status=404)


def test_who_does_not_sign_sends_it_back_and_need_not_say_why(avklart: Avklart) -> None:
    family = family_of(avklart)
    lock(avklart, family)
    browser = browser_of(avklart, family, family.per)
    browser.get(page_of(family, "signer/nei"))
    browser.post(page_of(family, "signer/nei"), seen=hash_of(browser), reason="")
    assert state_of(avklart, family) == "settling"


def test_a_file_is_told_what_it_is_and_shown_nothing_of_what_it_says_also_after_deletion(
    avklart: Avklart, clock: FixedClock, tmp_path: Path
) -> None:
    family = family_of(avklart, is_with_municipality=False)
    lock(avklart, family)
    for party in (family.aase, family.kari, family.per):
        sign(avklart, family, party)
    content, hashed = paper_of(avklart, family), version_of(avklart, family).hash
    told = [check(avklart, content)]
    assert "Ekte, og gjelder nå" in told[-1]
    for place in (content.index(b"/Title"), len(content) // 3, content.index(b"SHA") + 12, len(content) - 20):
        flipped = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        told.append(check(avklart, flipped))
        assert "Filen er endret" in told[-1], place
    told.append(check(avklart, content + b"\n% more"))
    assert "lagt noe til" in told[-1]
    for other in (b"hei", b"\0" * 5000, "%PDF er et ord".encode("utf-16")):
        assert "ikke en PDF" in check(avklart, other)
    assert "Ikke en avtale fra oss" in check(avklart, b"%PDF-1.7\n%%EOF\n")
    stamp = make_stamp(tmp_path, "fjordvik", kind="ec")
    stranger = seal(make_agreement(papers.agreement(), at=NOON), stamp, at=NOON, reason=f"SHA-256 {'0' * 64}")
    told.append(check(avklart, stranger))
    assert "Ikke en avtale fra oss" in told[-1]
    assert "Velg filen" in check(avklart, b"", status=422)
    there = check(avklart, content, municipality="dalsbygd")
    assert "Ekte" not in there
    with avklart.database.writing() as session:
        rounds.end(session, family.row(session), by=family.aase, mover=Mover.RESIDENT, at=NOON)
    told.append(check(avklart, content))
    assert "Ekte, men den er avsluttet" in told[-1]
    clock.time = NOON + timedelta(days=400)
    assert jobs.delete_what_is_due(avklart.database, clock, lambda _: 365)["fjordvik"].deleted == 1
    told.append(check(avklart, content))
    assert "Ekte, men den er avsluttet" in told[-1]
    for words in ("Åse", "Bjørnstad", "Handle mat", "avtale/" + family.agreement, hashed):
        assert all(words not in one for one in told), words


@pytest.mark.parametrize("size", [50_000_000, 11_000_000])
def test_a_file_that_is_too_large_is_refused_kindly(avklart: Avklart, size: int) -> None:
    headers = {"Origin": "http://127.0.0.1:8000", "Content-Type": "multipart/form-data; boundary=x"}
    answer = Browser(avklart).raw("/nb/avtale/verifiser", "POST", data=bytes(size), headers=headers)
    assert (answer.status_code, "for stor" in answer.text) == (413, True)


def test_the_paper_is_sealed_once_and_everybody_is_told_once(avklart: Avklart) -> None:
    family = family_of(avklart)
    signed_by_all(avklart, family)
    version = version_of(avklart, family)
    assert version.pdf is not None
    assert paper_of(avklart, family) == paper_of(avklart, family)
    told = [one for one in messages(avklart.database) if one.get("notice") == "in_force"]
    assert len(told) == 3


def test_life_after_signing(avklart: Avklart) -> None:
    family = family_of(avklart)
    aase = signed_by_all(avklart, family)
    per = browser_of(avklart, family, family.per)
    assert "Handle mat" in per.get(page_of(family, "mine-oppgaver")).text
    for word in ("kjoleskap.pdf", "paminnelse.ics", "mine-oppgaver.ics"):
        assert per.raw(page_of(family, word)).status_code == 200, word
    assert "Alle har skrevet under" in aase.get(page_of(family, "historikk")).text
    per.get(page_of(family, "mine-oppgaver"))
    per.post(page_of(family, "mine-oppgaver"), handling="handle-mat")
    assert "Handle mat" not in per.get(page_of(family, "mine-oppgaver")).text.replace("handle-mat", "")
    per.get(page_of(family, "tilbakeblikk"))
    per.post(page_of(family, "tilbakeblikk"), predictable="yes", together="", words="")


def test_one_line_is_changed_by_those_whose_line_it_is(avklart: Avklart) -> None:
    family = family_of(avklart)
    first = paper_after_all(avklart, family)
    kari = browser_of(avklart, family, family.kari)
    kari.get(page_of(family, "endre/snomaking"))
    kari.post(page_of(family, "endre/snomaking"), who=family.kari, how_often="season", note="")
    assert version_of(avklart, family).asked == [family.aase, family.kari]
    for party in (family.aase, family.kari):
        sign(avklart, family, party)
    changed = version_of(avklart, family)
    assert (changed.kind, changed.state) == ("amendment", "in_force")
    answer = kari.raw(page_of(family, f"avtale.pdf?nr={changed.number}"))
    assert "Ekte, og gjelder nå" in check(avklart, answer.data)
    assert "Ekte, og gjelder nå" in check(avklart, first)
    assert "Måke snø" in kari.get(page_of(family, "mine-oppgaver")).text
    per = browser_of(avklart, family, family.per)
    per.get(page_of(family, "endre"))
    per.post(page_of(family, "endre"), handling="innvending")
    with avklart.database.reading() as session:
        assert family.row(session, is_held=False).round_state == "clarifying"


def paper_after_all(avklart: Avklart, family: Family) -> bytes:
    signed_by_all(avklart, family)
    return paper_of(avklart, family)


def test_who_withdraws_or_ends_tells_nobody_why(avklart: Avklart) -> None:
    family = family_of(avklart)
    aase = signed_by_all(avklart, family)
    paper = paper_of(avklart, family)
    aase.get(page_of(family, "avslutt"))
    aase.post(page_of(family, "avslutt"), handling="avslutt")
    assert "Ekte, men den er avsluttet" in check(avklart, paper)
