"""An agreement for the journal, as text and as FHIR: what is settled, and nothing that was said to nobody else."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask_babel import gettext
from sqlalchemy.orm import Session

from webapp.agreements import catalogue, queries
from webapp.agreements.actions.answering import MATTERS
from webapp.agreements.actions.settling import settled
from webapp.agreements.domain.commitments import Commitment
from webapp.agreements.domain.parties import PartyKind
from webapp.agreements.fhir import Line, Signed, bundle
from webapp.agreements.queries import Agreement, Whole, consent_of_row
from webapp.agreements.words import FREQUENCIES, KINDS, OUTSIDE
from webapp.casework.presenters.agreements import state_words
from webapp.content.current import base_url, library
from webapp.kernel.ids import write_readable
from webapp.web.i18n import language, write_date


def names_of(found: Whole) -> dict[str, str]:
    """Answer what everybody who can be named in a task is called, by id."""
    ours = {"municipality": library().municipality.full_name(language())}
    outside = {actor: str(words) for actor, words in OUTSIDE.items()}
    return {**outside, **ours, **{one: details.name for one, details in found.details.items()}}


def line_of(title: str, commitment: Commitment, names: Mapping[str, str]) -> Line:
    """Answer a commitment in words."""
    return Line(
        task=title,
        responsible=[names.get(one, one) for one in sorted(commitment.responsible)],
        reserve=[names.get(one, one) for one in sorted(commitment.reserve)],
        how_often=str(FREQUENCIES[commitment.how_often]) if commitment.how_often else "",
        note=commitment.note,
    )


def lines_of(found: Whole) -> list[Line]:
    """Answer what is settled, in the order of the tasks."""
    held, names = settled(found), names_of(found)
    return [
        line_of(catalogue.title_of(task), held[task.key], names) for task in found.tasks if task.key in held
    ]  # fmt: skip


def agreement_bundle(session: Session, row: Agreement) -> str:
    """Answer an agreement as a FHIR Bundle; one that is not in force is a draft."""
    found = queries.whole(session, row)
    version = queries.version_in(session, row, "in_force")
    consents = [
        (found.details[one.party].name, consent_of_row(one))
        for one in queries.consents(session, row)
        if one.party in found.details
    ]
    signed = Signed(
        id=row.id,
        reference=row.reference,
        municipality=library().municipality.full_name(language()),
        resident=_resident(found),
        state=version.state if version else "signing",
        version=version.number if version else 0,
        hash=version.hash if version else "",
        language=row.language,
        frozen_at=version.frozen_at if version else row.changed_at,
        review_on=row.review_on,
        lines=lines_of(found),
        consents=consents,
    )
    return json.dumps(bundle(signed, base_url()), indent=2, ensure_ascii=False)


def _resident(found: Whole) -> str:
    return next((found.details[one.id].name for one in found.people if one.kind == PartyKind.RESIDENT), "")


def agreement_text(session: Session, row: Agreement) -> str:
    """Answer an agreement as plain text that fits a journal: what matters first, then who does what."""
    found = queries.whole(session, row)
    matters = queries.sheets(session, row, MATTERS)
    resident = next((one for one in found.people if one.kind == PartyKind.RESIDENT), None)
    said = str(matters.get(resident.id, {}).get("words", "")) if resident else ""
    here = [one for one in found.people if one.left_at is None]
    blocks = [
        gettext("Agreement %(reference)s", reference=write_readable(row.reference)),
        f"{_resident(found)}: {state_words(row)}",
        *([gettext("What matters most: %(words)s", words=said)] if said else []),
        "\n".join(f"- {found.details[one.id].name}: {KINDS[PartyKind(one.kind)]}" for one in here),
        "\n".join(_written(line) for line in lines_of(found)) or gettext("Nothing is settled yet."),
        *([gettext("Look at it again %(day)s", day=write_date(row.review_on))] if row.review_on else []),
        gettext("The agreement shows what they want. It is no decision, and takes no right from anybody."),
    ]
    return "\n\n".join(blocks) + "\n"


def _written(line: Line) -> str:
    who = ", ".join(line.responsible) or gettext("nobody yet")
    reserve = gettext("reserve: %(names)s", names=", ".join(line.reserve)) if line.reserve else ""
    return f"- {line.task}: " + "; ".join(part for part in (who, reserve, line.how_often, line.note) if part)
