"""Documents that the worker makes: as a web process would, in the language and with the facts of the municipality."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.agreements import text
from webapp.agreements.actions.signing import Frozen
from webapp.agreements.documents import keep_sealed_paper
from webapp.agreements.models import AgreementRow
from webapp.app import Avklart, create_app
from webapp.kernel.clock import Clock
from webapp.referrals import documents
from webapp.referrals.domain.referral import Entry
from webapp.referrals.models import ReferralRow
from webapp.settings import Settings
from webapp.web.transactions import database


class Papers:
    """Makes documents outside of any request; the application is made when the first one is asked for."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._made: Avklart | None = None

    def copy_of(self, row: ReferralRow) -> bytes:
        """Answer a referral as PDF/A, as its sender has it."""
        with self.desk(row.municipality, row.language):
            return documents.copy_of(row)

    def news_of(self, row: ReferralRow, entries: Sequence[Entry]) -> bytes:
        """Answer how far a referral has come and what was said, as PDF/A, as its sender reads it."""
        with self.desk(row.municipality, row.language):
            return documents.news_of(row, entries)

    def text_of(self, session: Session, row: AgreementRow, at: datetime) -> Frozen:
        """Answer the text of an agreement as those who are in it would freeze it, in its own language."""
        with self.desk(row.municipality, row.language):
            return Frozen(text.document(session, row, text.Choice(row.language), at=at), row.language)

    def seal(self, municipality: str, agreement_id: str, number: int) -> None:
        """Seal a text of an agreement that has come into force, and keep it once."""
        with self.desk(municipality):
            keep_sealed_paper(database(), municipality, agreement_id, number)

    @contextmanager
    def desk(self, municipality: str, language: str = "") -> Iterator[None]:
        """Write inside as a web process of a municipality would, in its first language unless another is wanted."""
        made = self._made = self._made or create_app(self._settings, clock=self._clock)
        made.bookshelf.freshen()
        wanted = language or made.bookshelf.tenant(municipality).languages[0]
        with made.flask.test_request_context(f"/{wanted}/", base_url=made.bookshelf.base_url(municipality)):
            made.flask.preprocess_request()
            yield

    def close(self) -> None:
        """Close what was opened."""
        if self._made is not None:
            self._made.database.close()
