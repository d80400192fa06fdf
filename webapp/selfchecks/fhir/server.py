"""What the read-only FHIR server answers beside Questionnaires: bundles, its abilities, faults."""

from __future__ import annotations

from collections.abc import Iterable

from webapp.selfchecks.fhir.terms import VERSION, Json


def bundle(found: Iterable[Json], *, base: str) -> Json:
    """Answer questionnaires as a searchset Bundle."""
    entries = [{"fullUrl": one["url"], "resource": one, "search": {"mode": "match"}} for one in found]
    address = f"{base}/fhir/Questionnaire"
    return {
        "resourceType": "Bundle", "type": "searchset", "total": len(entries),
        "link": [{"relation": "self", "url": address}], "entry": entries,
    }  # fmt: skip


def capability(*, base: str, date: str, software: str) -> Json:
    """Answer what this server can do, as a CapabilityStatement: questionnaires are read, and nothing else."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": date,
        "kind": "instance",
        "software": {"name": "Avklart", "version": software},
        "implementation": {"description": "Avklart", "url": f"{base}/fhir"},
        "fhirVersion": VERSION,
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "resource": [
                    {"type": "Questionnaire", "interaction": [{"code": "read"}, {"code": "search-type"}]},
                ],
            }
        ],
    }


CODES = {404: "not-found", 405: "not-supported", 413: "too-long", 500: "exception", 503: "transient"}
"""What FHIR calls the faults that an address of the server can answer."""


def outcome(words: str, status: int) -> Json:
    """Answer a fault as an OperationOutcome."""
    issue = {"severity": "error", "code": CODES.get(status, "processing"), "diagnostics": words}
    return {"resourceType": "OperationOutcome", "issue": [issue]}
