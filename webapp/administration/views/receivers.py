"""The municipality's own systems: on and off, addresses, secrets that are never shown, and a test that says it all."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request
from flask_babel import gettext
from werkzeug.exceptions import BadRequest

from webapp.administration import queries
from webapp.administration.actions import receivers as actions
from webapp.administration.current import SEEN, actor, facts_now, operators_ways, receivers, save, seen_by_form, to
from webapp.administration.domain.receiving import Kind, new_secret, private_number, require_secret
from webapp.administration.forms import NoticeForm, ReceiverForm
from webapp.administration.presenters import ReceiverPage, ReceiversPage
from webapp.administration.presenters.common import REFUSED, fact_told
from webapp.administration.presenters.receivers import ADDRESS, MESSAGES, tried_words
from webapp.administration.receiving import try_notice, try_out, with_rows
from webapp.administration.views import bp
from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.content.current import library
from webapp.gateways.mail import mailer
from webapp.gateways.oidc_provider import is_safe_address
from webapp.gateways.posting import is_public
from webapp.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from webapp.kernel.permission import Permission
from webapp.referrals.delivery import ARCHIVE, FHIR, WEBHOOK
from webapp.storage.outbox import waiting
from webapp.web.access import allows, caller
from webapp.web.forms import BaseForm
from webapp.web.i18n import language
from webapp.web.i18n import lazy_gettext as _
from webapp.web.pages import page
from webapp.web.tenancy import settings
from webapp.web.transactions import database, db, now, reading, writing

MESSAGE_KINDS = {Kind.WEBHOOK: WEBHOOK, Kind.FHIR: FHIR, Kind.ARCHIVE: ARCHIVE}
NOTICE = "varsel"
"""The word in the address for the notice by e-mail, which is a fact and no receiver of its own."""
BAD_ADDRESS = _("Write an address that begins with https://, without a name, a password or a # in it.")
PRIVATE = _("This address is inside a closed network. Only the operator can allow such a one.")
BAD_SECRET = _("This is no secret of that kind. Copy it whole, or leave the field empty to have one made.")
BAD_KEY = _("This is no key that can be used. Copy it whole.")
SAME_SECRET = _("This secret is in use already.")
CONFLICT = _("Somebody else has changed this receiver since you opened the page. Here is how it is now.")


def _kind(name: str) -> Kind:
    try:
        return Kind(name)
    except ValueError as error:
        raise NotFoundError from error


@bp.get(ADDRESS)
@allows(Permission.KEEP_SETTINGS)
@reading
def all_receivers() -> Response:
    """List the receivers, and who is told by e-mail."""
    return _show_all(_notice_form())


def _notice_form() -> NoticeForm:
    """Answer the form of the notice, filled in as it is now; never by what was posted to try it."""
    said = facts_now().get("notice", {})
    email = said.get("email") or library().municipality.facts["email"]
    return NoticeForm(formdata=None, on=not said.get("off"), email=email)


def _show_all(
    form: BaseForm, *, status: int = 200, is_conflict: bool = False, is_refused: bool = False, tried: str = ""
) -> Response:
    if is_refused:
        form.email.errors = [str(REFUSED)]
    rows, known = queries.receivers(db(), caller().municipality), facts_now()
    ways = with_rows(operators_ways(), rows)
    shown = ReceiversPage(
        [ReceiverPage.of(kind, ways, rows.get(kind)) for kind in Kind],
        library().municipality.notice_email, seen_by_form(known, "receivers", is_conflict=is_conflict),
        str(MESSAGES.get(request.args.get("melding", ""), "")),
        fact_told("notice", known.get("notice")) if is_conflict else "",
        tried,
    )  # fmt: skip
    return page("administration/receivers.html", shown, form=form, status=status)


@bp.post(ADDRESS)
@allows(Permission.KEEP_SETTINGS, is_fresh=True)
@writing
def notice_post() -> Response:
    """Say whether and where an e-mail tells that something has come in."""
    form = NoticeForm()

    def values() -> dict[str, Any]:
        email = form.text("email")
        told = {"email": email} if email and email != library().municipality.facts["email"] else {}
        return {"notice": {**told, **({} if form.on.data else {"off": True})} or None}

    return save("receivers", form, values, _show_all, ADDRESS)


@bp.get(f"{ADDRESS}/<system>")
@allows(Permission.KEEP_SETTINGS)
@reading
def receiver(system: str) -> Response:
    """Show one receiver."""
    done = str(MESSAGES.get(request.args.get("melding", ""), ""))
    return _show(_kind(system), ReceiverForm(), message=done)


def _show(kind: Kind, form: BaseForm, *, status: int = 200, **more: Any) -> Response:
    place = caller().municipality
    rows = queries.receivers(db(), place)
    ways = with_rows(operators_ways(), rows)
    if status == 422:  # what the form has seen stays what it has seen
        more["revision"] = _seen()
    shown = ReceiverPage.of(kind, ways, rows.get(kind), waiting=waiting(db(), place, MESSAGE_KINDS[kind]), **more)
    return page("administration/receiver.html", shown, form=form, status=status)


@bp.post(f"{ADDRESS}/<system>")
@allows(Permission.KEEP_SETTINGS, is_fresh=True)
@writing
def receiver_post(system: str) -> Response:
    """Switch a receiver on or off, send elsewhere, change its secrets, or forget it."""
    kind, wanted = _kind(system), request.form.get("handling", "")
    if wanted not in {"pa", "av", "adresse", "hemmelighet", "gammel", "fjern"}:
        raise BadRequest
    is_switch = wanted in {"pa", "av"}
    if not is_switch and not _page(kind).may_own:
        raise NotAllowedError("the operator sets up this receiver")
    form = _address_form() if wanted == "adresse" else ReceiverForm()
    if form.errors:
        return _show(kind, form, status=422)
    try:
        row = actions.held(db(), caller().municipality, kind, _seen())
        if is_switch:
            actions.switch(db(), row, is_on=wanted == "pa", by=actor())
        elif wanted == "adresse":
            return _move(kind, row, form.text("address"))
        elif wanted == "hemmelighet":
            return _renew(kind, row)
        elif wanted == "gammel":
            actions.drop_old_secret(db(), row, actor())
        else:
            actions.remove(db(), row, actor())
    except ConflictError:
        return _show(kind, ReceiverForm(), status=409, problem=str(CONFLICT))
    return to(f"{ADDRESS}/{kind.value}?melding={wanted}")


def _seen() -> int:
    """Answer which revision of a receiver the form has seen; one that there never is where it does not say."""
    told = request.form.get(SEEN, "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 9 else -1


def _page(kind: Kind) -> ReceiverPage:
    rows = queries.receivers(db(), caller().municipality)
    return ReceiverPage.of(kind, with_rows(operators_ways(), rows), rows.get(kind))


def _address_form() -> ReceiverForm:
    """Answer the form of an address, looked at: the rules of what the operator allows count too."""
    form, own = ReceiverForm(), operators_ways().own
    if form.validate():
        address, number = form.text("address"), private_number(form.text("address"))
        if not is_safe_address(address, allow_loopback=False):
            form.address.errors = [str(BAD_ADDRESS)]
        elif number and own is not None and not own.allow_private and not is_public(number):
            form.address.errors = [str(PRIVATE)]
    return form


def _move(kind: Kind, row: Any, address: str) -> Response:
    is_new = kind is Kind.WEBHOOK and not row.number_of_secrets
    actions.set_address(db(), row, address, actor())
    if not is_new:
        return to(f"{ADDRESS}/{kind.value}?melding=adresse")
    secret = new_secret()
    actions.add_secret(db(), row, secret, actor())
    return _show(kind, ReceiverForm(), message=str(MESSAGES["adresse"]), new_secret=secret)


def _renew(kind: Kind, row: Any) -> Response:
    """Take a new secret into use: one that was written, or one made here, which is shown this once."""
    form = ReceiverForm()
    written = form.text("secret").strip()
    if not row.address:
        raise ConflictError("there is no receiver to have a secret")
    try:
        secret = require_secret(kind, written or ("" if kind is Kind.FHIR else new_secret()))
        actions.add_secret(db(), row, secret, actor())
    except InvalidError:
        form.secret.errors = [str(BAD_KEY if kind is Kind.FHIR else BAD_SECRET)]
        return _show(kind, form, status=422)
    except ConflictError:
        form.secret.errors = [str(SAME_SECRET)]
        return _show(kind, form, status=422)
    if written:
        return to(f"{ADDRESS}/{kind.value}?melding={'nokkel' if kind is Kind.FHIR else 'hemmelighet'}")
    return _show(kind, ReceiverForm(), message=str(MESSAGES["hemmelighet"]), new_secret=secret)


@bp.post(f"{ADDRESS}/<system>/prov")
@allows(Permission.KEEP_SETTINGS, is_fresh=True)
def receiver_try(system: str) -> Response:
    """Send a test message through the real gateway, with no lock held, and say what came back."""
    if system == NOTICE:
        return _try_notice()
    kind, place = _kind(system), caller().municipality
    ways = receivers().of(place)
    if getattr(ways, kind.value) is None:
        raise NotFoundError
    tried = try_out(ways, kind, place, now())
    with database().writing() as session:
        actions.note_try(
            session, place, kind, status=tried.status, milliseconds=tried.milliseconds, fault=tried.fault,
            by=caller().id, at=now(),
        )  # fmt: skip
    return to(f"{ADDRESS}/{kind.value}?melding=provd#prov")


def _try_notice() -> Response:
    """Send a test notice to the address that is told now, and show the list with what the mail server answered."""
    own = library().municipality
    if not own.notice_email:
        raise NotFoundError
    name, text = own.full_name(language()), gettext("This is a test. Notices of new messages come to this address.")
    tried = try_notice(mailer(settings()), own.notice_email, gettext("Test"), text, name)
    with database().writing() as session:
        record(
            session, municipality=caller().municipality, action=Action.RECEIVER_TESTED, actor=caller().id,
            object_kind="receiver", object_id=NOTICE, details={"ok": not tried.fault}, at=now(),
        )  # fmt: skip
    with database().reading() as session:
        g.db = session
        return _show_all(_notice_form(), tried=tried_words(tried.fault))
