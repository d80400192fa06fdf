"""A passkey is added, and used as the second factor."""

from __future__ import annotations

from flask import Response

from webapp.audit.domain import Action
from webapp.content.current import library
from webapp.identity import passkeys, queries
from webapp.identity.actions import factors
from webapp.identity.actions.staff import ACTIVE
from webapp.identity.arrival import FROM_NETWORK, SECOND_FACTOR, count_failure, destination, to
from webapp.identity.current import at_step, visit
from webapp.identity.domain.sessions import Kind
from webapp.identity.forms import CodeForm, PasskeyForm
from webapp.identity.presenters.account import PasskeyPage
from webapp.identity.views import bp
from webapp.identity.views.account import FACTORS, own_row, with_factor_added
from webapp.identity.views.sign_in import NOT_SIGNED, come_in, second_factor_page
from webapp.kernel.errors import ConflictError, InvalidError
from webapp.kernel.permission import Assurance, Permission
from webapp.web.access import allows, caller, entrance
from webapp.web.i18n import lazy_gettext
from webapp.web.pages import page
from webapp.web.throttle import network, throttle
from webapp.web.transactions import database, db, now, reading

NOT_ADDED = lazy_gettext("The passkey could not be added. Try again, or use an app instead.")


def pending_challenge() -> str:
    """Answer the challenge that a new passkey is to sign; empty where none is being added."""
    found = visit()
    return str(found.data.get("challenge", "")) if found else ""


def _page() -> PasskeyPage:
    row = own_row()
    rows = queries.factors(db(), row.municipality, row.id)
    return PasskeyPage(passkeys.creation_options(row, rows, pending_challenge()))


@bp.get(f"{FACTORS}/nokkel")
@allows(Permission.KEEP_OWN_ACCOUNT, assurance=Assurance.ONE_FACTOR)
@reading
def add_passkey() -> Response:
    """Ask the browser to make a passkey."""
    if not pending_challenge() or not passkeys.are_possible():
        return to(FACTORS)
    return page("identity/passkey.html", _page(), form=PasskeyForm())


@bp.post(f"{FACTORS}/nokkel")
@allows(Permission.KEEP_OWN_ACCOUNT, assurance=Assurance.ONE_FACTOR, is_fresh=True)
def add_passkey_post() -> Response:
    """Add the passkey once it has signed our challenge."""
    form = PasskeyForm()
    if not pending_challenge():
        return to(FACTORS)
    try:
        made = passkeys.made(form.text("answer"), pending_challenge()) if form.validate() else None
        if made:
            with database().writing() as session:
                row = queries.staff(session, caller().municipality, caller().id)
                factors.add_passkey(
                    session, row, made.id, made.key, made.count, label=form.text("label"), at=now(),
                    but=caller().session_id,
                )  # fmt: skip
                return with_factor_added(session, row)
    except (InvalidError, ConflictError):
        form.answer.errors = [str(NOT_ADDED)]
    return _refused(form)


@reading
def _refused(form: PasskeyForm) -> Response:
    return page("identity/passkey.html", _page(), form=form, status=422)


@bp.post("/innlogging/nokkel")
@entrance
def use_passkey() -> Response:
    """Let staff in by a passkey that signs our challenge."""
    found, form = at_step("second factor"), PasskeyForm()
    if found is None:
        return to("/innlogging")
    staff_id, code = found.person or "", library().code
    throttle().hit(SECOND_FACTOR, code, staff_id, network())
    is_in, address = False, destination(Kind.STAFF, staff_id)
    with database().writing() as session:
        row = queries.staff(session, code, staff_id)
        rows = queries.factors(session, code, staff_id)
        try:
            used, count = passkeys.signed_by(form.text("answer"), str(found.data["challenge"]), rows)
            is_in = row.state == ACTIVE and factors.use_passkey(session, used, count, at=now())
        except InvalidError:
            is_in = False
        if is_in:
            come_in(session, row, Assurance.SUBSTANTIAL, "passkey")
    if is_in:
        throttle().forget(SECOND_FACTOR, code, staff_id, network())
        return to(address)
    count_failure(FROM_NETWORK, Action.SECOND_FACTOR_FAILED, "staff", staff_id)
    again = CodeForm(formdata=None)
    again.code.errors = [str(NOT_SIGNED)]
    return page("identity/second_factor.html", second_factor_page(found), form=again, status=422)
