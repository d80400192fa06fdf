"""The offices that texts send readers to, as they are told now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.editorial.presenters.choices import option
from webapp.kernel.language import localised
from webapp.kernel.text import capital
from webapp.municipalities.domain.municipality import CONTACTS
from webapp.web.i18n import language
from webapp.web.i18n import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Office:
    """One office: what it is here, what it is called, and its number."""

    href: str
    what: str
    told: str


def office_name(which: str) -> str:
    """Answer what an office is, with a capital letter."""
    name = option(which, CONTACTS)
    return capital(name)


def contacts_told(facts: Mapping[str, Any]) -> list[Office]:
    """Answer every office that a text may name; for one that is not named here readers get the first one."""
    known = {one["contact"]: one for one in facts["contacts"]}
    return [Office(f"/admin/kontakt/{which}", office_name(which), _told(known.get(which))) for which in CONTACTS]


def _told(contact: Mapping[str, Any] | None) -> str:
    if contact is None:
        return str(_("Not named: readers are sent to the service centre"))
    return f"{localised(contact['name'], language())}, {contact['telephone']}"
