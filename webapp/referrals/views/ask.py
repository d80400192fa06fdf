"""«Skriv til kommunen»: one screen at a time; every POST answers 303 to a GET, so that Back and reload work (HE-1)."""

from __future__ import annotations

from dataclasses import replace
from http.client import CONFLICT
from typing import Any

from flask import Response, make_response, redirect, request
from sqlalchemy.exc import OperationalError

from webapp.content.current import library
from webapp.content.urgent import MARK, Urgent, urgent
from webapp.kernel.clock import local_day
from webapp.kernel.errors import NotFoundError
from webapp.kernel.moments import Moment
from webapp.referrals import queries
from webapp.referrals.acting import resident
from webapp.referrals.attached import attached_title, chosen, offered
from webapp.referrals.domain.draft import (
    ABOUT,
    CHECK,
    CONTACT,
    FIRST,
    PERSON,
    TELL,
    Draft,
    first_missing,
    may_open,
    next_screen,
)
from webapp.referrals.forms import (
    AboutForm,
    ContactForm,
    PersonForm,
    SendForm,
    TellForm,
    WhomForm,
    add_dates,
    add_topic,
    offer_results,
)
from webapp.referrals.models import ReferralRow
from webapp.referrals.presenters import AskPage, check_page, origin_words, screen_address
from webapp.referrals.sheet import NAME, Sheet, offer_dates, sheet, submission
from webapp.referrals.views import bp
from webapp.referrals.views.receipt import is_other_consent, keep_receipt, send, to_receipt
from webapp.web import working_copy
from webapp.web.access import draft, draft_of_somebody
from webapp.web.counting import count
from webapp.web.errors import BUSY, busy
from webapp.web.forms import BaseForm
from webapp.web.pages import page
from webapp.web.throttle import Limit
from webapp.web.transactions import database, now

FORMS: dict[str, type[BaseForm]] = {
    FIRST: WhomForm, PERSON: PersonForm, ABOUT: AboutForm, TELL: TellForm, CONTACT: ContactForm
}  # fmt: skip
SAVES = Limit("working copies", 300)
SENDS = Limit("referrals from a network", 30)


@bp.get("/<language:lang>/henvendelse/ny")
@draft
def start(lang: str) -> Response:
    """Ask whom it is for."""
    return _show(FIRST)


@bp.post("/<language:lang>/henvendelse/ny")
@draft
def start_post(lang: str) -> Response:
    """Keep whom it is for, and the page that it began at."""
    return _keep(FIRST)


@bp.get("/<language:lang>/henvendelse/ny/<screen>")
@draft
def ask(lang: str, screen: str) -> Response:
    """Show a screen; where one before it is missing, that one."""
    if screen not in FORMS or screen == FIRST:
        raise NotFoundError
    return _show(screen)


@bp.post("/<language:lang>/henvendelse/ny/<screen>")
@draft
def ask_post(lang: str, screen: str) -> Response:
    """Keep what was filled in on a screen."""
    if screen not in FORMS or screen == FIRST:
        raise NotFoundError
    return _keep(screen)


@bp.get("/<language:lang>/henvendelse/ny/se-over")
@draft_of_somebody
def check(lang: str) -> Response:
    """Show all that was filled in, and exactly what is sent to whom."""
    return _check()


@bp.post("/<language:lang>/henvendelse/ny/se-over")
@draft_of_somebody
def check_post(lang: str) -> Response:
    """Send it all; where a resident has come in with an electronic identity, they find it again by that."""
    return _send()


@bp.post("/<language:lang>/henvendelse/ny/slett")
@draft
def forget(lang: str) -> Response:
    """Delete what was written (SJ-5)."""
    working_copy.keep(NAME, {})
    return make_response(redirect(f"/{lang}/", 303))


def _show(screen: str) -> Response:
    found = sheet()
    if not may_open(found.draft, screen):
        return _to(first_missing(found.draft))
    form = _form(screen, found, found.draft.get(screen, {}))
    flag = urgent(*_told(found.draft)) if request.args.get(MARK) else None
    return _page(screen, found, form, flag=flag)


