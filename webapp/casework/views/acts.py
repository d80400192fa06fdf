"""What is done in a case: each act once, on the case as it was seen; of two at once, one is told (F13)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from webapp.audit.current import look
from webapp.casework import queries as people
from webapp.casework.current import KIND, why_look
from webapp.casework.forms import BUTTONS, FORMS, ActForm, HandOverForm, PlaceForm
from webapp.casework.presenters.acting import ActPage, colleague_choices
from webapp.casework.presenters.common import offices
from webapp.casework.presenters.inbox import INBOX
from webapp.casework.views import bp
from webapp.casework.views.cases import ONE, answer_form, begun_answer, page_of
from webapp.identity.arrival import to
from webapp.identity.current import park_here
from webapp.kernel.errors import ConflictError, InvalidError, NotFoundError
from webapp.kernel.permission import Permission
from webapp.referrals import letters, places, queries
from webapp.referrals.actions import handling, handover
from webapp.referrals.domain.handover import Sees
from webapp.referrals.domain.referral import FOR_OTHERS, Act, State, state_after
from webapp.referrals.queries import Case
from webapp.web.access import allows, caller
from webapp.web.forms import posted_without_secrets
from webapp.web.i18n import lazy_gettext as _
from webapp.web.pages import page
from webapp.web.transactions import database, db, now, writing

CHANGED = _("Somebody has done something in the case since you opened it. Nothing of yours is done yet.")
ENDED = _("The case has ended, and nothing more can be done in it. Nothing of yours is done.")
ONE_ACT = ONE + "/<any(" + ",".join(f"'{word}'" for word in FORMS) + "):word>"
LEADS_TO_INBOX = frozenset({"gi-til", "videresend", "legg-tilbake"})
"""After these the case is somebody else's."""


def _take(case: Case, _form: ActForm) -> None:
    handling.take(db(), case, by=caller().id, at=now())


def _release(case: Case, _form: ActForm) -> None:
    handling.release(db(), case, by=caller().id, at=now())


def _tell(act: Act) -> Callable[[Case, ActForm], None]:
    def tell(case: Case, form: ActForm) -> None:
        handling.tell(db(), case, act, form.text("words"), by=caller().id, at=now(), way=form.text("way"))
        letters.tell(db(), case, at=now())

    return tell


def _place(case: Case, form: ActForm) -> None:
    given = Act(form.text("given"))
    _tell(given)(case, form)
    places.give_place(db(), case, form.text("day"), is_given=given is Act.PLACED, at=now())


def _note(case: Case, form: ActForm) -> None:
    handling.note(db(), case, form.text("words"), by=caller().id, at=now())


def _consult(case: Case, form: ActForm) -> None:
    handling.consult(db(), case, form.text("colleague"), form.text("words"), by=caller().id, at=now())
    letters.tell_colleague(db(), case, form.text("colleague"), at=now())


def _advise(case: Case, form: ActForm) -> None:
    handling.advise(db(), case, form.text("words"), by=caller().id, at=now())


def _call(case: Case, form: ActForm) -> None:
    is_reached = request.form.get("handling") != "ikke-nadd"
    handling.call(db(), case, form.text("words"), is_reached=is_reached, by=caller().id, at=now())


def _hand_over(case: Case, form: ActForm) -> None:
    assert isinstance(form, HandOverForm)
    handover.hand_over(db(), case, form.person(), Sees(form.text("sees")), by=caller().id, at=now())
    letters.tell_person(db(), case, at=now())


def _give(case: Case, form: ActForm) -> None:
    colleague = form.text("colleague")
    is_new = case.assigned_to != colleague
    handling.assign(db(), case, colleague, by=caller().id, at=now())
    if is_new:
        letters.tell_colleague(db(), case, colleague, at=now())


def _forward(case: Case, form: ActForm) -> None:
    handling.forward(db(), case, form.text("office"), form.text("words"), by=caller().id, at=now())


def _close(case: Case, form: ActForm) -> None:
    handling.close(db(), case, form.text("words"), by=caller().id, at=now())


def _hold(*, is_held: bool) -> Callable[[Case, ActForm], None]:
    return lambda case, _form: handling.hold(db(), case, is_held=is_held, by=caller().id, at=now())


ACTS: dict[str, tuple[Act | None, Callable[[Case, ActForm], None]]] = {
    "ta": (Act.TAKEN, _take),
    "legg-tilbake": (Act.RELEASED, _release),
    "svar": (Act.ANSWERED, _tell(Act.ANSWERED)),
    "spor": (Act.ASKED, _tell(Act.ASKED)),
    "notat": (Act.NOTED, _note),
    "kollega": (Act.CONSULTED, _consult),
    "kollegasvar": (Act.ADVISED, _advise),
    "samtale": (Act.CALLED, _call),
    "plass": (Act.PLACED, _place),
    "overta": (Act.HANDED_OVER, _hand_over),
    "gi-til": (Act.TAKEN, _give),
    "videresend": (Act.FORWARDED, _forward),
    "avslutt": (Act.CLOSED, _close),
    "sperre": (None, _hold(is_held=True)),
    "opphev-sperre": (None, _hold(is_held=False)),
}
"""Address word → the act, where the state must allow one, and what it does."""


