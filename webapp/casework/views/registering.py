"""Registering what came by telephone, by letter or in person: it becomes a case like any other (SA-1b)."""

from __future__ import annotations

from flask import Response

from webapp.casework.forms import RegisterForm, choices
from webapp.casework.presenters.common import offices
from webapp.casework.presenters.inbox import INBOX
from webapp.casework.views import bp
from webapp.identity.arrival import to
from webapp.kernel.ids import new_secret
from webapp.kernel.permission import Permission
from webapp.referrals.actions.sending import Submission, once, submit
from webapp.referrals.domain.referral import FOR_OTHERS, Came, Concerned, Content, Door, Whom
from webapp.referrals.letters import of_receipt
from webapp.referrals.presenters import CONSENT_VERSION
from webapp.web.access import allows, caller
from webapp.web.pages import page
from webapp.web.transactions import database, now

NEW = f"{INBOX}ny"


@bp.get(NEW)
@allows(Permission.WORK_CASES)
def register() -> Response:
    """Ask what came, from whom and for whom."""
    return page("casework/register.html", form=_form(key=new_secret()))


@bp.post(NEW)
@allows(Permission.WORK_CASES)
def register_post() -> Response:
    """Register it: one form is one case, however often it arrives."""
    form = _form()
    if not form.validate():
        return page("casework/register.html", form=form, status=422)
    sent, municipality = _submission(form), caller().municipality
    key = f"{caller().id} {form.text('key')}"
    case = once(database(), lambda session: submit(session, municipality, key, sent, at=now()))
    return to(f"{INBOX}{case.id}?melding=registrert")


def _form(**given: str) -> RegisterForm:
    form = RegisterForm(**given)
    form.office.choices = choices(offices())
    if not form.key.data:
        form.key.data = new_secret()
    return form


def _submission(form: RegisterForm) -> Submission:
    whom, content, language = Whom(form.text("whom")), _content(form), form.text("language")
    return Submission(
        door=Door.MESSAGE,
        whom=whom,
        about=tuple(form.chosen("topics")),
        language=language,
        content=content,
        office=form.text("office"),
        came=Came(form.text("came")),
        by=caller().id,
        letters=tuple(of_receipt(language, content, whom)),
    )


def _content(form: RegisterForm) -> Content:
    is_for_other = form.text("whom") in FOR_OTHERS
    return Content(
        name=form.text("name"),
        telephone=form.text("telephone"),
        email=form.text("email"),
        address=form.text("address"),
        contact=form.text("contact"),
        when=form.text("when"),
        safe_contact=form.text("safe_contact"),
        interpreter=form.text("interpreter"),
        text=form.text("words"),
        what_matters=form.text("what_matters"),
        concerned=Concerned(form.text("person"), "", form.text("relation")) if is_for_other else Concerned(),
        consent=str(form.told.label.text),
        consent_version=CONSENT_VERSION,
    )
