"""What staff see of their own account: their home, second steps, and where they have come in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from webapp.content.current import library
from webapp.identity import passkeys, queries
from webapp.identity.actions.factors import APP, PASSKEY
from webapp.identity.domain.two_factor import app_address
from webapp.identity.models import FactorRow, SessionRow, StaffRow
from webapp.identity.presenters.common import message, roles_in_words
from webapp.kernel.caller import Caller
from webapp.kernel.ids import write_readable
from webapp.kernel.permission import Assurance, Permission
from webapp.web.i18n import lazy_gettext as _
from webapp.web.i18n import write_time

FACTOR_NAMES = {APP: _("App with codes"), PASSKEY: _("Passkey")}


@dataclass(frozen=True, slots=True)
class HomePage:
    """What staff can do here."""

    name: str
    may_work_cases: bool
    may_see_drafts: bool
    may_manage_staff: bool

    @classmethod
    def of(cls, caller: Caller) -> HomePage:
        """Answer the page of a caller."""
        asked = (Permission.WORK_CASES, Permission.SEE_DRAFTS, Permission.MANAGE_STAFF)
        return cls(caller.name, *map(caller.may, asked))


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One's own account."""

    name: str
    email: str
    roles: str
    has_password: bool
    number_of_factors: int
    message: str

    @classmethod
    def of(cls, session: Session, row: StaffRow, key: str) -> AccountPage:
        """Answer the page of an account."""
        number = len(queries.factors(session, row.municipality, row.id))
        return cls(row.name, row.email, roles_in_words(row.roles), row.password is not None, number, message(key))


@dataclass(frozen=True, slots=True)
class FactorLine:
    """One second factor."""

    id: str
    name: str
    label: str
    used: str

    @classmethod
    def of(cls, row: FactorRow) -> FactorLine:
        """Answer the line of a factor."""
        return cls(row.id, str(FACTOR_NAMES[row.kind]), row.label, write_time(row.used_at) if row.used_at else "")


@dataclass(frozen=True, slots=True)
class FactorsPage:
    """One's second factors and recovery codes."""

    factors: list[FactorLine]
    codes_left: int
    can_have_passkeys: bool
    is_needed: bool
    """Whether nothing else can be done before there is one."""
    message: str

    @classmethod
    def of(cls, session: Session, row: StaffRow, caller: Caller, key: str) -> FactorsPage:
        """Answer the page of an account."""
        rows = queries.factors(session, row.municipality, row.id)
        left = queries.recovery_codes_left(session, row.municipality, row.id)
        is_needed = caller.assurance < Assurance.SUBSTANTIAL
        return cls([FactorLine.of(row) for row in rows], left, passkeys.are_possible(), is_needed, message(key))


@dataclass(frozen=True, slots=True)
class AppPage:
    """A new authenticator app: its secret as an address for a QR code, and in groups of four to be typed."""

    address: str
    typed: str

    @classmethod
    def of(cls, secret: str, row: StaffRow) -> AppPage:
        """Answer the page of a secret that is not in use yet."""
        groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return cls(app_address(secret, account=row.email, municipality=library().municipality.name), groups)


@dataclass(frozen=True, slots=True)
class PasskeyPage:
    """A new passkey: what the browser is asked for, as JSON."""

    options: str


@dataclass(frozen=True, slots=True)
class RecoveryPage:
    """New recovery codes, shown once."""

    plain: Sequence[str]

    @property
    def codes(self) -> list[str]:
        """The codes as people read them."""
        return [write_readable(code) for code in self.plain]


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One place where somebody is logged in."""

    id: str
    device: str
    began: str
    seen: str
    is_this: bool

    @classmethod
    def of(cls, row: SessionRow, caller: Caller, data: Mapping[str, Any]) -> SessionLine:
        """Answer the line of a session."""
        device = str(data.get("device", "")) or str(_("unknown browser"))
        is_this = row.id == caller.session_id
        return cls(row.id, device, write_time(row.created_at), write_time(row.seen_at), is_this)


@dataclass(frozen=True, slots=True)
class SessionsPage:
    """Where somebody is logged in."""

    sessions: list[SessionLine]
    is_staff: bool
    message: str

    @classmethod
    def of(cls, rows: Sequence[SessionRow], caller: Caller, key: str) -> SessionsPage:
        """Answer the page of a caller's own sessions."""
        return cls(lines_of(rows, caller), caller.is_staff, message(key))


def lines_of(rows: Sequence[SessionRow], caller: Caller) -> list[SessionLine]:
    """Answer the lines of sessions."""
    return [SessionLine.of(row, caller, json.loads(row.data)) for row in rows]
