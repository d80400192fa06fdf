"""The kinds of content pages and the fields of each: the one table that files, checks and screens read.

A page lies in a folder with `common.yaml` (what is the same in every language) and one Markdown file a
language (`nb.md`, `nn.md`, `en.md`: front matter, then sections named after their fields). A *document*
is one YAML file that carries its languages inside.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    When,
    Whole,
    address_line,
    slug_line,
    telephone_line,
)
from webapp.kernel.language import LANGUAGES
from webapp.municipalities.domain.municipality import CONTACTS

COMMON = "common"
"""The "language" under which the part of a page that is the same in every language is kept."""
FULL = "full"
"""Which dates of an offer are full."""
SAID = "said"
"""What readers have said and what was changed because of it, and which drafts are open for everybody."""
GOALS = "goals"
"""A municipality's goals as they were when it published them."""
NO_FILES = frozenset({FULL, SAID, GOALS})
"""What is no file and no page, but published as they are."""

AUDIENCES = ("older", "caregiver", "young_carer")
SITUATIONS = ("plan_ahead", "something_happened", "home_from_hospital", "worn_out", "dementia", "last_phase")
AREAS = ("age_friendly", "activity", "food", "health_care", "coherence")
"""The five areas of the reform Leve hele livet (Meld. St. 15 (2017–2018))."""

TASK_AREAS = (
    "medicine", "personal_care", "food", "home", "outdoors", "paperwork", "transport", "safety",
    "social", "aids_and_housing", "cooperation", "preparedness", "last_time",
)  # fmt: skip
ACTORS = (
    "resident", "caregiver", "volunteer", "private", "nav", "health_service",
    "neighbour", "police", "school", "bank", "fire_service",
)  # fmt: skip
STANCES = ("normally", "sometimes", "not_normally")
OWNERS = (
    "home_care", "allocation_office", "health_promotion", "mental_health", "dementia_team",
    "rehabilitation", "care_homes", "culture", "technical", "social_services", "medical_officer",
    "caregiver_contact", "service_centre",
)  # fmt: skip
SELFCHECKS = (
    "who5", "osss3", "steadi", "boligen", "digital-hverdag", "fallfeller",
    "parorendebelastning", "hva-er-viktig", "teknologi", "vaner", "erfaring", "phq2", "phq9", "gad7", "auditc",
    "prisma7", "sarcf", "ucla3", "katz",
)  # fmt: skip
NUMBERS = ("113", "110", "112", "116117", "116123", "116111", "116006", "80030196", "22591300")
PAYMENTS = ("free", "municipality_sets", "state_sets", "county_sets", "rent", "none")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of page: where its files lie and which fields they carry."""

    name: str
    folder: str
    common: tuple[Field, ...]
    front: tuple[Field, ...] = ()
    sections: tuple[Field, ...] = ()
    optional: frozenset[str] = frozenset()
    by_field: bool = False
    """Whether a municipality's own document says only what differs, and lies field by field over the shared one."""

    @property
    def lies_over(self) -> bool:
        """Tell whether a municipality's own text lies field by field over the shared one, and need not be whole."""
        return self.by_field or not self.is_document

    @property
    def is_document(self) -> bool:
        """Tell whether a page of this kind is one YAML file with its languages inside."""
        return not self.front

    @property
    def texts(self) -> tuple[Field, ...]:
        """The fields that stand in a language's own file."""
        return (*self.front, *self.sections)


NOTE = Field("note", Text())
TITLE = Field("title", Line(120), required=True)
SYNONYMS = Field("synonyms", Listing(Line(60)))
LOCAL = Field("local", Text())
"""A section that only a municipality's own file carries: added to the shared page without replacing it."""

SOURCE = Record(
    (
        Field("name", Line(160), required=True),
        Field("paragraph", Line(60)),
        Field("url", address_line()),
        Field("checked", Day()),
    )
)
SOURCES = Field("sources", Listing(SOURCE))
UPKEEP = (
    Field("owner", Choice(OWNERS), required=True),
    Field("reviewed", Day(), required=True),
    Field("review_by", Day(), required=True),
    Field("contributors", Listing(Line(120))),
)
LINKS = (
    Field("entries", Listing(Ref("entry"))),
    Field("services", Listing(Ref("service"))),
    Field("tasks", Listing(Ref("task"))),
    Field("aids", Listing(Ref("aid"))),
    Field("offers", Listing(Ref("offer"))),
    Field("selfchecks", Listing(Choice(SELFCHECKS))),
)

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

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        ENTRY, SERVICE, TASK, AID, OFFER, PLACE, PAGE, FOREIGN, SELFCHECK, PLAN, IMAGE, MESSAGE, CONSENT, MENU
    )
}  # fmt: skip
"""The kinds of pages by name, in the order in which they are read and written."""

BY_FOLDER = {kind.folder: kind for kind in KINDS.values()}
