"""Who may do what: the roles, the permissions, and the one table that joins them (Z1)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum


class Role(StrEnum):
    """What somebody who has come in is here as."""

    CASEWORKER = "caseworker"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"
    RESIDENT = "resident"
    """Somebody who came in with an electronic identity."""
    PARTY = "party"
    """Somebody who was invited, and came in by a link or a joining code and a one-time code."""


STAFF_ROLES = (Role.CASEWORKER, Role.EDITOR, Role.REVIEWER, Role.ADMINISTRATOR)


class Assurance(IntEnum):
    """How sure we are of who somebody is, weakest first; staff with two factors are substantial."""

    NONE = 0
    ONE_FACTOR = 1
    """A password alone: only in the demonstration, and on the way to the second factor."""
    CODE = 2
    """A link or joining code, and a one-time code by another channel."""
    SUBSTANTIAL = 3
    """Two factors of our own, or ID-porten at level substantial."""
    HIGH = 4
    """ID-porten at level high."""


class Permission(StrEnum):
    """One thing that somebody may do."""

    SEE_OWN_ACCESS = "see own access"
    """See and end one's own sessions."""
    KEEP_OWN_ACCOUNT = "keep own account"
    """Change one's own password, second factors and recovery codes."""
    MANAGE_STAFF = "manage staff"
    """Invite, change and disable the staff of one's own municipality, and end their sessions."""
    SEE_DELIVERIES = "see deliveries"
    """See what could not be delivered outside the house, and send it again; never what it says."""
    SEE_FIGURES = "see figures"
    """See what is counted in one's own municipality: numbers that name nobody, and what was written without a name."""
    KEEP_GOALS = "keep goals"
    """Write the goals of one's own municipality, with their measures and numbers, and publish them."""
    WORK_CASES = "work cases"
    """See and answer the referrals of one's own municipality."""
    SEE_OWN_REFERRAL = "see own referral"
    """See what one has sent to the municipality, and withdraw it."""
    SEE_AGREEMENT = "see agreement"
    """See the agreements that one is in; staff: those that their municipality is a party of."""
    TAKE_PART = "take part"
    """Answer, settle and sign as oneself in an agreement."""
    WORK_AGREEMENTS = "work agreements"
    """Act for the municipality in its agreements."""
    SEE_DRAFTS = "see drafts"
    """See the editorial office: pages, drafts, what was published, what is to be done."""
    EDIT_CONTENT = "edit content"
    """Write drafts of one's own municipality's pages and of those that all share."""
    APPROVE_CONTENT = "approve content"
    """Approve what somebody else has written, or send it back."""
    PUBLISH_CONTENT = "publish content"
    """Publish what may be published, now or at a time."""
    KEEP_SETTINGS = "keep settings"
    """Change those facts of one's own municipality that are settings."""


_EVERYBODY = frozenset({Permission.SEE_OWN_ACCESS})
_STAFF = _EVERYBODY | {Permission.KEEP_OWN_ACCOUNT}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CASEWORKER: _STAFF | {Permission.WORK_CASES, Permission.SEE_AGREEMENT, Permission.WORK_AGREEMENTS},
    Role.EDITOR: _STAFF | {Permission.SEE_DRAFTS, Permission.EDIT_CONTENT, Permission.PUBLISH_CONTENT},
    Role.REVIEWER: _STAFF | {Permission.SEE_DRAFTS, Permission.APPROVE_CONTENT, Permission.PUBLISH_CONTENT},
    Role.ADMINISTRATOR: _STAFF
    | {
        Permission.MANAGE_STAFF,
        Permission.SEE_DELIVERIES,
        Permission.SEE_FIGURES,
        Permission.KEEP_GOALS,
        Permission.KEEP_SETTINGS,
    },
    Role.RESIDENT: _EVERYBODY | {Permission.SEE_OWN_REFERRAL},
    Role.PARTY: _EVERYBODY | {Permission.SEE_OWN_REFERRAL, Permission.SEE_AGREEMENT, Permission.TAKE_PART},
}
"""Role → what it may do. Nothing that is not written here is allowed."""


def may(roles: Iterable[Role], permission: Permission) -> bool:
    """Tell whether any of some roles may do something."""
    return any(permission in PERMISSIONS[role] for role in roles)
