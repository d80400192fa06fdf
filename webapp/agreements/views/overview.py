"""The overview of an agreement: where it stands and what comes next; saying yes to taking part."""

from __future__ import annotations

from flask import Response, make_response, redirect, request

from webapp.agreements import queries
from webapp.agreements.actions import people
from webapp.agreements.current import looking, me, my_party
from webapp.agreements.presenters.overview import base_of, overview_page
from webapp.agreements.views import bp
from webapp.agreements.words import SAID
from webapp.kernel.permission import Permission
from webapp.web.access import allows
from webapp.web.pages import page
from webapp.web.transactions import db, now, writing


@bp.get("/<language:lang>/avtale/<agreement:agreement_id>/")
@allows(Permission.SEE_AGREEMENT)
@looking
def overview(lang: str, agreement_id: str) -> Response:
    """Show where an agreement stands, what to do next, and who is in it."""
    found = me(agreement_id)
    message = str(SAID.get(request.args.get("melding", ""), ""))
    return page("agreements/overview.html", overview_page(found, queries.parties(db(), found.row), message))


@bp.post("/<language:lang>/avtale/<agreement:agreement_id>/")
@allows(Permission.TAKE_PART)
@writing
def join(lang: str, agreement_id: str) -> Response:
    """Take part: when the resident says yes, the others are asked."""
    found, party = my_party(agreement_id, is_held=True)
    people.join(db(), found.row, party, at=now(), movers=found.movers)
    return make_response(redirect(f"{base_of(agreement_id)}/viktig", 303))
