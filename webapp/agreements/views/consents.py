"""Whom the resident lets know what: chosen by the resident alone, unticked, and taken back at any time."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, make_response, redirect, request

from webapp.agreements import queries
from webapp.agreements.actions import sections
from webapp.agreements.current import Me, looking, me, my_party
from webapp.agreements.domain.parties import RESIDENTS_SIDE
from webapp.agreements.domain.policy import Thing
from webapp.agreements.domain.sharing import consent_of
from webapp.agreements.domain.states import RoundState
from webapp.agreements.forms import ConsentForm, consent_form
from webapp.agreements.presenters.consents import consent_page
from webapp.agreements.presenters.naming import names_of_people
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.views import bp
from webapp.kernel.clock import local_day
from webapp.kernel.errors import NotFoundError
from webapp.kernel.permission import Permission
from webapp.web.access import allows
from webapp.web.i18n import lazy_gettext as _
from webapp.web.pages import page
from webapp.web.transactions import db, now, writing

CONSENT = "/<language:lang>/avtale/<agreement:agreement_id>/samtykke"
MESSAGES = {
    "lagret": _("It is saved. The person sees what they may know. You can take it back whenever you want to."),
    "trukket": _("It is taken back from now on."),
    "apnet": _("It is saved. The text that waited for signatures said something else, so it is locked anew later."),
}


@bp.get(CONSENT)
@allows(Permission.SEE_AGREEMENT)
@looking
def consents(lang: str, agreement_id: str) -> Response:
    """Show whom the resident lets know what: all of it to the resident, to others what they themselves may know."""
    found = me(agreement_id)
    if not (found.sees(Thing.CONSENTS) or found.sees(Thing.OWN_CONSENT)):
        raise NotFoundError("nothing is shared yet")
    return _shown(found, _people(found))


def _people(found: Me) -> list[tuple[str, str]]:
    """Answer who may be let know something, as (party, name): everybody but the resident's own side."""
    here = queries.present(db(), found.row)
    names = names_of_people(here)
    return [(one.id, names[one.id]) for one in here if one.kind not in RESIDENTS_SIDE]


def _shown(found: Me, people: list[tuple[str, str]], form: ConsentForm | None = None) -> Response:
    message = str(MESSAGES.get(request.args.get("melding", ""), ""))
    shown = consent_page(found, people, queries.consents(db(), found.row), local_day(now()), message=message)
    status = 422 if form else 200
    return page("agreements/consents.html", shown, form=form or consent_form(people), status=status)


@bp.post(CONSENT)
@allows(Permission.TAKE_PART)
@writing
def let_know(lang: str, agreement_id: str) -> Response:
    """Let each person know what was chosen, or take it back from one; nobody but the resident's side may."""
    found, party = my_party(agreement_id, is_held=True)
    sections.require_consenting(party)
    was_signing = found.row.round_state == RoundState.SIGNING
    if request.form.get("handling") == "trekk":
        sections.revoke_consent(db(), found.row, request.form.get("party", ""), by=party, at=now())
        return _back(agreement_id, _message(found, "trukket", was_signing=was_signing))
    people = _people(found)
    form = consent_form(people)
    if not form.validate():
        return _shown(found, people, form)
    today = local_day(now())
    until = today + timedelta(days=int(form.text("period")))
    for whom, level, topics in form.given():
        consent = consent_of(whom, level, topics, until=until, given_on=today)
        sections.give_consent(db(), found.row, consent, by=party, at=now())
    return _back(agreement_id, _message(found, "lagret", was_signing=was_signing))


def _message(found: Me, usual: str, *, was_signing: bool) -> str:
    return "apnet" if was_signing and found.row.round_state == RoundState.SETTLING else usual


def _back(agreement_id: str, message: str) -> Response:
    return make_response(redirect(f"{base_of(agreement_id)}/samtykke?melding={message}", 303))
