"""Whom the resident lets know what: the resident's page, a caseworker's, and each person's own part."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from webapp.agreements.current import Me
from webapp.agreements.domain.policy import Thing
from webapp.agreements.domain.sharing import Level, Topic
from webapp.agreements.models import ConsentRow
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.words import LEVELS, TOPICS
from webapp.content.current import library
from webapp.municipalities.domain.municipality import Contact
from webapp.web.i18n import language, write_date, write_list


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be let know something, and what the resident has said of them."""

    id: str
    name: str
    given: str
    """What was given, in words; empty where nothing was said yet."""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """What stands on the page «Hvem får vite hva»."""

    base: str
    action: str
    is_residents: bool
    is_confirmed: bool
    people: list[Person]
    contact: Contact
    message: str


def consent_page(
    me: Me, people: Sequence[tuple[str, str]], consents: Sequence[ConsentRow], today: date, *, message: str = ""
) -> ConsentPage:
    """Make the page: all of it for the resident and a caseworker, for anybody else their own part."""
    given = {one.party: consent_words(one, today) for one in consents}
    is_all = me.sees(Thing.CONSENTS)
    base = base_of(me.row.id)
    return ConsentPage(
        base=base, action=f"{base}/samtykke", is_residents=me.is_residents_side,
        is_confirmed=me.party is not None and me.party.is_confirmed,
        people=[
            Person(one, name, given.get(one, ""), is_current=one in given)
            for one, name in people if is_all or one == me.id
        ],
        contact=library().municipality.contact(me.row.office, language()), message=message,
    )  # fmt: skip


def consent_words(consent: ConsentRow, today: date) -> str:
    """Answer what somebody may know, and until when, in words."""
    found = json.loads(consent.content)
    if consent.until < today:
        return str(gettext("nothing any more: it held until %(day)s", day=write_date(consent.until)))
    if not found["topics"]:
        return str(gettext("nothing"))
    level = Level(found["level"])
    topics = write_list([str(TOPICS[Topic(one)]) for one in found["topics"]])
    what = topics if level is Level.CHOSEN else str(LEVELS[level])
    return str(gettext("%(what)s, until %(day)s", what=what, day=write_date(consent.until)))