def _page(screen: str, found: Sheet, form: BaseForm, *, flag: Urgent | None = None, status: int = 200) -> Response:
    action = request.full_path.rstrip("?") if screen == FIRST else request.path
    made = AskPage.of(
        found.draft,
        screen,
        action=action,
        origin=found.origin,
        flag=flag,
        attach=attached_title(found.origin),
        dates=_dates(found),
    )
    shown = replace(made, is_busy=status == BUSY)
    return page(f"referrals/{screen.replace('-', '_')}.html", shown, form=form, status=status)


def _form(screen: str, found: Sheet, kept: Any) -> BaseForm:
    begun = {"topics": [found.origin]} if screen == ABOUT and found.origin and not kept else {}
    form = FORMS[screen](**{**begun, **kept})
    words = origin_words(found.origin)
    if isinstance(form, AboutForm) and words:
        add_topic(form, found.origin, words)
    if isinstance(form, TellForm):
        add_dates(form, _dates(found))
    return form


def _dates(found: Sheet) -> dict[str, str]:
    return offer_dates(found.origin, local_day(now()))


def _keep(screen: str) -> Response:
    found = sheet()
    if not may_open(found.draft, screen):
        return _to(first_missing(found.draft))
    form = _form(screen, found, {})
    if not form.validate():
        return _page(screen, found, form, status=422)
    filled = found.with_screen(screen, form.data)
    try:
        working_copy.keep(NAME, filled.kept, SAVES)
    except OperationalError:
        return busy(_page(screen, found, form, status=BUSY))
    if screen not in found.draft:
        count(Moment.REFERRAL_SCREEN, screen)
    following = next_screen(filled.draft, screen, found.draft)
    return _to(following, is_urgent=screen == TELL and urgent(*_told(filled.draft)) is not None)


def _told(of: Draft) -> list[str]:
    told = of.get(TELL, {})
    return [str(told.get("words", "")), str(told.get("what_matters", ""))]


def _to(screen: str, *, is_urgent: bool = False) -> Response:
    mark = f"?{MARK}=1" if is_urgent else ""
    return make_response(redirect(screen_address(screen) + mark, 303))


def _check(*, status: int = 200) -> Response:
    found = sheet()
    if first_missing(found.draft) != CHECK:
        sent = working_copy.part("receipt")
        return to_receipt(sent["reference"]) if sent else _to(first_missing(found.draft))
    tell = found.draft[TELL]
    what = submission(found, chosen(tell, found.origin))
    flag = urgent(*_told(found.draft)) if request.args.get(MARK) else None
    also = offered(tell, found.origin)
    made = check_page(found.draft, (what.content, what.whom, what.about, what.office), found.key, flag, also)
    shown = replace(made, is_busy=status == BUSY, is_consent_new=status == CONFLICT)
    form = SendForm(key=found.key)
    offer_results(form, {slug: origin_words(f"selfcheck:{slug}") for slug in also})
    return page("referrals/se_over.html", shown, form=form, status=status)


def _send() -> Response:
    """Send it: one form is one case, however often it arrives, and what was being written is deleted with it (HE-3)."""
    code, form, found = library().code, SendForm(), sheet()
    key = form.text("key")[:100]
    with database().reading() as session:
        known = queries.by_key(session, code, key) if key else None
    if known is not None:
        return _received(known)
    if first_missing(found.draft) != CHECK or key != found.key:
        return _check()
    tell, named = found.draft[TELL], form.text("attach")
    also = named if named in offered(tell, found.origin) else ""
    what = replace(submission(found, chosen(tell, found.origin, also)), resident=resident())
    if is_other_consent(what.content.consent_version):
        return _check(status=CONFLICT)
    try:
        sent = send(key, what, SENDS, but=NAME)
    except OperationalError:
        return busy(_check(status=BUSY))
    count(Moment.REFERRAL_SCREEN, CHECK)
    return sent


def _received(row: ReferralRow) -> Response:
    """Lead to the receipt of what was sent already, to whoever has its key."""
    with database().writing() as session:
        keep_receipt(session, row, but=NAME)
    return to_receipt(row.reference)
