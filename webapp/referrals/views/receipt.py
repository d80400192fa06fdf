"""The receipt: readable for thirty minutes with the cookie that sending gave, then by reference and code (HE-2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Response, make_response, redirect, request
from sqlalchemy.orm import Session

from webapp.content.current import library
from webapp.kernel.ids import clean_code, write_readable
from webapp.referrals import documents, queries
from webapp.referrals.acting import own_rows, resident
from webapp.referrals.actions.sending import Case, Submission, mobile, once, submit
from webapp.referrals.domain.referral import Content
from webapp.referrals.models import ReferralRow
from webapp.referrals.presenters import ReceiptPage
from webapp.referrals.views import bp
from webapp.web import working_copy
from webapp.web.access import draft, draft_of_somebody
from webapp.web.i18n import language
from webapp.web.pages import page
from webapp.web.throttle import Limit, network, throttle
from webapp.web.transactions import database, now

NAME = "receipt"
READABLE = timedelta(minutes=30)


def keep_receipt(session: Session, case: Case | ReferralRow, *, but: str) -> None:
    """Let whoever sent it read the receipt for a while, and forget what was being written."""
    until = (now() + READABLE).isoformat()
    working_copy.keep_in(session, NAME, {"id": case.id, "reference": case.reference, "until": until}, but=but)


def is_other_consent(version: str) -> bool:
    """Tell whether what somebody said yes to has other words by now: nobody says yes to what they have not seen."""
    return request.form.get("consent", version) != version


def send(key: str, what: Submission, limit: Limit, *, but: str = "") -> Response:
    """Store what is sent and forget what was being written; lead to the receipt of the one case that the key has."""
    code = library().code

    def store(session: Session) -> Case:
        throttle().hit_within(session, limit, code, network())
        case = submit(session, code, key, what, at=now())
        keep_receipt(session, case, but=but)
        return case

    return to_receipt(once(database(), store).reference)


def to_receipt(reference: str) -> Response:
    """Lead to a receipt."""
    return make_response(redirect(receipt_address({"reference": reference}), 303))


def receipt_address(of: Mapping[str, Any]) -> str:
    """Answer the address of a receipt."""
    return f"/{language()}/henvendelse/kvittering/{write_readable(str(of['reference']))}"


@bp.get("/<language:lang>/henvendelse/kvittering/<reference>")
@draft_of_somebody
def receipt(lang: str, reference: str) -> Response:
    """Say that it has come in, and what happens now; later, lead to where the reference and a code open it."""
    row = _row(reference)
    if row is None:
        return make_response(redirect(f"/{lang}/henvendelse/status", 303))
    content = queries.content_of(row)
    return page("referrals/receipt.html", ReceiptPage.of(row, content, way=_way(row, content)))


@bp.get("/<language:lang>/henvendelse/kvittering/<reference>.pdf")
@draft
def receipt_pdf(lang: str, reference: str) -> Response:
    """Give a copy of what was sent, to keep (HE-2)."""
    row = _row(reference)
    if row is None:
        return make_response(redirect(f"/{lang}/henvendelse/status", 303))
    return documents.as_pdf(documents.copy_of(row), f"{row.reference.lower()}.pdf")


def _row(reference: str) -> ReferralRow | None:
    kept = working_copy.part(NAME)
    is_this = kept and kept["reference"] == clean_code(reference)
    if not is_this or now() >= datetime.fromisoformat(kept["until"]):
        return None
    with database().reading() as session:
        found = queries.by_reference(session, library().code, reference)
    return found if found and found.id == kept["id"] else None


def _way(row: ReferralRow, content: Content) -> str:
    """Answer where its sender sees how it goes: among their own, or by a code; empty where no code can reach them."""
    with database().reading() as session:
        own = {one.id for one in own_rows(session)} if resident() else set()
    if row.id in own:
        return f"/{language()}/henvendelse/min?sak={row.reference}"
    can_follow = content.email or mobile(content.telephone)
    return f"/{language()}/henvendelse/status?referanse={write_readable(row.reference)}" if can_follow else ""
