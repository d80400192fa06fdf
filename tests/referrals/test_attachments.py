"""Files that a resident attaches: only where the municipality takes them, by what they hold, kept sealed (HE-5, U1)."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.casework.cases import path_of
from tests.conftest import NOON
from tests.factories.images import CANARY, photograph, png_of_size
from tests.factories.outbox import with_keys
from tests.factories.people import Browser, add_staff
from tests.factories.referrals import Blank, send
from tests.factories.site import publish_change
from tests.referrals.test_status import OWN, come_in
from webapp.app import Avklart
from webapp.audit import queries as audit
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.gateways.files_brought import IMAGE, MOST_PDF, PDF, Brought
from webapp.kernel.clock import FixedClock
from webapp.kernel.delivery import Delivery
from webapp.kernel.errors import ConflictError
from webapp.referrals import queries
from webapp.referrals.actions import attaching, handling
from webapp.referrals.delivery import ARCHIVE, handlers
from webapp.referrals.domain.referral import Act
from webapp.referrals.models import AttachmentRow, ReferralRow
from webapp.settings import Settings
from webapp.storage.session import Database

ATTACH = f"{OWN}/vedlegg"
DOCUMENT = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
FACTS = PageKey("fjordvik", "municipality", "fjordvik", "common")
Take = Callable[[], None]


@pytest.fixture
def take(avklart: Avklart, real_content: Reading) -> Take:
    """Let Fjordvik take files."""
    return lambda: publish_change(avklart.database, real_content, FACTS, attachments=True)


@pytest.fixture
def sender(avklart: Avklart, take: Take) -> Browser:
    """The browser of whoever sent it, where files are taken, on the page that asks for one."""
    take()
    browser = Browser(avklart)
    come_in(avklart, browser, send(avklart.database, key="a form of its own"))
    browser.get(ATTACH)
    return browser


def row_of(avklart: Avklart) -> ReferralRow:
    with avklart.database.reading() as session:
        found = queries.by_key(session, "fjordvik", "a form of its own")
        assert found is not None
        return found


def post(browser: Browser, body: bytes | None, name: str = "bilde.jpg") -> TestResponse:
    """Send a file with the form that the browser has."""
    parts = [('name="csrf_token"', browser.token().encode())]
    if body is not None:
        parts.append((f'name="file"; filename="{name}"\r\nContent-Type: application/octet-stream', body))
    data = b"".join(
        b"--edge\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + value + b"\r\n"
        for head, value in parts
    )
    headers = {"Origin": f"http://{browser.host}", "Content-Type": "multipart/form-data; boundary=edge"}
    return browser.raw(ATTACH, "POST", data=data + b"--edge--\r\n", headers=headers)


def kept(avklart: Avklart) -> list[AttachmentRow]:
    with avklart.database.reading() as session:
        found = queries.attachments(session, row_of(avklart))
        for one in found:
            assert one.body
        return found


def test_a_photograph_is_drawn_anew_and_says_nothing_of_where_it_was_taken(avklart: Avklart, sender: Browser) -> None:
    assert post(sender, photograph(), "mappe/Åses fot = såret.jpg").status_code == 303
    (file,) = kept(avklart)
    body = queries.body_of(file)
    assert (file.type, file.name) == (IMAGE, "Åses fot såret.webp")
    assert CANARY not in body
    with Image.open(BytesIO(body)) as image:
        assert image.size == (900, 600)
        assert not image.getexif()
    assert "Åses fot" not in file.name_sealed
    shown = sender.get(f"{OWN}?melding=vedlagt")
    for said in ("Fila er lagt ved.", "Åses fot såret.webp", "Du la ved en fil"):
        assert said in shown.text
    assert "Åses fot" in json.dumps(json.loads(sender.raw(f"{OWN}.json").text), ensure_ascii=False)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_pdf_is_kept_as_it_is_and_given_to_staff_as_a_file_in_a_sandbox(
    avklart: Avklart, sender: Browser, language: str
) -> None:
    sender.get(f"/{language}/henvendelse/min/vedlegg")
    assert post(sender, DOCUMENT, "brev.exe").status_code == 303
    row = row_of(avklart)
    add_staff(avklart.database, at=NOON)
    staff = Browser(avklart)
    staff.sign_in()
    assert f"{path_of(row)}/vedlegg/1" in staff.get(path_of(row)).links().values()
    given = staff.raw(f"{path_of(row)}/vedlegg/1")
    assert (given.data, given.mimetype) == (DOCUMENT, PDF)
    assert given.headers["Content-Disposition"] == 'attachment; filename="vedlegg-1.pdf"'
    assert given.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert given.headers["Cache-Control"] == "no-store"
    assert staff.raw(f"{path_of(row)}/vedlegg/2").status_code == 404
    with avklart.database.reading() as session:
        events = audit.about(session, "fjordvik", "referral", row.id)
    assert [event.details for event in events if event.action == "exported"] == [{"kind": "attachment 1"}]
    told = json.loads(staff.raw(f"{path_of(row)}/sak.json").text)
    assert told["attachments"] == [{"number": 1, "name": "brev.pdf", "type": PDF, "size": len(DOCUMENT)}]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (None, "Velg filen."),
        (b"", "Velg filen."),
        (b"MZ\x90\x00", "Vi tar ikke imot denne typen fil."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Vi tar ikke imot denne typen fil."),
        (b"GIF89a", "Vi tar ikke imot denne typen fil."),
        (b"%PDF-1.7\nkappet", "Fila kan ikke åpnes."),
        (DOCUMENT.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert)>>"), "inneholder programmer"),
        (DOCUMENT.replace(b"/Catalog", b"/Catalog/Names<</EmbeddedFiles 2 0 R>>"), "inneholder programmer"),
        (DOCUMENT[:9] + b" " * MOST_PDF + DOCUMENT[9:], "Fila er for stor."),
        (photograph()[:4000], "Fila kan ikke åpnes."),
        (png_of_size(30_000, 30_000), "Fila er for stor."),
        (photograph(80, 60), "Bildet er for lite"),
    ],
    ids=["none", "empty", "program", "svg", "gif", "half a pdf", "script", "files", "large", "half", "bomb", "small"],
)
def test_what_is_no_picture_and_no_quiet_pdf_is_refused_in_plain_words(
    avklart: Avklart, sender: Browser, body: bytes | None, words: str
) -> None:
    refused = post(sender, body)
    assert refused.status_code == 422
    assert words in refused.text
    assert 'id="feil"' in refused.text
    assert kept(avklart) == []


def test_a_body_beyond_all_limits_is_not_read(sender: Browser) -> None:
    refused = post(sender, b"x" * (13 * 1024 * 1024))
    assert (refused.status_code, "Fila er for stor." in refused.text) == (413, True)


def test_pressing_twice_attaches_once_and_the_sixth_file_is_refused(avklart: Avklart, sender: Browser) -> None:
    for _ in range(2):
        assert post(sender, DOCUMENT).status_code == 303
    assert len(kept(avklart)) == 1
    for number in range(2, 6):
        assert post(sender, DOCUMENT + b"%" * number).status_code == 303
    refused = post(sender, DOCUMENT + b"%" * 9)
    assert (refused.status_code, "så mange filer som vi tar imot" in refused.text) == (422, True)
    assert len(kept(avklart)) == attaching.MOST


def test_where_no_files_are_taken_nothing_shows_and_nothing_is_taken(avklart: Avklart) -> None:
    browser = Browser(avklart)
    come_in(avklart, browser, send(avklart.database, key="a form of its own"))
    assert "vedlegg" not in browser.get(OWN).response.text
    assert browser.raw(ATTACH).status_code == 404
    assert post(browser, DOCUMENT).status_code == 404
    assert kept(avklart) == []


@pytest.mark.parametrize("path", [ATTACH])
def test_nobody_attaches_without_a_code_or_to_what_is_anothers(avklart: Avklart, take: Take, path: str) -> None:
    take()
    other, browser = send(avklart.database, key="a form of its own"), Browser(avklart)
    assert browser.raw(path).headers["Location"].startswith("/nb/henvendelse/status")
    browser.get("/nb/henvendelse/status")
    assert post(browser, DOCUMENT).status_code in {303, 400}
    come_in(avklart, browser, send(avklart.database))
    browser.get(ATTACH)
    assert post(browser, DOCUMENT).status_code == 303
    with avklart.database.reading() as session:
        assert queries.attachments(session, queries.referral(session, "fjordvik", other.id)) == []


def test_a_colleagues_case_gives_no_file_before_the_reason_is_said(avklart: Avklart, sender: Browser) -> None:
    post(sender, DOCUMENT)
    row = row_of(avklart)
    ola = add_staff(avklart.database, email="ola@fjordvik.example", name="Ola Dahl", at=NOON)
    add_staff(avklart.database, at=NOON)
    with avklart.database.writing() as session:
        handling.take(session, queries.referral(session, "fjordvik", row.id, is_held=True), by=ola, at=NOON)
    staff = Browser(avklart)
    staff.sign_in()
    refused = staff.raw(f"{path_of(row)}/vedlegg/1")
    assert (refused.status_code, refused.headers["Location"]) == (303, path_of(row))


# On both databases


@pytest.fixture
def municipal(any_database: Database, settings: Settings, clock: FixedClock) -> Database:
    """A database with two municipalities and their keys, on SQLite and on PostgreSQL in turn."""
    return with_keys(any_database, settings, clock)


def attach(database: Database, row: ReferralRow, body: bytes = DOCUMENT) -> None:
    with database.writing() as session:
        found = queries.referral(session, "fjordvik", row.id, is_held=True)
        attaching.attach(session, found, "brev.pdf", Brought(PDF, body), by="resident", at=NOON)


def test_a_file_takes_a_closed_case_up_again_and_goes_with_it(municipal: Database) -> None:
    row = send(municipal)
    with municipal.writing() as session:
        handling.close(session, queries.referral(session, "fjordvik", row.id, is_held=True), "", by="kari", at=NOON)
    attach(municipal, row)
    with municipal.reading() as session:
        found = queries.referral(session, "fjordvik", row.id)
        assert (found.state, found.waits_for) == ("assigned", "us")
        assert queries.acts(session, found)[-1] is Act.ATTACHED
        assert b"Catalog" not in queries.attachments(session, found)[0].body_sealed.encode()
    with municipal.writing() as session:
        handling.erase(session, queries.referral(session, "fjordvik", row.id, is_held=True), at=NOON)
    with municipal.reading() as session:
        assert session.scalar(select(func.count()).select_from(AttachmentRow)) == 0


def test_nothing_is_attached_to_what_was_taken_back(municipal: Database) -> None:
    row = send(municipal)
    with municipal.writing() as session:
        found = queries.referral(session, "fjordvik", row.id, is_held=True)
        handling.take(session, found, by="kari", at=NOON)
        handling.withdraw(session, found, at=NOON)
    with pytest.raises(ConflictError):
        attach(municipal, row)


def test_the_archive_gets_the_files_with_their_hashes(municipal: Database, clock: FixedClock) -> None:
    row, put = send(municipal), []

    class Way:
        archive = type("Archive", (), {"put": staticmethod(lambda _id, files: put.append(files))})
        webhook = fhir = None
        off = frozenset[str]()

    attach(municipal, row)
    attach(municipal, row, DOCUMENT + b"%")
    receivers: Any = type("Receivers", (), {"of": staticmethod(lambda _code: Way)})
    told = handlers(municipal, clock, receivers, "https://fjordvik.example", Blank())[ARCHIVE]
    told(Delivery(id="1" * 32, municipality="fjordvik", kind=ARCHIVE,
                  payload={"referral": row.id, "event": "attached"}, attempt=1))  # fmt: skip
    (files,) = put
    assert {name for name in files if name.startswith("vedlegg")} == {"vedlegg-1.pdf", "vedlegg-2.pdf"}
    assert files["vedlegg-1.pdf"] == DOCUMENT
    assert set(json.loads(files["metadata.json"])["sha256"]) == set(files) - {"metadata.json"}