@bp.get(ONE_ACT)
@allows(Permission.WORK_CASES)
def prepare(case_id: str, word: str) -> Response:
    """Show what must be said to do something in a case; what needs no words is a button on the case."""
    if word in BUTTONS:
        return to(f"{INBOX}{case_id}")
    with database().reading() as session:
        case = queries.referral(session, caller().municipality, case_id)
        why = why_look(case)
        if not why:
            return to(f"{INBOX}{case_id}?neste={word}")
        form, shown = _form(session, case, word), _page(session, case, word)
    look(KIND, case_id, why=why)
    return page("casework/act.html", shown, form=form)


def _form(session: Session, case: Case, word: str) -> ActForm:
    """Answer the form of an act: filled with what was posted, or begun with what is known."""
    begun: dict[str, str] = {}
    if request.method == "GET" and word in {"svar", "spor", "plass"}:
        begun = {**begun_answer(session, case), "day": queries.content_of(case).offer_date}
    if word == "overta":
        begun = _known(session, case)
    form = answer_form(session, case, FORMS[word](**begun))
    if isinstance(form, PlaceForm):
        form.offer_dates(places.dates_in_words(session, case, now()))
    form.offer(colleague_choices(people.caseworkers(session, case.municipality), caller().id), offices())
    return form


def _known(session: Session, case: Case) -> dict[str, Any]:
    """Answer what is known of whom a case is about: as staff wrote it before, else no more than the name."""
    if case.whom not in FOR_OTHERS:
        raise NotFoundError("it is about whoever sent it")
    taken, content = queries.handover(session, case), queries.content_of(case)
    if taken is not None:
        return {**asdict(queries.person_of(taken)), "known_by": "", "sees": taken.sees}
    # the number is left open: what the helper wrote may be the helper's own
    return {"name": content.concerned.name, "contact": "telephone", "language": case.language}


def _page(session: Session, case: Case, word: str, *, fault: str = "") -> ActPage:
    return ActPage.of(page_of(session, case), word, may_see=bool(why_look(case)), fault=fault)


@bp.post(ONE_ACT)
@allows(Permission.WORK_CASES)
def act(case_id: str, word: str) -> Response:
    """Do something in a case; where it cannot be done, what was written stays on the page, and an answer as a draft."""
    with database().reading() as session:
        case = queries.referral(session, caller().municipality, case_id)
        must_say_why = case.revision == _seen() and not why_look(case)
    if must_say_why:
        park_here(posted=posted_without_secrets())
        return to(f"{INBOX}{case_id}?neste={word}")
    if word == "svar" and request.form.get("handling") == "utkast":
        return _save(case_id)
    response = _act(case_id, word)
    if word == "svar" and response.status_code in {409, 422}:
        _keep(case_id)
    return response


@writing
def _act(case_id: str, word: str) -> Response:
    case = queries.referral(db(), caller().municipality, case_id, is_held=True)
    form = _form(db(), case, word)
    if not form.validate():
        return page("casework/act.html", _page(db(), case, word), form=form, status=422)
    expected, do = ACTS[word]
    try:
        if expected is not None:
            state_after(State(case.state), expected)
    except ConflictError:
        return page("casework/act.html", _page(db(), case, word, fault=str(ENDED)), form=form, status=409)
    if case.revision != _seen() or (word == "kollegasvar" and case.asked_of != caller().id):
        return page("casework/act.html", _page(db(), case, word, fault=str(CHANGED)), form=form, status=409)
    was_anothers = case.assigned_to not in {None, caller().id}
    do(case, form)
    return _onward(case_id, word, was_anothers=was_anothers)


def _seen() -> int:
    """Answer which revision of the case the page was of; one that never was where that was not told."""
    told = request.args.get("revisjon", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else -1


def _onward(case_id: str, word: str, *, was_anothers: bool) -> Response:
    done = "ta-over" if word == "ta" and was_anothers else word
    if word == "samtale" and request.form.get("handling") == "ikke-nadd":
        done = "ikke-nadd"
    if word == "samtale" and request.args.get("til") == "ringeliste":
        return to(f"{INBOX}ringeliste?melding={done}")
    return to(f"{INBOX}?melding={done}" if word in LEADS_TO_INBOX else f"{INBOX}{case_id}?melding={done}")


@writing
def _save(case_id: str) -> Response:
    """Save what was begun, for the caller alone."""
    case, form = queries.referral(db(), caller().municipality, case_id), FORMS["svar"]()
    try:
        handling.keep_unsent(db(), case, form.text("words"), by=caller().id, at=now())
    except InvalidError:
        form.validate()
        return page("casework/act.html", _page(db(), case, "svar"), form=form, status=422)
    return to(f"{INBOX}{case_id}?melding=utkast")


def _keep(case_id: str) -> None:
    """Keep an answer that could not be sent; one that is too long to be kept stands on the page."""
    text = FORMS["svar"]().text("words")
    with suppress(InvalidError), database().writing() as session:
        if text:
            case = queries.referral(session, caller().municipality, case_id)
            handling.keep_unsent(session, case, text, by=caller().id, at=now())
