"""The hand-out: entries that a home visitor leaves behind on paper, each with the way back to its page (ABC-10)."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from webapp.content.current import base_url
from webapp.content.domain.addresses import address
from webapp.content.domain.library import Page
from webapp.content.reading import filled
from webapp.content.site import current_site
from webapp.gateways.pdf.handout import Sheet, make_handout
from webapp.guide.presenters import HEADINGS
from webapp.kernel.text import plain
from webapp.web.i18n import language

PRINTED = ("yourself", "municipality")


def handout(pages: Sequence[Page]) -> bytes:
    """Answer one PDF with some entries: the short answer, what to do, what the municipality does, a QR code each."""
    site = current_site()
    return make_handout({
        "language": language(),
        "title": gettext("To take with you"),
        "municipality": site.municipality,
        "telephone": site.telephone,
        "hours": site.hours,
        "telephone_label": gettext("Telephone"),
        "numbers": [{"telephone": number.telephone, "name": number.name} for number in site.numbers],
        "numbers_heading": gettext("If it is urgent"),
        "read_on": gettext("Read more, or hear it read aloud:"),
        "sheets": [_sheet(page) for page in pages],
    })  # fmt: skip


def _sheet(page: Page) -> Sheet:
    at = base_url() + address(page.kind, page.slug, language())
    return {
        "title": page.title,
        "short": _words(page, "short"),
        "sections": [
            {"heading": str(HEADINGS[name]), "lines": _lines(_words(page, name))} for name in PRINTED if page.get(name)
        ],
        "todo_heading": gettext("To do"),
        "todo": [filled(point, page.language) for point in page.listed("todo")],
        "address": at,
        "alt": gettext("QR code to %(address)s", address=at),
    }


def _words(page: Page, name: str) -> str:
    return plain(filled(str(page.get(name)), page.language)).strip()


def _lines(text: str) -> list[dict[str, str]]:
    """Points and paragraphs, one each."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        is_point = line.startswith("- ")
        found.append({"kind": "point" if is_point else "text", "text": line.removeprefix("- ")})
    return found
