"""A plan to take along: as PDF, and as a calendar file with reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext

from webapp.content.current import base_url
from webapp.content.site import current_site
from webapp.gateways import pdf
from webapp.kernel import ics
from webapp.planner.domain import PlanItem
from webapp.web.i18n import language, write_date

REMINDS_AT = 9


def _address(item: PlanItem) -> str:
    return f"{base_url()}/{language()}/{item.source}" if item.source else ""


def plan_paper(items: Sequence[PlanItem], *, on: date) -> bytes:
    """Answer a plan as PDF: what is left to do in its order, then what is done."""
    data = {
        "when": gettext("As it was on %(day)s.", day=write_date(on)),
        "left": [_line(item) for item in items if not item.is_done],
        "done_heading": gettext("Done"),
        "done": [_line(item) for item in items if item.is_done],
        "telephone": f"{current_site().municipality}, {gettext('Telephone')} {current_site().telephone}",
        "emergency": gettext("If a life is in danger, call 113. If you need a doctor now, call 116 117."),
    }
    return pdf.make("plan", data, language=language(), title=gettext("My plan"))


def _line(item: PlanItem) -> dict[str, Any]:
    return {
        "text": item.text,
        "note": item.note,
        "day": write_date(item.day) if item.day else "",
        "address": _address(item),
    }


def plan_calendar(items: Sequence[PlanItem], *, at: datetime) -> str:
    """Answer a calendar file with what is left to do and has a date; it reminds at nine in the morning."""
    entries = [
        ics.Entry(
            id=f"plan-{item.id}",
            day=item.day,
            words=item.text,
            more="\n".join(part for part in (item.note, _address(item)) if part),
            reminds_at=REMINDS_AT,
        )
        for item in items
        if item.day and not item.is_done
    ]
    return ics.calendar(entries, at=at)
