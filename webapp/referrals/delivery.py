"""What is delivered of a referral to the municipality's own systems: the one message of a case, and what it becomes.

The message of a case is written with the case (T1), and one more with each answer, with its close, and when it is taken
back. What takes such a message out writes one for each receiver, under ids made of its own: it may run twice, and still
each receiver has one. What they say is made when it is sent, so that a case that was taken back or deleted in the
meantime says nothing but that. The first tells all that was sent; those that follow only how far it has come.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Protocol

from sqlalchemy.orm import Session

from webapp.gateways.files_brought import ENDINGS
from webapp.gateways.receivers import Receiving, Ways
from webapp.kernel.clock import Clock
from webapp.kernel.delivery import Delivery, Handler, PermanentFault, TemporaryFault
from webapp.kernel.ids import write_readable
from webapp.referrals import queries
from webapp.referrals.actions.sending import ARCHIVE, FHIR, KIND, WEBHOOK
from webapp.referrals.domain.referral import SEEN_BY_RESIDENT, Content, Entry, State
from webapp.referrals.fhir import bundle, status_bundle
from webapp.referrals.models import ReferralRow
from webapp.storage import outbox
from webapp.storage.session import Database

__all__ = ["ARCHIVE", "FHIR", "WEBHOOK", "facts_of", "handlers"]

RECEIVED, ATTACHED, WITHDRAWN = "received", "attached", "withdrawn"
EMPTY: Mapping[str, bytes] = MappingProxyType({})
SWITCHED_OFF = "switched off"
STATUS_FACTS = ("id", "reference", "state", "office")


class Papers(Protocol):
    """Makes the PDF/A of a referral for the archive, as its sender reads it."""

    def copy_of(self, row: ReferralRow) -> bytes:
        """Answer what was sent."""
        ...

    def news_of(self, row: ReferralRow, entries: Sequence[Entry]) -> bytes:
        """Answer how far it has come, and what was said."""
        ...


@dataclass(frozen=True, slots=True)
class News:
    """What is told of a case: its facts as they are now, and at its beginning all that was sent."""

    row: ReferralRow
    event: str
    facts: Mapping[str, Any]
    content: Content | None
    at: datetime


def handlers(
    database: Database, clock: Clock, receivers: Receiving, base: str, papers: Papers
) -> Mapping[str, Handler]:
    """Answer what takes the messages of referrals out: the one of a case, and those to each kind of receiver."""

    def fan_out(delivery: Delivery) -> None:
        ways = receivers.of(delivery.municipality)
        with database.writing() as session:
            if _news(session, delivery) is not None:
                _write_each(session, delivery, ways, clock)

    def to_webhook(delivery: Delivery) -> bool:
        told, way = _told(database, delivery), _on(receivers, delivery, "webhook").webhook
        return way.send(delivery.id, _as_json(_event(told)), clock.now()) if told and way else False

    def to_fhir(delivery: Delivery) -> bool:
        told, way = _told(database, delivery), _on(receivers, delivery, "fhir").fhir
        if told is None or way is None:
            return False
        found = bundle(told.facts, told.content, base) if told.content else status_bundle(told.facts, told.at, base)
        return way.send(delivery.id, _as_json(found))

    def to_archive(delivery: Delivery) -> None:
        way = _on(receivers, delivery, "archive").archive
        with database.reading() as session:
            told = _news(session, delivery)
            files = _files(session, told, papers) if told and way else {}
        if files and way:
            way.put(delivery.id, files)

    return {KIND: fan_out, WEBHOOK: to_webhook, FHIR: to_fhir, ARCHIVE: to_archive}


def _on(receivers: Receiving, delivery: Delivery, kind: str) -> Ways:
    """Answer the ways of a municipality; what waits for a receiver that is switched off goes on waiting."""
    found = receivers.of(delivery.municipality)
    if kind in found.off:
        raise TemporaryFault(SWITCHED_OFF)
    return found


def _files(session: Session, told: News, papers: Papers) -> dict[str, bytes]:
    """Answer what the archive gets, as PDF/A and as plain data: all that was sent, or how far it has come since.

    With how far it has come stands what the resident has been told and wrote; of one that was taken back, nothing.
    """
    if told.content is not None:
        return _filed(told.facts, "referral", papers.copy_of(told.row), _plain(told.facts, told.content))
    is_kept = told.event != WITHDRAWN
    said = [one for one in queries.entries(session, told.row) if one.act in SEEN_BY_RESIDENT] if is_kept else []
    words = [{"at": one.at.isoformat(), "what": one.act.value, "text": one.text} for one in said]
    data = {**_status(told), **({"said": words} if is_kept else {})}
    attached = _attached(session, told) if told.event == ATTACHED else {}
    return _filed(told.facts, told.event, papers.news_of(told.row, said), data, attached)


def _attached(session: Session, told: News) -> dict[str, bytes]:
    """Answer all files that were attached until now, each under its number."""
    files = queries.attachments(session, told.row)
    return {f"vedlegg-{one.number}.{ENDINGS[one.type]}": queries.body_of(one) for one in files}


def _filed(
    facts: Mapping[str, Any], name: str, paper: bytes, data: Mapping[str, Any], attached: Mapping[str, bytes] = EMPTY
) -> dict[str, bytes]:
    files = {f"{name}.pdf": paper, f"{name}.json": _as_json(data), **attached}
    metadata = {
        "title": f"Henvendelse {facts['reference']}", "reference": facts["reference"],
        "received": facts["received_at"].isoformat(), "class": "referral", "document": f"{name}.pdf",
        "sha256": {name: sha256(body).hexdigest() for name, body in files.items()},
    }  # fmt: skip
    return {"metadata.json": _as_json(metadata), **files}


def _write_each(session: Session, delivery: Delivery, ways: Ways, clock: Clock) -> None:
    about, event = str(delivery.payload["referral"]), delivery.payload.get("event", "")
    wanted: list[tuple[str, dict[str, Any]]] = [
        (letter["kind"], {name: it for name, it in letter.items() if name != "kind"})
        for letter in delivery.payload.get("letters", ())
    ]
    has = (("webhook", WEBHOOK, ways.webhook), ("fhir", FHIR, ways.fhir), ("archive", ARCHIVE, ways.archive))
    wanted += [
        (kind, {"referral": about, "event": event})
        for name, kind, way in has
        if way is not None and name not in ways.off
    ]
    for number, (kind, payload) in enumerate(wanted):
        message_id = sha256(f"{delivery.id}|{kind}|{number}".encode()).hexdigest()[:32]
        outbox.enqueue(
            session, municipality=delivery.municipality, kind=kind, payload=payload, about=about, at=clock.now(),
            message_id=message_id,
        )  # fmt: skip


def _told(database: Database, delivery: Delivery) -> News | None:
    with database.reading() as session:
        return _news(session, delivery)


def _news(session: Session, delivery: Delivery) -> News | None:
    """Answer what is told of a case now; None where it was taken back or deleted in the meantime (F11)."""
    wanted, event = delivery.payload.get("referral"), str(delivery.payload.get("event", ""))
    if not isinstance(wanted, str):
        raise PermanentFault("names no referral")
    row = queries.even_deleted(session, delivery.municipality, wanted)
    is_gone = row is None or row.deleted_at is not None or row.state == State.WITHDRAWN
    if row is None or (is_gone and event != WITHDRAWN):
        return None
    content = queries.content_of(row) if event == RECEIVED else None
    return News(row, event, facts_of(row), content, row.received_at if event == RECEIVED else row.changed_at)


def facts_of(row: ReferralRow) -> dict[str, Any]:
    """Answer the clear facts of a case."""
    return {
        "id": row.id, "reference": write_readable(row.reference), "state": row.state, "whom": row.whom,
        "door": row.door, "about": list(row.about), "language": row.language, "office": row.office,
        "received_at": row.received_at, "due_at": row.due_at,
    }  # fmt: skip


def _event(told: News) -> dict[str, Any]:
    data = _status(told) if told.content is None else _plain(told.facts, told.content)
    return {"type": f"referral.{told.event}", "timestamp": told.at.isoformat(), "data": data}


def _status(told: News) -> dict[str, Any]:
    """Answer how far a case has come: which, and its state; of one that was taken back no more than that."""
    return {"event": told.event, "at": told.at.isoformat(), **{name: told.facts[name] for name in STATUS_FACTS}}


def _plain(facts: Mapping[str, Any], content: Content) -> dict[str, Any]:
    times = {name: facts[name].isoformat() for name in ("received_at", "due_at")}
    return {"what_matters": content.what_matters, **facts, **times, "sent": asdict(content)}


def _as_json(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode()
