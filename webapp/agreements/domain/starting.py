"""What an agreement begins with: at most twelve tasks by theme, from the catalogue by number."""

from __future__ import annotations

from enum import StrEnum

MOST_TASKS = 200
MOST_PARTIES = 10
MOST_ON_A_PAGE = 8
LONGEST_TITLE = 120
OWN_AREA = "own"
"""The area of the tasks that the parties themselves have written."""


class Theme(StrEnum):
    """What the family wants to clarify."""

    HOME = "home"
    DEMENTIA = "dementia"
    ILLNESS = "illness"
    MENTAL_HEALTH = "mental_health"
    HOUSING = "housing"
    CAREGIVERS = "caregivers"


STARTER: dict[Theme, tuple[str, ...]] = {
    Theme.HOME: ("1.2", "1.3", "1.8", "2.2", "3.1", "3.2", "4.1", "5.1", "6.1", "8.1", "9.1", "12.1"),
    Theme.DEMENTIA: ("1.2", "2.2", "3.2", "6.1", "6.8", "7.7", "8.3", "8.5", "8.7", "9.1", "9.8", "12.1"),
    Theme.ILLNESS: ("1.1", "1.2", "1.5", "1.10", "2.2", "3.6", "8.3", "11.1", "11.5", "12.5", "13.1", "13.2"),
    Theme.MENTAL_HEALTH: ("1.2", "3.1", "4.4", "6.1", "6.3", "7.5", "9.1", "9.2", "9.4", "11.1", "11.3", "12.1"),
    Theme.HOUSING: ("4.5", "5.1", "5.2", "5.3", "7.1", "8.7", "8.8", "9.1", "10.1", "10.3", "10.5", "10.8"),
    Theme.CAREGIVERS: ("1.8", "6.1", "7.1", "8.4", "9.1", "9.8", "11.1", "11.3", "11.4", "11.6", "12.1", "12.5"),
}
"""Theme → numbers in the catalogue of tasks."""

AREA_PAGES: tuple[tuple[str, ...], ...] = (
    ("food", "home", "outdoors"),
    ("medicine", "personal_care", "last_time"),
    ("transport", "paperwork", "social", "cooperation"),
    ("safety", "preparedness", "aids_and_housing"),
    (OWN_AREA,),
)
"""The areas of tasks that are answered on one page, in the order of the pages."""


def page_of(area: str) -> int:
    """Answer the group of areas that a task is answered with, counted from 0; what stands nowhere is with the last."""
    return next((number for number, areas in enumerate(AREA_PAGES) if area in areas), len(AREA_PAGES) - 1)
