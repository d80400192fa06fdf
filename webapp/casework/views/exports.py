"""A case as files for the journal system; each is recorded as given out (SA-3)."""

from __future__ import annotations

from flask import Response
from sqlalchemy.orm import Session

from webapp.casework.current import record_export, why_look
from webapp.casework.documents import case_bundle, case_json, case_pdf
from webapp.casework.presenters.inbox import INBOX
from webapp.casework.views import bp
from webapp.casework.views.cases import ONE, page_of
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


def _made(session: Session, case: Case, kind: str) -> bytes:
    if kind == "pdf":
        return case_pdf(page_of(session, case))
    taken = queries.handover(session, case)
    told = case_json(case, queries.entries(session, case), taken) if kind == "json" else case_bundle(case, taken)
    return told.encode()
