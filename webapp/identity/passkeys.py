"""Passkeys: what the browser is asked for, and whether what it answers is right (WebAuthn)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from flask import request
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from webapp.content.current import library
from webapp.identity.actions.factors import PASSKEY
from webapp.identity.models import FactorRow, StaffRow
from webapp.kernel.errors import InvalidError
from webapp.web.origin import own_origin
from webapp.web.tenancy import host_name

_MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, RecursionError)
"""What the readers of an answer raise where it is none; the last for one that is nested without end."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A new passkey: its id and public key, base64url, and its counter."""

    id: str
    key: str
    count: int


def _host() -> str:
    return host_name(request.host)


def are_possible() -> bool:
    """Tell whether this host can have passkeys: browsers bind them to a name, never to a number."""
    try:
        ip_address(_host().strip("[]"))
    except ValueError:
        return True
    return False


def _descriptors(rows: Sequence[FactorRow]) -> list[PublicKeyCredentialDescriptor]:
    ids = [json.loads(row.secret)["id"] for row in rows if row.kind == PASSKEY]
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(found)) for found in ids]


def creation_options(staff: StaffRow, rows: Sequence[FactorRow], challenge: str) -> str:
    """Answer, as JSON, what the browser is asked to make a new passkey from."""
    return options_to_json(
        generate_registration_options(
            rp_id=_host(),
            rp_name=library().municipality.name,
            user_id=staff.id.encode(),
            user_name=staff.email,
            user_display_name=staff.name,
            challenge=base64url_to_bytes(challenge),
            exclude_credentials=_descriptors(rows),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.PREFERRED
            ),
        )
    )


def request_options(rows: Sequence[FactorRow], challenge: str) -> str:
    """Answer, as JSON, what the browser is asked to sign; empty where there is no passkey."""
    known = _descriptors(rows)
    if not known or not are_possible():
        return ""
    return options_to_json(
        generate_authentication_options(
            rp_id=_host(), challenge=base64url_to_bytes(challenge), allow_credentials=known,
            user_verification=UserVerificationRequirement.PREFERRED,
        )
    )  # fmt: skip


def made(answer: str, challenge: str) -> Credential:
    """Answer the passkey that a browser made; raise InvalidError where the answer is not to our challenge."""
    try:
        found = verify_registration_response(
            credential=answer, expected_challenge=base64url_to_bytes(challenge), expected_rp_id=_host(),
            expected_origin=own_origin(),
        )  # fmt: skip
    except _MALFORMED as error:
        raise InvalidError("not an answer to our challenge") from error
    return Credential(
        bytes_to_base64url(found.credential_id), bytes_to_base64url(found.credential_public_key), found.sign_count
    )


def signed_by(answer: str, challenge: str, rows: Sequence[FactorRow]) -> tuple[FactorRow, int]:
    """Answer which passkey signed our challenge, and its counter; raise InvalidError where none did."""
    try:
        used = str(json.loads(answer)["id"])
        row = next(row for row in rows if row.kind == PASSKEY and json.loads(row.secret)["id"] == used)
        found = verify_authentication_response(
            credential=answer, expected_challenge=base64url_to_bytes(challenge), expected_rp_id=_host(),
            expected_origin=own_origin(), credential_public_key=base64url_to_bytes(json.loads(row.secret)["key"]),
            credential_current_sign_count=row.count,
        )  # fmt: skip
    except (*_MALFORMED, StopIteration) as error:
        raise InvalidError("no passkey of this account signed the challenge") from error
    return row, found.new_sign_count
