"""The kinds of pages that are read: entries, services, tasks, aids, offers, places, pages, other languages."""

from __future__ import annotations

from webapp.content.domain.fields import (
    Choice,
    Day,
    Field,
    Flag,
    Line,
    Listing,
    Record,
    Table,
    Text,
    Whole,
    address_line,
    slug_line,
    telephone_line,
)
from webapp.content.domain.kind import (
    ACTORS,
    AREAS,
    AUDIENCES,
    LINKS,
    LOCAL,
    NOTE,
    NUMBERS,
    PAYMENTS,
    SITUATIONS,
    SOURCES,
    STANCES,
    SYNONYMS,
    TASK_AREAS,
    TITLE,
    UPKEEP,
    Kind,
)
from webapp.municipalities.domain.municipality import CONTACTS

ENTRY = Kind(
    "entry",
    "entries",
    common=(
        Field("audience", Listing(Choice(AUDIENCES), least=1), required=True),
        Field("situations", Listing(Choice(SITUATIONS))),
        Field("areas", Listing(Choice(AREAS), least=1), required=True),
        Field("emergency", Listing(Choice(NUMBERS))),
        Field("quick_exit", Flag()),
        *LINKS,
        SOURCES,
        *UPKEEP,
        NOTE,
    ),
    front=(TITLE, SYNONYMS, Field("todo", Listing(Line(120), most=8))),
    sections=(
        Field("short", Text(600), required=True),
        Field("yourself", Text(), required=True),
        Field("municipality", Text(), required=True),
        Field("otherwise", Text()),
        Field("talk", Text(), required=True),
        Field("more", Text()),
        LOCAL,
    ),
)

SERVICE = Kind(
    "service",
    "services",
    common=(
        Field("signpost", Flag()),
        Field("emergency", Listing(Choice(NUMBERS))),
        Field("quick_exit", Flag()),
        Field("steps", Listing(Whole(0, 6), least=1, most=7), required=True),
        Field("audience", Listing(Choice(AUDIENCES))),
        Field("areas", Listing(Choice(AREAS))),
        Field("group_offer", Flag()),
        Field("prevention", Listing(Choice(("primary", "secondary", "tertiary")))),
        Field("needs_decision", Flag()),
        Field("payment", Choice(PAYMENTS)),
        Field("complaint", Choice(("municipality", "nav", "county", "none"))),
        Field("contact", Choice(CONTACTS)),
        Field("url", address_line()),
        Field("local_regulation", address_line()),
        Field("waiting_list", Flag()),
        Field(
            "asks",
            Listing(
                Record(
                    (
                        Field("slug", slug_line(), required=True),
                        Field("who", Choice(("resident", "caregiver", "either")), required=True),
                    )
                )
            ),
        ),
        *LINKS,
        SOURCES,
        *UPKEEP,
        NOTE,
    ),
    front=(TITLE, SYNONYMS, Field("asks", Table(Line(160))), Field("todo", Listing(Line(120), most=8))),
    sections=(
        Field("short", Text(600), required=True),
        Field("for_whom", Text()),
        Field("criteria", Text()),
        Field("does", Text()),
        Field("does_not", Text()),
        Field("we_expect", Text()),
        Field("you_can_expect", Text()),
        Field("cost", Text()),
        Field("apply", Text()),
        Field("time", Text()),
        Field("change", Text()),
        Field("complaint_text", Text()),
        LOCAL,
    ),
)
FULL_SERVICE = ("for_whom", "criteria", "does", "does_not", "we_expect", "you_can_expect", "cost")
"""The sections that every service has, unless it is a signpost to somebody else's."""

TASK = Kind(
    "task",
    "tasks",
    common=(
        Field("number", Line(6, r"\d{1,2}\.\d{1,2}", "the number in the catalogue, like 5.1"), required=True),
        Field("area", Choice(TASK_AREAS), required=True),
        Field("critical", Flag()),
        Field("stance", Choice(STANCES), required=True),
        Field("needs_decision", Flag()),
        Field("others", Listing(Choice(ACTORS))),
        Field("alternatives", Listing(Choice(CONTACTS))),
        *LINKS,
        SOURCES,
        NOTE,
    ),
    front=(
        TITLE,
        SYNONYMS,
        Field("why", Line(240)),
        Field("exception", Line(240)),
        Field("instead", Line(300)),
        Field("tip", Line(300)),
    ),
    sections=(LOCAL,),
)

