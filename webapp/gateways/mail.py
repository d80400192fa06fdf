"""Mail: written as plain text, sent by SMTP over TLS; in the demonstration it is put into a folder."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from email_validator import EmailNotValidError, validate_email

from webapp.gateways.folder import put
from webapp.kernel.clock import Clock, SystemClock
from webapp.kernel.delivery import DeliveryFault, PermanentFault, TemporaryFault
from webapp.kernel.errors import StartError
from webapp.settings import Settings

DEFAULT_SENDER = "ikke-svar@avklart.example"
TIMEOUT = 10.0
PORTS = {"smtp": 587, "smtps": 465}
LONGEST_LINE = 998
_TOO_LARGE = 552


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one person; its text holds no health data and names nobody (M1)."""

    id: str
    to: str
    subject: str
    text: str
    sender_name: str


class Mailer(Protocol):
    """Something that takes mail out of the house."""

    def send(self, mail: Mail) -> None:
        """Hand a mail on; raise PermanentFault or TemporaryFault where it was not taken."""
        ...


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Sends by a mail server: `smtps://name:word@host:465`, or `smtp://` with STARTTLS unless it is this machine."""

    url: str = field(repr=False)
    sender: str
    timeout: float = TIMEOUT
    clock: Clock = field(default_factory=SystemClock)
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def send(self, mail: Mail) -> None:
        """Hand a mail to the server; what it says with a 5 about the receiver or the mail is permanent."""
        message = write(mail, self.sender, self.clock.now())
        try:
            with self._connected() as server:
                options = ["BODY=8BITMIME"] if server.has_extn("8bitmime") else []
                if not options:
                    message.set_content(mail.text, cte="quoted-printable")
                to = message["To"].addresses[0].addr_spec
                server.sendmail(self.sender, [to], message.as_bytes(), options)
        except (smtplib.SMTPException, OSError) as error:
            raise fault_of(error) from None  # what the server said may name the receiver

    def greet(self) -> None:
        """Reach the server and log in, and send nothing; raise the fault that a mail would meet."""
        try:
            with self._connected() as server:
                server.noop()
        except (smtplib.SMTPException, OSError) as error:
            raise fault_of(error) from None

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        name = domain_of(self.sender)
        server = (
            smtplib.SMTP_SSL(host, port, name, timeout=self.timeout, context=self.tls)
            if parts.scheme == "smtps"
            else smtplib.SMTP(host, port, name, timeout=self.timeout)
        )
        try:
            if parts.scheme == "smtp" and not is_loopback(host):
                server.starttls(context=self.tls)
            server.ehlo_or_helo_if_needed()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            yield server
        finally:
            with suppress(smtplib.SMTPException, OSError):  # a mail that was taken stays taken
                server.quit()
            server.close()


@dataclass(frozen=True, slots=True)
class FolderMailer:
    """Puts each mail into a folder, under its id."""

    folder: Path
    sender: str = DEFAULT_SENDER
    clock: Clock = field(default_factory=SystemClock)

    def send(self, mail: Mail) -> None:
        """Write the file of a mail."""
        message = write(mail, self.sender, self.clock.now())
        put(self.folder, f"{mail.id}.eml", message.as_bytes())


def mailer(settings: Settings) -> Mailer:
    """Answer what sends mail: the server of the settings, or a folder in the demonstration."""
    if settings.smtp_url:
        return SmtpMailer(settings.smtp_url, settings.mail_from or DEFAULT_SENDER)
    if not settings.is_demo:
        raise StartError("AVKLART_SMTP_URL is missing; only the demonstration puts mail into a folder")
    return FolderMailer(settings.data / "mail", settings.mail_from or DEFAULT_SENDER)


def write(mail: Mail, sender: str, at: datetime) -> EmailMessage:
    """Answer a mail as it goes out: plain text, and an id that every copy has; raise PermanentFault for bad headers."""
    message = EmailMessage(policy=policy.SMTP)
    message["To"] = Address(addr_spec=ascii_address(mail.to))
    try:
        message["From"] = Address(mail.sender_name, addr_spec=sender)
        message["Subject"] = mail.subject
    except ValueError:
        raise PermanentFault("bad header") from None
    message["Message-ID"] = f"<{mail.id}@{domain_of(sender)}>"
    message["Date"] = at
    message["Auto-Submitted"] = "auto-generated"
    is_narrow = all(len(line) <= LONGEST_LINE for line in mail.text.encode().splitlines())
    message.set_content(mail.text, cte="8bit" if is_narrow else "quoted-printable")
    return message


def ascii_address(written: str) -> str:
    """Answer an address as mail servers write it, xn-- for its æøå; raise PermanentFault where it is none."""
    try:
        found = validate_email(written, check_deliverability=False).ascii_email
    except EmailNotValidError:
        found = None
    if found is None:
        raise PermanentFault("bad address")
    return found


def domain_of(address: str) -> str:
    """Answer the part of an address after its @."""
    return address.rpartition("@")[2]


def is_loopback(host: str) -> bool:
    """Tell whether a host is named as this machine; a name that only leads here is not."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def fault_of(error: smtplib.SMTPException | OSError) -> DeliveryFault:
    """Tell a refusal of this mail from trouble that passes, or that concerns every mail."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code = max(code for code, _ in error.recipients.values())
            is_final = code >= 500
        case smtplib.SMTPDataError():
            code, is_final = error.smtp_code, error.smtp_code >= 500
        case smtplib.SMTPSenderRefused():
            code, is_final = error.smtp_code, error.smtp_code == _TOO_LARGE
        case _:
            return TemporaryFault(type(error).__name__)
    return PermanentFault(f"refused {code}") if is_final else TemporaryFault(f"put off {code}")
