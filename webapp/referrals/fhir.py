"""A referral as HL7 FHIR R4: a transaction Bundle that a receiver takes whole, or not at all (HE-3, SJ-8).

Every resource is created only where none of its identifier is there (`ifNoneExist`), so that a Bundle that arrives
twice is one referral (F07). National identity numbers are not in it: nobody is asked for one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from webapp.referrals.domain.referral import FOR_OTHERS, Content, Whom

Json = dict[str, Any]
STATUSES = {
    "received": ("active", "requested"),
    "assigned": ("active", "in-progress"),
    "answered": ("active", "completed"),
    "closed": ("completed", "completed"),
    "withdrawn": ("revoked", "cancelled"),
}
"""State → the status of the ServiceRequest (request-status), and of the Task (task-status)."""
_FULFILL = {"coding": [{"system": "http://hl7.org/fhir/CodeSystem/task-code", "code": "fulfill"}]}
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def bundle(facts: Mapping[str, Any], content: Content, base: str) -> Json:
    """Answer a referral as a Bundle; `facts` are its id, reference, state, whom, about, language and times."""
    who = Whom(facts["whom"])
    entries = [_entry("Patient", _patient(facts, content, who), facts, base)]
    if who in FOR_OTHERS:
        entries.append(_entry("RelatedPerson", _related(facts, content), facts, base))
    if content.attached_response:
        answered = {**json.loads(content.attached_response), "subject": _to("Patient", facts)}
        entries.append(_entry("QuestionnaireResponse", answered, facts, base))
    entries.append(_entry("ServiceRequest", _request(facts, content, who), facts, base))
    entries.append(_entry("Task", _task(facts), facts, base))
    entries.append(_entry("Provenance", _provenance(facts, content, who), facts, base))
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def status_bundle(facts: Mapping[str, Any], at: datetime, base: str) -> Json:
    """Answer how far a referral has come as a Bundle of its Task alone, found by its identifier wherever it lies.

    What was sent, the other resources, stays as it was received; nothing of it is told again.
    """
    system, value = f"{base}/fhir/referral", facts["id"]
    identifier = {"system": system, "value": value}
    task = {
        "resourceType": "Task", "identifier": [identifier], "status": STATUSES[facts["state"]][1],
        "intent": "proposal", "code": _FULFILL, "focus": {"type": "ServiceRequest", "identifier": identifier},
        "for": {"type": "Patient", "identifier": identifier}, "authoredOn": _time(facts["received_at"]),
        "lastModified": _time(at),
    }  # fmt: skip
    entry = {
        "fullUrl": _urn("Task", facts),
        "resource": task,
        "request": {"method": "PUT", "url": f"Task?identifier={system}|{value}"},
    }
    return {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}


def _urn(kind: str, facts: Mapping[str, Any]) -> str:
    """Answer the address of a resource inside the Bundle, the same each time it is made."""
    number = int(facts["id"], 16) ^ int.from_bytes(kind.encode().ljust(16, b"\0")[:16], "big")
    return f"urn:uuid:{UUID(int=number, version=4)}"


def _to(kind: str, facts: Mapping[str, Any]) -> Json:
    return {"reference": _urn(kind, facts), "type": kind}


def _entry(kind: str, resource: Json, facts: Mapping[str, Any], base: str) -> Json:
    system = f"{base}/fhir/referral"
    identifier = {"system": system, "value": facts["id"]}
    named: Json = {} if kind == "Provenance" else {"identifier": [identifier]}
    if kind == "QuestionnaireResponse":  # the one that has a single identifier
        named = {"identifier": identifier}
    created = {"method": "POST", "url": kind}
    once = {"ifNoneExist": f"identifier={system}|{facts['id']}"} if named else {}
    return {
        "fullUrl": _urn(kind, facts),
        "resource": {"resourceType": kind, **named, **{name: it for name, it in resource.items() if it != []}},
        "request": {**created, **once},
    }


def _patient(facts: Mapping[str, Any], content: Content, who: Whom) -> Json:
    if who in FOR_OTHERS:
        return {"name": _names(content.concerned.name), "telecom": _telecom(content.concerned.telephone, "")}
    return {**_person(content), "communication": [_communication(facts, content)]}


def _related(facts: Mapping[str, Any], content: Content) -> Json:
    relation = [{"text": _text(content.concerned.relation)}] if content.concerned.relation else []
    return {"patient": _to("Patient", facts), "relationship": relation, **_person(content)}


def _person(content: Content) -> Json:
    address = [{"text": _text(content.address)}] if content.address else []
    return {
        "name": _names(content.name), "telecom": _telecom(content.telephone, content.email), "address": address
    }  # fmt: skip


def _names(name: str) -> list[Json]:
    return [{"text": _text(name)}] if name else []


def _telecom(telephone: str, email: str) -> list[Json]:
    given = (("phone", telephone), ("email", email))
    return [{"system": system, "value": value} for system, value in given if value]


def _communication(facts: Mapping[str, Any], content: Content) -> Json:
    language: Json = {"coding": [{"system": "urn:ietf:bcp:47", "code": facts["language"]}]}
    return {"language": {"text": _text(content.interpreter)} if content.interpreter else language}


def _request(facts: Mapping[str, Any], content: Content, who: Whom) -> Json:
    notes = [content.what_matters, content.text, content.attached, content.safe_contact]
    asks = [f"interpreter: {content.interpreter}"] if content.interpreter else []
    return {
        "status": STATUSES[facts["state"]][0],
        "intent": "proposal",
        "subject": _to("Patient", facts),
        "requester": _to("RelatedPerson" if who in FOR_OTHERS else "Patient", facts),
        "authoredOn": _time(facts["received_at"]),
        "reasonCode": [{"text": topic} for topic in facts["about"]],
        "note": [{"text": _text(note)} for note in [*notes, *asks] if note],
    }


def _task(facts: Mapping[str, Any]) -> Json:
    return {
        "status": STATUSES[facts["state"]][1],
        "intent": "proposal",
        "code": _FULFILL,
        "focus": _to("ServiceRequest", facts),
        "for": _to("Patient", facts),
        "authoredOn": _time(facts["received_at"]),
        "restriction": {"period": {"end": _time(facts["due_at"])}},
    }


def _provenance(facts: Mapping[str, Any], content: Content, who: Whom) -> Json:
    sender = _to("RelatedPerson" if who in FOR_OTHERS else "Patient", facts)
    return {
        "target": [_to("ServiceRequest", facts)],
        "recorded": _time(facts["received_at"]),
        "reason": [{"text": _text(f"{content.consent} ({content.consent_version})")}] if content.consent else [],
        "agent": [{"who": sender}],
    }


def _text(written: str) -> str:
    return _HIDDEN.sub("", written).strip()


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
