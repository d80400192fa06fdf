"""Names and words in every script, from the first form to the sealed paper, the journal and the calendar."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.agreements import Family
from tests.factories.papers import keeps
from tests.factories.people import Browser, code_sent
from tests.factories.signing import (
    browser_of,
    family_of,
    hash_of,
    page_of,
    paper_of,
    sign,
    staff_browser,
    state_of,
    version_of,
)
from webapp.agreements import queries
from webapp.agreements.actions import people
from webapp.agreements.actions.living import document_of
from webapp.agreements.models import AgreementRow, PartyRow
from webapp.agreements.text.blocks import words_of
from webapp.app import Avklart
from webapp.gateways.pdf import settled
from webapp.identity.models import InvitationRow
from webapp.kernel.canonical import fingerprint

AASE = "Ольга Ёлкина-A\u030angstro\u0308m Ŋuŋŋá"
KARI = "سلمى بنت 👩‍🦳 أحمد"
PER = ("Z\u0335\u0321a\u0334l\u0337go \u202esnudd\u202c\u200b " + "Langt" * 40)[:120]
TITLES = (
    "Kjøpe 🥛 og 🥖 買い物", "Mate katten Πουπού \u202eنعم\u202c", "<script>alert(1)</script> & «sitat»",
    '#let x = 1; $a_b$ *b* _c_ \\ "q" `r` @s <t>', "खाना तमिழ் ภาษา עברית",
    "e\u0301\u0301\u0301\u200d\ufeff o\u0308 æ 100 % av %d {}", "Å" * 120,
)  # fmt: skip
NOTE = "Første linje\r\nمرحبا 👋🏽 \x00\x07\x1b[31m\u2028\u200bslutt\n\n" + "lang" * 100
CANARY = "Rognebær"


def begin(avklart: Avklart) -> tuple[Family, dict[str, Browser]]:
    """Let somebody start on the pages, add the others, and all come in."""
    kari = Browser(avklart)
    kari.get("/nb/avtale/ny")
    assert kari.page is not None
    key = str(kari.page.one("input[name=key]")["value"])
    kari.post(
        "/nb/avtale/ny", key=key, role="caregiver", mode="municipality", name=KARI, telephone="99 00 00 01", email=""
    )
    with avklart.database.reading() as session:
        invited = session.scalars(select(InvitationRow.id)).one()
        agreement = session.scalars(select(AgreementRow.id)).one()
    kari.post("/nb/avtale/bekreft", code=code_sent(avklart.database, invited))
    base = f"/nb/avtale/{agreement}"
    for number, name in enumerate((AASE, PER), start=2):
        kari.get(f"{base}/deltakere")
        kari.post(
            f"{base}/deltakere", name=name, channel="sms", telephone=f"99 00 00 0{number}", email="",
            address="Ærfuglvegen 🏡 1", role="caregiver", relation="сын \u202eנין",
        )  # fmt: skip
    kari.get(f"{base}/oppgaver")
    for title in TITLES:
        kari.post(f"{base}/oppgaver", title=title)
    with avklart.database.writing() as session:
        rows = session.scalars(select(PartyRow).order_by(PartyRow.position)).all()
        by_kind = {one.kind: one.id for one in rows if one.kind == "resident"}
        others = [one.id for one in rows if one.kind != "resident"]
        family = Family(agreement, by_kind["resident"], others[0], others[1])
        people.confirm_contact(session, family.row(session), family.party(session, family.aase), by="staff", at=NOON)
    browsers = {one: browser_of(avklart, family, one) for one in (family.aase, family.kari, family.per)}
    for one in (family.aase, family.per):
        browsers[one].get(f"{base}/")
        browsers[one].post(f"{base}/")
    return family, browsers


def answer(avklart: Avklart, family: Family, browser: Browser, own: str) -> None:
    """Let somebody answer every page: Per takes the first own task, all else stays open; words everywhere."""
    with avklart.database.reading() as session:
        tasks = queries.tasks(session, family.row(session, is_held=False))
    titled = [task.key for task in tasks if task.title]
    fields: dict[str, Any] = {"task": titled}
    for key in titled:
        fields |= {f"{key}-who": "self" if own == family.per else family.per, f"{key}-note": NOTE}
    browser.get(page_of(family, "viktig"))
    browser.post(page_of(family, "viktig"), words=NOTE)
    browser.get(page_of(family, "svar/1"))
    browser.post(page_of(family, "svar/1"), **fields)
    if own != family.per:
        browser.get(page_of(family, "ord-til-kommunen"))
        browser.post(page_of(family, "ord-til-kommunen"), words=f"{CANARY} {NOTE}")
    assert browser.raw(page_of(family, "svarark.pdf")).data.startswith(b"%PDF")
    browser.get(page_of(family, "svar/kontroll"))
    browser.post(page_of(family, "svar/kontroll"), helper="")


def settle(family: Family, browsers: dict[str, Browser]) -> None:
    """Let all look, write in the parts that are written together, remark, and say yes."""
    for browser in browsers.values():
        browser.get(page_of(family, "sammenligning"))
        browser.get(page_of(family, "enighet"))
    aase, per = browsers[family.aase], browsers[family.per]
    for part in ("barn", "teknologi", "okonomi", "siste-tid"):
        aase.get(page_of(family, part))
        aase.post(page_of(family, part), seen="0", words=NOTE)
    aase.get(page_of(family, "beredskap"))
    aase.post(page_of(family, "beredskap"), seen="0", first_call=NOTE[:200], key="Под ковриком 🔑")
    for browser in (aase, per):
        shown = browser.get(page_of(family, "enighet"))
        for form in shown.soup.select("main form"):
            fields = {str(one["name"]): str(one["value"]) for one in form.select("input[name][value]")}
            pressed = form.select_one("button[name=handling]")
            handling = fields.get("handling") or (str(pressed["value"]) if pressed else "")
            if handling in {"ja", "rest"}:
                browser.send(page_of(family, "enighet"), **{**fields, "handling": handling}, token=None)
    per.get(page_of(family, "enighet"))
    per.post(page_of(family, "enighet"), handling="slipp", task="finnes-ikke", status=404)


def is_plain(text: str) -> bool:
    """Tell whether a text has no sign that hides or turns what stands there."""
    return not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)


def test_every_script_comes_through_from_the_first_form_to_paper_journal_and_calendar(
    avklart: Avklart, tmp_path: Path
) -> None:
    family, browsers = begin(avklart)
    for party, browser in browsers.items():
        answer(avklart, family, browser, party)
    assert state_of(avklart, family) == "settling"
    settle(family, browsers)
    aase = browsers[family.aase]
    aase.get(page_of(family, "signer"))
    aase.post(page_of(family, "signer/las"), language="nb", review_on="")
    shown = browsers[family.kari].get(page_of(family, "signer"))
    version = version_of(avklart, family)
    document = document_of(version)
    told = [" ".join(one.get_text(" ").split()) for one in shown.one("article").select("h2, h3, p, li, th, td")]
    assert told == [" ".join(words.split()) for words in words_of(document)], "what is shown is what is signed"
    assert fingerprint(document) == version.hash == hash_of(browsers[family.kari])
    assert settled(document) == document, "the paper can show every letter of it"
    assert len(document["commitments"]) == len(TITLES)
    for party in (family.aase, family.kari, family.per):
        sign(avklart, family, party)
    staff = staff_browser(avklart)
    staff.get(page_of(family, "signer"))
    staff.post(page_of(family, "signer/kommunen"), seen=version.hash)
    assert state_of(avklart, family) == "in_force"
    path = tmp_path / "avtale.pdf"
    path.write_bytes(paper_of(avklart, family))
    for name in ("PDF_UA_1", "PDF_A_2A"):
        assert keeps(path, name), name
    read = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode()
    printed = "".join(read.split())
    for words in ("ОльгаЁлкина-ÅngströmŊuŋŋá", "<script>alert(1)", "$a_b$", "Ååå".upper() * 5):
        assert words in printed, words
    for word in ("", "historikk", "mine-oppgaver", "endre", "tilbakeblikk", "samtykke", "avslutt", "deltakere"):
        assert is_plain(browsers[family.per].get(page_of(family, word)).response.text), word
    assert browsers[family.per].raw(page_of(family, "kjoleskap.pdf")).data.startswith(b"%PDF")
    case = f"/saker/avtaler/{family.agreement}"
    assert CANARY in staff.get(case).text
    text, bundle = staff.raw(f"{case}.txt"), staff.raw(f"{case}.json")
    assert (text.status_code, bundle.status_code) == (200, 200)
    assert "Kjøpe 🥛 og 🥖 買い物" in text.text
    assert "買い物" in json.dumps(json.loads(bundle.data), ensure_ascii=False)
    assert is_plain(text.text)
    assert CANARY not in text.text + bundle.text + printed
    own = browsers[family.per].raw(page_of(family, "mine-oppgaver.ics"))
    again = browsers[family.per].raw(page_of(family, "paminnelse.ics"))
    for calendar in (own, again):
        lines = calendar.data.decode().split("\r\n")
        assert calendar.status_code == 200
        assert all(len(line.encode()) <= 75 and is_plain(line) for line in lines)
        assert lines[0] == "BEGIN:VCALENDAR"


def test_a_sign_that_a_database_cannot_hold_is_told_and_breaks_no_page(two_sites: tuple[Avklart, Avklart]) -> None:
    family = family_of(two_sites[0])
    per = browser_of(two_sites[0], family, family.per)
    per.get(page_of(family, "enighet"))
    for word in ("enighet/a%00b", "deltakere/ut?hvem=a%00b", "deltakere/kontakt?hvem=%00"):
        assert per.raw(page_of(family, word)).status_code in {400, 404}, word
    for word, fields in (
        ("enighet", {"handling": "ja", "task": "a\0b", "seen": "1"}), ("deltakere/gjor", {"handling": "lenke a\0b"}),
        ("deltakere/ark.pdf", {"handling": "a\0b"}),
    ):  # fmt: skip
        assert per.send(page_of(family, word), **fields).status_code in {400, 404}, word
