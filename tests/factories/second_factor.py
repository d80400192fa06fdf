"""Second factors as tests bring them: an authenticator app in a test's hand, recovery codes, a passkey."""

from __future__ import annotations

from datetime import datetime

import pyotp
from webauthn.helpers import bytes_to_base64url

from tests.factories.authenticator import Authenticator
from webapp.identity import queries
from webapp.identity.actions import factors
from webapp.storage.session import Database

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def add_app(
    database: Database, staff_id: str, *, at: datetime, municipality: str = "fjordvik", secret: str = SECRET
) -> list[str]:  # fmt: skip
    """Give an account an authenticator app that has shown no code yet; answer its recovery codes."""
    with database.writing() as session:
        row = queries.staff(session, municipality, staff_id)
        factors.add_app(session, row, secret, 0, label="telefonen", at=at, but=None)
        return factors.renew_recovery_codes(session, row, at=at)


def app_code(at: datetime, secret: str = SECRET) -> str:
    """Answer what the app shows at a time."""
    return pyotp.TOTP(secret).at(at)


def add_passkey(database: Database, staff_id: str, passkey: Authenticator, *, at: datetime, municipality: str) -> None:
    """Give an account a passkey."""
    with database.writing() as session:
        row = queries.staff(session, municipality, staff_id)
        name, key = bytes_to_base64url(passkey.id), bytes_to_base64url(passkey.public_key())
        factors.add_passkey(session, row, name, key, passkey.count, label="nøkkelen", at=at, but=None)
