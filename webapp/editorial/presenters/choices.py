"""What the choices in the fields of pages are called on screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.content import words as content
from webapp.content.domain import kind, selfcheck_kind
from webapp.content.domain.standing import MENU_ROOMS
from webapp.content.standing import ROOM_NAMES
from webapp.municipalities.domain.municipality import CONTACTS, ROOMS, SIGNING
from webapp.web.i18n import LANGUAGE_WORDS
from webapp.web.i18n import lazy_gettext as _

_LIST_WORDS: Mapping[tuple[str, ...], Mapping[str, Any]] = {
    kind.AUDIENCES: content.AUDIENCES,
    kind.AREAS: content.AREAS,
    kind.TASK_AREAS: content.TASK_AREAS,
    kind.ACTORS: content.ACTORS,
    kind.OWNERS: content.OWNERS,
    kind.PAYMENTS: content.PAYMENTS,
    kind.SELFCHECKS: content.SELFCHECKS,
    kind.SITUATIONS: {
        "plan_ahead": _("Plan ahead"),
        "something_happened": _("Something has happened"),
        "home_from_hospital": _("Home from hospital"),
        "worn_out": _("Worn out"),
        "dementia": _("Dementia"),
        "last_phase": _("The last phase of life"),
    },
    kind.STANCES: {
        "normally": _("The municipality normally does it"),
        "sometimes": _("The municipality does it now and then"),
        "not_normally": _("The municipality normally does not do it"),
    },
    ("primary", "secondary", "tertiary"): content.PREVENTION,
    ("municipality", "nav", "county", "none"): {
        "municipality": _("The municipality"), "nav": "NAV", "county": _("The county governor"), "none": _("Nowhere"),
    },
    ("resident", "caregiver", "either"): {
        "resident": _("The resident"), "caregiver": _("Family and friends"), "either": _("Either of them"),
    },
    ("safety", "memory", "medicine", "moving", "senses", "home", "contact"): content.AID_CATEGORIES,
    ("municipality", "nav", "own"): content.PROVIDERS,
    ("course", "group", "home_visit", "visit", "meeting_place"): content.OFFER_CATEGORIES,
    tuple(MENU_ROOMS): ROOM_NAMES,
    ("ltr", "rtl"): {"ltr": _("From left to right"), "rtl": _("From right to left")},
    ("own", "original", "official", "unofficial"): {
        "own": _("Our own questions"), "original": _("In the original language."),
        "official": _("Official translation."), "unofficial": _("Unofficial translation, not validated."),
    },
    selfcheck_kind.QUESTION_TYPES: {
        "choice": _("One of several"), "multiple": _("Any of several"), "yes_no": _("Yes or no"),
        "scale": _("A scale"), "number": _("A whole number"), "text": _("Free text"), "information": _("Information"),
    },
    ("sum", "mean"): {"sum": _("Added together"), "mean": _("Average")},
    ("no_score", "as_zero"): {"no_score": _("No score"), "as_zero": _("Counts as nothing")},
    selfcheck_kind.LEVELS: {
        "yourself": _("What you can do yourself"), "people": _("Talk to those around you"),
        "municipality": _("What the municipality can help with"),
    },
    ("nb", "nn", "en"): LANGUAGE_WORDS,
    ROOMS: {
        "referrals": _("Messages to the municipality"),
        "selfchecks": _("Self-checks"),
        "agreements": _("Agreements on who does what"),
    },
    SIGNING: {"code": _("A one-time code"), "idporten": "ID-porten"},
    CONTACTS: {
        "service_centre": _("the service centre"), "allocation_office": _("the office that answers applications"),
        "home_care": _("home care"), "volunteer_centre": _("the volunteer centre"),
        "caregiver_support": _("the caregivers' contact"), "dementia_team": _("the dementia team"),
        "healthy_living": _("the healthy living centre"), "aids_store": _("the aids store"),
        "senior_centre": _("the senior centre"), "library": _("the library"), "fire_service": _("the fire service"),
        "waste": _("the waste company"), "nav": "NAV", "pharmacy": _("the pharmacy"), "taxi": _("the taxi"),
        "church": _("the church"), "mental_health": _("mental health and substance use"),
        "school_nurse": _("the school nurse"), "rehabilitation": _("rehabilitation"),
        "housing": _("the housing office"), "user_ombud": _("the patients' ombud"),
    },
}  # fmt: skip


def option(value: str, options: tuple[str, ...]) -> str:
    """Answer what a choice is called."""
    return str(_LIST_WORDS.get(options, {}).get(value, value))
