"""Public: is this paper genuine, and does it still hold? Also an empty agreement to fill in by hand."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request
from flask_babel import gettext

from webapp.agreements import documents, queries
from webapp.agreements.domain.files import Verdict, judge
from webapp.agreements.life_forms import FileForm
from webapp.agreements.views import bp
from webapp.agreements.views.paper import pdf_response
from webapp.content.current import library
from webapp.gateways.seal import Checked
from webapp.gateways.seal import Verdict as Sealed
from webapp.kernel.errors import InvalidError
from webapp.web.access import public
from webapp.web.i18n import lazy_gettext, write_time
from webapp.web.limits import takes
from webapp.web.pages import page
from webapp.web.throttle import Limit, network, throttle
from webapp.web.transactions import database

MOST_FILE = 10 * 1024 * 1024
FILES = Limit("files to check", 60)
HEADINGS = {
    Verdict.CURRENT: lazy_gettext("Genuine, and in force"),
    Verdict.SUPERSEDED: lazy_gettext("Genuine, but there is a newer version"),
    Verdict.ENDED: lazy_gettext("Genuine, but it has ended"),
    Verdict.APPENDED: lazy_gettext("Something has been added to the file"),
    Verdict.CHANGED: lazy_gettext("The file has been changed"),
    Verdict.NOT_OURS: lazy_gettext("Not an agreement of ours"),
    Verdict.NOT_A_PDF: lazy_gettext("This is not a PDF file"),
}
WORDS = {
    Verdict.CURRENT: lazy_gettext("The file is exactly as it was sealed, and the agreement holds now."),
    Verdict.SUPERSEDED: lazy_gettext("The file is exactly as it was sealed, but something newer has been signed."),
    Verdict.ENDED: lazy_gettext("The file is exactly as it was sealed, but the agreement is no longer in force."),
    Verdict.APPENDED: lazy_gettext(
        "What was sealed is whole, but somebody added something afterwards. Do not trust it."
    ),
    Verdict.CHANGED: lazy_gettext("It is no longer as it was sealed. Do not trust it. Ask for a new copy."),
    Verdict.NOT_OURS: lazy_gettext("The file does not carry our seal. Ask the one who gave it to you."),
    Verdict.NOT_A_PDF: lazy_gettext("Choose the PDF file of the agreement."),
}


@dataclass(frozen=True, slots=True)
class VerifyPage:
    """What is said of a file, if one was sent."""

    verdict: str = ""
    heading: str = ""
    words: str = ""
    sealed: str = ""


@bp.get("/<language:lang>/avtale/verifiser")
@public(cached=False)
def ask_for_file(lang: str) -> Response:
    """Ask for the file."""
    return _no_store(page("agreements/verify.html", VerifyPage(), form=FileForm()))


@bp.post("/<language:lang>/avtale/verifiser")
@public(cached=False)
@takes(MOST_FILE, lazy_gettext("The file is too large. An agreement of ours is never larger than 10 MB."))
def check_file(lang: str) -> Response:
    """Tell of a file whether it is genuine and still holds, by its seal and the register; nothing of what it says.

    The file is looked at and thrown away. Whoever fills in the field that nobody sees is a robot, and is told nothing.
    """
    throttle().hit(FILES, library().code, network())
    form, sent = FileForm(), request.files.get("file")
    if form.text("website"):
        return _no_store(page("agreements/verify.html", VerifyPage(), form=FileForm(formdata=None)))
    content = sent.read(MOST_FILE + 1) if sent else b""
    if not content:
        form["file"].errors = [gettext("Choose the file.")]
        return _no_store(page("agreements/verify.html", VerifyPage(), form=form, status=422))
    try:
        seen = documents.sealer().check(content)
    except InvalidError:
        seen = Checked(Sealed.NOT_A_PDF, "")
    verdict = _verdict(seen)
    sealed = gettext("Sealed %(when)s.", when=write_time(seen.sealed_at)) if seen.sealed_at else ""
    shown = VerifyPage(verdict.value, str(HEADINGS[verdict]), str(WORDS[verdict]), sealed)
    return _no_store(page("agreements/verify.html", shown, form=FileForm(formdata=None)))


def _verdict(seen: Checked) -> Verdict:
    """Ask the register, which knows the hash of a text also after its content has been deleted."""
    if seen.municipality and seen.municipality != library().code:
        return Verdict.NOT_OURS
    with database().reading() as session:
        kept = queries.version_of_hash(session, library().code, seen.fingerprint) if seen.fingerprint else None
        base = queries.version_of_hash(session, library().code, kept.base) if kept is not None and kept.base else None
        return judge(seen.verdict.value, kept.state if kept else None, base.state if base else None)


def _no_store(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/<language:lang>/avtale/blank.pdf")
@public(cached=False)
def blank(lang: str) -> Response:
    """Give an agreement to fill in by hand."""
    return pdf_response(documents.blank_paper(), "avtale.pdf")
