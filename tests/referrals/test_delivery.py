"""What a case becomes on its way out: one message for each receiver, once, and nothing of what was taken back."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.papers import keeps
from tests.factories.referrals import CONCERN, CONTENT, SENT, TEXT, Blank, send
from tests.factories.servers import Inbox, receiver
from webapp.app import Avklart
from webapp.gateways.receivers import Receivers, Ways
from webapp.gateways.webhook import HttpWebhook
from webapp.kernel.clock import FixedClock
from webapp.kernel.delivery import Delivery
from webapp.kernel.ids import write_readable
from webapp.municipalities.models import MunicipalityRow
from webapp.papers import Papers
from webapp.referrals import queries
from webapp.referrals.actions import handling
from webapp.referrals.delivery import ARCHIVE, FHIR, WEBHOOK, handlers
from webapp.referrals.domain.referral import Act, Whom
from webapp.referrals.fhir import STATUSES, bundle
from webapp.referrals.models import ReferralRow
from webapp.settings import Settings
from webapp.storage import outbox
from webapp.storage.keys import open_keys
from webapp.storage.outbox_models import MessageRow
from webapp.storage.session import Database

BASE = "https://avklart.example"
LETTER = {"kind": "sms", "to": "+4740012345", "text": "Du har fått en melding."}


@pytest.fixture
def municipal(any_database: Database, settings: Settings, clock: FixedClock) -> Database:
    """A database with a municipality and its keys."""
    with any_database.writing() as session:
        session.add(MunicipalityRow(code="fjordvik", created_at=NOON))
    open_keys(any_database, settings, clock)
    return any_database


def drain(database: Database, clock: FixedClock, folder: Path | None) -> int:
    """Send what is due to receivers that are folders; answer how many messages were tried."""
    ways = handlers(database, clock, Receivers(folder=folder), BASE, Blank())
    return outbox.drain(database, clock, ways, Event())


def messages(database: Database) -> list[MessageRow]:
    with database.reading() as session:
        return list(session.scalars(select(MessageRow).order_by(MessageRow.number, MessageRow.id)))


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_case_is_told_to_each_receiver_once(municipal: Database, clock: FixedClock, tmp_path: Path) -> None:
    send(municipal, replace(SENT, letters=(LETTER,)))
    assert drain(municipal, clock, tmp_path / "out") == 4
    kinds = sorted((row.kind, row.state) for row in messages(municipal))
    assert kinds == [
        ("referral", "sent"), (ARCHIVE, "sent"), (FHIR, "sent"), (WEBHOOK, "sent"), ("sms", "queued"),
    ]  # fmt: skip
    assert len(files(tmp_path / "out" / "fjordvik" / "webhook")) == 1
    assert {path.name for path in files(tmp_path / "out" / "fjordvik" / "archive")} == {
        "metadata.json", "referral.json", "referral.pdf",
    }  # fmt: skip


def test_what_is_told_twice_is_written_once(municipal: Database, clock: FixedClock, tmp_path: Path) -> None:
    """A worker that dies between writing the messages and marking its own runs again (F08)."""
    send(municipal, replace(SENT, letters=(LETTER,)))
    way = handlers(municipal, clock, Receivers(folder=tmp_path), BASE, Blank())["referral"]
    claimed = outbox.claim(municipal, clock, ["referral"])
    assert claimed is not None
    for _ in range(2):
        way(Delivery(claimed.id, "fjordvik", "referral", json.loads(claimed.payload or "{}"), 1))
    assert len(messages(municipal)) == 1 + 4


def test_a_case_that_was_taken_back_says_nothing(municipal: Database, clock: FixedClock, tmp_path: Path) -> None:
    row = send(municipal, replace(SENT, letters=(LETTER,)))
    with municipal.writing() as session:
        handling.withdraw(session, queries.referral(session, "fjordvik", row.id, is_held=True), at=NOON)
    assert {row.state for row in messages(municipal)} == {"cancelled"}
    assert drain(municipal, clock, tmp_path / "out") == 0
    assert files(tmp_path / "out") == []


def test_a_message_whose_case_is_gone_sends_nothing(municipal: Database, clock: FixedClock, tmp_path: Path) -> None:
    row = send(municipal)
    with municipal.writing() as session:
        handling.erase(session, queries.referral(session, "fjordvik", row.id, is_held=True), at=NOON)
    ways = handlers(municipal, clock, Receivers(folder=tmp_path / "out"), BASE, Blank())
    for kind in ways:
        ways[kind](Delivery("an id", "fjordvik", kind, {"referral": row.id}, 1))
    assert files(tmp_path / "out") == []


def test_a_municipality_without_systems_of_its_own_has_the_letters_alone(
    municipal: Database, clock: FixedClock
) -> None:
    send(municipal, replace(SENT, letters=(LETTER,)))
    assert drain(municipal, clock, None) == 1
    assert sorted(row.kind for row in messages(municipal)) == ["referral", "sms"]


FACTS: dict[str, Any] = {
    "id": "0123456789abcdef0123456789abcdef", "reference": "K7M4-PX2Q", "state": "received", "whom": "self",
    "door": "message", "about": ["falls"], "language": "nb", "office": "allocation_office", "received_at": NOON,
    "due_at": NOON,
}  # fmt: skip
REFERENCES = {"reference", "fullUrl"}


def resources(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["resource"]["resourceType"]: entry["resource"] for entry in found["entry"]}


def referred(value: Any) -> list[str]:
    """Answer every address that a resource refers to."""
    if isinstance(value, dict):
        own = [value["reference"]] if isinstance(value.get("reference"), str) else []
        return own + [found for it in value.values() for found in referred(it)]
    return [found for it in value for found in referred(it)] if isinstance(value, list) else []


@pytest.mark.parametrize("who", list(Whom))
@pytest.mark.parametrize("state", list(STATUSES))
def test_a_bundle_refers_to_what_is_in_it_and_to_nothing_else(who: Whom, state: str) -> None:
    content = CONCERN.content if who in {"willing", "undecided", "unaware"} else CONTENT
    found = bundle({**FACTS, "whom": who.value, "state": state}, content, BASE)
    assert (found["resourceType"], found["type"]) == ("Bundle", "transaction")
    inside = [entry["fullUrl"] for entry in found["entry"]]
    assert len(set(inside)) == len(inside)
    assert set(referred([entry["resource"] for entry in found["entry"]])) <= set(inside)
    has_related = "RelatedPerson" in resources(found)
    assert has_related == (who in {"willing", "undecided", "unaware"})
    for entry in found["entry"]:
        assert entry["request"]["method"] == "POST"
        assert entry["request"]["url"] == entry["resource"]["resourceType"]


def test_a_bundle_that_arrives_twice_names_what_it_would_double() -> None:
    found = bundle(FACTS, CONTENT, BASE)
    assert bundle(FACTS, CONTENT, BASE) == found
    once = {entry["request"].get("ifNoneExist") for entry in found["entry"] if entry["request"]["url"] != "Provenance"}
    assert once == {f"identifier={BASE}/fhir/referral|{FACTS['id']}"}


def test_a_bundle_says_what_matters_first_and_whose_consent_it_has() -> None:
    found = resources(bundle(FACTS, CONTENT, BASE))
    assert found["ServiceRequest"]["note"][0]["text"] == CONTENT.what_matters
    assert CONTENT.consent in found["Provenance"]["reason"][0]["text"]
    assert found["Patient"]["telecom"][0] == {"system": "phone", "value": CONTENT.telephone}


def test_a_result_that_goes_along_is_a_resource_about_the_same_person() -> None:
    answered = {"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": f"{BASE}/fhir/x|1"}
    found = bundle(FACTS, replace(CONTENT, attached_response=json.dumps(answered)), BASE)
    inside = {entry["resource"]["resourceType"]: entry["fullUrl"] for entry in found["entry"]}
    assert resources(found)["QuestionnaireResponse"]["subject"]["reference"] == inside["Patient"]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "a\x00b\x1bc", "مرحبا abc", "👵🏽🚿"])
def test_a_bundle_is_json_that_fhir_takes_whatever_was_written(text: str) -> None:
    written = json.dumps(bundle(FACTS, replace(CONTENT, text=text), BASE), ensure_ascii=False)
    assert json.loads(written)
    assert not [sign for sign in written if ord(sign) < 32]


def test_the_archive_has_the_paper_that_the_sender_has(avklart: Avklart, settings: Settings, clock: FixedClock) -> None:
    row = send(avklart.database)
    papers = Papers(settings, clock)
    assert papers.copy_of(row).startswith(b"%PDF")
    there = send(avklart.database, municipality="dalsbygd")
    assert papers.copy_of(there) != papers.copy_of(row)
    papers.close()


def do(database: Database, row: ReferralRow, word: str) -> None:
    """Let somebody answer, close or take back a case."""
    with database.writing() as session:
        found = queries.referral(session, "fjordvik", row.id, is_held=True)
        if word == "answered":
            handling.tell(session, found, Act.ANSWERED, "Vi kommer tirsdag.", by="kari", at=NOON, way="letter")
        elif word == "closed":
            handling.close(session, found, "Alt er i orden.", by="kari", at=NOON)
        else:
            handling.withdraw(session, found, at=NOON)


def by_event(folder: Path) -> dict[str, dict[str, Any]]:
    found = [json.loads(path.read_bytes()) for path in files(folder / "fjordvik" / "webhook")]
    return {one["type"]: one["data"] for one in found}


def test_systems_are_told_of_each_answer_of_the_close_and_of_nothing_that_was_said_in_the_house(
    municipal: Database, clock: FixedClock, tmp_path: Path
) -> None:
    row = send(municipal)
    for word in ("answered", "closed"):
        do(municipal, row, word)
    drain(municipal, clock, tmp_path)
    told = by_event(tmp_path)
    assert set(told) == {"referral.received", "referral.answered", "referral.closed"}
    assert set(told["referral.closed"]) == {"event", "at", "id", "reference", "state", "office"}
    assert "tirsdag" not in json.dumps(told)
    bundles = [json.loads(path.read_bytes()) for path in files(tmp_path / "fjordvik" / "fhir")]
    tasks = [resources(found)["Task"] for found in bundles if len(found["entry"]) == 1]
    assert [(task["status"], task["identifier"][0]["value"]) for task in tasks] == [("completed", row.id)] * 2
    said = [
        json.loads(path.read_bytes()) for path in files(tmp_path / "fjordvik" / "archive") if path.name == "closed.json"
    ]
    assert [one["text"] for one in said[0]["said"]] == ["", "Vi kommer tirsdag.", "Alt er i orden."]
    assert len({path.stem for path in files(tmp_path / "fjordvik" / "webhook")}) == 3


def test_who_was_told_of_a_case_is_told_that_it_was_taken_back_and_nothing_else_of_it(
    municipal: Database, clock: FixedClock, tmp_path: Path
) -> None:
    row = send(municipal)
    drain(municipal, clock, tmp_path)
    do(municipal, row, "withdrawn")
    drain(municipal, clock, tmp_path)
    told = by_event(tmp_path)["referral.withdrawn"]
    assert (told["id"], told["state"], told["reference"]) == (row.id, "withdrawn", write_readable(row.reference))
    with municipal.reading() as session:
        assert session.get_one(ReferralRow, row.id).content == "{}"
    (task,) = [
        found["entry"][0]
        for found in (json.loads(path.read_bytes()) for path in files(tmp_path / "fjordvik" / "fhir"))
        if len(found["entry"]) == 1
    ]
    assert (task["request"]["method"], task["resource"]["status"]) == ("PUT", "cancelled")
    assert CONTENT.name not in json.dumps(task)


def test_what_waits_when_a_case_is_taken_back_is_never_sent(
    municipal: Database, clock: FixedClock, tmp_path: Path
) -> None:
    row = send(municipal)
    drain(municipal, clock, tmp_path)
    do(municipal, row, "answered")
    do(municipal, row, "withdrawn")
    drain(municipal, clock, tmp_path)
    assert set(by_event(tmp_path)) == {"referral.received", "referral.withdrawn"}


def test_all_that_the_archive_gets_is_pdf_a_with_what_it_is_filed_by(
    avklart: Avklart, settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    """What was sent, what was answered, the close, and that something was taken back (HE-3)."""
    row, other = send(avklart.database), send(avklart.database)
    papers = Papers(settings, clock)
    ways = handlers(avklart.database, clock, Receivers(folder=tmp_path), BASE, papers)
    outbox.drain(avklart.database, clock, ways, Event())
    for of, word in ((row, "answered"), (row, "closed"), (other, "withdrawn")):
        do(avklart.database, of, word)
    outbox.drain(avklart.database, clock, ways, Event())
    papers.close()
    folders = [path for path in (tmp_path / "fjordvik" / "archive").iterdir() if path.is_dir()]
    filed = [json.loads((folder / "metadata.json").read_bytes()) for folder in folders]
    assert sorted(one["document"] for one in filed) == [
        "answered.pdf", "closed.pdf", "referral.pdf", "referral.pdf", "withdrawn.pdf"
    ]  # fmt: skip
    for folder, told in zip(folders, filed, strict=True):
        paper = folder / told["document"]
        assert told["sha256"] == {
            name: sha256((folder / name).read_bytes()).hexdigest() for name in (paper.name, f"{paper.stem}.json")
        }
        for profile in ("PDF_A_2A", "PDF_UA_1"):
            assert keeps(paper, profile), paper
    said = words_of(next(folder / "closed.pdf" for folder in folders if (folder / "closed.pdf").exists()))
    assert all(words in said for words in ("Vi kommer tirsdag.", "Alt er i orden.", write_readable(row.reference)))
    assert TEXT not in said, "what was sent stands in the paper of that"
    gone = words_of(next(folder / "withdrawn.pdf" for folder in folders if (folder / "withdrawn.pdf").exists()))
    assert CONTENT.name not in gone
    assert write_readable(other.reference) in gone


def words_of(paper: Path) -> str:
    """Answer what a paper says, on one line."""
    found = subprocess.run(["pdftotext", str(paper), "-"], capture_output=True, text=True, check=True).stdout
    return " ".join(found.split())


def test_a_receiver_that_acknowledges_is_noted_as_such(municipal: Database, clock: FixedClock) -> None:
    send(municipal)
    with receiver(Inbox(status=200, body=b'{"status": "acknowledged"}')) as port:
        ways = Ways(webhook=HttpWebhook(f"http://127.0.0.1:{port}/", (b"secret" * 6,), allow_private=True))
        of = handlers(municipal, clock, Receivers({"fjordvik": ways}), BASE, Blank())
        outbox.drain(municipal, clock, of, Event())
    assert {row.kind: row.state for row in messages(municipal)} == {"referral": "sent", WEBHOOK: "acknowledged"}
