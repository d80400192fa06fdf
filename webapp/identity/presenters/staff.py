"""What the administrator sees of accounts: the list, one account, and who was just invited."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.identity import queries
from webapp.identity.forms import FactorsForm
from webapp.identity.models import StaffRow
from webapp.identity.presenters.account import SessionLine, lines_of
from webapp.identity.presenters.common import message, roles_in_words
from webapp.kernel.alphabet import in_order
from webapp.kernel.caller import Caller
from webapp.kernel.ids import write_readable
from webapp.web.i18n import lazy_gettext as _
from webapp.web.i18n import write_time

STATES = {"invited": _("invited, not yet in use"), "active": _("in use"), "disabled": _("closed")}


@dataclass(frozen=True, slots=True)
class InvitedPage:
    """Somebody was invited: the start code, for the administrator to hand over."""

    id: str
    name: str
    code: str

    @classmethod
    def of(cls, row: StaffRow, code: str) -> InvitedPage:
        """Answer the page of an invited account."""
        return cls(row.id, row.name, write_readable(code))


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One account in the list."""

    id: str
    name: str
    roles: str
    state: str
    seen: str
    warning: str
    """What is to be seen to: no second step, or an invitation that has expired."""

    @classmethod
    def of(cls, row: StaffRow, warning: str = "") -> StaffLine:
        """Answer the line of an account."""
        seen = write_time(row.signed_in_at) if row.signed_in_at else ""
        return cls(row.id, row.name, roles_in_words(row.roles), str(STATES[row.state]), seen, warning)


@dataclass(frozen=True, slots=True)
class StaffListPage:
    """Everybody who works here."""

    staff: list[StaffLine]

    @classmethod
    def of(
        cls, rows: Sequence[StaffRow], with_second: Collection[str], until: Mapping[str, datetime | None], at: datetime
    ) -> StaffListPage:
        """Answer the list in the order of names."""
        lines = [StaffLine.of(row, _warning(row, with_second, until, at)) for row in rows]
        return cls(in_order(lines, lambda line: line.name))


def _warning(row: StaffRow, with_second: Collection[str], until: Mapping[str, datetime | None], at: datetime) -> str:
    if is_without_second(row, with_second):
        return str(_("No second step"))
    return str(_("The invitation has expired. Give a new start.")) if is_invitation_over(row, until, at) else ""


def is_without_second(row: StaffRow, with_second: Collection[str]) -> bool:
    """Tell whether an account in use is opened by a password alone."""
    return row.state == "active" and row.subject_index is None and row.id not in with_second


def is_invitation_over(row: StaffRow, until: Mapping[str, datetime | None], at: datetime) -> bool:
    """Tell whether somebody is invited whose link leads nowhere any more."""
    ends = until.get(row.id)
    return row.state == "invited" and (row.id not in until or (ends is not None and ends <= at))


@dataclass(frozen=True, slots=True)
class StaffPage:
    """One account, as the administrator sees it."""

    id: str
    name: str
    email: str
    state: str
    is_open: bool
    is_self: bool
    number_of_factors: int
    sessions: list[SessionLine]
    message: str
    removal: FactorsForm
    """Why the second step is taken away, where there is one."""

    @classmethod
    def of(
        cls, session: Session, row: StaffRow, caller: Caller, key: str, removal: FactorsForm | None = None
    ) -> StaffPage:  # fmt: skip
        """Answer the page of an account."""
        return cls(
            id=row.id,
            name=row.name,
            email=row.email,
            state=str(STATES[row.state]),
            is_open=row.state != "disabled",
            is_self=row.id == caller.id,
            number_of_factors=len(queries.factors(session, row.municipality, row.id)),
            sessions=lines_of(queries.sessions_of(session, row.municipality, row.id), caller),
            message=message(key),
            removal=removal or FactorsForm(formdata=None),
        )
