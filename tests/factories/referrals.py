"""Referrals as tests begin with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count

from tests.conftest import NOON
from webapp.referrals.actions.sending import Submission, once, submit
from webapp.referrals.domain.referral import Concerned, Content, Door, Entry, Whom
from webapp.referrals.models import ReferralRow
from webapp.storage.session import Database

TEXT = "Jeg har falt to ganger denne uka, og er redd for å dusje alene."
CONTENT = Content(
    name="Åse Bjørnstad", telephone="400 12 345", email="aase@eksempel.example", contact="message", text=TEXT,
    what_matters="Å bo hjemme", consent="Jeg vil at kommunen skal få dette.", consent_version="2026-11",
)  # fmt: skip
SENT = Submission(Door.MESSAGE, Whom.SELF, ("falls",), "nb", CONTENT, "allocation_office")
CONCERN = replace(
    SENT, whom=Whom.UNAWARE, content=replace(CONTENT, name="Per Bjørnstad", concerned=Concerned("Åse Bjørnstad"))
)
CALL = Submission(
    Door.CALL, Whom.SELF, ("other",), "nb", Content(name="Ola Nordmann", telephone="61 35 90 99"), "service_centre"
)
_keys = count(1)


class Blank:
    """Papers with nothing on them, for tests of where papers go."""

    def copy_of(self, _row: ReferralRow) -> bytes:
        """Answer an empty paper."""
        return b"%PDF"

    def news_of(self, _row: ReferralRow, _entries: Sequence[Entry]) -> bytes:
        """Answer an empty paper."""
        return b"%PDF"


def send(
    database: Database, sent: Submission = SENT, *, municipality: str = "fjordvik", at: datetime = NOON, key: str = ""
) -> ReferralRow:
    """Send a referral, each with a key of its own unless one is given; answer its row."""
    chosen = key or f"a key of a form, number {next(_keys)}"
    case = once(database, lambda session: submit(session, municipality, chosen, sent, at=at))
    with database.reading() as session:
        return session.get_one(ReferralRow, case.id)
