"""Events and chains as such: one form, ids only, and no change of a single field that is not found."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, timedelta, timezone
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.audit.keys import SealingKeys
from tests.conftest import NOON
from webapp.audit.domain import START, Action, Event, Fault, Head, canonical, must_be_ids_only, verify, verify_end
from webapp.kernel.ids import new_id

KEYS = SealingKeys("first", "second")
FORBIDDEN = [
    "@",
    "kari@example.no",
    "01019012345",
    "case 010190 12345",
    "Åse",
    "a\nb",
    "a,b",
    "1" * 61,
    "\u212a",
    "x\x00",
]


def event(**changes: Any) -> Event:
    """Make an event that nothing has sealed yet."""
    plain = Event("fjordvik", 1, NOON, "staff:1", "looked", "case", "c1", "asked", {}, "first", START, "")
    return replace(plain, **changes)


def sealed(plain: Event) -> Event:
    """Seal an event by the key that it names."""
    return replace(plain, hash=KEYS.audit_code(plain.municipality, canonical(plain), plain.key)[1])


def chain(length: int, municipality: str = "fjordvik") -> list[Event]:
    """Make a chain in which keys, details and objects differ."""
    events: list[Event] = []
    for sequence in range(1, length + 1):
        details = {"number": sequence, "is_first": sequence == 1, "roles": ["editor", "reviewer"], "by": "link"}
        plain = event(
            municipality=municipality,
            sequence=sequence,
            object_id=f"c{sequence % 2}",
            details=details if sequence % 3 else {},
            key=KEYS.names[sequence * 2 // (length + 1)],
            previous=events[-1].hash if events else START,
        )
        events.append(sealed(plain))
    return events


CHAIN = chain(7)


def first_fault(events: list[Event], **told: Any) -> Fault | None:
    """Answer the first broken link."""
    return verify(events, KEYS.audit_code, **told)


def test_a_chain_that_nobody_touched_is_whole_also_across_a_change_of_keys() -> None:
    assert {one.key for one in CHAIN} == {"first", "second"}
    assert first_fault(CHAIN) is None
    assert first_fault([]) is None


def test_the_canonical_form_is_the_json_of_all_but_the_hash_in_the_order_of_names() -> None:
    found = canonical(event(details={"b": True, "a": ["x"]}, hash="anything"))
    assert found.decode() == (
        '{"action":"looked","actor":"staff:1","at":"2026-11-22T12:00:00.000000+00:00","details":{"a":["x"],"b":true},'
        f'"key":"first","municipality":"fjordvik","object_id":"c1","object_kind":"case","previous":"{START}",'
        '"sequence":1,"why":"asked"}'
    )


def test_the_same_instant_has_one_form_in_every_zone_and_a_time_without_a_zone_has_none() -> None:
    at = NOON + timedelta(microseconds=7)
    assert canonical(event(at=at)) == canonical(event(at=at.astimezone(timezone(timedelta(hours=5, minutes=30)))))
    assert b"12:00:00.000007+00:00" in canonical(event(at=at))
    with pytest.raises(ValueError, match="without its zone"):
        canonical(event(at=NOON.replace(tzinfo=None)))


def test_text_in_another_normal_form_is_refused_so_that_it_cannot_pass_for_the_first() -> None:
    assert canonical(event(actor="å"))
    for other in ("a\u030a", "\u212b", "\u212a"):
        with pytest.raises(ValueError, match="normal form"):
            canonical(event(actor=other))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
TEXT = st.one_of(
    st.text(max_size=64),
    st.sampled_from([getattr(one, field.name) for one in CHAIN for field in fields(one)]).filter(
        lambda value: isinstance(value, str)
    ),
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "sequence": st.integers(-2, 9) | st.integers(),
    "at": st.datetimes(timezones=st.just(UTC)) | st.sampled_from([NOON + timedelta(microseconds=1)]),
    "details": st.dictionaries(st.text(max_size=8), JSON, max_size=3) | JSON,
}


@given(st.data(), st.integers(0, len(CHAIN) - 1), st.sampled_from([field.name for field in fields(Event)]))
def test_any_change_of_a_single_field_of_any_event_is_found_where_it_is(
    data: st.DataObject, place: int, name: str
) -> None:
    value = data.draw(VALUES.get(name, TEXT))
    assume(value != getattr(CHAIN[place], name))
    changed = [*CHAIN[:place], replace(CHAIN[place], **{name: value}), *CHAIN[place + 1 :]]
    fault = first_fault(changed)
    assert fault is not None
    assert fault.sequence == place + 1


@given(st.permutations(CHAIN))
def test_any_other_order_is_found_at_the_first_event_that_is_out_of_its_place(mixed: list[Event]) -> None:
    assume(mixed != CHAIN)
    fault = first_fault(mixed)
    assert fault is not None
    assert fault.sequence == next(number for number, one in enumerate(mixed, start=1) if one.sequence != number)


@given(st.sets(st.sampled_from(range(len(CHAIN))), min_size=1))
def test_whatever_is_deleted_the_first_that_is_missing_is_named(gone: set[int]) -> None:
    left = [one for number, one in enumerate(CHAIN) if number not in gone]
    end = Head("fjordvik", len(left), left[-1].hash if left else START)
    fault = first_fault(left) or verify_end(end, Head("fjordvik", len(CHAIN), CHAIN[-1].hash), {})
    assert fault is not None
    assert fault.sequence == min(gone) + 1


def test_each_fault_is_said_in_its_own_words() -> None:
    third = CHAIN[2]
    without_link = sealed(replace(third, previous=CHAIN[0].hash))
    assert str(first_fault([*CHAIN[:2], *CHAIN[3:]])) == "fjordvik: event 3 is missing: event 4 stands in its place"
    assert str(first_fault([*CHAIN[:2], without_link])) == "fjordvik: event 3 does not follow the one before it"
    for changed in (replace(third, actor="staff:2"), replace(third, hash="0" * 64), replace(third, key="lost")):
        fault = first_fault([*CHAIN[:2], changed])
        assert str(fault) == "fjordvik: event 3 was changed, or was not sealed by the municipality's key"


def test_whoever_has_the_key_can_rewrite_a_chain_but_not_the_heads_that_were_written_out() -> None:
    rewritten = [*CHAIN[:4]]
    for old in CHAIN[4:]:
        rewritten.append(sealed(replace(old, actor="staff:9", previous=rewritten[-1].hash)))
    assert first_fault(rewritten) is None
    written = {2: {CHAIN[1].hash}, 6: {CHAIN[5].hash}}
    assert first_fault(CHAIN, written=written) is None
    fault = first_fault(rewritten, written=written)
    assert str(fault) == "fjordvik: event 6 was rewritten: another hash was written out for it"


def test_two_heads_that_were_written_out_for_one_event_cannot_both_be_true() -> None:
    fault = first_fault(CHAIN, written={3: {CHAIN[2].hash, START}})
    assert fault is not None
    assert (fault.sequence, "rewritten" in fault.what) == (3, True)


def test_a_chain_is_verified_in_batches_as_in_one() -> None:
    after = Head("fjordvik", 3, CHAIN[2].hash)
    assert first_fault(CHAIN[3:], after=after) is None
    assert first_fault(CHAIN[4:], after=after) is not None
    assert first_fault(CHAIN[3:], after=Head("fjordvik", 3, START)) is not None


def test_another_municipalitys_events_are_not_this_ones() -> None:
    other = chain(7, "dalsbygd")
    assert first_fault(other) is None
    fault = first_fault([*CHAIN[:3], *other[3:]])
    assert fault is not None
    assert fault.sequence == 4
    passed_off = [replace(one, municipality="fjordvik") for one in other]
    assert first_fault(passed_off) is not None


def test_the_end_is_where_its_head_and_all_that_was_written_out_say() -> None:
    end = Head("fjordvik", 7, CHAIN[-1].hash)
    assert verify_end(end, end, {}) is None
    assert verify_end(end, end, {3: {CHAIN[2].hash}, 7: {end.hash}}) is None
    assert verify_end(Head("fjordvik"), Head("fjordvik"), {}) is None
    missing = "fjordvik: events after 7 are missing (truncated or an older database)"
    assert str(verify_end(end, replace(end, sequence=8), {})) == missing
    assert str(verify_end(end, end, {9: {START}})) == missing
    for stored in (Head("fjordvik"), replace(end, hash=START), replace(end, sequence=6)):
        assert str(verify_end(end, stored, {})) == "fjordvik: event 7 is the last, but its head says otherwise"


@pytest.mark.parametrize("text", FORBIDDEN)
@pytest.mark.parametrize("name", ["actor", "object_kind", "object_id", "why", "details", "name of a detail", "list"])
def test_personal_data_is_refused_wherever_it_stands(name: str, text: str) -> None:
    details: dict[str, dict[str, Any]] = {
        "details": {"x": text}, "name of a detail": {text: "x"}, "list": {"x": ["editor", text]},
    }  # fmt: skip
    told = {"details": details[name]} if name in details else {name: text}
    with pytest.raises(ValueError, match="an audit event holds ids only"):
        must_be_ids_only(event(**told))


@pytest.mark.parametrize("value", [1.5, None, {"a": "b"}, [1], [["a"]], b"x", ("a",), 10_101_901_234, NOON])
def test_details_are_texts_whole_numbers_yes_and_no_and_lists_of_texts(value: object) -> None:
    with pytest.raises(ValueError, match="an audit event holds ids only"):
        must_be_ids_only(event(details={"x": value}))


@pytest.mark.parametrize(
    ("name", "longest"), [("actor", 60), ("action", 40), ("object_kind", 30), ("object_id", 60), ("why", 40)]
)
def test_no_text_is_longer_than_its_column(name: str, longest: int) -> None:
    must_be_ids_only(event(**{name: "a" * longest}))
    with pytest.raises(ValueError, match="ids only"):
        must_be_ids_only(event(**{name: "a" * (longest + 1)}))


def test_ids_words_and_addresses_of_routes_are_allowed() -> None:
    for text in ("", "staff:1", "asked by the resident", "/nb/ansatt/hjem", "K7M4-PX2Q", "code_sms", "1234567890"):
        must_be_ids_only(event(object_id=text, details={"x": text, "y": [text], "n": -3, "z": False}))


def test_our_own_ids_are_never_taken_for_a_birth_number() -> None:
    for text in (*(new_id() for _ in range(500)), "a" * 5 + "1" * 11, "1" * 32, "01019012345f" + "a" * 20):
        must_be_ids_only(event(object_id=text, actor=f"staff:{text}", details={"sessions": [text]}))


def test_every_action_has_room_and_is_told_once() -> None:
    assert len(set(Action)) == 49
    for action in Action:
        must_be_ids_only(event(action=action.value))
