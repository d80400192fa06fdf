"""What is printed and kept: the sheet to answer on, the sheet for the kitchen wall, and the sealed paper."""

from __future__ import annotations

from flask import Response, make_response, request

from webapp.agreements import documents, queries
from webapp.agreements.answer_sheet import answer_sheet
from webapp.agreements.current import looking, me, require_sees
from webapp.agreements.domain.policy import Thing
from webapp.agreements.views import bp
from webapp.agreements.views.answering import OF
from webapp.agreements.views.sitting import Sitting, answering
from webapp.content.current import library
from webapp.kernel.errors import NotFoundError
from webapp.kernel.permission import Permission
from webapp.web.access import allows
from webapp.web.i18n import language, speaking
from webapp.web.transactions import db, reading


@bp.get(f"{OF}/svarark.pdf")
@allows(Permission.TAKE_PART)
@reading
@answering
def sheet(sitting: Sitting) -> Response:
    """Give this party's sheet in large print; where the family is alone they print each other's, in their language."""
    row, wanted = sitting.me.row, request.args.get("hvem", "")
    if wanted and row.is_with_municipality:
        raise NotFoundError("the municipality prints the others' sheets")
    own = queries.party(db(), row, wanted) if wanted else sitting.party
    told_in = own.language if wanted else language()
    contact = library().municipality.contact(row.office, told_in) if row.is_with_municipality else None
    with speaking(told_in):
        made = answer_sheet(own, queries.parties(db(), row), sitting.tasks, contact)
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="svarark.pdf"'
    return response


@bp.get("/<language:lang>/avtale/<agreement:agreement_id>/kjoleskap.pdf")
@allows(Permission.SEE_AGREEMENT)
@looking
def kitchen(lang: str, agreement_id: str) -> Response:
    """Give the sheet for the kitchen wall."""
    found = me(agreement_id)
    require_sees(found, Thing.VERSION)
    if not found.row.version:
        raise NotFoundError("nothing is in force")
    return pdf_response(documents.fridge_sheet(db(), found.row), "kjoleskap.pdf")


@bp.get("/<language:lang>/avtale/<agreement:agreement_id>/avtale.pdf")
@allows(Permission.SEE_AGREEMENT)
@looking
def paper(lang: str, agreement_id: str) -> Response:
    """Give the sealed paper of what is in force, or of one change of it; none is given out before all have signed."""
    found = me(agreement_id)
    require_sees(found, Thing.VERSION)
    version = queries.version_in(db(), found.row, "in_force")
    number = request.args.get("nr", "")
    if version is not None and number.isdecimal():
        version = next(
            (one for one in queries.amendments(db(), found.row, version.hash) if one.number == int(number[:6])), None
        )
    if version is None or not version.document:
        raise NotFoundError("nothing is signed by all")
    return pdf_response(documents.sealed_paper(db(), version), f"avtale-{version.number}.pdf")


def pdf_response(content: bytes, name: str) -> Response:
    """Answer a PDF as something to keep."""
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
