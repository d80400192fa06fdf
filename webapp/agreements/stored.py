"""Answers, commitments and consents as JSON in a sealed column, and back again; what is unknown is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from webapp.agreements.domain.commitments import Commitment, Way
from webapp.agreements.domain.expectations import Expectation, Frequency, OwnPart


def to_json(value: Mapping[str, Any]) -> str:
    """Answer JSON as it is kept, letters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """An expectation, and the note that the others may read."""

    expectation: Expectation
    note: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """Who a party is, in words."""

    name: str
    relation: str = ""
    """What they are to the resident: «daughter», «neighbour»."""
    address: str = field(default="", repr=False)
    """For letters."""
    telephone: str = field(default="", repr=False)
    """For calls: a number that no SMS reaches."""
    basis_note: str = ""
    """Of a representative: who assessed it, as what, when, about what; or the number of the decision."""
    decline_reason: str = ""
    is_reason_shared: bool = False


def answer_to_json(answer: Answer) -> str:
    """Answer one party's answer about one task as it is kept."""
    said = answer.expectation
    return to_json(
        {
            "relevant": said.is_relevant,
            "expected": sorted(said.expected),
            "unknown": said.is_unknown,
            "own_part": said.own_part,
            "how_often": said.how_often,
            "note": answer.note,
        }
    )


def answer_of(kept: str) -> Answer:
    """Answer what was kept."""
    found: dict[str, Any] = json.loads(kept)
    expectation = Expectation(
        is_relevant=bool(found["relevant"]),
        expected=frozenset(found["expected"]),
        is_unknown=bool(found["unknown"]),
        own_part=OwnPart(found["own_part"]) if found["own_part"] else None,
        how_often=Frequency(found["how_often"]) if found["how_often"] else None,
    )
    return Answer(expectation, str(found["note"]))


def commitment_to_data(commitment: Commitment) -> dict[str, Any]:
    """Answer a commitment as plain data, for the sealed column and the frozen text alike."""
    return {
        "task": commitment.task,
        "way": commitment.way.value,
        "responsible": sorted(commitment.responsible),
        "reserve": sorted(commitment.reserve),
        "how_often": commitment.how_often.value if commitment.how_often else None,
        "starts_on": commitment.starts_on.isoformat() if commitment.starts_on else None,
        "note": commitment.note,
        "taken_up_by": commitment.taken_up_by,
        "taken_up_on": commitment.taken_up_on.isoformat() if commitment.taken_up_on else None,
        "is_municipality_to_lead": commitment.is_municipality_to_lead,
    }


def commitment_of(found: Mapping[str, Any]) -> Commitment:
    """Answer the commitment of plain data."""
    return Commitment(
        task=str(found["task"]),
        way=Way(found["way"]),
        responsible=frozenset(found["responsible"]),
        reserve=frozenset(found["reserve"]),
        how_often=Frequency(found["how_often"]) if found["how_often"] else None,
        starts_on=date.fromisoformat(found["starts_on"]) if found["starts_on"] else None,
        note=str(found["note"]),
        taken_up_by=str(found["taken_up_by"]),
        taken_up_on=date.fromisoformat(found["taken_up_on"]) if found["taken_up_on"] else None,
        is_municipality_to_lead=bool(found["is_municipality_to_lead"]),
    )


def details_to_json(details: Details) -> str:
    """Answer who a party is as it is kept."""
    return to_json({name: getattr(details, name) for name in Details.__dataclass_fields__})


def details_of(kept: str) -> Details:
    """Answer who a party is; nobody where the content has been deleted."""
    found: dict[str, Any] = json.loads(kept or "{}")
    known = {name: found[name] for name in Details.__dataclass_fields__ if name in found}
    return Details(**{"name": "", **known})
