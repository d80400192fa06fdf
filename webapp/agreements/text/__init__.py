"""The text of an agreement: made once, frozen, shown, signed, printed and hashed as one and the same data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.actions import sections
from webapp.agreements.domain.commitments import Commitment
from webapp.agreements.domain.signing import Required
from webapp.agreements.stored import commitment_to_data
from webapp.agreements.text import people, tasks, together
from webapp.agreements.text.blocks import Section, listed, said, section
from webapp.agreements.text.told import Told, read, titles
from webapp.content.current import library
from webapp.content.standing import consent
from webapp.gateways.pdf import settled
from webapp.kernel.clock import local_day
from webapp.web.i18n import language, speaking

TEMPLATE = "agreement 2"
"""The version of this text's own words: it is raised when they change, and stands in what is signed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What whoever locks the text chooses: its language, when it is looked at again, who is left out of it."""

    language: str
    review_on: date | None = None
    left_out: Collection[str] = field(default_factory=frozenset)
    required: Required = Required.CODE


def document(session: Session, row: queries.Agreement, choice: Choice, *, at: datetime) -> dict[str, Any]:
    """Make the whole text as plain data; letters that the paper cannot show are visible signs in it already."""
    with speaking(choice.language):
        told = read(session, row, left_out=choice.left_out, at=at)
        made = {
            **_frame(told, gettext("Who does what for %(name)s", name=_about(told))),
            "gaps": {"heading": gettext("Lacks somebody in reserve"), "items": tasks.gaps(told)},
            "sections": _sections(told, choice, _versions(session, row)),
            "review_on": choice.review_on.isoformat() if choice.review_on else None,
            "first_call": str(told.parts.get(sections.PREPAREDNESS, {}).get("first_call", "")),
            "commitments": [commitment_to_data(held) for _, held in sorted(told.settled.items())],
        }
    return dict(settled(made))


def amendment(
    session: Session, row: queries.Agreement, lines: Mapping[str, tuple[Commitment | None, Commitment]], *, lang: str,
    at: datetime,
) -> dict[str, Any]:  # fmt: skip
    """Make the text of a change of single lines: what stood there, and what stands there now."""
    with speaking(lang):
        told = read(session, row, at=at)
        made = {
            **_frame(told, gettext("A change in who does what for %(name)s", name=_about(told))),
            "gaps": {"heading": "", "items": []},
            "sections": [
                section(1, gettext("What this is"), [said(gettext(
                    "This changes single lines of the version that is in force. Everything else in it stands as it is."
                ))]),
                section(2, gettext("Before"), [tasks.lines_table(told, {
                    key: before for key, (before, _) in lines.items() if before is not None
                })]),
                section(3, gettext("From now on"), [tasks.lines_table(told, {
                    key: after for key, (_, after) in lines.items()
                })]),
                section(4, gettext("Signing"), [listed([
                    gettext("It is signed by the one it is about, and by those whose lines change."),
                    gettext("The others are told, and may object within 14 days."),
                ])]),
            ],
            "commitments": [commitment_to_data(after) for _, (_, after) in sorted(lines.items())],
        }  # fmt: skip
    return dict(settled(made))


def shipped_consent() -> str:
    """Answer what everybody who signs says, in the words that come with the site."""
    return str(gettext("I have read this, and say yes to it."))


def consent_version() -> str:
    """Answer what the words are counted under that everybody who signs says yes to now."""
    version = consent("agreement", language(), shipped_consent, TEMPLATE).version
    return version if version == TEMPLATE else f"agreement {version}"


def _frame(told: Told, title: str) -> dict[str, Any]:
    agreed = consent("agreement", language(), shipped_consent, TEMPLATE)
    return {
        "template": TEMPLATE,
        "title": title,
        "intro": people.what_it_is(),
        "municipality": library().municipality.full_name(language()),
        "reference": told.whole.row.reference,
        "is_with_municipality": told.whole.row.is_with_municipality,
        "is_cooperation": told.whole.row.is_cooperation,
        "parties": [
            {"id": one.id, "name": queries.name_of(one), "kind": one.kind, "basis": one.basis} for one in told.people
        ],
        "tasks": titles(told.whole),
        "consent": agreed.text,
        **({"consent_version": agreed.version} if agreed.version != TEMPLATE else {}),
    }


def _about(told: Told) -> str:
    return queries.name_of(told.resident) if told.resident else "–"


def _versions(session: Session, row: queries.Agreement) -> list[tuple[int, date]]:
    kept = queries.versions(session, row)
    return [(one.number, local_day(one.frozen_at)) for one in kept if one.state in {"in_force", "superseded"}]


def _sections(told: Told, choice: Choice, versions: list[tuple[int, date]]) -> list[Section]:
    """Answer the 17 sections (content-plan.md, D)."""
    parts = (
        (gettext("About the agreement"), people.about(told)),
        (gettext("Who is in it"), people.parties(told)),
        (gettext("What matters"), people.matters(told)),
        (gettext("Who may know what"), people.sharing(told)),
        (gettext("What you expect of each other"), tasks.expectations(told)),
        (gettext("Who does what"), tasks.who_does_what(told)),
        (gettext("What the municipality normally does not do"), tasks.not_done(told)),
        (gettext("Contact"), together.contact(told)),
        (gettext("If something happens"), together.preparedness(told)),
        (gettext("Those who help"), people.caregivers(told)),
        (gettext("Children in the family"), together.written(told, sections.CHILDREN)),
        (gettext("Technology and keys"), together.technology(told)),
        (gettext("Money"), together.economy(told)),
        (gettext("The last phase of life (if you want to)"), together.written(told, sections.LAST_TIME)),
        (gettext("Looking at it again"), together.evaluation(choice.review_on, versions)),
        (gettext("Signing"), together.signing(told, choice.required)),
        (gettext("Beside it"), together.attachments(told)),
    )
    return [section(number, heading, blocks) for number, (heading, blocks) in enumerate(parts, 1)]
