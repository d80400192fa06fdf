"""Small numbers are hidden, and cannot be reckoned from those that are shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.suppression import FEWEST, shown


def test_a_number_below_five_is_hidden_and_another_with_it() -> None:
    assert shown({"yes": 20, "no": 4, "unsure": 9}) == {"yes": 20, "no": None, "unsure": None}
    assert shown({"yes": 20, "no": 3, "unsure": 4}) == {"yes": 20, "no": None, "unsure": None}
    assert shown({"yes": 20, "no": 0}) == {"yes": 20, "no": 0}


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 30), max_size=6))
def test_what_is_hidden_cannot_be_reckoned_from_the_sum(counts: dict[str, int]) -> None:
    found = shown(counts)
    hidden = [word for word, number in found.items() if number is None]
    assert all(number is None or number == counts[word] for word, number in found.items())
    assert not any(0 < counts[word] < FEWEST for word in set(found) - set(hidden))
    is_all = len(hidden) == sum(number > 0 for number in counts.values())
    assert not hidden or is_all or (len(hidden) > 1 and sum(counts[word] for word in hidden) >= FEWEST)
