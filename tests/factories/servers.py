"""Real servers for the tests of gateways: mail and HTTP, plain or over TLS, on this machine."""

from __future__ import annotations

import os
import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def free_port() -> int:
    """Answer a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Mailbox:
    """What a mail server has taken, and what it answers to some of those who ask it."""

    refuses: dict[str, str] = field(default_factory=dict)
    """What it answers to RCPT for an address."""
    answers: dict[str, str] = field(default_factory=dict)
    """What it answers to MAIL, DATA or QUIT."""
    knows_8bit: bool = True
    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[tuple[bytes, bytes, bool]] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails, read."""
        return [message_from_bytes(raw, policy=policy.SMTP) for raw in self.raws]

    @property
    def raws(self) -> list[bytes]:
        """The mails, byte for byte."""
        return [cast("bytes", envelope.original_content) for envelope in self.envelopes]

    async def handle_EHLO(  # noqa: N802 -- the server's names
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [line for line in responses if self.knows_8bit or "8BITMIME" not in line]

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.get("DATA", "250 OK")
        if answer.startswith("250"):
            self.envelopes.append(envelope)
        return answer

    async def handle_QUIT(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        return self.answers.get("QUIT", "221 Bye")

    def check(self, _server: SMTP, session: Session, _envelope: Envelope, _mechanism: str, login: Any) -> AuthResult:
        """Let in who gives `name` and `word`."""
        assert isinstance(login, LoginPassword)
        self.logins.append((login.login, login.password, session.ssl is not None))
        return AuthResult(success=(login.login, login.password) == (b"n@me", b"w:rd"), handled=False)


@contextmanager
def mail_server(box: Mailbox, port: int = 0, **options: Any) -> Iterator[int]:
    """Run a mail server, and answer its port."""
    server = Controller(box, hostname="127.0.0.1", port=port or free_port(), **options)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


@dataclass
class Request:
    """What came to an HTTP server."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Inbox:
    """What came to an HTTP server, and how it answers: that may be changed while it runs."""

    requests: list[Request] = field(default_factory=list)
    status: int | None = 204
    """Without one the connection is closed."""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    resets: bool = False
    """Whether the connection is reset when the body has come."""
    go_on: Event | None = None
    """What every answer waits for."""

    def ids(self, header: str = "webhook-id") -> list[str]:
        """Answer the ids of what came, in its order."""
        return [request.headers[header] for request in self.requests]


@contextmanager
def http_server(
    requests: list[Request], status: int | None = 204, headers: dict[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
) -> Iterator[int]:  # fmt: skip
    """Run a server that answers every request alike, or, without a status, closes the connection; answer its port."""
    with receiver(Inbox(requests, status, headers or {}), tls) as port:
        yield port


@contextmanager
def receiver(inbox: Inbox, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Run a server that answers as its inbox says; answer its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): text for name, text in self.headers.items()}
            inbox.requests.append(Request(self.path, headers, body))
            self.close_connection = True
            if inbox.go_on is not None:
                assert inbox.go_on.wait(60)
            if inbox.resets:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                os.close(self.connection.detach())
            elif inbox.status is not None:
                self.answer(inbox.status)

        def answer(self, status: int) -> None:
            """Answer with a date of our own where the inbox has none."""
            self.send_response_only(status)
            for name, text in {"Date": self.date_time_string(), **inbox.headers}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(inbox.body)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Say nothing of clients that hang up."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def certificate(
    folder: Path, *names: str, ends: timedelta = timedelta(days=1)
) -> tuple[ssl.SSLContext, ssl.SSLContext]:  # fmt: skip
    """Make a certificate for names and addresses; answer what a server uses, and what a client trusts it by.

    What a client trusts stands in `certificate.pem` of the folder too.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + ends)
        .add_extension(x509.SubjectAlternativeName([_name(one) for one in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + built.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))


def _name(written: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(written))
    except ValueError:
        return x509.DNSName(written)
