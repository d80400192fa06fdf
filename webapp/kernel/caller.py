"""Who makes a request: as what, for which municipality, and how sure we are of it."""

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
