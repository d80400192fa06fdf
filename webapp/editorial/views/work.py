"""The first page of the room: what is to be done."""

from __future__ import annotations

from flask import Response, request

from webapp.content.current import library, shelf
from webapp.editorial.current import ROOM
from webapp.editorial.presenters.work import work_page
from webapp.editorial.queries.work import Known, work
from webapp.editorial.views import bp
from webapp.kernel.clock import local_day
from webapp.kernel.permission import Permission
from webapp.web.access import allows, caller
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading


@bp.get(ROOM)
@allows(Permission.SEE_DRAFTS)
@reading
def work_list() -> Response:
    """Show what is to be done, the most pressing first, each with one next step (RE-3)."""
    who, today = caller(), local_day(now())
    known = Known(db(), shelf(), who.municipality, library().languages, who.id, who.roles, today)
    may_edit = who.may(Permission.EDIT_CONTENT)
    made = work_page(work(known), today, may_edit=may_edit, whole=request.args.get("alle", ""))
    return page("editorial/work.html", made)
