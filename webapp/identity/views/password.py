"""Staff who have forgotten their password, and staff who take up a new account: a link, and what goes with it."""

from __future__ import annotations

from flask import Response

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.content.current import library
from webapp.identity import queries
from webapp.identity.actions import codes, invitations, sessions, staff
from webapp.identity.actions.sessions import Beginning
from webapp.identity.arrival import FROM_NETWORK, RESETS, begin, count_failure, hasher, require_few_failures, to
from webapp.identity.current import at_step, take_cookie
from webapp.identity.domain.codes import PASSWORD_LINK_LIFE, Channel, Purpose
from webapp.identity.domain.people import email_key
from webapp.identity.domain.sessions import Kind, Why
from webapp.identity.domain.two_factor import staff_assurance
from webapp.identity.forms import WRONG_CODE, EmailForm, NewPasswordForm, TakeUpForm
from webapp.identity.letters import send_link, tell_of_new_password
from webapp.identity.presenters.arriving import LinkPage, NewPasswordPage
from webapp.identity.views import bp
from webapp.identity.views.account import password_fault
from webapp.identity.views.sign_in import come_in
from webapp.kernel.errors import GoneError
from webapp.kernel.ids import clean_code
from webapp.web.access import entrance
from webapp.web.pages import page
from webapp.web.tenancy import settings
from webapp.web.throttle import network, throttle
from webapp.web.transactions import database, now

_STEPS = {Purpose.STAFF: "take up", Purpose.PASSWORD: "new password"}


@bp.get("/innlogging/glemt")
@entrance
def forgotten() -> Response:
    """Ask where to send a link for a new password."""
    return page("identity/forgotten.html", form=EmailForm())


@bp.post("/innlogging/glemt")
@entrance
def forgotten_post() -> Response:
    """Send a link where there is such an account, and say the same where there is none (P2)."""
    form = EmailForm()
    if not form.validate():
        return page("identity/forgotten.html", form=form, status=422)
    throttle().hit(RESETS, library().code, email_key(form.text("email")), network())
    with database().writing() as session:
        index = staff.email_index(session, library().code, form.text("email"))
        row = queries.staff_by_email(session, library().code, index)
        record(
            session, municipality=library().code, action=Action.PASSWORD_RESET_ASKED, actor="nobody",
            object_kind="staff", object_id=row.id if row else "unknown", at=now(),
        )  # fmt: skip
        may = row is not None and row.state == staff.ACTIVE and row.password is not None
        if row is not None and may and (settings().is_demo or queries.factors(session, row.municipality, row.id)):
            asked = invitations.invite(
                session, municipality=row.municipality, purpose=Purpose.PASSWORD, subject=row.id,
                contact=invitations.Contact(row.language, row.email), at=now(), expires_at=now() + PASSWORD_LINK_LIFE,
            )  # fmt: skip
            send_link(session, asked, Channel.EMAIL, at=now())
    return to("/innlogging/glemt/sendt")


@bp.get("/innlogging/glemt/sendt")
@entrance
def link_sent() -> Response:
    """Say that a link is on its way to who has an account."""
    return page("identity/link_sent.html")


@bp.get("/innlogging/i/<secret>")
@entrance
def staff_link(secret: str) -> Response:
    """Show that a link is there, and change nothing: mail scanners open links (L2)."""
    return _landing(secret)


def _landing(secret: str) -> Response:
    with database().reading() as session:
        try:
            _, invited = invitations.living_link(session, library().code, secret, now())
        except GoneError:
            return page("identity/staff_link_gone.html", status=410)
    if Purpose(invited.purpose) not in _STEPS:
        return page("identity/staff_link_gone.html", status=410)
    return page("identity/staff_link.html", LinkPage(secret))


@bp.post("/innlogging/i/<secret>")
@entrance
def staff_link_post(secret: str) -> Response:
    """Go on from a link, in a session of its own: the link leaves the address bar."""
    require_few_failures(FROM_NETWORK)
    with database().writing() as session:
        try:
            _, invited = invitations.living_link(session, library().code, secret, now())
        except GoneError:
            return page("identity/staff_link_gone.html", status=410)
        step = _STEPS.get(Purpose(invited.purpose))
        if step is None:
            return page("identity/staff_link_gone.html", status=410)
        begin(session, Beginning(invited.municipality, Kind.WAITING), {"step": step, "invitation": invited.id})
    return to("/innlogging/nytt-passord")


@bp.get("/innlogging/nytt-passord")
@entrance
def new_password() -> Response:
    """Ask for a new password, and for the start code of a new account."""
    is_new = at_step("take up") is not None
    if not is_new and at_step("new password") is None:
        return to("/innlogging")
    return page("identity/take_up.html", NewPasswordPage(is_new), form=TakeUpForm() if is_new else NewPasswordForm())


@bp.post("/innlogging/nytt-passord")
@entrance
def new_password_post() -> Response:
    """Take up the account with a start code and a password, or set the new password."""
    found = at_step("take up")
    if found is not None:
        return _take_up(found.data["invitation"], found.id)
    found = at_step("new password")
    return _reset(found.data["invitation"], found.id) if found else to("/innlogging")


def _reset(invitation_id: str, browser: str) -> Response:
    form, code = NewPasswordForm(), library().code
    with database().reading() as session:
        invited = queries.invitation(session, code, invitation_id)
        if invited is None or not invitations.is_open(invited, now()):
            return page("identity/staff_link_gone.html", status=410)
        fault = password_fault(form, queries.staff(session, code, invited.subject))
    if fault:
        return page("identity/take_up.html", NewPasswordPage(is_new=False), form=form, status=422)
    hashed = hasher().hash(form.text("new_password"))
    with database().writing() as session:
        row, still = queries.staff(session, code, invited.subject), queries.invitation(session, code, invitation_id)
        if still is None or not invitations.is_open(still, now()) or row.state != staff.ACTIVE:
            return page("identity/staff_link_gone.html", status=410)
        staff.set_password(session, row, hashed, at=now())
        tell_of_new_password(session, row, at=now())
        sessions.end(session, code, browser, Why.REPLACED, at=now())
    take_cookie()
    return to("/innlogging?melding=nytt-passord")


def _take_up(invitation_id: str, browser: str) -> Response:
    form, code = TakeUpForm(), library().code
    with database().reading() as session:
        invited = queries.invitation(session, code, invitation_id)
        if invited is None or not invitations.is_open(invited, now()):
            return page("identity/staff_link_gone.html", status=410)
        fault = password_fault(form, queries.staff(session, code, invited.subject))
    if fault:
        return page("identity/take_up.html", NewPasswordPage(is_new=True), form=form, status=422)
    written = clean_code(form.text("code"))
    with database().writing() as session:
        tried = codes.count_try(session, code, invitation_id, browser, written, at=now())
    right = next((found for found, hashed in tried.codes if hasher().fits(written, hashed)), None)
    hashed = hasher().hash(form.text("new_password"))
    with database().writing() as session:
        invited = queries.invitation(session, code, invitation_id)
        is_open = invited is not None and invitations.is_open(invited, now())
        if right and invited and is_open and codes.use_code(session, invited, right, at=now()):
            row = queries.staff(session, code, invited.subject)
            staff.take_up(session, row, hashed, at=now())
            come_in(session, row, staff_assurance(has_second=False, is_demo=settings().is_demo), "start code")
            return to("/innlogging/hjem")
    count_failure(FROM_NETWORK, Action.CODE_FAILED, "invitation", invitation_id)
    form.code.errors = [str(WRONG_CODE)]
    return page("identity/take_up.html", NewPasswordPage(is_new=True), form=form, status=422)
