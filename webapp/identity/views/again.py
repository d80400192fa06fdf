"""Staff show anew who they are, before what is sensitive."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256

from flask import Response, request
from sqlalchemy.orm import Session
from webauthn.helpers import bytes_to_base64url

from webapp.audit.domain import Action
from webapp.identity import passkeys, queries
from webapp.identity.actions import factors as factor_actions
from webapp.identity.actions import sessions
from webapp.identity.arrival import AS_SOMEBODY, FROM_NETWORK, SECOND_FACTOR, count_failure, hasher, to
from webapp.identity.current import give_cookie, own_path, visit
from webapp.identity.forms import AgainForm, PasskeyForm
from webapp.identity.presenters.arriving import AgainPage
from webapp.identity.views import bp
from webapp.identity.views.sign_in import NOT_SIGNED, second_factor_used
from webapp.kernel.errors import InvalidError
from webapp.kernel.permission import Assurance, Permission
from webapp.web.access import allows, caller
from webapp.web.i18n import lazy_gettext
from webapp.web.pages import page
from webapp.web.throttle import network, throttle
from webapp.web.transactions import database, db, now, reading


@bp.get("/innlogging/igjen")
@allows(Permission.KEEP_OWN_ACCOUNT, assurance=Assurance.ONE_FACTOR)
@reading
def show_again() -> Response:
    """Ask somebody to show anew who they are, before what is sensitive."""
    return page("identity/again.html", _again_page(db()), form=AgainForm())


@bp.post("/innlogging/igjen")
@allows(Permission.KEEP_OWN_ACCOUNT, assurance=Assurance.ONE_FACTOR)
def show_again_post() -> Response:
    """Note that somebody has shown anew who they are: by password, and by second factor where they have one."""
    form, who, wanted = AgainForm(), caller(), own_path(request.args.get("neste", ""))
    throttle().hit(AS_SOMEBODY, who.municipality, who.id, network())
    with database().reading() as session:
        row = queries.staff(session, who.municipality, who.id)
        has_second = bool(queries.factors(session, who.municipality, who.id))
        again = _again_page(session)
    is_right = form.validate() and hasher().fits(form.text("password"), row.password)
    with database().writing() as session:
        row = queries.staff(session, who.municipality, who.id)
        is_right = is_right and (not has_second or bool(second_factor_used(session, row, form.text("code"))))
        if is_right:
            give_cookie(sessions.renew(session, who.municipality, who.session_id, who.assurance, at=now()))
    if not is_right:
        count_failure(FROM_NETWORK, Action.SIGN_IN_FAILED, "staff", who.id)
        form.password.errors = [str(lazy_gettext("The password or the code is wrong."))]
        return page("identity/again.html", again, form=form, status=422)
    throttle().forget(AS_SOMEBODY, who.municipality, who.id, network())
    return to(wanted or "/innlogging/hjem")


def _again_page(session: Session) -> AgainPage:
    """Answer how somebody shows anew who they are: by password and code, or at the provider they came in by."""
    found, wanted = visit(), own_path(request.args.get("neste", ""))
    is_by_provider = bool(found and found.data.get("id_token"))
    rows = queries.factors(session, caller().municipality, caller().id)
    return AgainPage(wanted, bool(rows), is_by_provider, passkeys.request_options(rows, again_challenge()))


def again_challenge() -> str:
    """Answer what a passkey signs to show anew that it is still the same person: another one after each time."""
    found = visit()
    assert found is not None
    said = f"{found.data['csrf']} {found.authenticated_at.isoformat()}".encode()
    return bytes_to_base64url(sha256(said).digest())


@bp.post("/innlogging/igjen/nokkel")
@allows(Permission.KEEP_OWN_ACCOUNT, assurance=Assurance.SUBSTANTIAL)
def show_again_by_passkey() -> Response:
    """Note that somebody has shown anew who they are by a passkey that signs our challenge."""
    form, who, wanted = PasskeyForm(), caller(), own_path(request.args.get("neste", ""))
    throttle().hit(SECOND_FACTOR, who.municipality, who.id, network())
    is_right = False
    with database().writing() as session:
        rows = queries.factors(session, who.municipality, who.id)
        again = _again_page(session)
        with suppress(InvalidError):
            used, count = passkeys.signed_by(form.text("answer"), again_challenge(), rows)
            is_right = factor_actions.use_passkey(session, used, count, at=now())
        if is_right:
            give_cookie(sessions.renew(session, who.municipality, who.session_id, who.assurance, at=now()))
    if is_right:
        throttle().forget(SECOND_FACTOR, who.municipality, who.id, network())
        return to(wanted or "/innlogging/hjem")
    count_failure(FROM_NETWORK, Action.SECOND_FACTOR_FAILED, "staff", who.id)
    refused = AgainForm(formdata=None)
    refused.password.errors = [str(NOT_SIGNED)]
    return page("identity/again.html", again, form=refused, status=422)
