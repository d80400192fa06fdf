"""Why staff look at what is a colleague's: said once, remembered in their own session for an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webapp.identity.actions import sessions
from webapp.identity.current import visit
from webapp.web.transactions import now

REMEMBERED = "innsyn"
LASTS = timedelta(hours=1)


def reason_for(object_id: str) -> str:
    """Answer why the caller has said that they look at something; empty where they have not, or too long ago."""
    found = visit()
    given = found.data.get(REMEMBERED, {}).get(object_id) if found else None
    return str(given["why"]) if given and now() < datetime.fromisoformat(given["until"]) else ""


def remember_reason(session: Session, object_id: str, why: str) -> None:
    """Remember for an hour why the caller looks at something; what is over is forgotten."""
    found = visit()
    assert found is not None
    living = {
        known: given
        for known, given in found.data.get(REMEMBERED, {}).items()
        if now() < datetime.fromisoformat(given["until"])
    }
    living[object_id] = {"why": why, "until": (now() + LASTS).isoformat()}
    sessions.remember(session, found.municipality, found.id, {REMEMBERED: living})
