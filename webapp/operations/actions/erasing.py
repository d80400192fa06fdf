"""The erasure list: written out while the site runs, done again after a restore, before anybody comes in (F19)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webapp.agreements import queries as agreements
from webapp.agreements.actions import erasing, people, rounds
from webapp.agreements.domain.states import Mover
from webapp.identity import queries as identity
from webapp.identity.actions import invitations, staff
from webapp.kernel.clock import Clock
from webapp.kernel.errors import AvklartError, NotFoundError
from webapp.referrals import queries as referrals
from webapp.referrals.actions import handling
from webapp.settings import Settings
from webapp.storage import erasures, marks, outbox_operations, working_copies
from webapp.storage.erasures import Erasure
from webapp.storage.session import Database

AT_ONCE = 500
_AGAIN = timedelta(minutes=5)
"""What went so long before the last look is written out once more: a clock may have been set back meanwhile."""
_FIRST = timedelta(days=1)


def write_out(database: Database, clock: Clock, settings: Settings) -> None:
    """Write what was erased, and which messages have gone, to the list that lies apart from the database."""
    at = clock.now()
    with database.reading() as session:
        notes = erasures.noted(session, AT_ONCE)
        last = marks.all_marks(session).get(marks.SENT)
        gone = outbox_operations.gone_since(session, (last.at - _AGAIN) if last else at - _FIRST)
    if not notes and not gone:
        return
    known = {one.object_id for one in erasures.read(settings.erasures)[0] if one.kind == erasures.MESSAGE}
    sent = [Erasure(erasures.MESSAGE, code, one, when) for one, code, when in gone if one not in known]
    erasures.write(settings.erasures, [*notes.values(), *sent])
    with database.writing() as session:
        erasures.forget_notes(session, notes)
        marks.put(session, marks.SENT, at)
    if notes:
        database.leave_no_trace()


def forget_old_lines(clock: Clock, settings: Settings) -> None:
    """Take from the list what is older than any backup can be."""
    erasures.forget_old_lines(settings.erasures, clock.now() - erasures.KEPT)


def apply_again(database: Database, wanted: Sequence[Erasure], at: datetime) -> tuple[Counter[str], list[Erasure]]:
    """Erase again what a backup brought back; answer how much of each kind, and what could not be erased."""
    done: Counter[str] = Counter()
    failed = []
    for one in wanted:
        if one.kind == erasures.MESSAGE:
            continue
        try:
            with database.writing() as session:
                if _AGAIN_BY[one.kind](session, one, at):
                    done[one.kind] += 1
        except NotFoundError:
            continue  # it came after the backup, or is gone already
        except (AvklartError, KeyError):
            failed.append(one)
    return done, failed


def _referral(session: Session, one: Erasure, at: datetime) -> bool:
    handling.erase(session, referrals.referral(session, one.municipality, one.object_id, is_held=True), at=at)
    return True


def _withdrawn(session: Session, one: Erasure, at: datetime) -> bool:
    row = referrals.referral(session, one.municipality, one.object_id, is_held=True)
    if row.ended_at is not None:
        return False
    handling.withdraw(session, row, at=at)
    return True


def _agreement(session: Session, one: Erasure, at: datetime) -> bool:
    erasing.erase(session, agreements.agreement(session, one.municipality, one.object_id, is_held=True), at=at)
    return True


def _ended(session: Session, one: Erasure, at: datetime) -> bool:
    row = agreements.agreement(session, one.municipality, one.object_id, is_held=True)
    if row.ending:
        return False
    (rounds.end if row.version else rounds.drop)(session, row, by="system", mover=Mover.TIME, at=at)
    return True


def _silenced(session: Session, one: Erasure, at: datetime) -> bool:
    row = agreements.agreement(session, one.municipality, one.object_id, is_held=True)
    if row.is_silent:
        return False
    rounds.silence(session, row, by="system", at=at)
    return True


def _party(session: Session, one: Erasure, at: datetime) -> bool:
    agreement_id, _, party_id = one.object_id.partition("/")
    row = agreements.agreement(session, one.municipality, agreement_id, is_held=True)
    party = agreements.party(session, row, party_id)
    if party.left_at is not None:
        return False
    people.leave(session, row, party, by=party.id, at=at)
    return True


def _invitation(session: Session, one: Erasure, at: datetime) -> bool:
    found = identity.invitation(session, one.municipality, one.object_id)
    if found is None or found.revoked_at is not None:
        return False
    invitations.revoke(session, found, at=at)
    return True


def _staff(session: Session, one: Erasure, at: datetime) -> bool:
    row = identity.staff(session, one.municipality, one.object_id)
    if row.state == staff.DISABLED:
        return False
    staff.lose_access(session, row, at=at)
    return True


def _copy(session: Session, one: Erasure, _at: datetime) -> bool:
    return working_copies.forget_again(session, one.object_id)


_AGAIN_BY: dict[str, Callable[[Session, Erasure, datetime], bool]] = {
    erasures.REFERRAL: _referral,
    erasures.WITHDRAWN: _withdrawn,
    erasures.AGREEMENT: _agreement,
    erasures.ENDED: _ended,
    erasures.SILENCED: _silenced,
    erasures.PARTY: _party,
    erasures.INVITATION: _invitation,
    erasures.STAFF: _staff,
    erasures.COPY: _copy,
}
