"""Settling: proposals, everybody's own yes, remarks, letting go; of two who write at once both texts are shown."""

from __future__ import annotations

from flask import Response, make_response, redirect, request
from flask_babel import gettext

from webapp.agreements import queries
from webapp.agreements.actions import rounds, settling
from webapp.agreements.actions.settling import REMARK, YES, Word
from webapp.agreements.current import Me, looking, me, require_sees
from webapp.agreements.domain.policy import Thing
from webapp.agreements.domain.states import Mover, RoundState
from webapp.agreements.forms import ProposalForm, RemarkForm
from webapp.agreements.models import EventRow, TaskRow
from webapp.agreements.presenters.naming import names_of
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.presenters.proposing import both_page, people_to_choose, propose_page
from webapp.agreements.presenters.settling import News, settling_page
from webapp.agreements.queries import Whole
from webapp.agreements.views import bp
from webapp.kernel.errors import ConflictError, NotFoundError
from webapp.kernel.permission import Permission
from webapp.web.access import allows
from webapp.web.errors import error_page
from webapp.web.i18n import lazy_gettext as _
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading, writing

SETTLING = "/<language:lang>/avtale/<agreement:agreement_id>/enighet"
MESSAGES = {
    "foreslatt": _("It is proposed. The others see it at once."),
    "godtatt": _("Your yes is noted."),
    "merknad": _("Your remark is noted. The others see it."),
    "sluppet": _("It is no longer yours. Nobody asks why, and those who step in are told."),
    "led": _("The municipality is asked to lead the talk. They ring you."),
    "motet": _("What you agreed on in the meeting is proposed. Now each of you says yes."),
}


@bp.get(SETTLING)
@allows(Permission.SEE_AGREEMENT)
@looking
def settle(lang: str, agreement_id: str) -> Response:
    """Show what is proposed, what waits for one's own yes, what is open and what is settled."""
    found = me(agreement_id)
    require_sees(found, Thing.PROPOSALS)
    return _settling_page(found)


def _settling_page(found: Me, form: RemarkForm | None = None, *, status: int = 200) -> Response:
    row = found.row
    shown = settling_page(
        found, queries.whole(db(), row), queries.numbers_of_proposals(db(), row), queries.asked_to_lead(db(), row),
        seen=queries.count(db(), EventRow, row), message=str(MESSAGES.get(request.args.get("melding", ""), "")),
    )  # fmt: skip
    return page("agreements/settling.html", shown, form=form, status=status)


@bp.get(f"{SETTLING}/nytt")
@allows(Permission.SEE_AGREEMENT, is_background=True, fragments=True)
@reading
def news(lang: str, agreement_id: str) -> Response:
    """Tell a page that asks by itself whether something has happened since it was shown; never what."""
    found = me(agreement_id)
    has_news = queries.count(db(), EventRow, found.row) > _number(request.args.get("sett", ""))
    return page("agreements/news.html", News(base_of(agreement_id), has_news), fragment="news")


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else 0


@bp.post(SETTLING)
@allows(Permission.SEE_AGREEMENT)
@writing
def answer_proposals(lang: str, agreement_id: str) -> Response:
    """Say yes to one line or to the rest, remark on a line, or let go of one's own."""
    found = me(agreement_id, is_held=True)
    require_sees(found, Thing.PROPOSALS)
    what, task = request.form.get("handling", ""), request.form.get("task", "")
    seen = _number(request.form.get("seen", ""))
    if what == "rest":
        numbers = {key.removeprefix("seen-"): _number(value) for key, value in request.form.items() if "seen-" in key}
        settling.accept_rest(db(), found.row, found.id, numbers, at=now(), actor=found.actor)
        return _back(agreement_id, "godtatt")
    if what == "ja":
        return _reply(found, task, Word(YES), seen, "godtatt")
    if what == "merknad":
        form = RemarkForm()
        if not form.validate():
            return _settling_page(found, form, status=422)
        return _reply(found, task, Word(REMARK, form.text("words")), seen, "merknad")
    if what == "slipp":
        _let_go(found, task)
        return _back(agreement_id, "sluppet")
    return _back(agreement_id)


def _back(agreement_id: str, message: str = "") -> Response:
    query = f"?melding={message}" if message else ""
    return make_response(redirect(f"{base_of(agreement_id)}/enighet{query}", 303))


