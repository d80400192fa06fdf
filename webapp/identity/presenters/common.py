"""What is said of accounts on several pages: what was done, and what somebody works as."""

from __future__ import annotations

from collections.abc import Sequence

from webapp.identity.forms import ROLE_NAMES
from webapp.kernel.permission import Role
from webapp.web.i18n import lazy_gettext as _
from webapp.web.i18n import write_list

MESSAGES = {
    "passord": _("Your password is changed. You are logged out on your other devices."),
    "nytt-passord": _("Your password is changed. Log in with the new one."),
    "fjernet": _("The second step is removed. You are logged out on your other devices."),
    "lagt-til": _("The second step is added. You are logged out on your other devices."),
    "avsluttet": _("That session is over."),
    "ny-kode": _("You have been sent a newer code. The older one is no longer valid."),
    "lagre": _("The changes are saved, and count at once."),
    "steng": _("The account is closed. Whoever used it is logged out everywhere."),
    "apne": _("The account is open again."),
    "nytt-trinn": _(
        "The second step is removed, and the person is told by e-mail. A new one is made at the next login."
    ),
    "uten-trinn": _("There is no second step to remove."),
    "avslutt": _("That session is over."),
    "avslutt-alle": _("All sessions of this account are over."),
}
"""What was just done, by the word in the address; nothing else is shown."""


def message(key: str) -> str:
    """Answer what was just done, or nothing for a word that is none of ours."""
    return str(MESSAGES.get(key, ""))


def roles_in_words(roles: Sequence[str]) -> str:
    """Answer roles as a sentence says them."""
    return write_list([str(ROLE_NAMES[Role(role)]) for role in roles])