AID = Kind(
    "aid",
    "aids",
    common=(
        Field(
            "category",
            Choice(("safety", "memory", "medicine", "moving", "senses", "home", "contact")),
            required=True,
        ),
        Field("welfare_technology", Flag()),
        Field("providers", Listing(Choice(("municipality", "nav", "own")), least=1), required=True),
        Field("asked", Whole(0, 100_000)),
        Field("tried", Whole(0, 100_000)),
        Field("in_use", Whole(0, 100_000)),
        Field("counted", Day()),
        Field("audience", Listing(Choice(AUDIENCES))),
        *LINKS,
        SOURCES,
        *UPKEEP,
        NOTE,
    ),
    front=(TITLE, SYNONYMS),
    sections=(
        Field("short", Text(600), required=True),
        Field("benefit", Text(), required=True),
        Field("for_whom", Text(), required=True),
        Field("privacy", Text()),
        Field("who_pays", Text(), required=True),
        Field("learn", Text(), required=True),
        Field("try", Text()),
        Field("otherwise", Text(), required=True),
        LOCAL,
    ),
)

OFFER = Kind(
    "offer",
    "offers",
    common=(
        Field("category", Choice(("course", "group", "home_visit", "visit", "meeting_place")), required=True),
        Field("contact", Choice(CONTACTS), required=True),
        Field("shared_with", Listing(slug_line())),
        Field(
            "dates",
            Listing(
                Record(
                    (
                        Field("day", Day(), required=True),
                        Field("time", Line(20, r"\d{2}\.\d{2}(?:–\d{2}\.\d{2})?", "a time like 18.00–20.00")),
                        Field("place", Line(120), required=True),
                        Field("places", Whole(0, 1000)),
                    )
                )
            ),
        ),
        Field("audience", Listing(Choice(AUDIENCES))),
        Field("areas", Listing(Choice(AREAS))),
        *LINKS,
        SOURCES,
        *UPKEEP,
        NOTE,
    ),
    front=(TITLE, SYNONYMS),
    sections=(
        Field("short", Text(600), required=True),
        Field("what", Text(), required=True),
        Field("prepare", Text(), required=True),
        Field("no_thanks", Text(), required=True),
        Field("afterwards", Text(), required=True),
        Field("cost", Text(), required=True),
        LOCAL,
    ),
)

PLACE = Kind(
    "place",
    "places",
    common=(
        Field("telephone", telephone_line()),
        Field("url", address_line()),
        Field("open_to_neighbours", Flag()),
        NOTE,
    ),
    front=(
        TITLE,
        SYNONYMS,
        Field("place", Line(), required=True),
        Field("when", Line(), required=True),
        Field("cost", Line(), required=True),
        Field("transport", Line(), required=True),
    ),
    sections=(Field("short", Text(600), required=True),),
)

PAGE = Kind(
    "page",
    "pages",
    common=(Field("emergency", Listing(Choice(NUMBERS))), Field("quick_exit", Flag()), *LINKS, SOURCES, *UPKEEP, NOTE),
    front=(TITLE, SYNONYMS),
    sections=(Field("lead", Text(800)), Field("body", Text(20_000), required=True), LOCAL),
)

_NUMBER_TEXT = Record((Field("number", Choice(NUMBERS), required=True), Field("text", Line(), required=True)))

FOREIGN = Kind(
    "foreign",
    "foreign",
    common=(
        Field("name", Line(60), required=True),
        Field("direction", Choice(("ltr", "rtl")), required=True),
        Field("title", Line(120), required=True),
        Field("what", Text(), required=True),
        Field("emergency", Listing(_NUMBER_TEXT), required=True),
        Field("interpreter", Text(), required=True),
        Field("call_me", Line(), required=True),
        Field("card", Listing(Line()), required=True),
        Field("not_checked", Text(), required=True),
        Field("checked_by_native", Flag()),
        NOTE,
    ),
)
