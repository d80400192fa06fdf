"""What those see who come in or leave: log-in, second step, links, codes, and the end of a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from webapp.gateways.oidc import OidcClient
from webapp.identity.actions.factors import APP
from webapp.identity.domain.codes import Channel
from webapp.identity.forms import CHANNEL_WORDS
from webapp.identity.models import FactorRow
from webapp.identity.presenters.common import message
from webapp.web.i18n import lazy_gettext as _
from webapp.web.i18n import write_minutes

REFUSALS = {
    "level": _("You must choose a safer way to log in: BankID, Buypass or Commfides."),
    "denied": _("The login was cancelled. Nothing has changed."),
    "first the code": _("The first time you come, use the code instead. After that you can log in with ID-porten."),
    "another": _("With this login another one is in it already. Log in as yourself, or ring us."),
    "access": _("You have no access here with this login. Ask the administrator at your workplace."),
}


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
class ProviderPage:
    """The way in with ID-porten, or why it did not lead in."""

    next: str = ""
    level: str = ""
    why: str = ""

    @property
    def words(self) -> str:
        """Why somebody was not let in, in words that help."""
        return str(REFUSALS.get(self.why, _("The login could not be confirmed. Try once more from the start.")))
