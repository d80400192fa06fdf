"""What a kind of page is, and the choices and fields that several kinds share."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.content.domain.fields import Choice, Day, Field, Line, Listing, Record, Ref, Text, address_line

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
