"""Living with an agreement: one's own tasks, looking back, ending, and what has happened."""

from __future__ import annotations

from flask import Response, make_response, request
from flask_babel import gettext

from webapp.agreements import queries
from webapp.agreements.actions import living, people, reviewing, rounds
from webapp.agreements.actions.reviewing import LookingBack
from webapp.agreements.current import Me, looking, me, my_party, require_sees
from webapp.agreements.domain.life import lines_of
from webapp.agreements.domain.parties import PartyKind
from webapp.agreements.domain.policy import Thing
from webapp.agreements.domain.reviews import Better, Line
from webapp.agreements.domain.states import Move
from webapp.agreements.life_forms import review_form
from webapp.agreements.presenters.life import (
    EndPage,
    HistoryPage,
    LookingBackPage,
    MinePage,
    Told,
    entries,
    names_of,
    told_lines,
    week,
)
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.text.told import titles
from webapp.agreements.views import bp
from webapp.agreements.views.sitting import to
from webapp.audit import queries as audit
from webapp.audit.domain import Action
from webapp.content.current import library
from webapp.identity import queries as identity
from webapp.kernel.errors import ConflictError, NotAllowedError, NotFoundError
from webapp.kernel.ics import Entry, calendar
from webapp.kernel.permission import Permission
from webapp.web.access import allows
from webapp.web.counting import counters
from webapp.web.i18n import language, lazy_gettext, write_time
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading, writing

SAID = {
    "apnet": lazy_gettext("That line is open again. Those who need to know are told."),
}


@bp.get("/<language:lang>/avtale/<agreement:agreement_id>/mine-oppgaver")
@allows(Permission.TAKE_PART)
@reading
def own_tasks(lang: str, agreement_id: str) -> Response:
    """Show what I have said yes to, as a week."""
    found, party = my_party(agreement_id)
    whole = queries.whole(db(), found.row)
    mine = lines_of(living.lines_that_hold(db(), found.row), party.id)
    groups = week(mine, party.id, titles(whole), names_of(whole.people))
    message = str(SAID.get(request.args.get("melding", ""), ""))
    has_days = bool(entries(mine, party.id, titles(whole), at=now()))
    is_in_force = bool(found.row.version)
    return page("agreements/mine.html", MinePage(base_of(agreement_id), message, groups, has_days, is_in_force))


@bp.get("/<language:lang>/avtale/<agreement:agreement_id>/mine-oppgaver.ics")
@allows(Permission.TAKE_PART)
@reading
def own_calendar(lang: str, agreement_id: str) -> Response:
    """Give what I have said yes to as a calendar file."""
    found, party = my_party(agreement_id)
    named = titles(queries.whole(db(), found.row))
    mine = lines_of(living.lines_that_hold(db(), found.row), party.id)
    return _ics(calendar(entries(mine, party.id, named, at=now()), at=now()), "oppgaver")


@bp.get("/<language:lang>/avtale/<agreement:agreement_id>/paminnelse.ics")
@allows(Permission.SEE_AGREEMENT)
@looking
def reminder(lang: str, agreement_id: str) -> Response:
    """Give the day of the next look as a calendar file, which says nothing of whom or what."""
    found = me(agreement_id)
    if found.row.review_on is None:
        raise NotFoundError("no day is set")
    words = gettext("Look at the agreement again")
    entry = Entry(f"{found.row.id}-{found.row.version}", found.row.review_on, words, more=library().municipality.name)
    return _ics(calendar([entry], at=now()), "paminnelse")


