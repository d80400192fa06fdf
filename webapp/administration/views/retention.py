"""For how long things are kept: what would go now is shown before anything is saved (R1)."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request

from webapp.administration.current import facts_now, save
from webapp.administration.forms import RetentionForm
from webapp.administration.presenters.common import REFUSED
from webapp.administration.presenters.retention import Due, RetentionMore
from webapp.administration.views import bp
from webapp.administration.views.settings import setting_page
from webapp.agreements import jobs as agreements
from webapp.audit import domain as audit
from webapp.kernel.clock import Clock
from webapp.kernel.permission import Permission
from webapp.referrals import jobs as referrals
from webapp.referrals.domain import retention as rules
from webapp.storage import marks
from webapp.web.access import allows, caller
from webapp.web.forms import BaseForm
from webapp.web.pages import page
from webapp.web.transactions import CLOCK, database, db, reading, writing

ADDRESS = "/admin/oppbevaring"
KINDS = (rules.CLASS, agreements.CLASS, audit.CLASS)


Days = tuple[int, int, int]


def _days(known: dict[str, Any]) -> Days:
    said = known.get("retention")
    kept = rules.days_kept
    return kept(said), kept(said, agreements.CLASS, agreements.DAYS), kept(said, audit.CLASS, audit.DAYS)


def _wanted(form: RetentionForm) -> Days:
    return form.referral.days, form.agreement.days, form.audit.days


def _due(days: Days) -> list[Due]:
    """Answer how much would go now; counted in readings of their own, as the job itself counts."""
    clock: Clock = current_app.extensions[CLOCK]
    place = caller().municipality
    return [
        Due("referral", days[0], referrals.count_due(database(), clock, place, days[0])),
        Due("agreement", days[1], agreements.count_due(database(), clock, place, days[1])),
        Due("audit", days[2], agreements.count_old_events(database(), clock, place, days[2])),
    ]


def _show(
    form: BaseForm, *, status: int = 200, is_conflict: bool = False, is_refused: bool = False,
    wanted: Days | None = None,
) -> Response:  # fmt: skip
    if is_refused:
        form.referral.errors = [str(REFUSED)]
    more = RetentionMore.of(_due(_days(facts_now())), _due(wanted) if wanted else [], marks.jobs(marks.all_marks(db())))
    return page("administration/retention.html", setting_page("retention", is_conflict=is_conflict, more=more),
                form=form, status=status)  # fmt: skip


@bp.get(ADDRESS)
@allows(Permission.KEEP_SETTINGS)
@reading
def retention() -> Response:
    """Show for how long things are kept; with other numbers, what would go now if they counted."""
    if "referral" not in request.args:
        days = _days(facts_now())
        return _show(RetentionForm(referral=str(days[0]), agreement=str(days[1]), audit=str(days[2])))
    form = RetentionForm(formdata=request.args)
    if not form.validate():
        return _show(form, status=422)
    return _show(form, wanted=_wanted(form))


@bp.post(ADDRESS)
@allows(Permission.KEEP_SETTINGS, is_fresh=True)
@writing
def retention_post() -> Response:
    """Change for how long things are kept, once it was seen what goes; the next run deletes it."""
    form = RetentionForm()
    if form.validate() and "sett_frist" not in request.form:
        return _show(form, status=422, wanted=_wanted(form))

    def values() -> dict[str, Any]:
        return {"retention": dict(zip(KINDS, _wanted(form), strict=True))}

    return save("retention", form, values, _show, ADDRESS)
