"""What the screens of coming in show: words, times and order; no HTML."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from webapp.content.current import library
from webapp.gateways.oidc import OidcClient
from webapp.identity import passkeys, queries
from webapp.identity.actions.factors import APP, PASSKEY
from webapp.identity.domain.codes import Channel
from webapp.identity.domain.two_factor import app_address
from webapp.identity.forms import CHANNEL_WORDS, ROLE_NAMES, FactorsForm
from webapp.identity.models import FactorRow, SessionRow, StaffRow
from webapp.kernel.alphabet import in_order
from webapp.kernel.caller import Caller
from webapp.kernel.ids import write_readable
from webapp.kernel.permission import Assurance, Permission, Role
from webapp.web.i18n import lazy_gettext as _
from webapp.web.i18n import write_list, write_minutes, write_time

MESSAGES = {
    "passord": _("Your password is changed. You are logged out on your other devices."),
    "nytt-passord": _("Your password is changed. Log in with the new one."),
    "fjernet": _("The second step is removed. You are logged out on your other devices."),
    "lagt-til": _("The second step is added. You are logged out on your other devices."),
    "avsluttet": _("That session is over."),
    "ny-kode": _("You have been sent a newer code. The older one is no longer valid."),
    "lagre": _("The changes are saved, and count at once."),
    "steng": _("The account is closed. Whoever used it is logged out everywhere."),
    "apne": _("The account is open again."),
    "nytt-trinn": _(
        "The second step is removed, and the person is told by e-mail. A new one is made at the next login."
    ),
    "uten-trinn": _("There is no second step to remove."),
    "avslutt": _("That session is over."),
    "avslutt-alle": _("All sessions of this account are over."),
}
"""What was just done, by the word in the address; nothing else is shown."""
STATES = {"invited": _("invited, not yet in use"), "active": _("in use"), "disabled": _("closed")}
FACTOR_NAMES = {APP: _("App with codes"), PASSKEY: _("Passkey")}
REFUSALS = {
    "level": _("You must choose a safer way to log in: BankID, Buypass or Commfides."),
    "denied": _("The login was cancelled. Nothing has changed."),
    "first the code": _("The first time you come, use the code instead. After that you can log in with ID-porten."),
    "another": _("With this login another one is in it already. Log in as yourself, or ring us."),
    "access": _("You have no access here with this login. Ask the administrator at your workplace."),
}


def message(key: str) -> str:
    """Answer what was just done, or nothing for a word that is none of ours."""
    return str(MESSAGES.get(key, ""))


@dataclass(frozen=True, slots=True)
class SignInPage:
    """Staff are asked who they are."""

    has_provider: bool
    message: str

    @classmethod
    def of(cls, provider: OidcClient | None, key: str = "") -> SignInPage:
        """Answer the page."""
        return cls(provider is not None, message(key))


@dataclass(frozen=True, slots=True)
class SecondFactorPage:
    """Staff are asked for their second factor."""

    has_app: bool
    passkey: str
    """What the browser is asked to sign, as JSON; empty where there is no passkey."""

    @classmethod
    def of(cls, rows: Sequence[FactorRow], options: str) -> SecondFactorPage:
        """Answer the page for somebody's factors."""
        return cls(any(row.kind == APP for row in rows), options)


@dataclass(frozen=True, slots=True)
class AgainPage:
    """Somebody is asked to show anew who they are."""

    next: str
    has_second: bool
    is_by_provider: bool
    passkey: str
    """What the browser is asked to sign, as JSON; empty where there is no passkey."""


@dataclass(frozen=True, slots=True)
class LogOutPage:
    """Nobody is logged in here, or somebody may log out."""

    is_in: bool


@dataclass(frozen=True, slots=True)
class TimeLeftPage:
    """How long until somebody is logged out, where it is soon."""

    left: timedelta | None

    @property
    def words(self) -> str:
        """The time that is left, in minutes; empty where there is enough."""
        return write_minutes(int(self.left.total_seconds())) if self.left is not None else ""


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


@dataclass(frozen=True, slots=True)
class LinkPage:
    """A personal link that is opened."""

    secret: str


@dataclass(frozen=True, slots=True)
class ChannelChoice:
    """A way to be sent a code."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class LandingPage:
    """A party's link: how a code can be sent, and whether ID-porten is there."""

    secret: str
    channels: list[ChannelChoice]
    has_provider: bool

    @classmethod
    def of(cls, secret: str, channels: Sequence[Channel], provider: OidcClient | None) -> LandingPage:
        """Answer the page of a link."""
        choices = [ChannelChoice(channel.value, str(CHANNEL_WORDS[channel])) for channel in channels]
        return cls(secret, choices, provider is not None)


@dataclass(frozen=True, slots=True)
class NewPasswordPage:
    """A new password by a link; with a start code where the account is new."""

    is_new: bool


@dataclass(frozen=True, slots=True)
class JoiningPage:
    """The way in with a joining code, and where it leads."""

    next: str
    is_link_replaced: bool = False
    """They waited for a code, and a newer message than the one they came by was sent in the meantime."""


@dataclass(frozen=True, slots=True)
class CodePage:
    """A one-time code is asked for: how it was sent."""

    how: str
    may_be_wrong: bool
    """Whether the joining code may have been wrong: nobody is told (L1b)."""
    message: str

    @classmethod
    def of(cls, data: Mapping[str, Any], key: str = "") -> CodePage:
        """Answer the page of a session that waits for a code."""
        is_known = data.get("by") in {"link", "own"}
        channel = str(data.get("channel", ""))
        how = str(CHANNEL_WORDS.get(Channel(channel), "")) if channel and is_known else ""
        return cls(how, not is_known, message(key))


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


@dataclass(frozen=True, slots=True)
class ProviderPage:
    """The way in with ID-porten, or why it did not lead in."""

    next: str = ""
    level: str = ""
    why: str = ""

    @property
    def words(self) -> str:
        """Why somebody was not let in, in words that help."""
        return str(REFUSALS.get(self.why, _("The login could not be confirmed. Try once more from the start.")))


def roles_in_words(roles: Sequence[str]) -> str:
    """Answer roles as a sentence says them."""
    return write_list([str(ROLE_NAMES[Role(role)]) for role in roles])