def _reply(found: Me, task: str, word: Word, seen: int, message: str) -> Response:
    """Note what somebody says; where it meets something that came first, show that, and what they wrote, filled in."""
    try:
        settling.reply(db(), found.row, task, word, seen=seen, by=found.id, at=now(), actor=found.actor)
    except ConflictError:
        whole = queries.whole(db(), found.row)
        if found.row.round_state != RoundState.SETTLING:
            return error_page(409, _too_late(word.words))
        if task not in whole.proposals:
            return _let_go_meanwhile(found, whole, task, word.words)
        number = whole.proposals[task][0].number
        shown = both_page(found, _task(whole, task), whole, number, mine=None, words=word.words, posted=[])
        return page("agreements/both.html", shown, status=409)
    return _back(found.row.id, message)


def _too_late(words: str) -> str:
    said = gettext("You no longer agree on single things just now: somebody has moved it on. Your word is not noted.")
    wrote = gettext("You wrote: “%(words)s”", words=words) if words else ""
    return " ".join([said, *([wrote] if wrote else [])])


def _let_go_meanwhile(found: Me, whole: Whole, task: str, words: str) -> Response:
    """Show the screen of a new proposal, since what was seen is nobody's any more; what was said is its note."""
    form = _form(found, whole)
    form.note.data = words
    number = queries.number_of_proposal(db(), found.row, task)
    shown = propose_page(found, _task(whole, task), whole, number, is_let_go=True)
    return page("agreements/propose.html", shown, form=form, status=409)


def _let_go(found: Me, task: str) -> None:
    """Let go of one's own line; where the text is being signed it goes back, since the text has changed."""
    settling.let_go(db(), found.row, task, by=found.id, at=now(), actor=found.actor)
    mover = Mover.PARTY if found.party else Mover.CASEWORKER
    rounds.after_change(db(), found.row, by=found.actor, mover=mover, at=now())
    rounds.void_amendment(db(), found.row, at=now())


def _task(whole: Whole, key: str) -> TaskRow:
    found = next((task for task in whole.tasks if task.key == key), None)
    if found is None:
        raise NotFoundError("no such task")
    return found


@bp.get(f"{SETTLING}/<task>")
@allows(Permission.SEE_AGREEMENT)
@looking
def prepare_proposal(lang: str, agreement_id: str, task: str) -> Response:
    """Ask who takes one task, begun with what is proposed now."""
    found = me(agreement_id)
    require_sees(found, Thing.PROPOSALS)
    settling.require_settling(found.row)
    whole = queries.whole(db(), found.row)
    form = _form(found, whole)
    if task in whole.proposals and not request.args.get("nytt"):
        form.show(whole.proposals[task][1])
    number = queries.number_of_proposal(db(), found.row, task)
    return page("agreements/propose.html", propose_page(found, _task(whole, task), whole, number), form=form)


def _form(found: Me, whole: Whole) -> ProposalForm:
    form = ProposalForm()
    form.offer(people_to_choose(found, whole, names_of(whole)))
    return form


@bp.post(f"{SETTLING}/<task>")
@allows(Permission.SEE_AGREEMENT)
@writing
def propose(lang: str, agreement_id: str, task: str) -> Response:
    """Propose who takes one task; who comes too late sees what stands there now beside their own, which is not lost."""
    found = me(agreement_id, is_held=True)
    require_sees(found, Thing.PROPOSALS)
    whole = queries.whole(db(), found.row)
    about, form, seen = _task(whole, task), _form(found, whole), _number(request.form.get("seen", ""))
    is_with = found.row.is_with_municipality
    if not form.is_sound(task, whole.parties, is_critical=about.is_critical, is_with_municipality=is_with):
        return page("agreements/propose.html", propose_page(found, about, whole, seen), form=form, status=422)
    proposed = form.commitment(task)
    try:
        settling.propose(db(), found.row, proposed, by=found.id, at=now(), seen=seen, actor=found.actor)
    except ConflictError:
        posted = [(name, value) for name, value in request.form.items(multi=True) if name not in {"csrf_token", "seen"}]
        number = queries.number_of_proposal(db(), found.row, task)
        shown = both_page(found, about, whole, number, mine=proposed, words="", posted=posted)
        return page("agreements/both.html", shown, status=409)
    return _back(agreement_id, "foreslatt")
