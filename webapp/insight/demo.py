"""The demonstration's figures and goals: made up, and in the months before today."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.insight.domain.topics import Topic, moments_of
from webapp.insight.models import GoalRow, IndicatorRow, MeasureRow, NumberRow, ShareRow
from webapp.kernel.clock import local_day
from webapp.kernel.ids import new_id
from webapp.kernel.moments import Moment
from webapp.municipalities.models import MunicipalityRow
from webapp.storage.counters import CountRow, add_counts
from webapp.storage.session import Database

MONTHS = 23
"""How many months before this one: always a whole year that is over."""
COUNTS: dict[Moment, dict[str, int]] = {
    Moment.PAGE: {
        "guide.home": 410, "guide.index": 140, "guide.numbers": 35, "guide.entry fall": 90,
        "guide.entry hjemmesykepleie": 76, "guide.entry fremtidsfullmakt": 58,
        "guide.entry sorg": 3, "services.service matlevering": 44, "services.service trygghetsalarm": 61,
        "services.task snomaking": 72, "services.task gulvvask": 51, "services.task handle-mat": 33,
        "services.aid gps": 18, "selfchecks.intro fallfeller": 42, "selfchecks.intro parorendebelastning": 37,
    },
    Moment.SEARCH: {"hit": 320, "no hit": 24},
    Moment.CHECK_REACHED: {
        "parorendebelastning q2": 31, "parorendebelastning q7": 29, "fallfeller q2": 36, "fallfeller q9": 33,
    },
    Moment.CHECK_ANSWERED: {
        "parorendebelastning q2": 29, "parorendebelastning q7": 22, "fallfeller q2": 33, "fallfeller q9": 27,
    },
    Moment.CHECK_DONE: {
        "parorendebelastning light": 9, "parorendebelastning noticeable": 8, "parorendebelastning heavy": 5,
        "fallfeller none": 6, "fallfeller fix-these": 15, "fallfeller fix-now": 7, "who5 ok": 9, "who5 low": 6,
        "who5 very-low": 2,
    },
    Moment.REFERRAL_SCREEN: {"for": 30, "om": 26, "fortell": 22, "kontakt": 19, "se-over": 17},
    Moment.REFERRAL_SENT: {"call": 21, "message": 18},
    Moment.REFERRAL_ABOUT: {
        "falls": 9, "memory": 8, "caregiver": 12, "aids": 7, "service:trygghetsalarm": 6, "housing": 3,
    },
    Moment.REFERRAL_ANSWERED: {"1": 14, "3": 9, "7": 8, "14": 5, "30": 2},
    Moment.AGREEMENT: {
        "started": 12, "answered": 26, "compared": 9, "signed": 21, "in force": 6, "ended": 2, "withdrawn": 1,
    },
    Moment.FINDING: {
        "snomaking municipality": 6, "snomaking agreed": 2, "gulvvask municipality": 5, "gulvvask agreed": 3,
        "handle-mat agreed": 7, "handle-mat family": 2, "gi-medisin nobody": 3, "gi-medisin agreed": 5,
        "kjore-til-butikk family": 4, "kjore-til-butikk other": 2, "own agreed": 2,
    },
}  # fmt: skip
"""What happens in a month of Fjordvik, about; Dalsbygd is half as large."""
PLAN = (
    (
        "Flere skal kunne bo hjemme lenger", "Minst 90 prosent av innbyggerne over 80 år bor i egen bolig.",
        (
            ("Hverdagsrehabilitering først", "hjemmetjenesten", "underway"),
            ("Forebyggende hjemmebesøk til alle som fyller 80", "friskliv og mestring", "done"),
        ),
        (
            ("Bor hjemme, over 80 år", "prosent", "minst 90", "", (88, 89, 91), "SSB, tabell om eldre i egen bolig"),
            ("Vedtak om hverdagsrehabilitering", "vedtak", "flere enn året før", "", (41, 56, 63), "fagsystemet"),
        ),
    ),
    (
        "Pårørende og kommunen vet hva de kan vente av hverandre",
        "Forventningene er avklart før de blir en skuffelse.",
        (("Tilby forventningsavklaring ved første vedtak", "tildelingskontoret", "underway"),),
        (("Avtaler som er trådt i kraft", "avtaler", "flere enn året før", "i-kraft", (), ""),),
    ),
)  # fmt: skip
"""(Goal, text, measures, indicators): all of it made up."""


def add_insight(database: Database, *, at: datetime) -> int:
    """Add figures and goals to municipalities that have neither; answer to how many."""
    with database.writing() as session:
        codes = session.scalars(select(MunicipalityRow.code).order_by(MunicipalityRow.code)).all()
        empty = [code for code in codes if not _has_any(session, code)]
        for place, code in enumerate(empty):
            add_counts(session, _counts(code, local_day(at), 2 if place else 3))
            session.merge(ShareRow(municipality=code, is_shared=True, changed_at=at))
            _add_plan(session, code, local_day(at))
        return len(empty)


def _has_any(session: Session, code: str) -> bool:
    counted = select(CountRow.day).where(CountRow.municipality == code, CountRow.name.in_(moments_of(Topic)))
    planned = select(GoalRow.id).where(GoalRow.municipality == code)
    return session.scalar(counted.limit(1)) is not None or session.scalar(planned.limit(1)) is not None


def _counts(code: str, today: date, size: int) -> dict[tuple[str, date, str, str], int]:
    """Answer the counts of the months before today: they grow a little, and differ from month to month."""
    found: Counter[tuple[str, date, str, str]] = Counter()
    months = today.year * 12 + today.month - 1
    for back in range(1, MONTHS + 1):
        year, number = divmod(months - back, 12)
        for moment, words in COUNTS.items():
            for word, usual in words.items():
                swing = (sum(map(ord, word)) + 7 * number) % 5 - 2
                is_step = moment in {Moment.CHECK_REACHED, Moment.CHECK_ANSWERED, Moment.REFERRAL_SCREEN}
                much = usual * size * (100 - back) // 300 + (0 if is_step else swing)
                found[code, date(year, number + 1, 1), moment.value, word] += max(0, much)
    return {key: number for key, number in found.items() if number}


def _add_plan(session: Session, code: str, today: date) -> None:
    for position, (title, text, measures, indicators) in enumerate(PLAN, start=1):
        goal = GoalRow(id=new_id(), municipality=code, title=title, text=text, position=position, ended_on=None)
        session.add(goal)
        session.flush()
        for place, (what, owner, state) in enumerate(measures, start=1):
            due = date(today.year + 1, 12, 31)
            session.add(MeasureRow(
                id=new_id(), municipality=code, goal=goal.id, title=what, text="", owner=owner, state=state, due_on=due,
                position=place,
            ))  # fmt: skip
        for place, (what, unit, target, figure, numbers, source) in enumerate(indicators, start=1):
            one = IndicatorRow(
                id=new_id(), municipality=code, goal=goal.id, title=what, unit=unit, target=target, figure=figure,
                position=place, ended_on=None,
            )  # fmt: skip
            session.add(one)
            session.flush()
            session.add_all(
                NumberRow(
                    id=new_id(), municipality=code, indicator=one.id, day=date(today.year - back, 12, 31),
                    number=str(number), source=source,
                )
                for back, number in zip(range(len(numbers), 0, -1), numbers, strict=True)
            )  # fmt: skip
