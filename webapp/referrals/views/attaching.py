"""Attaching a photograph or a PDF to what was sent, where the municipality takes it (HE-5)."""

from __future__ import annotations

from contextlib import closing
from urllib.parse import urlencode

from flask import Response, make_response, redirect, request
from flask_babel import gettext

from webapp.content.site import takes_attachments
from webapp.gateways.files_brought import MOST_BYTES, Brought, FileRefusedError, Unfit, take
from webapp.kernel.errors import NotAllowedError, NotFoundError
from webapp.kernel.permission import Permission
from webapp.referrals import queries
from webapp.referrals.actions import attaching
from webapp.referrals.forms import UNFIT_WORDS, AttachForm, file_name
from webapp.referrals.models import ReferralRow
from webapp.referrals.views import bp
from webapp.referrals.views.status import OWN, WHICH, by_seen, own_row, page_of, seen_by_caller
from webapp.web.access import allows, caller
from webapp.web.limits import takes
from webapp.web.pages import page
from webapp.web.throttle import Limit, network, throttle
from webapp.web.transactions import db, now, reading, writing

_ROOM_FOR_WORDS = 64 * 1024
FILES = Limit("files from a network", 30)


@bp.get("/<language:lang>/henvendelse/min/vedlegg")
@allows(Permission.SEE_OWN_REFERRAL)
@reading
def attach(lang: str) -> Response:
    """Ask for a file."""
    return _show(_may_attach(own_row()), AttachForm())


@bp.post("/<language:lang>/henvendelse/min/vedlegg")
@allows(Permission.SEE_OWN_REFERRAL)
@takes(MOST_BYTES + _ROOM_FOR_WORDS, UNFIT_WORDS[Unfit.TOO_LARGE])
def attach_post(lang: str) -> Response:
    """Keep a file; it is looked at and drawn anew before the database is locked, for that takes a while."""
    form = AttachForm()
    _require_may()
    throttle().hit(FILES, caller().municipality, network())
    return _keep(lang, form, _brought(form) if form.validate() else None)


@reading
def _require_may() -> Response:
    _may_attach(own_row())
    return Response()


@writing
def _keep(lang: str, form: AttachForm, brought: Brought | None) -> Response:
    row = _may_attach(own_row(is_held=True))
    if brought is None:
        return _show(row, form, status=422)
    if len(queries.attachments(db(), row)) >= attaching.MOST:
        form["file"].errors = [gettext("There are as many files as we take. Ring us if you have more.")]
        return _show(row, form, status=422)
    name = file_name(request.files["file"].filename or "", brought.ending)
    attaching.attach(db(), row, name, brought, by=by_seen(seen_by_caller(row)), at=now())
    query = urlencode({"melding": "vedlagt", **({WHICH: row.reference} if WHICH in request.args else {})})
    return make_response(redirect(f"{OWN.format(lang=lang)}?{query}", 303))


def _brought(form: AttachForm) -> Brought | None:
    """Answer the file that was sent; none, and said at the field, where it is not taken."""
    sent, body = request.files.get("file"), b""
    if sent is not None:
        with closing(sent):
            body = sent.read(MOST_BYTES + 1)
    try:
        return take(body)
    except FileRefusedError as refused:
        form["file"].errors = [str(UNFIT_WORDS[refused.unfit])]
        return None


def _may_attach(row: ReferralRow) -> ReferralRow:
    """Answer what somebody may attach to; there is no such page where the municipality takes no files."""
    if not takes_attachments():
        raise NotFoundError
    if not seen_by_caller(row).may_write:
        raise NotAllowedError
    return row


def _show(row: ReferralRow, form: AttachForm, *, status: int = 200) -> Response:
    return page("referrals/attach.html", page_of(row, ""), form=form, status=status)
