"""A case as files for the journal system; each is recorded as given out (SA-3)."""

from __future__ import annotations

from flask import Response
from sqlalchemy.orm import Session

from webapp.casework.current import record_export, why_look
from webapp.casework.documents import case_bundle, case_json, case_pdf
from webapp.casework.presenters.inbox import INBOX
from webapp.casework.views import bp
from webapp.casework.views.cases import ONE, page_of
from webapp.gateways.files_brought import ENDINGS
from webapp.identity.arrival import to
from webapp.kernel.ids import write_readable
from webapp.kernel.permission import Permission
from webapp.referrals import queries
from webapp.referrals.queries import Case
from webapp.selfchecks.fhir import MEDIA_TYPE
from webapp.web.access import allows, caller
from webapp.web.transactions import database

TYPES = {"pdf": "application/pdf", "json": "application/json", "fhir.json": MEDIA_TYPE}


@bp.get(f"{ONE}/sak.<any(pdf,json,'fhir.json'):kind>")
@allows(Permission.WORK_CASES)
def export(case_id: str, kind: str) -> Response:
    """Give a case as a file."""
    with database().reading() as session:
        case = queries.referral(session, caller().municipality, case_id)
        why = why_look(case)
        if not why:
            return to(f"{INBOX}{case_id}")
        content, reference = _made(session, case, kind), write_readable(case.reference)
    record_export(case_id, why, kind)
    response = Response(content, mimetype=TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="sak-{reference}.{kind}"'
    return response


@bp.get(f"{ONE}/vedlegg/<int:number>")
@allows(Permission.WORK_CASES)
def attachment(case_id: str, number: int) -> Response:
    """Give a file that was attached: to be kept, never to be shown, and it can do nothing where it is shown (U1)."""
    with database().reading() as session:
        case = queries.referral(session, caller().municipality, case_id)
        why = why_look(case)
        if not why:
            return to(f"{INBOX}{case_id}")
        file = queries.attachment(session, case, number)
        body, name, kind = queries.body_of(file), f"vedlegg-{number}.{ENDINGS[file.type]}", file.type
    record_export(case_id, why, f"attachment {number}")
    response = Response(body, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _made(session: Session, case: Case, kind: str) -> bytes:
    if kind == "pdf":
        return case_pdf(page_of(session, case))
    taken = queries.handover(session, case)
    if kind == "json":
        return case_json(case, queries.entries(session, case), taken, queries.attachments(session, case)).encode()
    told = case_bundle(case, taken)
    return told.encode()
