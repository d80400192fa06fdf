"""The ways to each municipality's own systems: what the operator has set up, and what its administrator has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import Any

from webapp.administration import queries
from webapp.administration.domain.receiving import Kind, secret_bytes
from webapp.administration.models import ReceiverRow
from webapp.gateways.fhir_endpoint import HttpFhirEndpoint
from webapp.gateways.mail import Mail, Mailer
from webapp.gateways.posting import NOT_POSTED, Answer
from webapp.gateways.receivers import Own, Receiving, Ways
from webapp.gateways.webhook import HttpWebhook
from webapp.kernel.delivery import DeliveryFault
from webapp.kernel.ids import new_id
from webapp.storage.session import Database

TEST = "avklart.test"
HTEST = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
"""How FHIR marks what is only a test."""


@dataclass(frozen=True, slots=True)
class StoredReceivers:
    """The ways as they are at this moment: read anew each time, so that every process sends to the same place."""

    database: Database
    operators: Receiving

    def of(self, municipality: str) -> Ways:
        """Answer the ways to a municipality's systems; one that it does not have is None."""
        with self.database.reading() as session:
            return with_rows(self.operators.of(municipality), queries.receivers(session, municipality))


def with_rows(ways: Ways, rows: Mapping[Kind, ReceiverRow]) -> Ways:
    """Answer ways with what an administrator has said: an own address counts while the operator allows own ones."""
    found = replace(ways, off=frozenset(kind.value for kind, row in rows.items() if not row.is_on))
    webhook, fhir = rows.get(Kind.WEBHOOK), rows.get(Kind.FHIR)
    if ways.own is not None and webhook is not None and webhook.address:
        found = replace(found, webhook=own_webhook(webhook.address, queries.secrets_of(webhook), ways.own))
    if ways.own is not None and fhir is not None and fhir.address:
        found = replace(found, fhir=own_fhir(fhir.address, queries.secrets_of(fhir), ways.own))
    return found


def own_webhook(address: str, secrets: list[str], own: Own) -> HttpWebhook:
    """Answer the way to an own webhook."""
    signing = tuple(secret_bytes(one) for one in secrets)
    return HttpWebhook(address, signing, own.allow_private, own.authority)


def own_fhir(address: str, secrets: list[str], own: Own) -> HttpFhirEndpoint:
    """Answer the way to an own FHIR server."""
    return HttpFhirEndpoint(address, None, own.allow_private, own.authority, token=secrets[0] if secrets else "")


@dataclass(frozen=True, slots=True)
class Tried:
    """How a test message went: what came back, how long it took, and what went wrong."""

    status: int
    milliseconds: int
    fault: str


def try_out(ways: Ways, kind: Kind, municipality: str, at: datetime) -> Tried:
    """Send a message that is marked as a test through the very gateway that cases go through."""
    began = monotonic()
    try:
        answer, fault = _hand(ways, kind, municipality, at), ""
    except DeliveryFault as error:
        answer, fault = NOT_POSTED, str(error)
    code = fault.rpartition(" ")[2]
    status = int(code) if code.isdecimal() else answer.status
    return Tried(status, round(1000 * (monotonic() - began)), fault)


def try_notice(way: Mailer, to: str, subject: str, text: str, sender_name: str) -> Tried:
    """Send an e-mail that is marked as a test, and answer how that went."""
    began = monotonic()
    try:
        way.send(Mail(new_id(), to, subject, text + "\n", sender_name))
    except DeliveryFault as error:
        return Tried(0, round(1000 * (monotonic() - began)), str(error))
    return Tried(0, round(1000 * (monotonic() - began)), "")


def _hand(ways: Ways, kind: Kind, municipality: str, at: datetime) -> Answer:
    message_id = new_id()
    if kind is Kind.WEBHOOK and ways.webhook is not None:
        return ways.webhook.hand(message_id, _as_json(_event(municipality, at)), at)
    if kind is Kind.FHIR and ways.fhir is not None:
        return ways.fhir.hand(message_id, _as_json(_bundle(municipality, at)))
    if kind is Kind.ARCHIVE and ways.archive is not None:
        ways.archive.put(f"test-{message_id}", {"metadata.json": _as_json(_metadata(municipality, at))})
    return NOT_POSTED


def _event(municipality: str, at: datetime) -> dict[str, Any]:
    return {"type": TEST, "timestamp": at.isoformat(), "data": {"test": True, "municipality": municipality}}


def _metadata(municipality: str, at: datetime) -> dict[str, Any]:
    return {"title": "Test", "class": "test", "test": True, "municipality": municipality, "received": at.isoformat()}


def _bundle(municipality: str, at: datetime) -> dict[str, Any]:
    """Answer a transaction with one resource that says nothing of anybody; sent again, it is not made again."""
    identifier = {"system": "urn:avklart:test", "value": municipality}
    resource = {
        "resourceType": "Basic", "meta": {"security": [HTEST]}, "identifier": [identifier],
        "code": {"text": TEST}, "created": at.date().isoformat(),
    }  # fmt: skip
    request = {"method": "POST", "url": "Basic", "ifNoneExist": f"identifier={identifier['system']}|{municipality}"}
    return {"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": resource, "request": request}]}


def _as_json(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode()
