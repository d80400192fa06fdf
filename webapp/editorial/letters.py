"""What editors are told by mail: that pages are to be gone through; how many, and never what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from flask_babel import force_locale, gettext, ngettext
from sqlalchemy.orm import Session

from webapp.content.current import base_url
from webapp.content.standing import Letter, mail
from webapp.identity.actions.staff import ACTIVE
from webapp.identity.domain.people import roles_of
from webapp.identity.queries import all_staff
from webapp.kernel.permission import Role
from webapp.storage import outbox


def tell_of_reviews(session: Session, municipality: str, roles: Collection[Role], number: int, *, at: datetime) -> int:
    """Tell everybody of some roles that pages are to be gone through; answer how many were told."""

    def subject() -> str:
        return str(ngettext("%(num)s page to go through", "%(num)s pages to go through", number))

    return _tell(session, municipality, roles, subject, "review", at=at)


def tell_of_shared_changes(session: Session, municipality: str, number: int, *, at: datetime) -> int:
    """Tell the editors that shared texts have changed under their own; answer how many were told."""

    def subject() -> str:
        return str(ngettext(
            "%(num)s shared text has changed under yours", "%(num)s shared texts have changed under yours", number
        ))  # fmt: skip

    return _tell(session, municipality, (Role.EDITOR,), subject, "shared", at=at)


def _tell(
    session: Session, municipality: str, roles: Collection[Role], subject: Callable[[], str], about: str, *,
    at: datetime,
) -> int:  # fmt: skip
    told = 0
    for row in all_staff(session, municipality):
        if row.state != ACTIVE or not roles_of(row.roles) & set(roles):
            continue
        with force_locale(row.language):
            text = gettext("Log in to see it: %(address)s", address=f"{base_url()}/redaksjon/")
            payload = {"to": row.email, **mail(Letter(subject(), text), row.language)}
        outbox.enqueue(session, municipality=municipality, kind="mail", payload=payload, about=about, at=at)
        told += 1
    return told
