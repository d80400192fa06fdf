"""A signed agreement as HL7 FHIR R4 for the journal: CarePlan, Consent and DocumentReference in one collection.

Nothing in it says more than the agreement that all have signed; national identity numbers are not asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from webapp.agreements.domain.sharing import Consent

Json = dict[str, Any]
STATUSES = {
    "in_force": "active",
    "superseded": "completed",
    "ended": "completed",
    "signing": "draft",
    "void": "revoked",
}
"""State of a version → request-status of its CarePlan."""


@dataclass(frozen=True, slots=True)
class Line:
    """One commitment in words: what, who, who in reserve, how often."""

    task: str
    responsible: Sequence[str]
    reserve: Sequence[str]
    how_often: str
    note: str


@dataclass(frozen=True, slots=True)
class Signed:
    """What a journal is told of an agreement."""

    id: str
    reference: str
    municipality: str
    resident: str
    state: str
    version: int
    hash: str
    language: str
    frozen_at: datetime
    review_on: date | None
    lines: Sequence[Line]
    consents: Sequence[tuple[str, Consent]]
    """The name of the one who is let know, and what."""


def bundle(signed: Signed, base: str) -> Json:
    """Answer an agreement as a Bundle of type collection."""
    patient = {"resourceType": "Patient", "name": [{"text": signed.resident}]}
    resources = [
        ("Patient", "", patient),
        ("CarePlan", "", _care_plan(signed, base)),
        *(("Consent", consent.party, _consent(signed, name, consent, base)) for name, consent in signed.consents),
        ("DocumentReference", "", _document(signed, base)),
    ]
    entries = [
        {"fullUrl": _urn(signed, base, kind, about), "resource": {**resource, "language": signed.language}}
        for kind, about, resource in resources
    ]
    return {"resourceType": "Bundle", "type": "collection", "timestamp": _time(signed.frozen_at), "entry": entries}


def _urn(signed: Signed, base: str, kind: str, about: str = "") -> str:
    """Answer the address of a resource inside the Bundle, the same each time it is made."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{base}/fhir/agreement/{signed.id}/{signed.version}/{kind}/{about}')}"


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _patient(signed: Signed, base: str) -> Json:
    return {"reference": _urn(signed, base, "Patient"), "display": signed.resident}


def _identifier(signed: Signed, base: str) -> list[Json]:
    return [{"system": f"{base}/fhir/agreement", "value": f"{signed.reference}/{signed.version}"}]


def _care_plan(signed: Signed, base: str) -> Json:
    return {
        "resourceType": "CarePlan",
        "identifier": _identifier(signed, base),
        "status": STATUSES[signed.state],
        "intent": "plan",
        "title": f"{signed.municipality}: {signed.reference}",
        "subject": _patient(signed, base),
        "created": _time(signed.frozen_at),
        **({"period": {"start": signed.frozen_at.date().isoformat(), "end": signed.review_on.isoformat()}}
           if signed.review_on else {}),
        "activity": [_activity(line) for line in signed.lines],
        "supportingInfo": [{"reference": _urn(signed, base, "DocumentReference")}],
    }  # fmt: skip


def _activity(line: Line) -> Json:
    extra = {
        **({"performer": [{"display": name} for name in line.responsible]} if line.responsible else {}),
        **({"scheduledString": line.how_often} if line.how_often else {}),
    }
    reserve = ", ".join(line.reserve)
    words = "; ".join(part for part in (line.task, reserve and f"({reserve})", line.note) if part)
    return {"detail": {"status": "in-progress" if line.responsible else "not-started", "description": words, **extra}}


def _consent(signed: Signed, name: str, consent: Consent, base: str) -> Json:
    return {
        "resourceType": "Consent",
        "identifier": _identifier(signed, base),
        "status": "active" if consent.topics else "rejected",
        "scope": {"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy",
        }]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": _patient(signed, base),
        "dateTime": _time(signed.frozen_at),
        "policyRule": {"text": signed.municipality},
        "provision": {
            "type": "permit" if consent.topics else "deny",
            "period": {"end": consent.until.isoformat()},
            "actor": [{"role": {"text": "caregiver"}, "reference": {"display": name}}],
            "code": [{"text": topic.value} for topic in sorted(consent.topics)],
        },
    }  # fmt: skip


def _document(signed: Signed, base: str) -> Json:
    return {
        "resourceType": "DocumentReference",
        "identifier": _identifier(signed, base),
        "status": "current" if signed.state == "in_force" else "superseded",
        "docStatus": "final",
        "subject": _patient(signed, base),
        "date": _time(signed.frozen_at),
        "description": f"SHA-256 {signed.hash}",
        "content": [{"attachment": {
            "contentType": "application/pdf", "language": signed.language,
            "title": f"{signed.reference} ({signed.version})",
        }}],
    }  # fmt: skip
