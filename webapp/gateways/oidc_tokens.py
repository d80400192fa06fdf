"""What a provider has signed: whether the signature holds, and whether it is for us, now, and strong enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hmac import compare_digest
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import KeySet

from webapp.gateways.oidc_provider import Provider
from webapp.kernel.errors import AvklartError

LEEWAY = timedelta(seconds=30)
BACK_CHANNEL = "http://schemas.openid.net/event/backchannel-logout"
_LOGOUT_LIFE = timedelta(minutes=2)
_LOGOUT_TYPES = ("logout+jwt", "application/logout+jwt", "jwt")
_LONGEST = 255

Claims = Mapping[str, Any]


class Refusal(StrEnum):
    """Why somebody was not let in, as it stands in the audit log."""

    STATE = "state"
    """The answer belongs to no sign-in that this browser began."""
    NONCE = "nonce"
    EXPIRED = "expired"
    """Outside its time: too old, or from a time to come; or the sign-in took too long."""
    AUDIENCE = "audience"
    ISSUER = "issuer"
    SIGNATURE = "signature"
    LEVEL = "level"
    """Known, but not surely enough: the level is too low, the factors too few or the sign-in too long ago."""
    DENIED = "denied"
    """The person, or the provider on their behalf, said no."""
    REPLAYED = "replayed"
    """The provider does not take the code: it was used, is too old, or belongs to another sign-in."""
    CLIENT = "client"
    """The provider does not accept us: the settings here and there do not agree."""
    PERSON = "person"
    """There is no national identity number, or none that can be."""
    TOKEN = "token"  # noqa: S105 -- a word for a reason
    """Something else is missing or wrong in what the provider sent."""


class OidcRefusedError(AvklartError):
    """Somebody is not let in; says why, and nothing of who it was or what was sent."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class LogoutToken:
    """The provider's word that somebody has logged out: of one session there, or of all."""

    id: str
    issuer: str
    subject: str
    sid: str


def same(left: str, right: str) -> bool:
    """Tell whether two secrets are the same, in a time that does not tell where they differ."""
    return compare_digest(left.encode(), right.encode())


def open_token(
    token: str, provider: Provider, keys: Callable[[str], KeySet], at: datetime, *, ends: bool = True
) -> tuple[Mapping[str, Any], Claims]:
    """Answer header and claims of a token that the provider signed for us and that is valid now.

    `ends` tells whether the token must say until when.
    """
    registry = jws.JWSRegistry(algorithms=provider.algorithms, strict_check_header=False)
    try:
        header = jws.extract_compact(token.encode(), None, registry).headers()
        kid = header.get("kid", "")
        opened = jwt.decode(token, keys(kid if isinstance(kid, str) else ""), registry=registry)
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
        raise OidcRefusedError(Refusal.SIGNATURE) from None
    _check_reach(opened.claims, provider, at, ends=ends)
    return opened.header, opened.claims


def _check_reach(claims: Claims, provider: Provider, at: datetime, *, ends: bool) -> None:
    """Raise OidcRefusedError where a token comes from somebody else, is for somebody else, or is not valid now."""
    demanded = jwt.JWTClaimsRegistry(
        now=int(at.timestamp()),
        leeway=int(LEEWAY.total_seconds()),
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        iat={"essential": True},
        exp={"essential": ends},
    )
    reasons = {"iss": Refusal.ISSUER, "aud": Refusal.AUDIENCE}
    reasons |= dict.fromkeys(("exp", "iat", "nbf"), Refusal.EXPIRED)
    try:
        demanded.validate(dict(claims))
    except ClaimError as error:
        raise OidcRefusedError(reasons.get(error.claim, Refusal.TOKEN)) from None
    audience, party = claims["aud"], claims.get("azp")
    is_shared = isinstance(audience, list) and len(audience) > 1
    if (is_shared or party is not None) and party != provider.client_id:
        raise OidcRefusedError(Refusal.AUDIENCE)


def text(claims: Claims, name: str) -> str:
    """Answer a claim that is text, empty where it is not there; raise OidcRefusedError where it is something else."""
    value = claims.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise OidcRefusedError(Refusal.TOKEN)
    return value


def words(claims: Claims, name: str) -> tuple[str, ...]:
    """Answer a claim that is a list of words, or one."""
    value = claims.get(name)
    found = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(one for one in found if isinstance(one, str))


def moment(claims: Claims, name: str) -> datetime | None:
    """Answer a claim that is a point in time."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def read_logout(header: Mapping[str, Any], claims: Claims, at: datetime) -> LogoutToken:
    """Answer what an opened token of back-channel logout says; raise OidcRefusedError where it is no such token."""
    issued = moment(claims, "iat")
    if issued is None or at - issued > _LOGOUT_LIFE + LEEWAY:
        raise OidcRefusedError(Refusal.EXPIRED)
    events = claims.get("events")
    is_logout = isinstance(events, dict) and isinstance(events.get(BACK_CHANNEL), dict)
    kind = str(header.get("typ", "jwt")).lower()
    token = LogoutToken(text(claims, "jti"), text(claims, "iss"), text(claims, "sub"), text(claims, "sid"))
    if not is_logout or kind not in _LOGOUT_TYPES or "nonce" in claims or not token.id:
        raise OidcRefusedError(Refusal.TOKEN)
    if not token.subject and not token.sid:
        raise OidcRefusedError(Refusal.TOKEN)
    return token
