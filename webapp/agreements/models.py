"""The tables of agreements. What somebody said, and who it is, is sealed; states, times and slugs are clear."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.base import Base
from webapp.storage.sealed import Sealed, SealedOptional


def _of_agreement() -> ForeignKeyConstraint:
    """Hang a row on an agreement of its own municipality (Z2)."""
    return ForeignKeyConstraint(["municipality", "agreement"], ["agreement.municipality", "agreement.id"])


class AgreementRow(Base):
    """One agreement; after its content has been deleted the row stays, and says only that it was there."""

    __tablename__ = "agreement"
    __table_args__ = (
        UniqueConstraint("municipality", "id"),
        UniqueConstraint("municipality", "reference"),
        UniqueConstraint("municipality", "key"),
        Index("ix_agreement_list", "municipality", "is_with_municipality", "round_state", "changed_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    reference: Mapped[str] = mapped_column(String(8))
    """Eight signs that can be read aloud; it opens nothing by itself."""
    key: Mapped[str] = mapped_column(String(64))
    """The SHA-256 of the form's idempotency key: one form, one agreement."""
    theme: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8))
    """The language of the text that is signed."""
    is_with_municipality: Mapped[bool]
    is_cooperation: Mapped[bool]
    """Nobody can speak for the resident: caregivers and municipality sign, and the text says so."""
    is_meeting: Mapped[bool]
    round: Mapped[int]
    round_state: Mapped[str] = mapped_column(String(10))
    ending: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    """The number of the version in force; 0 where there is none."""
    started_by: Mapped[str] = mapped_column(String(32))
    """The party, or the member of staff, who began it."""
    caseworker: Mapped[str | None] = mapped_column(String(32))
    office: Mapped[str] = mapped_column(String(40))
    """The municipality's contact that the agreement names (AV-6b)."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    since: Mapped[datetime]
    """When the round came to where it stands."""
    deadline_at: Mapped[datetime | None]
    reminded: Mapped[int]
    """How many reminders have been sent since."""
    unreserved: Mapped[int]
    """How many tasks that safety hangs on lack a responsible or a reserve: staff see it first."""
    review_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    deleted_at: Mapped[datetime | None]
    is_silent: Mapped[bool]
    """The resident's death was reported: nothing is sent any more."""
    is_held: Mapped[bool]
    revision: Mapped[int] = mapped_column()
    """Counts what was done: of two who act at once, one is told."""

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- as the mapper is told


