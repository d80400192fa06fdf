"""Signing: the text is frozen, hashed, shown and signed; the last signature puts it in force, once."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.actions import rounds, settling
from webapp.agreements.actions.noting import SYSTEM, have_sealed, note, tell_others
from webapp.agreements.actions.people import set_details
from webapp.agreements.domain.history import Act, Notice
from webapp.agreements.domain.parties import OURS, RESIDENTS_SIDE, PartyKind
from webapp.agreements.domain.reviews import review_on
from webapp.agreements.domain.signing import (
    Method,
    Required,
    Signing,
    is_complete,
    is_enough,
    require_may_sign,
    require_own_contact,
)
from webapp.agreements.domain.states import MOST_YEARS, SIGNING_DAYS, Move, Mover, RoundState, deadline
from webapp.agreements.models import AgreementRow, PartyRow, SignatureRow, VersionRow
from webapp.agreements.stored import commitment_of, to_json
from webapp.kernel.canonical import canonical, fingerprint
from webapp.kernel.clock import local_day
from webapp.kernel.errors import ConflictError, NotAllowedError
from webapp.kernel.ids import new_id
from webapp.kernel.moments import Moment
from webapp.storage.counters import CONSENT, add_counts
from webapp.storage.session import happened

LEAST_PARTIES = 2
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A text as it was made for signing: everything that is shown, and nothing else."""

    document: Mapping[str, Any]
    language: str
    left_out: Sequence[str] = ()
    required: Required = Required.CODE
    asked: Sequence[str] | None = None
    """Whose signatures an amendment asks for; a version asks everybody who is not left out."""


@dataclass(frozen=True, slots=True)
class Given:
    """A signature as it is given: which text was seen, what was said, by which means it was shown who signs."""

    seen_hash: str
    statement: str
    method: Method
    evidence: Mapping[str, Any]
    """Channel and masked address, or level and time; never an identity number (security.md §5)."""


def lock(session: Session, row: AgreementRow, frozen: Frozen, *, by: str, mover: Mover, at: datetime) -> VersionRow:
    """Freeze the text of a version, and ask everybody to sign it."""
    here = queries.present(session, row)
    ours = [OURS.id] if row.is_with_municipality else []
    asked = [one.id for one in here if one.id not in frozen.left_out] + ours
    if len(asked) < LEAST_PARTIES:
        raise ConflictError("an agreement has two parties at least")
    rounds.move_on(session, row, Move.LOCK, mover, at=at)
    version = _freeze(session, row, frozen, asked, kind="version", base="", by=by, at=at)
    note(session, row, Act.LOCKED, by=by, at=at, about=str(version.number))
    tell_others(session, row, Notice.TO_SIGN, by=by, at=at, only=frozenset(asked))
    return version


def amend(session: Session, row: AgreementRow, frozen: Frozen, *, by: str, at: datetime) -> VersionRow:
    """Freeze a change of single lines of the version in force: the resident and those whose lines change sign it."""
    base = queries.version_in(session, row, "in_force")
    if base is None or row.round_state != RoundState.NONE or frozen.asked is None:
        raise ConflictError("a change of single lines needs a version in force, and no round under way")
    version = _freeze(session, row, frozen, list(frozen.asked), kind="amendment", base=base.hash, by=by, at=at)
    note(session, row, Act.LOCKED, by=by, at=at, about=str(version.number))
    tell_others(session, row, Notice.TO_SIGN, by=by, at=at, only=frozenset(frozen.asked))
    return version


def _freeze(
    session: Session, row: AgreementRow, frozen: Frozen, asked: list[str], *, kind: str, base: str, by: str,
    at: datetime,
) -> VersionRow:  # fmt: skip
    number = queries.count(session, VersionRow, row) + 1
    document = {
        **frozen.document, "agreement": row.id, "version": number, "kind": kind, "base": base, "language":
        frozen.language, "frozen_at": at,
    }  # fmt: skip
    version = VersionRow(
        id=new_id(), municipality=row.municipality, agreement=row.id, number=number, kind=kind, base=base,
        round=row.round, language=frozen.language, document=canonical(document).decode(), hash=fingerprint(document),
        state="signing", required=frozen.required.value, asked=asked, left_out=list(frozen.left_out), frozen_by=by,
        frozen_at=at, deadline_at=deadline(at, SIGNING_DAYS),
    )  # fmt: skip
    session.add(version)
    session.flush()
    return version


def signing_of(session: Session, row: AgreementRow, version: VersionRow) -> Signing:
    """Answer who a text waits for, and who has signed it."""
    parties = [queries.as_party(one) for one in queries.parties(session, row)]
    asked = {*version.asked}
    return Signing(
        hash=version.hash,
        parties=tuple(party for party in (*parties, OURS) if party.id in asked),
        left_out=frozenset(version.left_out),
        is_with_municipality=OURS.id in asked,
        is_cooperation=row.is_cooperation,
        signed=frozenset(one.party for one in queries.signatures(session, version)),
    )


