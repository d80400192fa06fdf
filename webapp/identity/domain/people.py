"""People as rules see them: what an e-mail address and a name may be, and what roles an account may have."""

from __future__ import annotations

from collections.abc import Collection

from email_validator import EmailNotValidError, validate_email

from webapp.kernel.errors import InvalidError
from webapp.kernel.permission import STAFF_ROLES, Role

MOST_EMAIL, MOST_NAME = 254, 120
_CAPITALS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def email_of(written: str) -> str:
    """Answer an e-mail address as it is stored; raise InvalidError for what is none."""
    try:
        return validate_email(
            written.strip()[: MOST_EMAIL + 1], check_deliverability=False, test_environment=True
        ).normalized
    except EmailNotValidError as error:
        raise InvalidError("not an e-mail address") from error


def email_key(email: str) -> str:
    """Answer what an address is looked up by: only the letters A–Z are made small.

    No other letter is folded into one of them, so that no address can be made to look like another's; and what
    is sent goes to the stored address, never to the one that was written.
    """
    return email.strip().translate(_CAPITALS)


def name_of(written: str) -> str:
    """Answer a name as it is stored; raise InvalidError for an empty one."""
    name = " ".join(written.split())[:MOST_NAME]
    if not name:
        raise InvalidError("an account has a name")
    return name


def staff_roles(chosen: Collection[str]) -> list[str]:
    """Answer the roles that were chosen for an account, in their order; raise InvalidError where there is none."""
    roles = [role.value for role in STAFF_ROLES if role.value in chosen]
    if not roles:
        raise InvalidError("an account has at least one role")
    return roles


def roles_of(stored: Collection[str]) -> frozenset[Role]:
    """Answer the roles of an account; what is no role of staff is none."""
    return frozenset(role for role in STAFF_ROLES if role.value in stored)
