"""The tables of those who come in. What names a person is sealed; what is looked up by has a blind index."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.base import Base
from webapp.storage.sealed import Sealed, SealedOptional


def _of_invitation() -> ForeignKeyConstraint:
    """Hang a row on an invitation of its own municipality (Z2)."""
    return ForeignKeyConstraint(["municipality", "invitation"], ["invitation.municipality", "invitation.id"])


class StaffRow(Base):
    """Somebody who works for a municipality."""

    __tablename__ = "staff"
    __table_args__ = (
        UniqueConstraint("municipality", "id"),
        UniqueConstraint("municipality", "email_index"),
        UniqueConstraint("municipality", "subject_index"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    state: Mapped[str] = mapped_column(String(10))
    """`invited`, `active` or `disabled`."""
    roles: Mapped[list[str]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(8))
    email_sealed: Mapped[str] = mapped_column("email", Text)
    email = Sealed("email_sealed")
    email_index: Mapped[str] = mapped_column(String(64))
    name_sealed: Mapped[str] = mapped_column("name", Text)
    name = Sealed("name_sealed")
    password: Mapped[str | None] = mapped_column(String(200))
    """An argon2id hash, with its own cost and salt."""
    subject_index: Mapped[str | None] = mapped_column(String(64))
    """Who this is at the municipality's own sign-in, as issuer and subject."""
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]


class FactorRow(Base):
    """A second factor of a member of staff: an authenticator app, or a passkey."""

    __tablename__ = "factor"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "staff"], ["staff.municipality", "staff.id"]),
        UniqueConstraint("municipality", "credential"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    staff: Mapped[str] = mapped_column(String(32), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    """`app` or `passkey`."""
    label_sealed: Mapped[str] = mapped_column("label", Text)
    label = Sealed("label_sealed")
    secret_sealed: Mapped[str] = mapped_column("secret", Text)
    secret = Sealed("secret_sealed")
    """The secret that app and server share; a passkey's id and public key."""
    credential: Mapped[str | None] = mapped_column(String(64))
    count: Mapped[int]
    """The last time step that was used (app), the last counter that was seen (passkey)."""
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryRow(Base):
    """One recovery code, as a keyed hash; used once."""

    __tablename__ = "recovery_code"
    __table_args__ = (ForeignKeyConstraint(["municipality", "staff"], ["staff.municipality", "staff.id"]),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    staff: Mapped[str] = mapped_column(String(32), index=True)
    code: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class ResidentRow(Base):
    """Somebody who came in with ID-porten; the national identity number is sealed and never shown (O2)."""

    __tablename__ = "resident"
    __table_args__ = (UniqueConstraint("municipality", "id"), UniqueConstraint("municipality", "pid_index"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    pid_sealed: Mapped[str] = mapped_column("pid", Text)
    pid = Sealed("pid_sealed")
    pid_index: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime]


class InvitationRow(Base):
    """Somebody who is asked to come in, to one thing; how to reach them, and whether they have come."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("municipality", "id"), UniqueConstraint("municipality", "joining_code"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    purpose: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(60), index=True)
    """The id of what they are asked to: an account, an agreement."""
    language: Mapped[str] = mapped_column(String(8))
    email_sealed: Mapped[str | None] = mapped_column("email", Text)
    email = SealedOptional("email_sealed")
    telephone_sealed: Mapped[str | None] = mapped_column("telephone", Text)
    telephone = SealedOptional("telephone_sealed")
    joining_code: Mapped[str | None] = mapped_column(String(64))
    """A keyed hash of the joining code; empty once somebody has come in (L1b)."""
    resident: Mapped[str | None] = mapped_column(String(32))
    """The resident who showed with ID-porten that this is them."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    """When whoever got a message said «not me»: nothing more is sent."""
    revoked_at: Mapped[datetime | None]


class LinkRow(Base):
    """A personal link, as the SHA-256 of its secret (L1)."""

    __tablename__ = "personal_link"
    __table_args__ = (_of_invitation(),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    invitation: Mapped[str] = mapped_column(String(32), index=True)
    secret: Mapped[str] = mapped_column(String(64), unique=True)
    channel: Mapped[str] = mapped_column(String(10))
    """How it was sent: `sms`, `email` or `paper`; the code goes by another."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class CodeRow(Base):
    """A one-time code, as an argon2id hash; only the newest of an invitation counts (L3)."""

    __tablename__ = "one_time_code"
    __table_args__ = (_of_invitation(),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    invitation: Mapped[str] = mapped_column(String(32), index=True)
    channel: Mapped[str] = mapped_column(String(10))
    """How it is given: `sms`, `email` or `handed`."""
    browser: Mapped[str | None] = mapped_column(String(32))
    """The session that asked for it, which alone may use it; empty for one that staff hand over."""
    hash: Mapped[str] = mapped_column(String(200))
    tries: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it was used, replaced, or found to be too old: it never counts again."""


class SessionRow(Base):
    """Somebody's being logged in on one device, or on the way in; the cookie's secret is stored as its SHA-256."""

    __tablename__ = "login_session"
    __table_args__ = (
        Index("ix_login_session_person", "municipality", "person"),
        Index("ix_login_session_provider", "provider_session"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    secret: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    """`waiting` on the way in, then `staff`, `resident` or `party`."""
    person: Mapped[str | None] = mapped_column(String(32))
    resident: Mapped[str | None] = mapped_column(String(32))
    """The resident behind a party who has shown who they are with ID-porten."""
    assurance: Mapped[int]
    csrf: Mapped[str] = mapped_column(String(64), unique=True)
    """The SHA-256 of the value in the session's forms: it tells whose form was posted after the session had ended."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    authenticated_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str] = mapped_column(String(20))
    provider_session: Mapped[str | None] = mapped_column(String(64))
    """The provider's own session, as issuer and sid: found by it when that one ends."""
    provider_subject: Mapped[str | None] = mapped_column(String(64), index=True)
    data_sealed: Mapped[str] = mapped_column("data", Text)
    data = Sealed("data_sealed")
    """What the session remembers, as JSON."""
