"""The second factor: codes of an authenticator app (RFC 6238), recovery codes, and what a sign-in is worth."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

import pyotp

from webapp.kernel.ids import clean_code, new_readable
from webapp.kernel.permission import Assurance

STEP = 30
DIGITS = 6
RECOVERY_CODES = 10
ISSUER = "Avklart"


def new_challenge() -> str:
    """Answer a new challenge of 256 random bits for a passkey to sign."""
    return secrets.token_urlsafe(32)


def new_app_secret() -> str:
    """Answer a new secret of 160 bits for an authenticator app, in base 32."""
    return pyotp.random_base32(32)


def app_address(secret: str, *, account: str, municipality: str) -> str:
    """Answer the address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=f"{ISSUER} {municipality}")


def step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """Answer the time step whose code this is, within half a minute either way; None for a wrong or used one.

    `after` is the last step that was used: a code counts once (ASVS 6.5.1).
    """
    written = clean_code(code)
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP
    if len(written) != DIGITS or not written.isascii():
        return None
    steps = [step for step in (current - 1, current, current + 1) if hmac.compare_digest(totp.at(step * STEP), written)]
    return next((step for step in steps if step > after), None)


def new_recovery_codes() -> list[str]:
    """Answer ten new recovery codes of 40 bits each; each is used once."""
    return [new_readable() for _ in range(RECOVERY_CODES)]


def staff_assurance(*, has_second: bool, is_demo: bool) -> Assurance:
    """Answer how sure we are of staff who gave a password: in the demonstration nobody is asked for a second factor."""
    return Assurance.SUBSTANTIAL if has_second or is_demo else Assurance.ONE_FACTOR


LEVELS = {"idporten-loa-substantial": Assurance.SUBSTANTIAL, "idporten-loa-high": Assurance.HIGH}


def idporten_assurance(acr: str) -> Assurance:
    """Answer how sure we are at a level of ID-porten; an unknown level is worth nothing."""
    return LEVELS.get(acr, Assurance.NONE)


def acr_for(assurance: Assurance) -> str:
    """Answer the level to ask ID-porten for."""
    return "idporten-loa-high" if assurance >= Assurance.HIGH else "idporten-loa-substantial"
