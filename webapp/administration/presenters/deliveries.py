"""What the page of deliveries shows, in plain words: never what a message says or to whom it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from webapp.storage.outbox import ACKNOWLEDGED, PARKED, QUEUED, SENT, Overview, Parked
from webapp.web.i18n import lazy_gettext as _
from webapp.web.i18n import write_time

MESSAGES = {
    "sendt": _("The message is in line again, and will be sent in a moment."),
    "var-sendt": _("That message was already in line again."),
}
"""What was just done, by the word in the address; nothing else is shown."""
KINDS = {
    "mail": _("E-mail"),
    "sms": _("Text message"),
    "referral": _("News of a case, to all who are told"),
    "agreement": _("Notice to somebody in an agreement"),
    "agreement-seal": _("Sealing of a signed agreement"),
    "referral-webhook": _("Message to the municipality's own system"),
    "referral-fhir": _("Message to the health record system"),
    "referral-archive": _("Documents for the archive"),
}
FAULTS = {
    "": _("It was tried for a week, and did not arrive."),
    "bad address": _("The address cannot be used."),
    "bad header": _("The message cannot be written as an e-mail."),
    "no way to send text messages": _("Nothing is set up that sends text messages."),
    "payload does not open": _("The message can no longer be opened."),
    "private address": _("The receiver's address is inside a closed network, and the settings do not allow that."),
    "certificate expired": _("The receiver's certificate has expired."),
    "certificate refused": _("The receiver's certificate is not trusted."),
    "certificate file cannot be read": _("The file of trusted certificates cannot be read."),
    "token file cannot be read": _("The file with the key to the receiver cannot be read."),
    "no safe connection": _("There was no safe connection to the receiver."),
    "switched off": _("The receiver is switched off."),
}
"""What went wrong, by the word that a gateway has for it."""
NO_CONTACT = {
    "ConnectionError", "ConnectTimeout", "ReadTimeout", "TimeoutError", "ConnectionRefusedError",
    "ConnectionResetError", "SMTPServerDisconnected", "SMTPConnectError", "gaierror",
}  # fmt: skip


def fault_in_words(fault: str) -> str:
    """Answer what went wrong in plain words; what has none is told as it is, for whoever mends it."""
    first, _space, rest = fault.partition(" ")
    if fault in FAULTS:
        return str(FAULTS[fault])
    if fault in NO_CONTACT:
        return str(_("The receiver did not answer."))
    if first == "archive:":
        return str(_("The archive could not be written to (%(reason)s).", reason=rest))
    if first == "refused":
        return str(_("The receiver said no (%(code)s).", code=rest))
    if fault.startswith("put off"):
        return str(_("The receiver could not take it (%(code)s).", code=rest.removeprefix("off ")))
    return str(_("Something went wrong (%(reason)s).", reason=fault))


@dataclass(frozen=True, slots=True)
class ParkedLine:
    """A message that was given up."""

    id: str
    kind: str
    fault: str
    tries: int
    when: str

    @classmethod
    def of(cls, message: Parked) -> ParkedLine:
        """Answer the line of a message."""
        kind = str(KINDS.get(message.kind, _("Message to another system")))
        return cls(message.id, kind, fault_in_words(message.fault), message.attempts, write_time(message.parked_at))


@dataclass(frozen=True, slots=True)
class DeliveriesPage:
    """What waits to be delivered outside the house, and what was given up."""

    waiting: int
    since: str
    parked: list[ParkedLine]
    number_parked: int
    sent: int
    acknowledged: int
    message: str

    @classmethod
    def of(cls, found: Overview, parked: Sequence[Parked], at: datetime, key: str) -> DeliveriesPage:
        """Answer the page of a municipality's messages."""
        oldest = found.waiting_since
        return cls(
            waiting=found.numbers.get(QUEUED, 0),
            since=write_time(oldest) if oldest is not None and oldest <= at else "",
            parked=[ParkedLine.of(message) for message in parked],
            number_parked=found.numbers.get(PARKED, 0),
            sent=found.numbers.get(SENT, 0) + found.numbers.get(ACKNOWLEDGED, 0),
            acknowledged=found.numbers.get(ACKNOWLEDGED, 0),
            message=str(MESSAGES.get(key, "")),
        )
