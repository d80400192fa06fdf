"""What the pages of receivers show: where each leads, whether it is on, how many secrets sign, how the test went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from webapp.administration.domain.receiving import ACTIVE, OWN, Kind, host_of
from webapp.administration.models import ReceiverRow
from webapp.administration.presenters.deliveries import fault_in_words
from webapp.gateways.receivers import Ways
from webapp.web.i18n import lazy_gettext as _
from webapp.web.i18n import write_time

ADDRESS = "/admin/mottakere"
KIND_WORDS = {
    "webhook": _("Message to the municipality's own system (webhook)"),
    "fhir": _("Health record system (FHIR)"),
    "archive": _("Archive (folder)"),
}
MESSAGES = {
    "pa": _("It is switched on. What has waited is sent now."),
    "av": _("It is switched off. What waits for it goes on waiting."),
    "adresse": _("The address is saved. Send a test message now."),
    "hemmelighet": _("The new secret is in use. The one before it goes on signing until you take it away."),
    "nokkel": _("The new key is in use."),
    "gammel": _("Only the newest secret signs now."),
    "fjern": _("It is removed, with its secrets."),
    "uendret": _("Nothing was changed: it says this already."),
    "lagret": _("Saved. It counts from the next message that comes in."),
    "provd": "",
}


@dataclass(frozen=True, slots=True)
class ReceiverPage:
    """One receiver."""

    kind: str
    name: str
    address: str
    is_there: bool
    is_own: bool
    may_own: bool
    is_on: bool
    host: str
    number_of_secrets: int
    has_old: bool
    revision: int
    state: str
    tried: str
    is_tried_well: bool
    waiting: int
    message: str = ""
    new_secret: str = ""
    """A secret that was made here: shown this once."""
    problem: str = ""

    @classmethod
    def of(cls, kind: Kind, ways: Ways, row: ReceiverRow | None, *, waiting: int = 0, **more: Any) -> ReceiverPage:
        """Answer the page of a receiver as it is now."""
        is_own = row is not None and row.address is not None and ways.own is not None
        is_there = is_own or getattr(ways, kind.value) is not None
        is_on = row is None or row.is_on
        return cls(
            kind=kind.value,
            name=str(KIND_WORDS[kind.value]),
            address=f"{ADDRESS}/{kind.value}",
            is_there=is_there,
            is_own=is_own,
            may_own=ways.own is not None and kind in OWN,
            is_on=is_on,
            host=host_of(row.address or "") if row is not None and is_own else "",
            number_of_secrets=row.number_of_secrets if row is not None and is_own else 0,
            has_old=row is not None and is_own and row.number_of_secrets >= ACTIVE,
            state=_state(is_there=is_there, is_own=is_own, is_on=is_on),
            tried=_tried(row) if row is not None else "",
            is_tried_well=row is not None and row.tried_at is not None and not row.tried_fault,
            waiting=waiting,
            **{"revision": row.revision if row is not None else 0, **more},
        )


def _state(*, is_there: bool, is_own: bool, is_on: bool) -> str:
    if not is_there:
        return str(_("Not set up"))
    if not is_on:
        return str(_("Switched off"))
    return str(_("On, set up here")) if is_own else str(_("On, set up by the operator"))


def _tried(row: ReceiverRow) -> str:
    if row.tried_at is None:
        return ""
    told = fault_in_words(row.tried_fault) if row.tried_fault else _taken(row)
    seconds = f"{row.tried_milliseconds / 1000:.1f}".replace(".", ",")
    return str(_("%(time)s: %(what)s It took %(seconds)s seconds.", time=write_time(row.tried_at), what=told,
                 seconds=seconds))  # fmt: skip


def tried_words(fault: str) -> str:
    """Answer how a test notice went."""
    if fault:
        return f"{_('It did not arrive.')} {fault_in_words(fault)}"
    return str(_("The mail server took it. Look into the mailbox."))


def _taken(row: ReceiverRow) -> str:
    if row.tried_status:
        return str(_("The receiver took it (%(code)s).", code=row.tried_status))
    return str(_("It was put into its folder."))


@dataclass(frozen=True, slots=True)
class ReceiversPage:
    """All receivers, and who is told by e-mail."""

    receivers: list[ReceiverPage]
    notice: str
    seen: str
    message: str
    theirs: str = ""
    tried: str = ""
    """How a test notice went, where one was just sent."""
