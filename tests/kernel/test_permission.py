"""The permission table as a person has read it, and that nothing outside of it is allowed."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOON
from webapp.kernel.caller import Caller
from webapp.kernel.permission import PERMISSIONS, STAFF_ROLES, Assurance, Permission, Role, may

TABLE = {
    "caseworker": {"see own access", "keep own account", "work cases", "see agreement", "work agreements"},
    "editor": {"see own access", "keep own account", "see drafts", "edit content", "publish content"},
    "reviewer": {"see own access", "keep own account", "see drafts", "approve content", "publish content"},
    "administrator": {
        "see own access",
        "keep own account",
        "manage staff",
        "see deliveries",
        "see figures",
        "keep goals",
        "keep settings",
    },
    "resident": {"see own access", "see own referral"},
    "party": {"see own access", "see own referral", "see agreement", "take part"},
}
"""Written by hand: a change of who may do what is a change of this list, too."""


def caller(*roles: Role, assurance: Assurance = Assurance.SUBSTANTIAL) -> Caller:
    """Make somebody who has come in."""
    return Caller("someone", "fjordvik", frozenset(roles), assurance, "a session", NOON)


def test_the_table_is_the_one_that_a_person_has_read() -> None:
    assert {role.value: {one.value for one in allowed} for role, allowed in PERMISSIONS.items()} == TABLE


def test_every_role_has_a_row_and_every_permission_somebody_who_has_it() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert frozenset[Permission]().union(*PERMISSIONS.values()) == set(Permission)


def test_nobody_changes_the_table_by_mistake() -> None:
    assert all(isinstance(allowed, frozenset) for allowed in PERMISSIONS.values())


def test_who_comes_in_by_a_link_or_an_electronic_identity_is_no_staff() -> None:
    assert set(STAFF_ROLES) == set(Role) - {Role.RESIDENT, Role.PARTY}
    for role in Role:
        assert caller(role).is_staff == (role in STAFF_ROLES)


@pytest.mark.parametrize("permission", Permission)
def test_nobody_may_nothing(permission: Permission) -> None:
    assert not may((), permission)
    assert not caller().may(permission)


@pytest.mark.parametrize("permission", Permission)
def test_a_role_may_what_its_row_says(permission: Permission) -> None:
    for role in Role:
        assert may((role,), permission) == (permission.value in TABLE[role.value])


@pytest.mark.parametrize("permission", Permission)
def test_two_roles_may_what_either_may_and_nothing_more(permission: Permission) -> None:
    for one, other in combinations(Role, 2):
        allowed = TABLE[one.value] | TABLE[other.value]
        assert caller(one, other).may(permission) == (permission.value in allowed)


@given(st.frozensets(st.sampled_from(sorted(STAFF_ROLES))), st.sampled_from([Role.RESIDENT, Role.PARTY]))
def test_a_role_of_staff_beside_that_of_a_resident_makes_no_staff(roles: frozenset[Role], outside: Role) -> None:
    """A mistake in a session may take something away, and never give the second factor's exemption."""
    assert not caller(*roles, outside).is_staff


def test_only_who_manages_staff_is_told_apart_from_other_staff() -> None:
    assert [role for role in Role if may((role,), Permission.MANAGE_STAFF)] == [Role.ADMINISTRATOR]


def test_assurance_is_ordered_from_weak_to_strong() -> None:
    expected = ["NONE", "ONE_FACTOR", "CODE", "SUBSTANTIAL", "HIGH"]
    assert [level.name for level in sorted(Assurance)] == expected
    assert [int(level) for level in Assurance] == list(range(5)), "stored in sessions: a number is never used anew"


def test_who_somebody_is_cannot_be_changed_during_a_request() -> None:
    who = caller(Role.CASEWORKER)
    with pytest.raises(AttributeError):
        who.municipality = "dalsbygd"  # type: ignore[misc]
    assert replace(who, municipality="dalsbygd") != who
