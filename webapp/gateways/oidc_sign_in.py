"""One sign-in at a provider: what is kept while it lasts, and the checks of who comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from webapp.gateways.oidc_metadata import OidcUnavailableError
from webapp.gateways.oidc_provider import IDPORTEN, Provider
from webapp.gateways.oidc_tokens import LEEWAY, Claims, OidcRefusedError, Refusal, moment, same, text, words
from webapp.kernel.permission import STAFF_ROLES
from webapp.kernel.pid import is_pid

LIFE = timedelta(minutes=30)
"""How long somebody may take at the provider."""
LEVELS = ("idporten-loa-low", "idporten-loa-substantial", "idporten-loa-high")
"""The levels of ID-porten, weakest first; one that we do not know is as weak as the weakest."""
_NOT_NOW = ("temporarily_unavailable", "server_error")
_DENIED = ("access_denied", "login_required", "consent_required", "interaction_required", "account_selection_required")


@dataclass(frozen=True, slots=True)
class Transaction:
    """A sign-in under way: kept in our own session of the browser that began it, and used once."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str
    acr: str
    """The level that was asked for."""
    max_age: int | None
    """How many seconds before the start the person may have shown who they are; None where it does not matter."""
    issued_at: datetime

    def to_dict(self) -> dict[str, Any]:
        """Answer the transaction as JSON may hold it."""
        return {**asdict(self), "issued_at": self.issued_at.isoformat()}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Transaction:
        """Read a transaction that was kept; raise OidcRefusedError where it is none of this version's."""
        try:
            return cls(**{**kept, "issued_at": datetime.fromisoformat(kept["issued_at"])})
        except (KeyError, TypeError, ValueError):
            raise OidcRefusedError(Refusal.STATE) from None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who came back, as the provider says: issuer and subject, or the national identity number, are who it is."""

    issuer: str
    subject: str
    pid: str = field(repr=False)
    """The national identity number, of residents only; it is never shown, logged, or put in an address."""
    acr: str
    amr: tuple[str, ...]
    sid: str
    """The provider's session, by which it says later that somebody has logged out."""
    auth_time: datetime | None
    roles: tuple[str, ...]
    """The names of the roles that the provider's groups give, of staff only."""
    email: str = field(repr=False)
    """Empty where the provider says that it is not verified."""
    name: str = field(repr=False)
    locale: str
    id_token: str = field(repr=False)
    """Only for logging out; it holds the national identity number, so it is stored encrypted or not at all."""


def code_of(
    transaction: Transaction, query: Mapping[str, str], *, issuer: str, names_itself: bool, at: datetime
) -> str:
    """Answer the code that came back; raise where it does not belong to what was begun, or there is none."""
    if not same(query.get("state", ""), transaction.state):
        raise OidcRefusedError(Refusal.STATE)
    if not -LEEWAY <= at - transaction.issued_at <= LIFE:
        raise OidcRefusedError(Refusal.EXPIRED)
    if query.get("iss", "" if names_itself else issuer) != issuer:
        raise OidcRefusedError(Refusal.ISSUER)
    code, error = query.get("code", ""), query.get("error", "")
    if error in _NOT_NOW:
        raise OidcUnavailableError("return: not now")
    if error or not code:
        raise OidcRefusedError(Refusal.DENIED if error in _DENIED else Refusal.TOKEN)
    return code


def identity_of(
    provider: Provider, transaction: Transaction, claims: Claims, *, id_token: str, at: datetime
) -> Identity:
    """Answer who an opened token tells of; raise where it is not of this sign-in, or not sure enough."""
    if not same(text(claims, "nonce"), transaction.nonce):
        raise OidcRefusedError(Refusal.NONCE)
    subject, acr, amr = text(claims, "sub"), text(claims, "acr"), words(claims, "amr")
    if not subject:
        raise OidcRefusedError(Refusal.TOKEN)
    if not (
        reaches(transaction.acr, acr) and has_two_factors(provider, acr, amr) and _is_fresh(transaction, claims, at)
    ):
        raise OidcRefusedError(Refusal.LEVEL)
    is_resident = provider.kind == IDPORTEN
    return Identity(
        issuer=provider.issuer,
        subject=subject,
        pid=_pid(provider, claims) if is_resident else "",
        acr=acr,
        amr=amr,
        sid=text(claims, "sid"),
        auth_time=moment(claims, "auth_time"),
        roles=() if is_resident else _roles(provider, claims),
        email="" if claims.get("email_verified") is False else text(claims, "email"),
        name=text(claims, "name"),
        locale=text(claims, "locale"),
        id_token=id_token,
    )


def reaches(wanted: str, got: str) -> bool:
    """Tell whether a level is at least the one that was asked for."""
    if wanted in LEVELS:
        return (LEVELS.index(got) if got in LEVELS else 0) >= LEVELS.index(wanted)
    return not wanted or got == wanted


def has_two_factors(provider: Provider, acr: str, amr: tuple[str, ...]) -> bool:
    """Tell whether staff have shown two factors, as their provider tells it."""
    if not provider.two_factor_acr and not provider.two_factor_amr:
        return True
    return acr in provider.two_factor_acr or bool(set(amr) & set(provider.two_factor_amr))


def _is_fresh(transaction: Transaction, claims: Claims, at: datetime) -> bool:
    """Tell whether somebody showed who they are as lately before the start, or after it, as was asked."""
    if transaction.max_age is None:
        return True
    showed = moment(claims, "auth_time")
    oldest = transaction.issued_at - timedelta(seconds=transaction.max_age) - LEEWAY
    return showed is not None and oldest <= showed <= at + LEEWAY


def _pid(provider: Provider, claims: Claims) -> str:
    pid = text(claims, "pid")
    if not is_pid(pid, synthetic=provider.allow_synthetic):
        raise OidcRefusedError(Refusal.PERSON)
    return pid


def _roles(provider: Provider, claims: Claims) -> tuple[str, ...]:
    given = {provider.roles.get(value) for value in words(claims, provider.role_claim)}
    return tuple(role.value for role in STAFF_ROLES if role.value in given)
