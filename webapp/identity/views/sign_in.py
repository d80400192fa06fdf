"""Staff come in: password, second factor, and both again before what is sensitive; and everybody goes out."""

from __future__ import annotations

from flask import Response, request
from sqlalchemy.orm import Session

from webapp.audit.domain import Action
from webapp.content.current import library
from webapp.identity import passkeys, queries
from webapp.identity.actions import factors as factor_actions
from webapp.identity.actions import staff as staff_actions
from webapp.identity.actions.sessions import Beginning
from webapp.identity.arrival import (
    AS_SOMEBODY,
    FROM_NETWORK,
    SECOND_FACTOR,
    begin,
    count_failure,
    destination,
    hasher,
    require_few_failures,
    to,
)
from webapp.identity.current import Visit, at_step, own_path
from webapp.identity.domain.people import email_key
from webapp.identity.domain.sessions import Kind
from webapp.identity.domain.two_factor import new_challenge, staff_assurance
from webapp.identity.forms import WRONG_CODE, CodeForm, SignInForm
from webapp.identity.models import StaffRow
from webapp.identity.presenters.arriving import SecondFactorPage, SignInPage
from webapp.identity.providers import provider_of
from webapp.identity.views import bp
from webapp.kernel.permission import Assurance
from webapp.web.access import entrance
from webapp.web.i18n import lazy_gettext
from webapp.web.pages import page
from webapp.web.tenancy import settings
from webapp.web.throttle import network, throttle
from webapp.web.transactions import database, now

NOT_SIGNED = lazy_gettext("The passkey did not answer as it should. Try again, or use a code.")
WRONG = lazy_gettext("The e-mail address or the password is wrong. Check both, or choose a new password.")


def _sign_in_page() -> SignInPage:
    return SignInPage.of(provider_of("staff"), request.args.get("melding", ""))


@bp.get("/innlogging")
@entrance
def sign_in() -> Response:
    """Ask staff who they are."""
    return page("identity/sign_in.html", _sign_in_page(), form=SignInForm())


@bp.post("/innlogging")
@entrance
def sign_in_post() -> Response:
    """Let staff in by their password, or to their second factor; unknown, closed and wrong are answered alike (P2)."""
    form = SignInForm()
    require_few_failures(FROM_NETWORK)
    if not form.validate():
        return page("identity/sign_in.html", _sign_in_page(), form=form, status=422)
    named = (library().code, email_key(form.text("email")), network())
    throttle().hit(AS_SOMEBODY, *named)
    with database().reading() as session:
        index = staff_actions.email_index(session, library().code, form.text("email"))
        row = queries.staff_by_email(session, library().code, index)
        known = row is not None and row.state == staff_actions.ACTIVE
    is_right = hasher().fits(form.text("password"), row.password if row and known else None)
    answer = _after_password(row, form.text("password")) if row and is_right else None
    if answer is None:
        count_failure(FROM_NETWORK, Action.SIGN_IN_FAILED, "staff", row.id if row else "unknown")
        form.password.errors = [str(WRONG)]
        return page("identity/sign_in.html", _sign_in_page(), form=form, status=422)
    throttle().forget(AS_SOMEBODY, *named)
    return answer


def _after_password(known: StaffRow, password: str) -> Response | None:
    """Lead on from a right password; None where it was changed or the account closed while it was looked at."""
    better = hasher().hash(password) if hasher().is_outdated(known.password or "") else None
    wanted = own_path(request.args.get("neste", ""))
    with database().writing() as session:
        row = queries.staff(session, known.municipality, known.id)
        if row.state != staff_actions.ACTIVE or row.password != known.password:
            return None
        if better:
            row.password = better
        if queries.factors(session, row.municipality, row.id):
            step = {"step": "second factor", "challenge": new_challenge(), **({"next": wanted} if wanted else {})}
            begin(session, Beginning(row.municipality, Kind.WAITING, row.id, Assurance.ONE_FACTOR), step)
            return to("/innlogging/kode")
        address = destination(Kind.STAFF, row.id, wanted)
        come_in(session, row, staff_assurance(has_second=False, is_demo=settings().is_demo), "password")
    return to(address)


def come_in(session: Session, row: StaffRow, assurance: Assurance, by: str) -> None:
    """Let a member of staff in, and note by what."""
    begin(session, Beginning(row.municipality, Kind.STAFF, row.id, assurance), {})
    staff_actions.signed_in(session, row, by, at=now())


@bp.get("/innlogging/kode")
@entrance
def second_factor() -> Response:
    """Ask for the second factor."""
    found = at_step("second factor")
    if found is None:
        return to("/innlogging")
    return page("identity/second_factor.html", second_factor_page(found), form=CodeForm())


@bp.post("/innlogging/kode")
@entrance
def second_factor_post() -> Response:
    """Let staff in by a code of their app, or by a recovery code, each used once."""
    found, form = at_step("second factor"), CodeForm()
    if found is None:
        return to("/innlogging")
    staff_id = found.person or ""
    throttle().hit(SECOND_FACTOR, library().code, staff_id, network())
    if form.validate():
        address = destination(Kind.STAFF, staff_id)
        with database().writing() as session:
            row = queries.staff(session, library().code, staff_id)
            is_open = row.state == staff_actions.ACTIVE
            by = second_factor_used(session, row, form.text("code")) if is_open else ""
            if by:
                come_in(session, row, Assurance.SUBSTANTIAL, by)
        if by:
            throttle().forget(SECOND_FACTOR, library().code, staff_id, network())
            return to(address)
        count_failure(FROM_NETWORK, Action.SECOND_FACTOR_FAILED, "staff", staff_id)
        form.code.errors = [str(WRONG_CODE)]
    return page("identity/second_factor.html", second_factor_page(found), form=form, status=422)


def second_factor_used(session: Session, row: StaffRow, code: str) -> str:
    """Use up a code of an app or a recovery code; answer which it was, or nothing for a wrong one."""
    if factor_actions.use_app_code(session, row, code, at=now()):
        return "app"
    return "recovery code" if factor_actions.use_recovery_code(session, row, code, at=now()) else ""


def second_factor_page(found: Visit) -> SecondFactorPage:
    """Answer the page that asks for a second factor: a code, or a passkey where there is one."""
    with database().reading() as session:
        rows = queries.factors(session, found.municipality, found.person or "")
        return SecondFactorPage.of(rows, passkeys.request_options(rows, str(found.data["challenge"])))
