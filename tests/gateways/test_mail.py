"""Mail goes out as plain text under one id, over TLS, and a refusal is told from trouble that passes."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.conftest import NOON
from tests.factories.outbox import put, row_of, states, with_keys
from tests.factories.servers import Mailbox, certificate, free_port, mail_server
from webapp.gateways.deliveries import by_mail
from webapp.gateways.mail import FolderMailer, Mail, SmtpMailer, domain_of, is_loopback, mailer, write
from webapp.kernel.clock import FixedClock
from webapp.kernel.delivery import DeliveryFault, PermanentFault, TemporaryFault
from webapp.kernel.errors import StartError
from webapp.settings import Settings
from webapp.storage.outbox import LateAlarm, claim, drain, resend
from webapp.storage.session import Database

SENDER = "ikke-svar@fjordvik.example"
TO = "kari@fjordvik.example"
MAIL = Mail("0" * 32, TO, "Du har en beskjed", "Hei!\n\nÅpne lenken:\nhttps://fjordvik.example/x\n", "Fjordvik kommune")
LOOPBACK_BY_NAME = "127.1"
"""Leads to this machine, but is not named as it."""


def plain(port: int) -> SmtpMailer:
    """Answer what sends to a server on this machine, without TLS."""
    return SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER, clock=FixedClock(NOON))


def test_a_mail_arrives_as_plain_text_with_the_headers_it_needs_and_no_others() -> None:
    box = Mailbox()
    with mail_server(box) as port:
        plain(port).send(MAIL)
    (mail,), (envelope,) = box.mails, box.envelopes
    assert dict(mail.items()) == {
        "To": TO,
        "From": f"Fjordvik kommune <{SENDER}>",
        "Subject": "Du har en beskjed",
        "Message-ID": f"<{'0' * 32}@fjordvik.example>",
        "Date": "Sun, 22 Nov 2026 12:00:00 +0000",
        "Auto-Submitted": "auto-generated",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "8bit",
        "MIME-Version": "1.0",
    }
    assert mail.get_content() == MAIL.text.replace("\n", "\r\n")
    assert "Åpne lenken:\r\nhttps://fjordvik.example/x\r\n".encode() in box.raws[0]
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [TO])
    assert "BODY=8BITMIME" in envelope.mail_options


def test_a_server_that_knows_ascii_only_gets_ascii() -> None:
    box = Mailbox(knows_8bit=False)
    with mail_server(box) as port:
        plain(port).send(replace(MAIL, subject="Ny lenke på øya", sender_name="Dalsbygd kommune, Blåbær"))
    box.raws[0].decode("ascii")
    assert box.mails[0].get_content() == MAIL.text.replace("\n", "\r\n")
    assert box.mails[0]["Subject"] == "Ny lenke på øya"
    assert "Dalsbygd kommune, Blåbær" in box.mails[0]["From"]


@pytest.mark.parametrize("text", ["æ" * 3000, "a" * 999, ".\n..\nFrom x\n.", "en\r\nto\rtre", "", "\u2028" * 800])
def test_every_text_arrives_as_it_was_in_lines_that_servers_take(text: str) -> None:
    box = Mailbox()
    with mail_server(box) as port:
        plain(port).send(replace(MAIL, text=text))
    assert box.mails[0].get_content().removesuffix("\r\n").split("\r\n") == text.replace("\r\n", "\n").replace(
        "\r", "\n"
    ).split("\n")
    assert all(len(line) <= 998 for line in box.raws[0].split(b"\r\n"))


@pytest.mark.parametrize("field", ["to", "subject", "sender_name"])
@pytest.mark.parametrize("ending", ["\nBcc: x@evil.example", "\r\nBcc: x@evil.example", "\rBcc: x@evil.example"])
def test_no_header_can_be_smuggled_into_another(field: str, ending: str) -> None:
    with pytest.raises(PermanentFault, match=r"bad (address|header)"):
        write(replace(MAIL, **{field: getattr(MAIL, field) + ending}), SENDER, NOON)


@pytest.mark.parametrize("to", ["", "kari", "kari@", "@x.no", "a b@x.no", "a@x.no,b@x.no", "<a@x.no>", "å@x.no"])
def test_an_address_that_is_none_is_a_permanent_fault(to: str) -> None:
    with pytest.raises(PermanentFault, match="bad address"):
        write(replace(MAIL, to=to), SENDER, NOON)


def test_an_address_is_kept_as_it_was_written_but_for_the_letters_of_its_domain() -> None:
    message = write(replace(MAIL, to="Kari.Nordmann+post@blåbær.example"), SENDER, NOON)
    assert message["To"] == "Kari.Nordmann+post@xn--blbr-roah.example"


@pytest.mark.parametrize(
    ("box", "fault", "said"),
    [
        (Mailbox(refuses={TO: f"550 No such mailbox {TO}"}), PermanentFault, "refused 550"),
        (Mailbox(refuses={TO: "452 Mailbox full"}), TemporaryFault, "put off 452"),
        (Mailbox(answers={"DATA": "554 Looks like spam"}), PermanentFault, "refused 554"),
        (Mailbox(answers={"DATA": "552 Too large"}), PermanentFault, "refused 552"),
        (Mailbox(answers={"DATA": "451 Try later"}), TemporaryFault, "put off 451"),
        (Mailbox(answers={"MAIL": "552 Too large"}), PermanentFault, "refused 552"),
        (Mailbox(answers={"MAIL": "550 This sender is not ours"}), TemporaryFault, "put off 550"),
        (Mailbox(answers={"MAIL": "421 Closing"}), TemporaryFault, "put off 421"),
    ],
)  # fmt: skip
def test_a_refusal_of_this_mail_is_permanent_and_all_else_passes(
    box: Mailbox, fault: type[DeliveryFault], said: str
) -> None:
    with mail_server(box) as port, pytest.raises(fault) as raised:
        plain(port).send(MAIL)
    assert str(raised.value) == said
    assert box.mails == []


def test_a_mail_that_was_taken_is_sent_whatever_the_server_says_afterwards() -> None:
    box = Mailbox(answers={"QUIT": "451 Not now"})
    with mail_server(box) as port:
        plain(port).send(MAIL)
    assert len(box.mails) == 1


def test_a_server_that_is_not_there_may_come_back() -> None:
    with pytest.raises(TemporaryFault, match="ConnectionRefusedError"):
        plain(free_port()).send(MAIL)


def test_nothing_is_sent_without_tls_but_to_this_machine() -> None:
    box = Mailbox()
    with mail_server(box) as port, pytest.raises(TemporaryFault, match="SMTPNotSupportedError"):
        SmtpMailer(f"smtp://n%40me:w%3Ard@{LOOPBACK_BY_NAME}:{port}", SENDER).send(MAIL)
    assert (box.mails, box.logins) == ([], [])


def test_starttls_is_used_and_the_login_goes_through_it(tmp_path: Path) -> None:
    box = Mailbox()
    server, trusted = certificate(tmp_path, LOOPBACK_BY_NAME)
    way = SmtpMailer("", SENDER, tls=trusted)
    with mail_server(box, tls_context=server, authenticator=box.check) as port:
        replace(way, url=f"smtp://n%40me:w%3Ard@{LOOPBACK_BY_NAME}:{port}").send(MAIL)
        with pytest.raises(TemporaryFault, match="SMTPAuthenticationError"):
            replace(way, url=f"smtp://n%40me:other@{LOOPBACK_BY_NAME}:{port}").send(MAIL)
    assert len(box.mails) == 1
    assert set(box.logins) == {(b"n@me", b"w:rd", True), (b"n@me", b"other", True)}


def test_a_server_may_speak_tls_from_the_start(tmp_path: Path) -> None:
    box = Mailbox()
    server, trusted = certificate(tmp_path, "127.0.0.1")
    with mail_server(box, ssl_context=server) as port:
        SmtpMailer(f"smtps://127.0.0.1:{port}", SENDER, tls=trusted).send(MAIL)
    assert len(box.mails) == 1


@pytest.mark.parametrize("names", [("127.0.0.1",), ("other.example",)], ids=["unknown issuer", "another name"])
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_whose_certificate_is_not_trusted_gets_nothing(
    tmp_path: Path, names: tuple[str, ...], scheme: str
) -> None:
    box = Mailbox()
    server, trusted = certificate(tmp_path, *names)
    tls = ssl.create_default_context() if names == ("127.0.0.1",) else trusted
    options: dict[str, Any] = {"ssl_context": server} if scheme == "smtps" else {"tls_context": server}
    host = "127.0.0.1" if scheme == "smtps" else LOOPBACK_BY_NAME
    with mail_server(box, **options) as port, pytest.raises(TemporaryFault, match="SSLCertVerificationError"):
        SmtpMailer(f"{scheme}://{host}:{port}", SENDER, tls=tls).send(MAIL)
    assert box.mails == []


@pytest.mark.parametrize(("host", "answer"), [
    ("localhost", True), ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True),
    ("127.1", False), ("10.0.0.1", False), ("localhost.fjordvik.example", False), ("", False),
])  # fmt: skip
def test_only_what_is_named_as_this_machine_is_this_machine(host: str, answer: bool) -> None:  # noqa: FBT001
    assert is_loopback(host) is answer


def test_the_password_of_the_server_is_not_shown() -> None:
    assert "w%3Ard" not in repr(SmtpMailer("smtps://name:w%3Ard@mail.example", SENDER))


def test_the_demonstration_puts_mail_into_a_folder_once_for_each_id(tmp_path: Path) -> None:
    way = FolderMailer(tmp_path / "mail", SENDER, FixedClock(NOON))
    for mail in (MAIL, MAIL, replace(MAIL, id="1" * 32, text="Én")):
        way.send(mail)
    assert {path.name for path in (tmp_path / "mail").iterdir()} == {f"{'0' * 32}.eml", f"{'1' * 32}.eml"}
    text = (tmp_path / "mail" / f"{'0' * 32}.eml").read_bytes().decode()
    assert f"Message-ID: <{'0' * 32}@fjordvik.example>\r\n" in text
    assert "Åpne lenken:\r\nhttps://fjordvik.example/x" in text


def test_the_settings_choose_how_mail_is_sent(settings: Settings, production: Callable[..., Settings]) -> None:
    demo = mailer(settings)
    assert isinstance(demo, FolderMailer)
    assert (demo.folder, demo.sender) == (settings.data / "mail", "ikke-svar@avklart.example")
    real = mailer(production(smtp_url="smtps://mail.example", mail_from=SENDER))
    assert isinstance(real, SmtpMailer)
    assert (real.url, domain_of(real.sender)) == ("smtps://mail.example", "fjordvik.example")
    with pytest.raises(StartError, match="AVKLART_SMTP_URL is missing"):
        mailer(production(smtp_url=""))


def queue(database: Database, about: str, subject: str, to: str = TO) -> str:
    """Write a mail into the outbox."""
    payload = {"to": to, "subject": subject, "text": "Hei", "sender_name": "Fjordvik kommune"}
    return put(database, about, payload=payload)


def test_a_backlog_is_sent_in_order_once_each_when_the_server_is_back_after_six_hours(
    any_database: Database, settings: Settings, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    database = with_keys(any_database, settings, clock)
    port, box, alarm = free_port(), Mailbox(), LateAlarm()
    handlers = {"mail": by_mail(plain(port))}
    for n in range(12):
        queue(database, f"case{n % 3}", f"{n % 3}: {n // 3}")
    while clock.time < NOON + timedelta(hours=6):
        drain(database, clock, handlers, Event())
        alarm.check(database, clock.time)
        clock.time += timedelta(minutes=10)
    said = [record.getMessage() for record in caplog.records]
    assert 5 <= said.count("outbox is late") <= 6
    assert "message parked" not in said
    with mail_server(box, port):
        while "queued" in states(database):
            drain(database, clock, handlers, Event())
            clock.time += timedelta(minutes=10)
    subjects = [mail["Subject"] for mail in box.mails]
    for case in range(3):
        assert [one for one in subjects if one.startswith(f"{case}:")] == [f"{case}: {n}" for n in range(4)]
    assert len(subjects) == len({mail["Message-ID"] for mail in box.mails}) == 12
    assert clock.time < NOON + timedelta(hours=13)


def test_a_mail_sent_by_a_worker_that_dies_before_it_says_so_has_one_copy_under_its_message_id(
    database: Database, settings: Settings, clock: FixedClock
) -> None:
    with_keys(database, settings, clock)
    box = Mailbox()
    one = queue(database, "a", "Hei")
    with mail_server(box) as port:
        claimed = claim(database, clock, ["mail"])
        assert claimed is not None
        plain(port).send(replace(MAIL, id=claimed.id))  # and dies
        clock.time += timedelta(minutes=1)
        for _ in range(3):
            drain(database, clock, {"mail": by_mail(plain(port))}, Event())
            clock.time += timedelta(hours=1)
    assert [mail["Message-ID"] for mail in box.mails] == [f"<{one}@fjordvik.example>"] * 2


def test_a_refused_mail_is_set_aside_and_those_behind_it_go_out(
    database: Database, settings: Settings, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    with_keys(database, settings, clock)
    refused, bad, good = (queue(database, "a", word, to) for word, to in (
        ("en", "borte@fjordvik.example"), ("to", "ingen adresse"), ("tre", TO),
    ))  # fmt: skip
    box = Mailbox(refuses={"borte@fjordvik.example": "550 borte@fjordvik.example is not here"})
    with mail_server(box) as port:
        handlers = {"mail": by_mail(plain(port))}
        assert drain(database, clock, handlers, Event()) == 3
        assert states(database) == ["parked", "parked", "sent"]
        assert [row_of(database, one).fault for one in (refused, bad, good)] == ["refused 550", "bad address", ""]
        box.refuses.clear()
        with database.writing() as session:
            resend(session, "fjordvik", refused, clock.time)
        drain(database, clock, handlers, Event())
    assert [mail["Subject"] for mail in box.mails] == ["tre", "en"]
    assert "borte" not in "".join(str(vars(record)) for record in caplog.records)
