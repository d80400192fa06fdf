"""One case: shown to who has a reason, after the look is recorded; a colleague's case asks for the reason first."""

from __future__ import annotations

from flask import Response, request
from sqlalchemy.orm import Session

from webapp.audit.current import look
from webapp.casework import queries as people
from webapp.casework.current import KIND, why_look
from webapp.casework.forms import FORMS, ActForm, AnswerForm, ReasonForm
from webapp.casework.presenters.acting import ReasonPage
from webapp.casework.presenters.case import CasePage, suggested_way
from webapp.casework.presenters.inbox import INBOX
from webapp.casework.views import bp
from webapp.identity.arrival import to
from webapp.identity.reasons import remember_reason
from webapp.kernel.permission import Permission
from webapp.referrals import queries
from webapp.referrals.domain.referral import FOR_OTHERS
from webapp.referrals.queries import Case
from webapp.web.access import allows, caller
from webapp.web.pages import page
from webapp.web.transactions import database, db, now, writing

ONE = f"{INBOX}<case_id>"


@bp.get(ONE)
@allows(Permission.WORK_CASES)
def show(case_id: str) -> Response:
    """Show a case; of a colleague's, ask why first."""
    with database().reading() as session:
        case = queries.referral(session, caller().municipality, case_id)
        why = why_look(case)
        if not why:
            return _ask_why(session, case)
        shown = page_of(session, case, request.args.get("melding", ""))
        form = answer_form(session, case, AnswerForm(formdata=None, **begun_answer(session, case)))
    look(KIND, case_id, why=why)
    return page("casework/case.html", shown, form=form)


def page_of(session: Session, case: Case, key: str = "") -> CasePage:
    """Answer the page of a case."""
    names = people.names(session, case.municipality)
    return CasePage.of(
        case, queries.entries(session, case), names, caller().id, now=now(), key=key,
        taken=queries.handover(session, case), files=queries.attachments(session, case),
    )  # fmt: skip


def answer_form(session: Session, case: Case, form: ActForm) -> ActForm:
    """Answer a form without the ways by which it could reach nobody whom it is for."""
    if isinstance(form, AnswerForm) and case.whom in FOR_OTHERS and queries.handover(session, case) is None:
        form.leave_out_message()
    return form


def begun_answer(session: Session, case: Case) -> dict[str, str]:
    """Answer what an answer begins with: what the caller has begun, and the way that the resident prefers."""
    unsent = queries.unsent(session, case, caller().id)
    taken, is_for_other = queries.handover(session, case), case.whom in FOR_OTHERS
    way = suggested_way(queries.content_of(case), taken, is_for_other=is_for_other)
    return {"words": unsent.text if unsent else "", "way": way}


def _ask_why(session: Session, case: Case, *, form: ReasonForm | None = None, status: int = 200) -> Response:
    names = people.names(session, case.municipality)
    shown = ReasonPage.of(case, names, _wanted())
    return page("casework/reason.html", shown, form=form or ReasonForm(), status=status)


def _wanted() -> str:
    """Answer what the caller was about to do in the case; empty for a look alone."""
    word = request.args.get("neste", "")
    return word if word in FORMS else ""


@bp.post(f"{ONE}/innsyn")
@allows(Permission.WORK_CASES)
@writing
def give_reason(case_id: str) -> Response:
    """Take the reason for looking at a colleague's case; each look in the next hour is recorded with it."""
    case, form = queries.referral(db(), caller().municipality, case_id), ReasonForm()
    if not form.validate():
        return _ask_why(db(), case, form=form, status=422)
    remember_reason(db(), case.id, form.text("why"))
    then = _wanted()
    return to(f"{INBOX}{case.id}/{then}" if then else f"{INBOX}{case.id}?melding=innsyn")
