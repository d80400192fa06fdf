"""One's own account: where to go, the password, second factors, recovery codes."""

from __future__ import annotations

from flask import Response, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from webapp.content.current import library
from webapp.identity import queries
from webapp.identity.actions import factors, sessions, staff
from webapp.identity.arrival import SECOND_FACTOR, hasher, to
from webapp.identity.current import give_cookie, visit
from webapp.identity.domain.passwords import PasswordFault, fault_of
from webapp.identity.domain.two_factor import new_app_secret, new_challenge, step_of
from webapp.identity.forms import PASSWORD_FAULTS, WRONG_CODE, AppForm, NewPasswordForm
from webapp.identity.letters import tell_of_new_password
from webapp.identity.models import StaffRow
from webapp.identity.presenters.account import AccountPage, AppPage, FactorsPage, HomePage, RecoveryPage
from webapp.identity.views import bp
from webapp.kernel.permission import Assurance, Permission
from webapp.web.access import allows, caller
from webapp.web.pages import page
from webapp.web.throttle import network, throttle
from webapp.web.transactions import database, db, now, reading, writing

FACTORS = "/innlogging/faktorer"


def own_row() -> StaffRow:
    """Answer the caller's own account."""
    return queries.staff(db(), caller().municipality, caller().id)


@bp.get("/innlogging/hjem")
@allows(Permission.KEEP_OWN_ACCOUNT)
def home() -> Response:
    """Show staff what they can do here."""
    return page("identity/home.html", HomePage.of(caller()))


@bp.get("/innlogging/konto")
@allows(Permission.KEEP_OWN_ACCOUNT)
@reading
def account() -> Response:
    """Show staff their own account."""
    return page("identity/account.html", AccountPage.of(db(), own_row(), request.args.get("melding", "")))


@bp.get("/innlogging/passord")
@allows(Permission.KEEP_OWN_ACCOUNT, is_fresh=True)
def change_password() -> Response:
    """Ask for a new password of somebody who has just shown who they are."""
    return page("identity/new_password.html", form=NewPasswordForm())


@bp.post("/innlogging/passord")
@allows(Permission.KEEP_OWN_ACCOUNT, is_fresh=True)
def change_password_post() -> Response:
    """Change one's password: every other session ends, and a notice is sent."""
    form = NewPasswordForm()
    with database().reading() as session:
        row = queries.staff(session, caller().municipality, caller().id)
        fault = password_fault(form, row)
    if fault:
        return page("identity/new_password.html", form=form, status=422)
    hashed = hasher().hash(form.text("new_password"))
    with database().writing() as session:
        row = queries.staff(session, caller().municipality, caller().id)
        staff.set_password(session, row, hashed, at=now(), but=caller().session_id)
        tell_of_new_password(session, row, at=now())
    return to("/innlogging/konto?melding=passord")


def password_fault(form: NewPasswordForm, row: StaffRow) -> bool:
    """Tell whether a new password cannot be chosen, and say why at its field."""
    if not form.validate():
        return True
    fault: PasswordFault | None = fault_of(
        form.text("new_password"), (row.email, row.name, library().municipality.name)
    )
    if fault:
        form.new_password.errors = [str(PASSWORD_FAULTS[fault])]
    return fault is not None


@bp.get(FACTORS)
@allows(Permission.KEEP_OWN_ACCOUNT, assurance=Assurance.ONE_FACTOR)
@reading
def second_factors() -> Response:
    """Show one's second factors and recovery codes."""
    return page("identity/factors.html", FactorsPage.of(db(), own_row(), caller(), request.args.get("melding", "")))


@bp.post(FACTORS)
@allows(Permission.KEEP_OWN_ACCOUNT, assurance=Assurance.ONE_FACTOR, is_fresh=True)
@writing
def second_factors_post() -> Response:
    """Begin to add a second factor, take one away, or make new recovery codes."""
    wanted, row, found = request.form.get("handling", ""), own_row(), visit()
    assert found is not None
    if wanted in {"app", "nokkel"}:
        pending = {"app": new_app_secret()} if wanted == "app" else {"challenge": new_challenge()}
        sessions.remember(db(), found.municipality, found.id, pending)
        return to(f"{FACTORS}/{wanted}")
    if wanted == "koder":
        return page("identity/recovery.html", RecoveryPage(factors.renew_recovery_codes(db(), row, at=now())))
    if not wanted.startswith("fjern "):
        raise BadRequest
    factors.remove(db(), row, wanted.removeprefix("fjern "), at=now(), but=found.id)
    return to(f"{FACTORS}?melding=fjernet")


@bp.get(f"{FACTORS}/app")
@allows(Permission.KEEP_OWN_ACCOUNT, assurance=Assurance.ONE_FACTOR)
@reading
def add_app() -> Response:
    """Show the secret of a new authenticator app as a QR code and as text."""
    secret = pending_secret()
    if not secret:
        return to(FACTORS)
    return page("identity/app.html", AppPage.of(secret, own_row()), form=AppForm())


@bp.post(f"{FACTORS}/app")
@allows(Permission.KEEP_OWN_ACCOUNT, assurance=Assurance.ONE_FACTOR, is_fresh=True)
def add_app_post() -> Response:
    """Add the app once it shows a right code."""
    secret, form = pending_secret(), AppForm()
    if not secret:
        return to(FACTORS)
    throttle().hit(SECOND_FACTOR, caller().municipality, caller().id, network())
    step = step_of(secret, form.text("code"), now(), after=0) if form.validate() else None
    with database().writing() as session:
        row = queries.staff(session, caller().municipality, caller().id)
        if step is not None:
            label = form.text("label")
            factors.add_app(session, row, secret, step, label=label, at=now(), but=caller().session_id)
            return with_factor_added(session, row)
        again = AppPage.of(secret, row)
    if not form.code.errors:
        form.code.errors = [str(WRONG_CODE)]
    return page("identity/app.html", again, form=form, status=422)


def pending_secret() -> str:
    """Answer the secret of the app that is about to be added; empty where none is."""
    found = visit()
    return str(found.data.get("app", "")) if found else ""


def with_factor_added(session: Session, row: StaffRow) -> Response:
    """Let the session of who added a second factor count as two, by a new cookie (S1); give codes with the first."""
    who = caller()
    secret = sessions.renew(session, who.municipality, who.session_id, Assurance.SUBSTANTIAL, at=now())
    sessions.remember(session, who.municipality, who.session_id, {"app": None, "challenge": None})
    give_cookie(secret)
    if queries.recovery_codes_left(session, row.municipality, row.id):
        return to(f"{FACTORS}?melding=lagt-til")
    return page("identity/recovery.html", RecoveryPage(factors.renew_recovery_codes(session, row, at=now())))
