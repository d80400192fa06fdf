"""A municipality's own facts: name, telephone, contacts, and what texts may call them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.kernel.language import localised
from webapp.kernel.text import capital

CONTACTS = (
    "service_centre", "allocation_office", "home_care", "volunteer_centre", "caregiver_support",
    "dementia_team", "healthy_living", "aids_store", "senior_centre", "library", "fire_service",
    "waste", "nav", "pharmacy", "taxi", "church", "mental_health", "school_nurse", "rehabilitation",
    "housing", "user_ombud",
)  # fmt: skip
"""Those whom a text may send a reader to, by name and telephone."""

ROOMS = ("referrals", "selfchecks", "agreements")
"""The rooms that a municipality can keep closed."""
SIGNING = ("code", "idporten")
"""What a municipality may ask for of those who sign: a one-time code, or ID-porten; the first unless it says."""

_SUFFIX = {"nb": "kommune", "nn": "kommune", "en": "municipality"}


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to call: an office, a centre, a service."""

    id: str
    name: str
    telephone: str
    hours: str

    @property
    def title(self) -> str:
        """The name as it stands first on a line."""
        return capital(self.name)


@dataclass(frozen=True, slots=True)
class Municipality:
    """One municipality, from its facts."""

    code: str
    facts: Mapping[str, Any]
    _filled: dict[str, dict[str, str]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What placeholders stand for in each language: a page asks for it dozens of times."""

    @property
    def name(self) -> str:
        """The short name: Fjordvik."""
        return str(self.facts["name"])

    @property
    def hosts(self) -> Sequence[str]:
        """The host names on which its residents come."""
        return tuple(self.facts["hosts"])

    @property
    def languages(self) -> Sequence[str]:
        """Its languages, the first one first."""
        return tuple(self.facts["languages"])

    @property
    def telephone(self) -> str:
        """The telephone number of its front desk."""
        return str(self.facts["telephone"])

    @property
    def neighbours(self) -> Sequence[str]:
        """The codes of municipalities whose open meeting places are shown too."""
        return tuple(self.facts.get("neighbours", ()))

    @property
    def closed(self) -> frozenset[str]:
        """The rooms that it keeps closed: nothing is begun there, and what was begun goes on."""
        return frozenset(self.facts.get("closed", ()))

    @property
    def signing(self) -> str:
        """What it asks for, at the least, of those who sign an agreement."""
        return str(self.facts.get("signing", SIGNING[0]))

    @property
    def notice_email(self) -> str:
        """The address that is told when something has come in; empty where nobody is to be told."""
        said = self.facts.get("notice", {})
        return "" if said.get("off") else str(said.get("email") or self.facts["email"])

    def full_name(self, language: str) -> str:
        """Answer the name as a reader says it: Fjordvik kommune."""
        return f"{self.name} {_SUFFIX[language]}"

    def text(self, fact: str, language: str) -> str:
        """Answer a fact that is written in several languages, in the reader's."""
        return localised(self.facts.get(fact, {}), language)

    def contact(self, contact_id: str, language: str) -> Contact:
        """Answer whom to call; the front desk where the municipality has not named one."""
        by_id = {contact["contact"]: contact for contact in self.facts["contacts"]}
        fallback = by_id.get("service_centre", self.facts["contacts"][0])
        known = by_id.get(contact_id, fallback)
        return Contact(
            id=known["contact"],
            name=localised(known["name"], language),
            telephone=known["telephone"],
            hours=localised(known.get("hours", {}), language),
        )

    def placeholders(self, language: str) -> dict[str, str]:
        """Answer what each placeholder in a text stands for, in a language."""
        if language not in self._filled:
            self._filled[language] = self._fill(language)
        return self._filled[language]

    def _fill(self, language: str) -> dict[str, str]:
        values = {
            "municipality": self.full_name(language),
            "name": self.name,
            "telephone": self.telephone,
            "hours": self.text("hours", language),
            "email": str(self.facts["email"]),
            "address": str(self.facts["address"]),
        }
        for contact_id in CONTACTS:
            contact = self.contact(contact_id, language)
            values[contact_id] = contact.name
            values[f"{contact_id}_telephone"] = contact.telephone
        return values


PLACEHOLDERS = (
    "municipality", "name", "telephone", "hours", "email", "address",
    *(f"{contact}{part}" for contact in CONTACTS for part in ("", "_telephone")),
)  # fmt: skip
"""The names that may stand in braces in a text: `Ring {telephone}`."""
