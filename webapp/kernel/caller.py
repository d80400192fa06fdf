"""Who makes a request, as what and how sure we are of it; and who does something, as actions are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from webapp.kernel.permission import Assurance, Permission, Role, may


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who has come in; `id` is the account's, the resident's or the invitation's."""

    id: str
    municipality: str
    roles: frozenset[Role]
    assurance: Assurance
    session_id: str
    authenticated_at: datetime
    """When this person last showed who they are: the sign-in, or a renewed one."""
    language: str = ""
    """The language of the account; empty where the address decides."""
    name: str = ""
    """What to call them on their own pages; never in a log."""

    @property
    def is_staff(self) -> bool:
        """Tell whether this is somebody who works for the municipality."""
        return not self.roles & {Role.RESIDENT, Role.PARTY}

    def may(self, permission: Permission) -> bool:
        """Tell whether one of the caller's roles has a permission."""
        return may(self.roles, permission)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody of the municipality's staff who does something, and when: what actions are told."""

    municipality: str
    staff: str
    at: datetime

    @property
    def writer(self) -> str:
        """What they are known by among the editors of all municipalities."""
        return writer(self.municipality, self.staff)


def writer(municipality: str, staff: str) -> str:
    """Answer what somebody who writes is known by, among the editors of all municipalities."""
    return f"{municipality}/{staff}"
