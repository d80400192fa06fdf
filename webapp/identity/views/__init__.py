"""The screens of coming in; one blueprint for those who come in, one for the administrator."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("identity", __name__)

from webapp.identity.views import (  # noqa: E402 -- the views register themselves on the blueprint above
    account,
    again,
    invitation,
    leaving,
    passkey,
    password,
    provider,
    sessions,
    sign_in,
    staff,
)

__all__ = [
    "account", "again", "bp", "invitation", "leaving", "passkey", "password", "provider", "sessions", "sign_in",
    "staff",
]  # fmt: skip
