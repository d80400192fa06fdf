"""What the parties wrote together, when they look at it again, and how it is signed: sections 8 to 17."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from flask_babel import gettext

from webapp.agreements import queries
from webapp.agreements.actions import sections
from webapp.agreements.domain.parties import PartyKind
from webapp.agreements.domain.signing import Required
from webapp.agreements.text.blocks import Block, if_any, listed, said, table
from webapp.agreements.text.people import office
from webapp.agreements.text.told import Told
from webapp.agreements.words import KINDS
from webapp.content.current import library
from webapp.web.i18n import language, lazy_gettext, write_date

PREPARED = {
    "first_call": lazy_gettext("Who is called first"),
    "steps_in": lazy_gettext("Who steps in"),
    "key": lazy_gettext("Where the key is"),
    "caregiver_ill": lazy_gettext("If the one who helps most is ill or away"),
    "hospital": lazy_gettext("If there is a hospital stay"),
    "power_cut": lazy_gettext("If the power or the telephone is gone"),
    "medicine_list": lazy_gettext("Where the list of medicines lies"),
}


def contact(told: Told) -> Iterator[Block]:
    """Say whom to ring, and who is in contact with whom."""
    yield said(gettext("Your contact at the municipality: %(office)s.", office=office(told)))
    lines = told.parts.get(sections.CONTACT, {}).get("lines", ())
    head = [gettext("Who"), gettext("With whom"), gettext("How"), gettext("How often")]
    yield if_any(
        table(head, [[str(line.get(name, "")) for name in ("who", "whom", "how", "how_often")] for line in lines]),
        gettext("No contact plan is written."),
    )
    yield said(gettext("When something changes, everybody in the agreement is told that there is something to read."))


def preparedness(told: Told) -> Iterator[Block]:
    """Say what happens if something happens."""
    yield said(gettext("Ring 113 where life is in danger, 116 117 when the doctor's office is closed."))
    written = told.parts.get(sections.PREPAREDNESS, {})
    yield if_any(
        listed(f"{label}: {written[name]}" for name, label in PREPARED.items() if written.get(name)),
        gettext("Nothing is written here."),
    )


def written(told: Told, kind: str) -> Iterator[Block]:
    """Answer what the parties wrote under one heading."""
    yield said(str(told.parts.get(kind, {}).get("words", "")) or gettext("Nothing is written here."))


def technology(told: Told) -> Iterator[Block]:
    """Say what is in use, and that nobody is watched without having said yes."""
    yield from written(told, sections.TECHNOLOGY)
    yield said(gettext("Nothing that watches or locates anybody is used unless the person has said yes to it."))


def economy(told: Told) -> Iterator[Block]:
    """Say what costs money and who pays, without amounts."""
    yield from written(told, sections.ECONOMY)
    fees = str(library().municipality.facts.get("fees_url", ""))
    yield said(gettext("Amounts change, and stand at the municipality:") + f" {fees or office(told)}")


def evaluation(review_on: date | None, versions: Sequence[tuple[int, date]]) -> Iterator[Block]:
    """Say when it is looked at again, and which versions there were before."""
    soon = gettext("three months after it is signed")
    yield said(gettext("You look at it again: %(day)s.", day=write_date(review_on) if review_on else soon))
    if versions:
        words = gettext("Version %(number)s was signed, %(day)s.")
        yield listed(words % {"number": number, "day": write_date(day)} for number, day in versions)
    yield said(gettext("What has become better is asked then."))


def signing(told: Told, required: Required) -> Iterator[Block]:
    """Say who signs, and how it is shown that it was they."""
    here = [one for one in told.people if one.id not in told.left_out]
    rows = [[queries.name_of(one), str(KINDS[PartyKind(one.kind)])] for one in here]
    if told.whole.row.is_with_municipality:
        rows.append([library().municipality.full_name(language()), str(KINDS[PartyKind.MUNICIPALITY])])
    yield table([gettext("Name"), gettext("As")], rows)
    if required is Required.IDPORTEN:
        yield said(gettext("It is signed with ID-porten, or on paper before a witness."))
    else:
        yield said(gettext("It is signed with a code, with ID-porten, or on paper before a witness."))
    yield said(
        gettext("It is in force when all of them have signed. A signed text is never changed: a change is a new text "
                "that is signed anew. Who wants it on paper gets it on paper.")
    )  # fmt: skip


def attachments(told: Told) -> Iterator[Block]:
    """Say what can lie beside it, and what some words mean."""
    yield listed([
        gettext("Decisions of the municipality (what it has decided in writing). How to complain, and until when, "
                "stands in them: about health and care within four weeks, to the municipality."),
        gettext("A list of telephone numbers, and a list of medicines if you want one: you keep them yourselves."),
        gettext("Reserve: who steps in when the one who normally does it cannot."),
    ])  # fmt: skip
    if told.whole.row.is_with_municipality:
        yield said(gettext("The municipality keeps a copy as long as the agreement is in force and a year after."))
