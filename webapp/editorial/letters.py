"""What editors are told by mail: that pages are to be gone through; how many, and never what stands in them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask_babel import force_locale, gettext, ngettext
from sqlalchemy.orm import Session

from webapp.content.current import base_url, library
from webapp.identity.actions.staff import ACTIVE
from webapp.identity.domain.people import roles_of
from webapp.identity.queries import all_staff
from webapp.kernel.permission import Role
from webapp.storage import outbox


def tell_of_reviews(session: Session, municipality: str, roles: Collection[Role], number: int, *, at: datetime) -> int:
    """Tell everybody of some roles that pages are to be gone through; answer how many were told."""
    told = 0
    for row in all_staff(session, municipality):
        if row.state != ACTIVE or not roles_of(row.roles) & set(roles):
            continue
        with force_locale(row.language):
            subject = ngettext("%(num)s page to go through", "%(num)s pages to go through", number)
            text = gettext("Log in to see it: %(address)s", address=f"{base_url()}/redaksjon/")
        name = library().municipality.full_name(row.language)
        payload = {"to": row.email, "subject": subject, "text": f"{text}\n", "sender_name": name}
        outbox.enqueue(session, municipality=municipality, kind="mail", payload=payload, about="review", at=at)
        told += 1
    return told
