"""The administrator's first page: what needs somebody first, then each section with how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext, ngettext

from webapp.administration.domain.receiving import Kind
from webapp.administration.models import ReceiverRow
from webapp.administration.presenters.common import SECTION_ADDRESSES, SECTION_WORDS, fact_told
from webapp.administration.presenters.receivers import KIND_WORDS
from webapp.gateways.receivers import Ways
from webapp.identity.models import StaffRow
from webapp.identity.presenters.staff import is_invitation_over, is_without_second
from webapp.municipalities.domain.municipality import Municipality
from webapp.storage.marks import RETENTION_JOBS, Mark
from webapp.storage.outbox import PARKED, QUEUED, Overview
from webapp.web.i18n import lazy_gettext as _
from webapp.web.i18n import write_date, write_list, write_time

WORKER_LATE = timedelta(hours=26)
SEAL_ENDS_SOON = timedelta(days=60)
KEY_IS_OLD = timedelta(days=400)
_KINDS = {"referral-webhook": "webhook", "referral-fhir": "fhir", "referral-archive": "archive"}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a municipality's installation stands, as it was read."""

    at: datetime
    is_demo: bool
    outbox: Overview
    failing: Mapping[str, int]
    staff: Sequence[StaffRow]
    with_second: frozenset[str]
    invited_until: Mapping[str, datetime | None]
    runs: Mapping[str, Mark]
    key_since: datetime | None
    seal_ends: datetime | None
    ways: Ways
    receivers: Mapping[Kind, ReceiverRow]
    municipality: Municipality


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that needs somebody, and where it is seen to; without an address it is the operator's."""

    words: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the administration, and how it stands."""

    href: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class StartPage:
    """What needs somebody, and the sections."""

    matters: list[Matter]
    sections: list[Section]

    @classmethod
    def of(cls, found: Standing) -> StartPage:
        """Answer the page."""
        matters = [*_of_deliveries(found), *_of_staff(found), *_of_house(found)]
        return cls(matters, _sections(found))


def _of_deliveries(found: Standing) -> list[Matter]:
    matters = []
    if parked := found.outbox.numbers.get(PARKED, 0):
        matters.append(
            Matter(
                ngettext("%(num)s message could not be delivered.", "%(num)s messages could not be delivered.", parked),
                "/admin/utboks",
            )
        )
    for kind, number in found.failing.items():
        name = _KINDS.get(kind)
        if name:
            words = gettext("%(receiver)s: %(number)s have not arrived.", receiver=KIND_WORDS[name], number=number)
            matters.append(Matter(words, f"/admin/mottakere/{name}"))
    for which, row in found.receivers.items():
        if row.tried_fault and which.value not in {_KINDS.get(kind) for kind in found.failing}:
            words = gettext("%(receiver)s: the last test failed.", receiver=KIND_WORDS[which.value])
            matters.append(Matter(words, f"/admin/mottakere/{which.value}"))
    return matters


def _of_staff(found: Standing) -> list[Matter]:
    matters = []
    alone = [row for row in found.staff if is_without_second(row, found.with_second)]
    if alone:
        matters.append(
            Matter(
                ngettext("%(num)s account has no second step.", "%(num)s accounts have no second step.", len(alone)),
                "/admin/ansatte",
            )
        )
    over = [row for row in found.staff if is_invitation_over(row, found.invited_until, found.at)]
    if over:
        matters.append(
            Matter(
                ngettext("%(num)s invitation has expired.", "%(num)s invitations have expired.", len(over)),
                "/admin/ansatte",
            )
        )
    return matters


def _of_house(found: Standing) -> list[Matter]:
    matters = []
    ran = [found.runs[name] for name in RETENTION_JOBS if name in found.runs]
    if found.runs and (not ran or min(run.at for run in ran) < found.at - WORKER_LATE):
        matters.append(Matter(gettext("What is to be deleted has not been deleted for more than a day."),
                              "/admin/oppbevaring"))  # fmt: skip
    if not all(run.is_good for run in ran):
        matters.append(Matter(gettext("The last deletion failed. Ask the operator."), "/admin/oppbevaring"))
    if found.seal_ends is None and not found.is_demo:
        matters.append(Matter(gettext("There is no seal for signed agreements. Ask the operator for one.")))
    elif found.seal_ends is not None and found.seal_ends < found.at + SEAL_ENDS_SOON:
        day = write_date(found.seal_ends.date())
        matters.append(Matter(gettext("The seal for signed agreements ends %(day)s. Ask the operator.", day=day)))
    if found.key_since is not None and found.key_since < found.at - KEY_IS_OLD:
        matters.append(Matter(gettext("The encryption key is more than a year old. Ask the operator for a new one.")))
    return matters


def _sections(found: Standing) -> list[Section]:
    own, active = found.municipality, sum(row.state == "active" for row in found.staff)
    states = {
        "rooms": _closed(own),
        "languages": fact_told("languages", list(own.languages)).replace("\n", ", "),
        "contact": f"{own.name}, {own.telephone}",
        "look": str(own.facts.get("accent") or _("The common colours")),
        "arms": str(own.facts.get("arms") or _("None: the name stands alone")),
        "retention": _kept(found),
        "rules": fact_told("signing", own.signing),
        "receivers": _receivers(found),
        "staff": ngettext("%(num)s account in use", "%(num)s accounts in use", active),
    }
    sections = [Section(SECTION_ADDRESSES[name], str(SECTION_WORDS[name]), state) for name, state in states.items()]
    waiting = found.outbox.numbers.get(QUEUED, 0)
    outbox = ngettext("%(num)s message is waiting to be sent.", "%(num)s messages are waiting to be sent.", waiting)
    none = gettext("No messages are waiting to be sent.")
    return [
        *sections,
        Section("/admin/utboks", str(_("Outbox")), outbox if waiting else none),
        Section("/admin/samtykke", str(_("Consent texts")), gettext("What people say yes to, and how many have")),
        Section("/admin/tekster", str(_("Texts")), gettext("Where the texts are written")),
        Section("/admin/innsikt", str(_("Insight")), gettext("Counted without names")),
        Section("/admin/maal-og-tiltak", str(_("Goals and measures")), gettext("What the municipality wants to reach")),
        Section("/admin/innsikt/erfaring", str(_("What the survey says")), gettext("What those who asked us think")),
        Section("/admin/endringer", str(_("Changes")), gettext("Who has changed what, and taking it back")),
    ]  # fmt: skip


def _closed(own: Municipality) -> str:
    if not own.closed:
        return str(gettext("All rooms are open"))
    return str(gettext("Closed: %(rooms)s", rooms=fact_told("closed", sorted(own.closed)).replace("\n", ", ")))


def _kept(found: Standing) -> str:
    ran = [found.runs[name].at for name in RETENTION_JOBS if name in found.runs]
    if not ran:
        return str(gettext("The deletion has not run yet"))
    return str(gettext("Last deleted %(time)s", time=write_time(max(ran))))


def _receivers(found: Standing) -> str:
    off = found.ways.off
    names = [str(words) for name, words in KIND_WORDS.items() if getattr(found.ways, name) and name not in off]
    return write_list(names) if names else str(gettext("No receiver is on: cases are read here"))
