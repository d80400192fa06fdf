"""The demonstration's staff: one of each role in each municipality, with a password that everybody knows."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp.identity import queries
from webapp.identity.actions import staff
from webapp.identity.domain.passwords import Hasher
from webapp.identity.models import StaffRow
from webapp.kernel.errors import StartError
from webapp.kernel.permission import Role
from webapp.municipalities.models import MunicipalityRow
from webapp.storage.session import Database

PASSWORD = "avklart-demo-2026"  # noqa: S105 -- known to all, and refused in production
PEOPLE = (
    ("saksbehandler", "Sigrid Saksbehandler", Role.CASEWORKER),
    ("redaktor", "Rolf Redaktør", Role.EDITOR),
    ("fagansvarlig", "Frida Fagansvarlig", Role.REVIEWER),
    ("administrator", "Arne Administrator", Role.ADMINISTRATOR),
)
LANGUAGES = {"dalsbygd": "nn"}


def _address(word: str, municipality: str) -> str:
    return f"{word}@{municipality}.example"


def add_people(database: Database, *, at: datetime) -> int:
    """Add the demonstration's accounts where they are missing; answer how many were added."""
    with database.writing() as session:
        missing = [
            (code, *person)
            for code in session.scalars(select(MunicipalityRow.code).order_by(MunicipalityRow.code))
            for person in PEOPLE
            if _find(session, code, person[0]) is None
        ]
        hashed = Hasher().hash(PASSWORD) if missing else ""
        for code, word, name, role in missing:
            row = staff.add(
                session, municipality=code, email=_address(word, code), name=name, roles=[role.value],
                language=LANGUAGES.get(code, "nb"), at=at,
            )  # fmt: skip
            staff.take_up(session, row, hashed, at=at)
        return len(missing)


def refuse_people(database: Database) -> None:
    """Refuse to start in production with the demonstration's accounts in the database; one that is away has none."""
    with suppress(SQLAlchemyError), database.reading() as session:
        for code in session.scalars(select(MunicipalityRow.code)):
            for word, _, _ in PEOPLE:
                row = _find(session, code, word)
                if row is not None and row.state != staff.DISABLED:
                    raise StartError(
                        f"the database has the demonstration's account {_address(word, code)}: production starts with "
                        "a database of its own"
                    )


def _find(session: Session, code: str, word: str) -> StaffRow | None:
    return queries.staff_by_email(session, code, staff.email_index(session, code, _address(word, code)))