class PartyRow(Base):
    """One party; how to reach them lies with the invitation."""

    __tablename__ = "agreement_party"
    __table_args__ = (_of_agreement(), UniqueConstraint("municipality", "invitation"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    agreement: Mapped[str] = mapped_column(String(32), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    basis: Mapped[str] = mapped_column(String(20))
    """What a representative stands on; empty for everybody else."""
    details_sealed: Mapped[str] = mapped_column("details", Text)
    details = Sealed("details_sealed")
    """JSON: name, relation (to the resident), address (for letters), basis_note, decline_reason."""
    invitation: Mapped[str | None] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(10))
    """How they are told: `sms`, `email`, `letter` or `call`."""
    language: Mapped[str] = mapped_column(String(8))
    is_confirmed: Mapped[bool]
    """The contact data is their own: ID-porten or staff have said so, or they typed it themselves and came in by it."""
    added_by: Mapped[str] = mapped_column(String(32))
    position: Mapped[int]
    joined_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    is_removed: Mapped[bool]


class PartyNameRow(Base):
    """One part of a name in an agreement, as a blind index: staff find it by whole parts (security.md §5)."""

    __tablename__ = "agreement_name"
    __table_args__ = (_of_agreement(),)

    agreement: Mapped[str] = mapped_column(String(32), primary_key=True)
    part: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    municipality: Mapped[str] = mapped_column(String(40))


class TaskRow(Base):
    """One task that the parties answer: from the catalogue by its slug, or their own."""

    __tablename__ = "agreement_task"
    __table_args__ = (_of_agreement(), UniqueConstraint("agreement", "key"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    agreement: Mapped[str] = mapped_column(String(32), index=True)
    key: Mapped[str] = mapped_column(String(60))
    """The slug in the catalogue; the row's own id for an own task."""
    title_sealed: Mapped[str | None] = mapped_column("title", Text)
    title = SealedOptional("title_sealed")
    """What an own task is called."""
    area: Mapped[str] = mapped_column(String(20))
    is_critical: Mapped[bool]
    position: Mapped[int]
    added_by: Mapped[str] = mapped_column(String(32))


class AnswerRow(Base):
    """What one party answered about one task, alone."""

    __tablename__ = "agreement_answer"
    __table_args__ = (_of_agreement(), UniqueConstraint("agreement", "party", "task"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    agreement: Mapped[str] = mapped_column(String(32), index=True)
    party: Mapped[str] = mapped_column(String(32))
    task: Mapped[str] = mapped_column(String(60))
    content_sealed: Mapped[str] = mapped_column("content", Text)
    content = Sealed("content_sealed")
    """An `Expectation` and the shared note, as JSON."""
    private_sealed: Mapped[str | None] = mapped_column("private", Text)
    private = SealedOptional("private_sealed")
    """The private note: handed to nobody else, ever."""
    how: Mapped[str] = mapped_column(String(10))
    """`alone`, `with` (a helper of one's own choice), `meeting`, `paper` or `call`."""
    at: Mapped[datetime]


class SheetRow(Base):
    """What else one party said, a kind at a time: what matters, the load, the word to the municipality, the asks."""

    __tablename__ = "agreement_sheet"
    __table_args__ = (_of_agreement(), UniqueConstraint("agreement", "party", "kind"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    agreement: Mapped[str] = mapped_column(String(32), index=True)
    party: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(10))
    content_sealed: Mapped[str] = mapped_column("content", Text)
    content = Sealed("content_sealed")
    how: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]


class ProposalRow(Base):
    """What somebody proposes to settle about a task; a newer one about the same task takes its place."""

    __tablename__ = "agreement_proposal"
    __table_args__ = (_of_agreement(), UniqueConstraint("agreement", "task", "number"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    agreement: Mapped[str] = mapped_column(String(32), index=True)
    task: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    by: Mapped[str] = mapped_column(String(32))
    """A party; `system` for what the answers themselves propose."""
    content_sealed: Mapped[str] = mapped_column("content", Text)
    content = Sealed("content_sealed")
    """A `Commitment` as JSON."""
    state: Mapped[str] = mapped_column(String(10))
    """`open`, `held` or `replaced`."""
    is_in_meeting: Mapped[bool]
    at: Mapped[datetime]


class ReplyRow(Base):
    """One party's word about a proposal: yes, no, or a remark."""

    __tablename__ = "agreement_reply"
    __table_args__ = (_of_agreement(), UniqueConstraint("proposal", "party"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    agreement: Mapped[str] = mapped_column(String(32), index=True)
    proposal: Mapped[str] = mapped_column(String(32))
    party: Mapped[str] = mapped_column(String(32))
    answer: Mapped[str] = mapped_column(String(10))
    words_sealed: Mapped[str | None] = mapped_column("words", Text)
    words = SealedOptional("words_sealed")
    how: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]


class SectionRow(Base):
    """A part of the agreement that the parties write together: if something happens, the contact plan, and others."""

    __tablename__ = "agreement_section"
    __table_args__ = (_of_agreement(), UniqueConstraint("agreement", "kind"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    agreement: Mapped[str] = mapped_column(String(32), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    content_sealed: Mapped[str] = mapped_column("content", Text)
    content = Sealed("content_sealed")
    by: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- as the mapper is told


class ConsentRow(Base):
    """What the resident lets one person know; a newer one takes the place of an older."""

    __tablename__ = "agreement_consent"
    __table_args__ = (_of_agreement(),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    agreement: Mapped[str] = mapped_column(String(32), index=True)
    party: Mapped[str] = mapped_column(String(32))
    content_sealed: Mapped[str] = mapped_column("content", Text)
    content = Sealed("content_sealed")
    """Level and topics, as JSON."""
    until: Mapped[date]
    given_by: Mapped[str] = mapped_column(String(32))
    given_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class VersionRow(Base):
    """A text that was frozen: a version, or an amendment of single lines; hash and state outlive the content."""

    __tablename__ = "agreement_version"
    __table_args__ = (
        _of_agreement(),
        UniqueConstraint("agreement", "number"),
        UniqueConstraint("municipality", "hash"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    agreement: Mapped[str] = mapped_column(String(32), index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    """`version` or `amendment`."""
    base: Mapped[str] = mapped_column(String(64))
    """The hash of the version that an amendment changes; empty for a version."""
    round: Mapped[int]
    language: Mapped[str] = mapped_column(String(8))
    document_sealed: Mapped[str] = mapped_column("document", Text)
    document = Sealed("document_sealed")
    """The canonical JSON that was shown and signed; empty once it was deleted."""
    hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    """`signing`, `void`, `in_force`, `superseded` or `ended`."""
    required: Mapped[str] = mapped_column(String(10))
    asked: Mapped[list[str]] = mapped_column(JSON)
    """The parties whose signatures it waits for, or has."""
    left_out: Mapped[list[str]] = mapped_column(JSON)
    frozen_by: Mapped[str] = mapped_column(String(32))
    frozen_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    pdf_sealed: Mapped[str | None] = mapped_column("pdf", Text)
    pdf = SealedOptional("pdf_sealed")
    """The sealed PDF, base64; made once."""
    pdf_hash: Mapped[str | None] = mapped_column(String(64), index=True)


class SignatureRow(Base):
    """One party's signing of one frozen text."""

    __tablename__ = "agreement_signature"
    __table_args__ = (_of_agreement(), UniqueConstraint("version", "party"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    agreement: Mapped[str] = mapped_column(String(32), index=True)
    version: Mapped[str] = mapped_column(String(32), index=True)
    party: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    method: Mapped[str] = mapped_column(String(12))
    statement_sealed: Mapped[str] = mapped_column("statement", Text)
    statement = Sealed("statement_sealed")
    evidence_sealed: Mapped[str] = mapped_column("evidence", Text)
    evidence = Sealed("evidence_sealed")
    """How it was shown that it was they: never the national identity number itself."""
    evidence_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class EventRow(Base):
    """One thing that happened in an agreement, for its history; ids and codes alone."""

    __tablename__ = "agreement_event"
    __table_args__ = (_of_agreement(), UniqueConstraint("agreement", "number"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    agreement: Mapped[str] = mapped_column(String(32), index=True)
    number: Mapped[int]
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(32))
    about: Mapped[str] = mapped_column(String(60))


class ReviewRow(Base):
    """One party's looking back: a word a line, and three questions."""

    __tablename__ = "agreement_review"
    __table_args__ = (_of_agreement(), UniqueConstraint("agreement", "party", "round"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    agreement: Mapped[str] = mapped_column(String(32), index=True)
    party: Mapped[str] = mapped_column(String(32))
    round: Mapped[int]
    content_sealed: Mapped[str] = mapped_column("content", Text)
    content = Sealed("content_sealed")
    at: Mapped[datetime]


class ErrandRow(Base):
    """Something that staff do for a party who is not digital: a letter to print, a call to make."""

    __tablename__ = "agreement_errand"
    __table_args__ = (_of_agreement(), Index("ix_agreement_errand_queue", "municipality", "kind", "done_at"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    agreement: Mapped[str] = mapped_column(String(32), index=True)
    party: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(10))
    why: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(String(32))