def _ics(content: str, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


@bp.post("/<language:lang>/avtale/<agreement:agreement_id>/mine-oppgaver")
@allows(Permission.TAKE_PART)
@writing
def give_up(lang: str, agreement_id: str) -> Response:
    """Let somebody say that they can no longer do something; nobody asks why."""
    found, party = my_party(agreement_id, is_held=True)
    task = request.form.get("handling", "")
    if not task:
        return to(f"{base_of(agreement_id)}/mine-oppgaver")
    living.give_up(db(), found.row, task, by=party, at=now())
    return to(f"{base_of(agreement_id)}/mine-oppgaver?melding=apnet")


@bp.get("/<language:lang>/avtale/<agreement:agreement_id>/tilbakeblikk")
@allows(Permission.TAKE_PART)
@reading
def look_back(lang: str, agreement_id: str) -> Response:
    """Ask how it has gone: a tap a line, and three questions."""
    found, _ = my_party(agreement_id)
    return _look_back_page(found, status=200)


def _review_lines(found: Me) -> list[tuple[str, str]]:
    if not found.row.version:
        raise ConflictError("there is nothing in force to look back on")
    named = titles(queries.whole(db(), found.row))
    return [(task, named.get(task, task)) for task in living.lines_that_hold(db(), found.row)]


def _look_back_page(found: Me, *, status: int) -> Response:
    lines = _review_lines(found)
    form = review_form(lines)
    if status != 200:
        form.validate()
    shown = LookingBackPage(base_of(found.row.id), [form[f"line_{number}"] for number in range(len(lines))])
    return page("agreements/review.html", shown, form=form, status=status)


@bp.post("/<language:lang>/avtale/<agreement:agreement_id>/tilbakeblikk")
@allows(Permission.TAKE_PART)
@writing
def look_back_post(lang: str, agreement_id: str) -> Response:
    """Keep how somebody finds that it has gone; the two questions are counted without a name, once a round."""
    found, party = my_party(agreement_id, is_held=True)
    lines = _review_lines(found)
    form = review_form(lines)
    if not form.validate():
        return _look_back_page(found, status=422)
    said = {task: form.text(f"line_{number}") for number, (task, _) in enumerate(lines)}
    predictable, together = (form.text(name) for name in ("predictable", "together"))
    told = LookingBack(
        {task: Line(word) for task, word in said.items() if word}, Better(predictable) if predictable else None,
        Better(together) if together else None, form.text("words"),
    )  # fmt: skip
    if reviewing.review(db(), found.row, party.id, told, at=now()):
        for question, answer in (("predictable", predictable), ("together", together)):
            if answer:
                counters().count(found.row.municipality, f"agreement {question}", answer)
    return to(f"{base_of(agreement_id)}/endre?melding=takk")


@bp.get("/<language:lang>/avtale/<agreement:agreement_id>/avslutt")
@allows(Permission.TAKE_PART)
@reading
def ways_out(lang: str, agreement_id: str) -> Response:
    """Show the ways out, and what the others learn of each."""
    found, party = my_party(agreement_id)
    shown = EndPage(
        base_of(agreement_id), can_leave=party.kind != PartyKind.RESIDENT and not found.row.ending,
        can_drop=found.may(Move.DROP), can_end=found.may(Move.END), is_later=found.row.version > 0,
    )  # fmt: skip
    return page("agreements/end.html", shown)


@bp.post("/<language:lang>/avtale/<agreement:agreement_id>/avslutt")
@allows(Permission.TAKE_PART)
@writing
def go_out(lang: str, agreement_id: str) -> Response:
    """Leave, withdraw or end; nobody is told why."""
    found, party = my_party(agreement_id, is_held=True)
    what = request.form.get("handling", "")
    if what == "ga-ut":
        if party.kind == PartyKind.RESIDENT or found.row.ending:
            raise NotAllowedError("an agreement without its resident is withdrawn or ended")
        people.leave(db(), found.row, party, by=party.id, at=now())
        return to(f"/{language()}/")
    if what == "trekk":
        rounds.drop(db(), found.row, by=found.actor, mover=found.mover_for(Move.DROP), at=now())
    elif what == "avslutt":
        rounds.end(db(), found.row, by=found.actor, mover=found.mover_for(Move.END), at=now())
    else:
        return to(f"{base_of(agreement_id)}/avslutt")
    return to(f"{base_of(agreement_id)}/")


@bp.get("/<language:lang>/avtale/<agreement:agreement_id>/historikk")
@allows(Permission.SEE_AGREEMENT)
@looking
def history(lang: str, agreement_id: str) -> Response:
    """Show what has happened in plain words, and who at the municipality has looked."""
    found = me(agreement_id)
    require_sees(found, Thing.HISTORY)
    whole, row = queries.whole(db(), found.row), found.row
    ours = library().municipality.full_name(language())
    lines = told_lines(queries.events(db(), row), names_of(whole.people), titles(whole), ours)
    seen = [one for one in audit.about(db(), row.municipality, "agreement", row.id) if one.action == Action.LOOKED]
    names = {one.id: one.name for one in identity.all_staff(db(), row.municipality)} if seen else {}
    looks = [Told(names.get(one.actor, ours), write_time(one.at)) for one in reversed(seen)]
    return page("agreements/history.html", HistoryPage(base_of(agreement_id), lines, looks))
