"""Who sees what, against the sentences of the design: tried for everybody, everything and every moment."""

from __future__ import annotations

from itertools import product

import pytest

from webapp.agreements.domain.policy import Look, Thing, Viewer, sees
from webapp.agreements.domain.states import RoundState

ROUNDS, NO_YES = tuple(RoundState), (False, True)
RESIDENT, PARTY, STAFF, OUTSIDE = Viewer
OPEN = {RoundState.SETTLING, RoundState.SIGNING, RoundState.NONE}


def all_looks() -> list[Look]:
    """Answer every circumstance of a look."""
    return [
        Look(viewer, state, has_answered=answered, is_starter=starter, has_version=version)
        for viewer, state, answered, starter, version in product(Viewer, ROUNDS, NO_YES, NO_YES, NO_YES)
    ]


def who(thing: Thing) -> set[Viewer]:
    """Answer everybody who ever sees something."""
    return {look.viewer for look in all_looks() if sees(look, thing)}


@pytest.mark.parametrize("thing", [Thing.PRIVATE_NOTES, Thing.LOAD])
def test_private_notes_and_how_a_caregiver_is_doing_are_shown_to_nobody(thing: Thing) -> None:
    assert who(thing) == set()


@pytest.mark.parametrize("thing", [Thing.WORD, Thing.CONTACT, Thing.DECLINE_REASON])
def test_the_word_to_the_municipality_contacts_and_reasons_are_for_staff_alone(thing: Thing) -> None:
    assert who(thing) == {STAFF}


@pytest.mark.parametrize("thing", Thing)
def test_who_is_not_in_it_sees_nothing_ever(thing: Thing) -> None:
    assert OUTSIDE not in who(thing)


def test_the_answers_of_others_are_shown_when_the_comparison_is_open_and_one_has_answered_oneself() -> None:
    for look in all_looks():
        expected = look.round in OPEN and (look.has_answered or look.viewer is STAFF) and look.viewer is not OUTSIDE
        assert sees(look, Thing.ANSWERS) is expected, look


def test_whom_the_resident_lets_know_what_is_the_residents_and_each_sees_their_own() -> None:
    assert who(Thing.CONSENTS) == {RESIDENT, STAFF}
    assert who(Thing.OWN_CONSENT) == {RESIDENT, PARTY}


def test_a_draft_shows_its_starter_only_what_is_there_before_the_resident_has_said_yes() -> None:
    seen = {thing for thing in Thing if sees(Look(PARTY, RoundState.DRAFT, has_answered=True, is_starter=True), thing)}
    assert seen == {Thing.OWN, Thing.WHO_IS_IN, Thing.TASKS, Thing.MATTERS}


@pytest.mark.parametrize("viewer", [PARTY, STAFF, OUTSIDE])
def test_a_draft_shows_nothing_to_whoever_neither_is_the_resident_nor_has_started_it(viewer: Viewer) -> None:
    look = Look(viewer, RoundState.DRAFT, has_answered=True, has_version=True)
    assert not [thing for thing in Thing if sees(look, thing)]


def test_a_signed_version_is_read_by_all_in_it_also_while_a_round_is_under_way() -> None:
    for viewer in (RESIDENT, PARTY, STAFF):
        assert sees(Look(viewer, RoundState.CLARIFYING, has_answered=False, has_version=True), Thing.VERSION)
        assert not sees(Look(viewer, RoundState.CLARIFYING, has_answered=False), Thing.VERSION)


# Every look at every thing -----------------------------------------------------------------------------------------

ALWAYS, JOINED, COMPARED, ANSWERED, SIGNED, NEVER = "always", "joined", "compared", "answered", "signed", "-"
"""When: also in a draft that is one's own; once the resident has joined; once the comparison is open; then too if one
has answered oneself; then, and where a version is in force; never."""
TABLE = {
    #                      resident  party     staff
    Thing.OWN:            (ALWAYS,   ALWAYS,   NEVER),
    Thing.WHO_IS_IN:      (ALWAYS,   ALWAYS,   ALWAYS),
    Thing.TASKS:          (ALWAYS,   ALWAYS,   ALWAYS),
    Thing.MATTERS:        (ALWAYS,   ALWAYS,   ALWAYS),
    Thing.ANSWERS:        (ANSWERED, ANSWERED, COMPARED),
    Thing.PROPOSALS:      (COMPARED, COMPARED, COMPARED),
    Thing.SECTIONS:       (COMPARED, COMPARED, COMPARED),
    Thing.CONSENTS:       (JOINED,   NEVER,    JOINED),
    Thing.OWN_CONSENT:    (JOINED,   JOINED,   NEVER),
    Thing.VERSION:        (SIGNED,   SIGNED,   SIGNED),
    Thing.HISTORY:        (JOINED,   JOINED,   JOINED),
    Thing.WORD:           (NEVER,    NEVER,    JOINED),
    Thing.LOAD:           (NEVER,    NEVER,    NEVER),
    Thing.PRIVATE_NOTES:  (NEVER,    NEVER,    NEVER),
    Thing.CONTACT:        (NEVER,    NEVER,    JOINED),
    Thing.DECLINE_REASON: (NEVER,    NEVER,    JOINED),
}  # fmt: skip
"""Thing → when each sees it, read out of the design and not out of the rules."""


def is_time(when: str, look: Look) -> bool:
    """Tell whether a time of the table has come."""
    if look.round is RoundState.DRAFT:
        return when == ALWAYS and (look.is_starter or look.viewer is RESIDENT)
    is_open = look.round in OPEN
    return {
        ALWAYS: True, JOINED: True, COMPARED: is_open, ANSWERED: is_open and look.has_answered,
        SIGNED: is_open or look.has_version, NEVER: False,
    }[when]  # fmt: skip


@pytest.mark.parametrize("thing", Thing)
def test_everybody_sees_a_thing_exactly_when_the_table_says(thing: Thing) -> None:
    for look in all_looks():
        when = NEVER if look.viewer is OUTSIDE else TABLE[thing][(RESIDENT, PARTY, STAFF).index(look.viewer)]
        assert sees(look, thing) is is_time(when, look), look
