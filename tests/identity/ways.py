"""An invitation's codes by themselves, without any page: sent, handed over, tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tests.conftest import NOON
from tests.factories.people import QUICK
from webapp.identity import queries
from webapp.identity.actions import codes, invitations
from webapp.identity.actions.invitations import Contact
from webapp.identity.domain.codes import Channel, Purpose
from webapp.identity.models import InvitationRow
from webapp.kernel.errors import TooManyError
from webapp.storage.session import Database

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def invitation(database: Database, at: datetime = NOON - HOUR, municipality: str = "fjordvik") -> str:
    """Add an invitation with a link, and answer its id."""
    with database.writing() as session:
        found = invitations.invite(
            session, municipality=municipality, purpose=Purpose.AGREEMENT, subject="a1", at=at,
            contact=Contact("nb", "aase@eksempel.example", "+4761359001"),
        )  # fmt: skip
        invitations.new_link(session, found, Channel.EMAIL, at=at)
        return found.id


@dataclass
class Way:
    """An invitation's codes as the code has them."""

    database: Database
    id: str

    def send(self, browser: str | None, code: str, at: datetime, channel: Channel = Channel.SMS) -> bool:
        """Send a code, or hand one over; tell whether it was not one too many."""
        try:
            with self.database.writing() as session:
                codes.add_code(session, self.row(session), channel, QUICK.hash(code), browser=browser, at=at)
        except TooManyError:
            return False
        return True

    def row(self, session: Session) -> InvitationRow:
        """Answer the invitation."""
        found = queries.invitation(session, "fjordvik", self.id)
        assert found is not None
        return found

    def attempt(self, browser: str, written: str, at: datetime, *, crashes: bool = False) -> str:
        """Try a code as the page does: `in`, `wrong`, or `too many`."""
        try:
            with self.database.writing() as session:
                tried = codes.count_try(session, "fjordvik", self.id, browser, written, at=at)
        except TooManyError:
            return "too many"
        if crashes:
            return "wrong"
        fits = [code for code, hashed in tried.codes if QUICK.fits(written, hashed)]
        with self.database.writing() as session:
            return "in" if fits and codes.use_code(session, self.row(session), fits[0], at=at) else "wrong"

    def new_link(self, at: datetime) -> None:
        """Send a new link."""
        with self.database.writing() as session:
            invitations.new_link(session, self.row(session), Channel.EMAIL, at=at)
