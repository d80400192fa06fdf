"""The kinds that are one file with its languages inside: plans, documents of the site, images, and what it says."""

from __future__ import annotations

from webapp.content.domain import standing
from webapp.content.domain.fields import (
    Choice,
    Day,
    Field,
    Flag,
    Line,
    Listing,
    Localised,
    Record,
    Ref,
    Table,
    Text,
    Whole,
)
from webapp.content.domain.kind import AUDIENCES, NOTE, NUMBERS, SITUATIONS, UPKEEP, Kind
from webapp.kernel.language import LANGUAGES

_PLAINER = Record(
    (
        Field("language", Choice(LANGUAGES), required=True),
        Field("word", Line(60), required=True),
        Field("say", Line(120), required=True),
    )
)
"""A word that a text can be written without, and what to say instead."""

PLAN = Kind(
    "plan",
    "plans",
    common=(
        Field("title", Localised(Line(120)), required=True),
        Field("short", Localised(Line(240)), required=True),
        Field("lead", Localised(Text(600)), required=True),
        Field("audience", Listing(Choice(AUDIENCES), least=1), required=True),
        Field("situations", Listing(Choice(SITUATIONS))),
        Field(
            "groups",
            Listing(
                Record(
                    (
                        Field("heading", Localised(Line(80)), required=True),
                        Field(
                            "points",
                            Listing(
                                Record(
                                    (
                                        Field("text", Localised(Line(160)), required=True),
                                        Field("entry", Ref("entry")),
                                        Field("service", Ref("service")),
                                    )
                                ),
                                least=1,
                                most=12,
                            ),
                            required=True,
                        ),
                    )
                ),
                least=1,
                most=8,
            ),
            required=True,
        ),
        *UPKEEP,
        NOTE,
    ),
)
"""A ready-made plan: points that somebody can take over into their own."""

_FIRST_THINGS = (
    Field("lead", Localised(Text()), required=True),
    Field("first", Localised(Listing(Line())), required=True),
    Field("entries", Listing(Ref("entry"), least=1), required=True),
)
"""What stands first where somebody comes in by a situation, or by who they are."""

DOCUMENTS: dict[str, tuple[Field, ...]] = {
    "staircase": (
        Field("title", Localised(Line()), required=True),
        Field("principle", Localised(Text()), required=True),
        Field(
            "pictures",
            Table(
                Record(
                    (
                        Field("title", Localised(Line()), required=True),
                        Field("lead", Localised(Text()), required=True),
                        Field(
                            "steps",
                            Listing(
                                Record(
                                    (
                                        Field("name", Localised(Line()), required=True),
                                        Field("text", Localised(Text()), required=True),
                                        Field("covers", Listing(Whole(0, 6)), required=True),
                                    )
                                ),
                                least=3,
                                most=10,
                            ),
                            required=True,
                        ),
                    )
                )
            ),
            required=True,
        ),
    ),
    "numbers": (
        Field(
            "numbers",
            Table(
                Record(
                    (
                        Field("telephone", Line(20), required=True),
                        Field("name", Localised(Line()), required=True),
                        Field("when", Localised(Line()), required=True),
                        Field("hours", Localised(Line())),
                        Field("emergency", Flag()),
                        Field("checked", Day(), required=True),
                    )
                )
            ),
            required=True,
        ),
    ),
    "situations": (
        Field(
            "situations",
            Table(Record((Field("name", Localised(Line()), required=True), *_FIRST_THINGS))),
            required=True,
        ),
        Field("roles", Table(Record(_FIRST_THINGS))),
    ),
    "glossary": (
        Field(
            "terms",
            Table(
                Record(
                    (
                        Field("word", Localised(Line()), required=True),
                        Field("means", Localised(Text(600)), required=True),
                        Field("jargon", Flag()),
                        Field("say", Localised(Line(120))),
                    )
                )
            ),
            required=True,
        ),
    ),
    "words": (
        Field("synonyms", Listing(Listing(Line(60), least=2), most=400), required=True),
        Field("parts", Listing(Line(40), most=2000), required=True),
        Field("endings", Listing(Line(12))),
        Field("stop", Listing(Line(20), most=200)),
        Field("heavy", Listing(_PLAINER, most=400)),
        Field("abbreviations", Listing(_PLAINER, most=200)),
    ),
    "danger": (
        Field("phrases", Localised(Listing(Line(60), least=1, most=200)), required=True),
        Field("text", Localised(Text(600)), required=True),
        Field("numbers", Listing(Choice(NUMBERS), least=1), required=True),
    ),
}
"""The documents in `content/shared/`, one of each, by name."""

DOCUMENT_KINDS = {name: Kind("document", "", common=(*fields, NOTE)) for name, fields in DOCUMENTS.items()}

IMAGE = Kind(
    "image",
    "images",
    common=(
        Field("alt", Localised(Line(300))),
        Field("decorative", Flag()),
        Field(
            "forms",
            Listing(
                Record(
                    (
                        Field("width", Whole(1, 1280), required=True),
                        Field("height", Whole(1, 5120), required=True),
                        Field("digest", Line(64, r"[0-9a-f]{64}", "the SHA-256 of the file"), required=True),
                    )
                ),
                least=1,
                most=2,
            ),
            required=True,
        ),
        NOTE,
    ),
)
"""An image: this file tells of it, and beside it lies a WebP file for each of its forms."""

MESSAGE = Kind(
    "message",
    "messages",
    common=(
        Field("subject", Localised(Line(120))),
        Field("text", Localised(Text(2000))),
        Field("sms", Localised(Text(300))),
        NOTE,
    ),
    by_field=True,
)
"""What the site sends, as a municipality words it; what is left out is said in the words that come with the site."""

CONSENT = Kind(
    "consent",
    "consents",
    common=(Field("text", Localised(Text(600))), Field("version", Whole(1, 10_000)), NOTE),
    by_field=True,
)
"""What people say yes to, as a municipality words it."""

MENU = Kind(
    "menu",
    "menus",
    common=(
        Field(
            "rooms",
            Listing(
                Record(
                    (
                        Field("room", Choice(tuple(standing.MENU_ROOMS)), required=True),
                        Field("name", Localised(Line(40))),
                    )
                ),
                most=len(standing.MENU_ROOMS),
            ),
        ),
        NOTE,
    ),
    by_field=True,
)
"""The rooms that a municipality's menu shows, in their order, with names of its own where it has them."""
