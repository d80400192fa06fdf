"""The demonstration's cases: a few in each municipality, so that the inbox shows what it is for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.identity.queries import all_staff
from webapp.kernel.ids import new_secret
from webapp.kernel.permission import Role
from webapp.municipalities.models import MunicipalityRow
from webapp.referrals import queries
from webapp.referrals.actions import handling
from webapp.referrals.actions.sending import Case, Submission, submit
from webapp.referrals.domain.referral import Act, Came, Concerned, Content, Door, Whom
from webapp.referrals.models import ReferralRow
from webapp.storage.session import Database

CASES: tuple[tuple[int, Submission], ...] = (
    (2, Submission(Door.CALL, Whom.SELF, ("other",), "nb", Content(
        name="Olaf Strand", telephone="61 35 90 71", when="morning"), "service_centre")),
    (20, Submission(Door.MESSAGE, Whom.SELF, ("falls", "aids"), "nb", Content(
        name="Astrid Vik", telephone="61 35 90 72", contact="telephone",
        text="Jeg falt på badet på søndag. Det gikk bra, men nå tør jeg ikke dusje alene.",
        what_matters="Å klare meg hjemme"), "allocation_office")),
    (30, Submission(Door.MESSAGE, Whom.UNAWARE, ("memory",), "nb", Content(
        name="Nils Vik", telephone="61 35 90 73", contact="telephone",
        text="Far har glemt å slå av komfyren tre ganger i høst.",
        concerned=Concerned("Einar Vik", "61 35 90 74", "sønn")), "dementia_team")),
    (50, Submission(Door.MESSAGE, Whom.WILLING, ("caregiver",), "nn", Content(
        name="Liv Dalen", telephone="61 35 90 75", contact="letter", address="Dalsvegen 3, 9902 Dalsbygd",
        text="Eg passar mann min dag og natt, og treng ei natt med søvn.", what_matters="Å få sove",
        concerned=Concerned("Jon Dalen", "", "kone")), "caregiver_support")),
    (24 * 12, Submission(Door.MESSAGE, Whom.SELF, ("housing",), "nb", Content(
        name="Borghild Nes", telephone="61 35 90 76", contact="telephone",
        text="Trappa er blitt for bratt. Hva finnes av boliger uten trapp?"), "allocation_office", Came.LETTER)),
)  # fmt: skip
"""(Hours since it came in, what came in.) The people and numbers are made up."""


def add_cases(database: Database, *, at: datetime) -> int:
    """Add the demonstration's cases to municipalities that have none; answer how many were added."""
    with database.writing() as session:
        codes = session.scalars(select(MunicipalityRow.code).order_by(MunicipalityRow.code)).all()
        empty = [code for code in codes if not _has_any(session, code)]
        return sum(len(_add(session, code, at)) for code in empty)


def _has_any(session: Session, code: str) -> bool:
    return session.scalar(select(ReferralRow.id).where(ReferralRow.municipality == code).limit(1)) is not None


def _add(session: Session, code: str, at: datetime) -> Sequence[Case]:
    cases = [submit(session, code, new_secret(), sent, at=at - timedelta(hours=hours)) for hours, sent in CASES]
    workers = [one for one in all_staff(session, code) if Role.CASEWORKER.value in one.roles]
    if workers:
        by = workers[0].id
        handling.take(session, queries.referral(session, code, cases[1].id, is_held=True), by=by, at=at)
        handling.tell(
            session, queries.referral(session, code, cases[3].id, is_held=True), Act.ANSWERED,
            "Takk for at du skriv. Vi ringjer deg torsdag for å snakke om avlasting.", by=by, at=at, way="letter",
        )  # fmt: skip
    return cases
