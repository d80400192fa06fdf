"""«Ring meg»: name, telephone, when; one screen, one button (HE-1)."""

from __future__ import annotations

from http.client import CONFLICT

from flask import Response, request
from sqlalchemy.exc import OperationalError

from webapp.content.current import library
from webapp.content.standing import Consent
from webapp.kernel.ids import new_secret
from webapp.referrals.acting import last_sent, resident
from webapp.referrals.actions.sending import Submission
from webapp.referrals.domain.referral import Content, Door, Whom
from webapp.referrals.forms import CallForm
from webapp.referrals.letters import of_receipt
from webapp.referrals.presenters import consent_to, origin_words
from webapp.referrals.sheet import asked_origin
from webapp.referrals.views import bp
from webapp.referrals.views.receipt import is_other_consent, send
from webapp.web.access import draft_of_somebody
from webapp.web.errors import BUSY, busy
from webapp.web.i18n import language
from webapp.web.pages import page
from webapp.web.throttle import Limit
from webapp.web.transactions import database

CALLS = Limit("calls from a network", 30)


@bp.get("/<language:lang>/ring-meg")
@draft_of_somebody
def call_me(lang: str) -> Response:
    """Ask whom to ring, and when; a resident who has come in and has sent something before need not write it again."""
    with database().reading() as session:
        known = last_sent(session)
    asked = _asked_language() or known.interpreter
    return _page(CallForm(key=new_secret(), name=known.name, telephone=known.telephone, interpreter=asked))


@bp.post("/<language:lang>/ring-meg")
@draft_of_somebody
def call_me_post(lang: str) -> Response:
    """Note that somebody wants to be rung; one form is one case."""
    form = CallForm()
    if not form.validate():
        return _page(form, status=422)
    agreed = consent_to(is_concern=False)
    if is_other_consent(agreed.version):
        return _page(form, status=CONFLICT)
    try:
        return send(form.text("key")[:100] or new_secret(), _submission(form, agreed), CALLS)
    except OperationalError:
        return busy(_page(form, status=BUSY))


def _asked_language() -> str:
    """Answer the language of the interpreter whom the page that somebody came from is for; empty for none."""
    found = library().foreign(request.args.get("tolk", "")[:8])
    return str(found["name"]) if found else ""


def _page(form: CallForm, *, status: int = 200) -> Response:
    shown = {
        "about": origin_words(asked_origin()),
        "action": request.full_path.rstrip("?"),
        "consent": consent_to(is_concern=False),
        "is_consent_new": status == CONFLICT,
        "is_busy": status == BUSY,
    }
    return page("referrals/call.html", shown, form=form, status=status)


def _submission(form: CallForm, agreed: Consent) -> Submission:
    origin = asked_origin()
    content = Content(
        name=form.text("name"), telephone=form.text("telephone"), when=form.text("when"),
        interpreter=form.text("interpreter"), consent=agreed.text, consent_version=agreed.version,
    )  # fmt: skip
    letters = tuple(of_receipt(language(), content, Whom.SELF))
    about = (origin,) if origin else ("other",)
    return Submission(
        Door.CALL, Whom.SELF, about, language(), content, "service_centre", resident=resident(), letters=letters
    )
