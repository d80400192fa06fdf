"""The kind of a self-check: its questions, its scoring, its advice, and the vectors that it is tried on."""

from __future__ import annotations

from webapp.content.domain.fields import (
    Choice,
    Day,
    Field,
    Flag,
    Line,
    Listing,
    Localised,
    Record,
    Table,
    Text,
    When,
    Whole,
    address_line,
    slug_line,
)
from webapp.content.domain.kind import AUDIENCES, LINKS, NOTE, NUMBERS, SOURCES, UPKEEP, Kind

QUESTION_TYPES = ("choice", "multiple", "yes_no", "scale", "number", "text", "information")
LEVELS = ("yourself", "people", "municipality")
"""In this order advice is given: what one can do, who is around one, what the municipality can do (SJ-3)."""

_OPTION = Record(
    (
        Field("value", slug_line(), required=True),
        Field("label", Localised(Line()), required=True),
        Field("weight", Whole(-100, 100)),
    )
)
_QUESTION = Record(
    (
        Field("id", slug_line(), required=True),
        Field("type", Choice(QUESTION_TYPES), required=True),
        Field("text", Localised(Text(600)), required=True),
        Field("help", Localised(Text(600))),
        Field("optional", Flag()),
        Field("when", When()),
        Field("for_each", slug_line()),
        Field("options", Listing(_OPTION, least=2, most=30)),
        Field("most", Whole(1, 30)),
        Field("from", Whole(-1000, 1000)),
        Field("to", Whole(-1000, 1000)),
        Field("weight", Whole(-100, 100)),
    )
)
_SCORE = Record(
    (
        Field("id", slug_line(), required=True),
        Field("method", Choice(("sum", "mean")), required=True),
        Field("of", Listing(slug_line(), least=1), required=True),
        Field("times", Whole(1, 100)),
        Field("missing", Choice(("no_score", "as_zero"))),
    )
)
_BAND = Record(
    (
        Field("id", slug_line(), required=True),
        Field("score", slug_line(), required=True),
        Field("from", Whole(-1000, 1000), required=True),
        Field("to", Whole(-1000, 1000), required=True),
        Field("when", When()),
        Field("name", Localised(Line()), required=True),
        Field("text", Localised(Text(1200)), required=True),
    )
)
_ADVICE = Record(
    (
        Field("id", slug_line(), required=True),
        Field("when", When()),
        Field("level", Choice(LEVELS), required=True),
        Field("first", Flag()),
        Field("text", Localised(Text(900)), required=True),
        *LINKS,
    )
)
_FLAG = Record(
    (
        Field("id", slug_line(), required=True),
        Field("when", When(), required=True),
        Field("text", Localised(Text(600)), required=True),
        Field("numbers", Listing(Choice(NUMBERS), least=1), required=True),
    )
)
_VECTOR = Record(
    (
        Field("answers", Table(Line(200)), required=True),
        Field("score", Whole(-1000, 1000)),
        Field("band", slug_line()),
        Field("flags", Listing(slug_line())),
        Field("advice", Listing(slug_line())),
    )
)
_LICENCE = Record(
    (
        Field("holder", Line(), required=True),
        Field("terms", Localised(Text(600)), required=True),
        Field("url", address_line()),
        Field("checked", Day(), required=True),
    )
)

SELFCHECK = Kind(
    "selfcheck",
    "selfchecks",
    common=(
        Field("title", Localised(Line(120)), required=True),
        Field("short", Localised(Line(240)), required=True),
        Field("version", Line(20), required=True),
        Field("minutes", Whole(1, 60), required=True),
        Field("audience", Listing(Choice(AUDIENCES), least=1), required=True),
        Field("switched_on", Flag()),
        Field("survey", Flag()),
        Field("intro", Localised(Text(1500)), required=True),
        Field("recall", Localised(Line())),
        Field("says_not", Localised(Text(900)), required=True),
        Field("translation", Localised(Choice(("own", "original", "official", "unofficial"))), required=True),
        Field("licence", _LICENCE, required=True),
        Field("questions", Listing(_QUESTION, least=1), required=True),
        Field("scores", Listing(_SCORE)),
        Field("bands", Listing(_BAND)),
        Field("advice", Listing(_ADVICE)),
        Field("flags", Listing(_FLAG)),
        Field("vectors", Listing(_VECTOR)),
        *LINKS,
        SOURCES,
        *UPKEEP,
        NOTE,
    ),
    by_field=True,
)
