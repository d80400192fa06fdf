"""What somebody is filling in: kept only encrypted, with a key that lies in their own browser or link (SJ-5).

The row is found by the SHA-256 of a secret of 256 bits, and opened by a key made of the same secret, which is stored
nowhere: nobody who reads the database, with or without our keys, can read an answer.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import ForeignKey, LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.kernel.ids import digest
from webapp.storage import erasures
from webapp.storage.base import Base, dialect_of, insert_as

IDLE = timedelta(hours=4)
SAVED = timedelta(days=30)
MOST_BYTES = 200_000
_NONCE = 12


class WorkingCopyRow(Base):
    """One working copy: of what, for whom and about whom is only inside."""

    __tablename__ = "working_copy"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(index=True)


def _cipher(secret: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"avklart working copy").derive(secret.encode()))


def _place(municipality: str, row_id: str) -> bytes:
    return f"working_copy|{municipality}|{row_id}".encode()


def load(session: Session, municipality: str, secret: str, *, at: datetime) -> dict[str, Any]:
    """Answer what a working copy holds; empty where there is none, it is too old, or it is another municipality's."""
    row = session.scalar(
        select(WorkingCopyRow).where(
            WorkingCopyRow.id == digest(secret),
            WorkingCopyRow.municipality == municipality,
            WorkingCopyRow.expires_at > at,
        )
    )
    if row is None:
        return {}
    try:
        plain = _cipher(secret).decrypt(row.content[:_NONCE], row.content[_NONCE:], _place(municipality, row.id))
    except InvalidTag:
        return {}
    found: dict[str, Any] = json.loads(plain)
    return found


def save(session: Session, municipality: str, secret: str, content: Mapping[str, Any], *, expires_at: datetime) -> None:
    """Keep a working copy until a time; one that is empty is deleted."""
    if not content:
        forget(session, municipality, secret)
        return
    row_id, nonce = digest(secret), secrets.token_bytes(_NONCE)
    sealed = nonce + _cipher(secret).encrypt(nonce, json.dumps(content).encode(), _place(municipality, row_id))
    values = {"id": row_id, "municipality": municipality, "content": sealed, "expires_at": expires_at}
    session.execute(_save(dialect_of(session)), values)


@cache
def _save(dialect: str) -> Any:
    first = insert_as(dialect, WorkingCopyRow.__table__)
    newer = {name: first.excluded[name] for name in ("content", "expires_at")}
    return first.on_conflict_do_update(index_elements=["id"], set_=newer)


def forget(session: Session, municipality: str, secret: str) -> None:
    """Delete a working copy; until its time would have passed no backup brings it back either."""
    mine = (WorkingCopyRow.id == digest(secret), WorkingCopyRow.municipality == municipality)
    gone = delete(WorkingCopyRow).where(*mine).returning(WorkingCopyRow.id, WorkingCopyRow.expires_at)
    for row_id, until in session.execute(gone).all():
        erasures.note(session, erasures.COPY, municipality, row_id, until)


def forget_again(session: Session, row_id: str) -> bool:
    """Delete a working copy that a backup brought back; tell whether it had."""
    again = delete(WorkingCopyRow).where(WorkingCopyRow.id == row_id).returning(WorkingCopyRow.id)
    return session.scalar(again) is not None


def forget_old(session: Session, at: datetime) -> int:
    """Delete the working copies whose time has passed; answer how many."""
    expired = delete(WorkingCopyRow).where(WorkingCopyRow.expires_at <= at).returning(WorkingCopyRow.id)
    return len(session.scalars(expired).all())
