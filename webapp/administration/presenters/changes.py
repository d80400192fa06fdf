"""What was changed, by whom and when: facts with what they said before and after, receivers, staff; no secrets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from webapp.administration.domain import settings
from webapp.administration.domain.receiving import REVERSIBLE, What, host_of
from webapp.administration.models import ReceiverChangeRow
from webapp.administration.presenters.common import SECTION_ADDRESSES, SECTION_WORDS, both_told, fact_label, message
from webapp.administration.presenters.receivers import KIND_WORDS
from webapp.audit.domain import Action, Event
from webapp.editorial.models import RevisionRow
from webapp.editorial.presenters.common import People
from webapp.identity.presenters.common import roles_in_words
from webapp.web.i18n import lazy_gettext as _
from webapp.web.i18n import write_month, write_time

ADDRESS = "/admin/endringer"
MONTHS = 24
WHAT_WORDS = {
    What.ON: _("Switched on"),
    What.OFF: _("Switched off"),
    What.ADDRESS: _("Another address"),
    What.REMOVED: _("Removed, with its secrets"),
    What.NEW_SECRET: _("A new secret"),
    What.OLD_SECRET: _("The old secret was taken away"),
}
STAFF_WORDS = {
    Action.STAFF_INVITED: _("Invited"),
    Action.STAFF_JOINED: _("Took up the account"),
    Action.STAFF_CHANGED: _("Roles or access changed"),
    Action.STAFF_DISABLED: _("Account closed"),
    Action.STAFF_ENABLED: _("Account opened again"),
    Action.SESSION_ENDED: _("Sessions ended"),
}
_ALL_AT_ONCE = {"started_over": _("A new start"), "factors_removed": _("The second step was removed")}
"""What changed an account as a whole, by the detail that the audit log has of it."""
STAFF_ACTIONS = tuple(action for action in STAFF_WORDS if action is not Action.SESSION_ENDED)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that became another."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: when, who, where, and what became of what."""

    at: datetime
    when: str
    who: str
    sections: tuple[str, ...]
    title: str
    lines: list[Line]
    undo: str
    """The address that undoes it; empty where it cannot be undone."""
    href: str
    """Where the thing stands that was changed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of the filter."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """What was changed in a month."""

    month: str
    months: list[Choice]
    kinds: list[Choice]
    entries: list[Entry]
    is_cut: bool
    message: str
    problem: str

    @classmethod
    def of(
        cls, month: date, today: date, kind: str, entries: Sequence[Entry], *, most: int, key: str, problem: str = ""
    ) -> ChangesPage:
        """Answer the page of a month, the newest first; of one kind where that is asked for."""
        found = sorted((one for one in entries if not kind or kind in one.sections), key=lambda one: one.at)
        kinds = [Choice("", str(_("Everything")), not kind)]
        kinds += [Choice(name, str(words), name == kind) for name, words in SECTION_WORDS.items()]
        return cls(
            month=write_month(month),
            months=[Choice(f"{one:%Y-%m}", write_month(one), one == month) for one in months(today)],
            kinds=kinds,
            entries=list(reversed(found))[:most],
            is_cut=len(found) > most,
            message=message(key),
            problem=problem,
        )


def months(today: date) -> list[date]:
    """Answer the months that the log is shown for, the newest first."""
    newest = 12 * today.year + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(newest, newest - MONTHS, -1)]


def of_facts(rows: Sequence[RevisionRow], people: People, since: datetime) -> list[Entry]:
    """Answer the changes between revisions, which come the oldest first; the first one is what they began from."""
    entries = []
    for was, now in pairwise(rows):
        made = settings.changes(was.fields, now.fields)
        if not made or now.at < since:
            continue
        lines = [Line(fact_label(one.field), *both_told(one.field, one.before, one.after)) for one in made]
        sections = tuple(dict.fromkeys(one.section for one in made))
        who = people.name(now.by) or str(_("the content files"))
        entries.append(
            Entry(
                now.at, write_time(now.at), who, sections, _titles(sections), lines, f"{ADDRESS}/{now.number}",
                SECTION_ADDRESSES.get(sections[0], ""),
            )
        )  # fmt: skip
    return entries


def _titles(sections: Iterable[str]) -> str:
    return ", ".join(str(SECTION_WORDS[one]) for one in sections)


def of_receivers(rows: Sequence[ReceiverChangeRow], people: People, municipality: str) -> list[Entry]:
    """Answer the changes of receivers; of an address only its host is shown."""
    entries = []
    for row in rows:
        what, name = What(row.what), str(KIND_WORDS[row.kind])
        is_moved = what in {What.ADDRESS, What.REMOVED}
        lines = [Line(name, _host(row.before), _host(row.after)) if is_moved else Line(name, "", str(WHAT_WORDS[what]))]
        can_undo = what in REVERSIBLE and (what is not What.ADDRESS or row.before is not None)
        entries.append(
            Entry(
                row.at, write_time(row.at), people.name(f"{municipality}/{row.by}"), ("receivers",),
                f"{name}: {WHAT_WORDS[what]}", lines, f"{ADDRESS}/{row.id}" if can_undo else "",
                f"/admin/mottakere/{row.kind}",
            )
        )  # fmt: skip
    return entries


def _host(address: str | None) -> str:
    return host_of(address) if address else str(_("nothing"))


def of_staff(events: Sequence[Event], people: People) -> list[Entry]:
    """Answer what was done with accounts; what can be taken back is taken back on the page of the account."""
    entries = []
    for event in events:
        action, whom = Action(event.action), people.name(f"{event.municipality}/{event.object_id}")
        roles = event.details.get("roles")
        done = next((words for name, words in _ALL_AT_ONCE.items() if event.details.get(name)), STAFF_WORDS[action])
        title = str(done)
        lines = [Line(str(_("This person works as")), "", roles_in_words(roles))] if isinstance(roles, list) else []
        who = people.name(f"{event.municipality}/{event.actor}") if len(event.actor) == 32 else str(_("the system"))
        entries.append(
            Entry(
                event.at, write_time(event.at), who, ("staff",), f"{whom}: {title}", lines, "",
                f"/admin/ansatte/{event.object_id}",
            )
        )  # fmt: skip
    return entries