def sign(session: Session, row: AgreementRow, version: VersionRow, party: str, given: Given, *, at: datetime) -> bool:
    """Sign the very text that was seen; answer whether it is in force now. Twice is once.

    Raise ConflictError for another text, or one that no longer waits; NotAllowedError for who may not sign it, or not
    by that means.
    """
    signing = signing_of(session, row, version)
    is_there = party in signing.signed and given.seen_hash == version.hash
    if is_there and version.state in {"signing", "in_force"}:
        return version.state == "in_force"
    if version.state != "signing" or at >= version.deadline_at:
        raise ConflictError("this text no longer waits for signatures")
    require_may_sign(signing, party, given.seen_hash)
    if not is_enough(given.method, Required(version.required)):
        raise NotAllowedError("the municipality asks for more than a code")
    require_may_sign_so(session, row, party, given.method)
    if party != OURS.id:  # whoever signs has no reason any more not to
        set_details(queries.party(session, row, party), decline_reason="", is_reason_shared=False)
    _add_signature(session, version, party, given, at=at)
    note(session, row, Act.SIGNED, by=party, at=at, about=str(version.number))
    happened(session, row.municipality, Moment.AGREEMENT, "signed")
    return _complete(session, row, version, at=at)


def require_may_sign_so(session: Session, row: AgreementRow, party: str, method: Method) -> None:
    """Raise NotAllowedError where a party may not sign by these means (`domain/signing.require_own_contact`)."""
    if party != OURS.id:
        signer = queries.party(session, row, party)
        require_own_contact(
            PartyKind(signer.kind), method, is_confirmed=signer.is_confirmed,
            is_with_municipality=row.is_with_municipality,
        )  # fmt: skip


def _add_signature(session: Session, version: VersionRow, party: str, given: Given, *, at: datetime) -> None:
    before = queries.signatures(session, version)
    document = json.loads(version.document)
    own, template = document.get("consent_version"), str(document.get("template", ""))
    template = f"agreement {own}" if own else template
    if template:
        add_counts(session, {(version.municipality, local_day(at), CONSENT, template): 1})
    facts = {"party": party, "hash": version.hash, "method": given.method.value, "statement": given.statement, "at": at}
    evidence = to_json(given.evidence)
    session.add(
        SignatureRow(
            id=new_id(),
            municipality=version.municipality,
            agreement=version.agreement,
            version=version.id,
            party=party,
            number=len(before) + 1,
            hash=version.hash,
            method=given.method.value,
            statement=given.statement,
            evidence=evidence,
            at=at,
            evidence_hash=fingerprint(
                {
                    "before": before[-1].evidence_hash if before else "",
                    "evidence": evidence,
                    **facts,
                }
            ),
        )
    )
    session.flush()


def _complete(session: Session, row: AgreementRow, version: VersionRow, *, at: datetime) -> bool:
    """Put a text in force where the last signature has come."""
    signing = signing_of(session, row, version)
    is_amendment = version.kind == "amendment"
    if not (not signing.missing if is_amendment else is_complete(signing)):
        return False
    have_sealed(session, version, at=at)
    if is_amendment:
        version.state = "in_force"
        for line in json.loads(version.document).get("commitments", ()):
            settling.put_in_place(session, row, line["task"], commitment_of(line), at=at)
        note(session, row, Act.AMENDED, by=SYSTEM, at=at, about=str(version.number))
        tell_others(session, row, Notice.AMENDED, by=SYSTEM, at=at)
        return True
    for older in queries.versions(session, row):
        if older.state == "in_force":
            older.state, older.ended_at = "superseded", at
    is_first = row.version == 0
    version.state, row.version = "in_force", version.number
    rounds.move_on(session, row, Move.SEAL, Mover.SYSTEM, at=at)
    _set_dates(row, version, is_first=is_first, at=at)
    note(session, row, Act.IN_FORCE, by=SYSTEM, at=at, about=str(version.number))
    happened(session, row.municipality, Moment.AGREEMENT, "in force")
    tell_others(session, row, Notice.IN_FORCE, by=SYSTEM, at=at)
    return True


def _set_dates(row: AgreementRow, version: VersionRow, *, is_first: bool, at: datetime) -> None:
    chosen = json.loads(version.document).get("review_on")
    today = local_day(at)
    row.review_on = review_on(
        today,
        is_first=is_first,
        is_cooperation=row.is_cooperation,
        chosen=date.fromisoformat(chosen) if chosen else None,
    )
    row.ends_on = today + MOST_YEARS * YEAR


def decline(
    session: Session, row: AgreementRow, version: VersionRow, party: PartyRow, *, at: datetime, reason: str,
    is_shared: bool,
) -> None:  # fmt: skip
    """Let a party say no: it goes back to settling; the reason goes to the caseworker, to others only where ticked."""
    if version.state != "signing":
        raise ConflictError("this text no longer waits for signatures")
    set_details(party, decline_reason=reason, is_reason_shared=is_shared)
    if version.kind == "amendment":
        rounds.void_amendment(session, row, at=at)
        note(session, row, Act.DECLINED, by=party.id, at=at)
        return
    is_resident = party.kind in RESIDENTS_SIDE
    mover = Mover.RESIDENT if is_resident else Mover.PARTY
    rounds.unlock(session, row, by=party.id, mover=mover, at=at, what=Move.DECLINE, act=Act.DECLINED)


def keep_pdf(version: VersionRow, pdf: bytes, pdf_hash: str) -> None:
    """Keep the sealed PDF of a text that is in force, the one that was first made."""
    if version.pdf is None:
        version.pdf, version.pdf_hash = base64.b64encode(pdf).decode(), pdf_hash


def pdf_of(version: VersionRow) -> bytes | None:
    """Answer the sealed PDF of a text; None where it has not been made."""
    return base64.b64decode(version.pdf) if version.pdf else None
