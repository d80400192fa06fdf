"""The fields of `facts.yaml`: what a municipality says of itself."""

from __future__ import annotations

from webapp.audit.domain import LEAST_DAYS
from webapp.content.domain.fields import (
    Choice,
    Field,
    Flag,
    Line,
    Listing,
    Localised,
    Record,
    Whole,
    address_line,
    slug_line,
    telephone_line,
)
from webapp.content.domain.kind import NOTE, SELFCHECKS, Kind
from webapp.kernel.language import LANGUAGES
from webapp.municipalities.domain.municipality import CONTACTS, ROOMS, SIGNING

_EMAIL = r"[^@\s]+@[^@\s]+"
_CONTACT = Record(
    (
        Field("contact", Choice(CONTACTS), required=True),
        Field("name", Localised(Line()), required=True),
        Field("telephone", telephone_line(), required=True),
        Field("hours", Localised(Line())),
    )
)
_RETENTION = Record(
    (
        Field("referral", Whole(0, 3650)),
        Field("agreement", Whole(0, 3650)),
        Field("audit", Whole(LEAST_DAYS, 3650)),
    )
)

FACTS = Kind(
    "municipality",
    "",
    common=(
        Field("number", Line(4, r"\d{4}", "the municipality's number, four digits"), required=True),
        Field("name", Line(60), required=True),
        Field("hosts", Listing(Line(120, r"[a-z0-9.-]+", "a host name in small letters")), required=True),
        Field("languages", Listing(Choice(LANGUAGES), least=1), required=True),
        Field("telephone", telephone_line(), required=True),
        Field("hours", Localised(Line()), required=True),
        Field("open_until", Localised(Line(40)), required=True),
        Field("email", Line(120, _EMAIL, "an e-mail address"), required=True),
        Field("address", Line(), required=True),
        Field("contacts", Listing(_CONTACT, least=1), required=True),
        Field("neighbours", Listing(slug_line())),
        Field("selfchecks", Listing(Choice(SELFCHECKS))),
        Field("closed", Listing(Choice(ROOMS))),
        Field("picture", slug_line(), required=True),
        Field("accent", Line(7, r"#[0-9a-f]{6}", "a colour like #0b5cad")),
        Field("statement_url", address_line()),
        Field("fees_url", address_line()),
        Field("arms", slug_line()),
        Field("retention", _RETENTION),
        Field("signing", Choice(SIGNING)),
        Field("notice", Record((Field("email", Line(120, _EMAIL, "an e-mail address")), Field("off", Flag())))),
        Field("four_eyes", Flag()),
        Field("attachments", Flag()),
        Field("fictional", Flag()),
        NOTE,
    ),
)
