"""The papers of an agreement that are not its text: the printed invitation."""

from __future__ import annotations

from io import BytesIO

import segno
from flask_babel import force_locale, gettext

from webapp.content.current import base_url, library
from webapp.gateways import pdf


def invitation_sheet(name: str, link: str, code: str, language: str) -> bytes:
    """Answer an invitation on paper: a picture to point a phone at, a code to write, whom to ring; not what about."""
    municipality = library().municipality
    with force_locale(language):
        title = gettext("Message from %(municipality)s", municipality=municipality.full_name(language))
        data = {
            "name": name,
            "what": gettext(
                "Somebody you know asks you to take part in something together. You decide whether you will."
            ),
            "point": gettext("Point the camera of a phone at the picture."),
            "picture": _picture(link),
            "alt": gettext("Picture that leads to the page"),
            "or": gettext("Or go to this address, and write the code:"),
            "address": f"{base_url()}/{language}/avtale/kode",
            "code": code,
            "then": gettext("You then get another code, by SMS or e-mail. Have you neither? Ring us, and you get one."),
            "not_you": gettext("Is this not for you? Throw the sheet away."),
            "telephone": gettext("Questions? Ring %(telephone)s.", telephone=municipality.telephone),
        }
    return pdf.make("invitation", data, language=language, title=title)


def _picture(link: str) -> str:
    written = BytesIO()
    segno.make(link, error="m").save(written, kind="svg", xmldecl=False, border=2, scale=4)
    return written.getvalue().decode()
