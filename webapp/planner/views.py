"""My plan, the ready-made plans, and a plan to take along."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import gettext

from webapp.content.current import library
from webapp.kernel.errors import InvalidError, NotFoundError
from webapp.planner import documents
from webapp.planner.domain import PlanItem, read_plan
from webapp.planner.presenters import PlanPage, ReadyMadePlan
from webapp.web.access import public
from webapp.web.i18n import lazy_gettext
from webapp.web.limits import takes
from webapp.web.pages import page
from webapp.web.tenancy import day
from webapp.web.throttle import Limit, network, throttle
from webapp.web.transactions import now

bp = Blueprint("planner", __name__)

MOST_PLAN = 2 * 1024 * 1024
"""A thousand points with as long words and notes as they may have."""
PAPERS = Limit("papers of plans", 60)
_TOO_LARGE = lazy_gettext("The plan is too long to be made into a file. Nothing is lost: it is still on your device.")


@bp.get("/<language:lang>/min-plan")
@public()
def mine(lang: str) -> Response:
    """Show the page of one's own plan; what is in it stays in the browser (ABC-5)."""
    return page("planner/plan.html", PlanPage.of())


@bp.get("/<language:lang>/min-plan/<slug>")
@public()
def ready_made(lang: str, slug: str) -> Response:
    """Show a ready-made plan, which is a checklist on paper too."""
    found = ReadyMadePlan.of(slug)
    if found is None:
        raise NotFoundError
    return page("planner/ready_made.html", found)


@bp.post("/<language:lang>/min-plan/plan.pdf")
@public(cached=False)
@takes(MOST_PLAN, _TOO_LARGE)
def paper(lang: str) -> Response:
    """Give the posted plan as PDF; it is stored nowhere."""
    items = _posted()
    return _file(documents.plan_paper(items, on=day()), "min-plan.pdf", "application/pdf") if items else _refused()


@bp.post("/<language:lang>/min-plan/plan.ics")
@public(cached=False)
@takes(MOST_PLAN, _TOO_LARGE)
def calendar(lang: str) -> Response:
    """Give the dates of the posted plan as a calendar file with reminders; it is stored nowhere."""
    items = _posted()
    if not items:
        return _refused()
    if not any(item.day and not item.is_done for item in items):
        return _refused(gettext("Nothing in the plan has a date. Give something a date, and try again."))
    made = documents.plan_calendar(items, at=now()).encode()
    return _file(made, "min-plan.ics", "text/calendar; charset=utf-8")


def _posted() -> list[PlanItem]:
    """Answer what was posted; empty where it is no plan."""
    throttle().hit(PAPERS, library().code, network())
    try:
        return read_plan(request.form.get("plan", ""))
    except InvalidError:
        return []


def _refused(fault: str = "") -> Response:
    words = fault or gettext("We could not read the plan. It is still on your device. Load the page again, and try.")
    response = page("planner/plan.html", PlanPage.of(words), status=422)
    response.headers["Cache-Control"] = "no-store"
    return response


def _file(content: bytes, name: str, media_type: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
