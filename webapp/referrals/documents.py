"""A referral to take along: a copy as PDF for whoever sent it, and as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Response
from flask_babel import gettext

from webapp.content.current import library
from webapp.gateways import pdf
from webapp.kernel.ids import write_readable
from webapp.referrals import queries
from webapp.referrals.domain.referral import SEEN_BY_RESIDENT, Entry, Whom
from webapp.referrals.models import ReferralRow
from webapp.referrals.presenters import office_words, rows_of
from webapp.web.i18n import language, write_time


def copy_of(row: ReferralRow) -> bytes:
    """Answer what was sent, as a PDF to keep: what matters first, word for word, and what was agreed to."""
    content = queries.content_of(row)
    municipality = library().municipality
    data = {
        "reference_label": gettext("Reference"),
        "reference": write_readable(row.reference),
        "received": gettext("Received %(time)s", time=write_time(row.received_at)),
        "office": office_words(row.office),
        "telephone": municipality.telephone,
        "rows": [{"label": found.label, "value": found.value} for found in rows_of(content, Whom(row.whom), row.about)],
        "consent": content.consent,
    }
    return pdf.make("referral", data, language=language(), title=gettext("What you sent to the municipality"))


def as_data(row: ReferralRow, entries: Sequence[Entry]) -> dict[str, Any]:
    """Answer a referral and what its sender may read of the case, as plain data."""
    return {
        "reference": write_readable(row.reference),
        "state": row.state,
        "received": row.received_at.isoformat(),
        "due": row.due_at.isoformat(),
        "for": row.whom,
        "about": row.about,
        "what_matters": queries.content_of(row).what_matters,
        "sent": asdict(queries.content_of(row)),
        "said": [
            {"at": entry.at.isoformat(), "what": entry.act.value, "text": entry.text}
            for entry in entries
            if entry.act in SEEN_BY_RESIDENT
        ],
    }


def as_pdf(content: bytes, name: str) -> Response:
    """Answer a PDF for the browser to show or keep."""
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
