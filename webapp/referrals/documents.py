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
from webapp.referrals.domain.handover import SENDER, Seen, Viewer
from webapp.referrals.domain.referral import SEEN_BY_RESIDENT, Entry, State, Whom
from webapp.referrals.models import ReferralRow
from webapp.referrals.presenters import STATE_WORDS, Row, office_words, rows_of, said_of
from webapp.web.i18n import language, write_time


def copy_of(row: ReferralRow, entries: Sequence[Entry] = (), seen: Seen = SENDER) -> bytes:
    """Answer what was sent, and what was said since, as a PDF to keep: word for word, with what was agreed to."""
    content = queries.content_of(row)
    rows = rows_of(content, Whom(row.whom), row.about, viewer=seen.viewer)
    if seen.viewer is Viewer.PERSON:
        return _paper(row, gettext("What was sent to the municipality for you"), seen, rows=rows, said=entries)
    title = gettext("What you sent to the municipality")
    return _paper(row, title, seen, rows=rows, said=entries, consent=content.consent)


def news_of(row: ReferralRow, entries: Sequence[Entry]) -> bytes:
    """Answer how far a case has come and what was said in it, as a PDF; nothing of what was sent."""
    state = gettext("%(state)s, %(time)s", state=STATE_WORDS[State(row.state)], time=write_time(row.changed_at))
    return _paper(row, gettext("What has happened with what you sent"), SENDER, now=state, said=entries)


def _paper(
    row: ReferralRow, title: str, seen: Seen, *, said: Sequence[Entry], rows: Sequence[Row] = (), now: str = "",
    consent: str = "",
) -> bytes:  # fmt: skip
    content = queries.content_of(row)
    data = {
        "reference_label": gettext("Reference"),
        "reference": write_readable(seen.reference or row.reference),
        "received": gettext("Received %(time)s", time=write_time(row.received_at)),
        "office": office_words(row.office),
        "now": now,
        "telephone": library().municipality.telephone,
        "rows": [{"label": found.label, "value": found.value} for found in rows],
        "said_heading": gettext("What was said"),
        "said": [
            {"label": f"{found.what}, {found.when}", "value": found.text}
            for found in reversed(said_of(said, content, seen.viewer))
        ],
        "consent": consent,
    }  # fmt: skip
    return pdf.make("referral", data, language=language(), title=title)


HELPERS_OWN = ("telephone", "email", "address", "contact", "when", "safe_contact")
"""How a helper is reached: nothing for the person to read whom it is about."""


def as_data(row: ReferralRow, entries: Sequence[Entry], seen: Seen = SENDER) -> dict[str, Any]:
    """Answer a referral and what may be read of the case by who looks, as plain data."""
    hidden = HELPERS_OWN if seen.viewer is Viewer.PERSON else ()
    sent = {name: value for name, value in asdict(queries.content_of(row)).items() if name not in hidden}
    return {
        "reference": write_readable(seen.reference or row.reference),
        "state": row.state,
        "received": row.received_at.isoformat(),
        "due": row.due_at.isoformat(),
        "for": row.whom,
        "about": row.about,
        "what_matters": sent["what_matters"],
        "sent": sent,
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
