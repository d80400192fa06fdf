"""What was changed, by whom and when, and undoing it: a change as any, refused where it has become something else."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from flask import Response, request

from webapp.administration import queries
from webapp.administration.actions import facts
from webapp.administration.actions import receivers as actions
from webapp.administration.current import actor, to
from webapp.administration.domain.settings import changes as changes_between
from webapp.administration.presenters import ChangesPage
from webapp.administration.presenters.changes import (
    ADDRESS,
    STAFF_ACTIONS,
    Entry,
    months,
    of_facts,
    of_receivers,
    of_staff,
)
from webapp.administration.presenters.common import SECTION_WORDS
from webapp.administration.views import bp
from webapp.audit import queries as audit
from webapp.content.domain.kind import COMMON
from webapp.editorial.presenters.common import People
from webapp.editorial.queries import drafts
from webapp.kernel.clock import NORWAY, local_day
from webapp.kernel.errors import ConflictError, InvalidError
from webapp.kernel.permission import Permission
from webapp.web.access import allows, caller
from webapp.web.i18n import lazy_gettext as _
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading, writing

MOST = 200
CHANGED_SINCE = _("This was changed again since, so it is not undone. See what it says now, and change that.")


@bp.get(ADDRESS)
@allows(Permission.KEEP_SETTINGS)
@reading
def changes() -> Response:
    """List what was changed in a month, the newest first."""
    return _show()


def _show(*, status: int = 200, problem: str = "") -> Response:
    today = local_day(now())
    month, kind = _month(request.args.get("maaned", ""), today), request.args.get("slag", "")
    shown = kind if kind in SECTION_WORDS else ""
    found = ChangesPage.of(
        month, today, shown, _entries(month), most=MOST, key=request.args.get("melding", ""), problem=problem
    )
    return page("administration/changes.html", found, status=status)


def _month(written: str, today: date) -> date:
    """Answer the first day of the month that the address names; of this one where it names none that is shown."""
    return next((one for one in months(today) if f"{one:%Y-%m}" == written), today.replace(day=1))


def _entries(month: date) -> list[Entry]:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    since, until = (datetime.combine(day, time.min, NORWAY).astimezone(UTC) for day in (month, following))
    place, session = caller().municipality, db()
    people = People.of(session)
    told, most = facts.place_of(place), MOST + 1
    revisions = drafts.published_in(session, told, COMMON, since=since, until=until, most=most)
    receivers = queries.receiver_changes(session, place, since=since, until=until, most=most)
    events = audit.of_time(session, place, STAFF_ACTIONS, since=since, until=until, most=most)
    return [
        *of_facts(revisions, people, since), *of_receivers(receivers, people, place), *of_staff(events, people),
    ]  # fmt: skip


@bp.post(f"{ADDRESS}/<change_id>")
@allows(Permission.KEEP_SETTINGS, is_fresh=True)
@writing
def undo(change_id: str) -> Response:
    """Let facts, or a receiver, be as they were before a change."""
    is_of_facts = change_id.isascii() and change_id.isdecimal() and len(change_id) < 10
    try:
        if is_of_facts:
            _undo_facts(int(change_id))
        else:
            actions.undo(db(), queries.receiver_change(db(), caller().municipality, change_id), actor())
    except (ConflictError, InvalidError):
        return _show(status=409, problem=str(CHANGED_SINCE))
    return to(f"{ADDRESS}?melding=angret")


def _undo_facts(revision: int) -> None:
    place = facts.place_of(caller().municipality)
    later = drafts.revision(db(), place, COMMON, revision)
    earlier = drafts.revision(db(), place, COMMON, revision - 1)
    facts.undo(db(), changes_between(earlier.fields, later.fields), actor())
