"""The pages of plans, as what stands on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.content import reading
from webapp.content.current import library
from webapp.content.reading import Link, Point, Upkeep
from webapp.content.words import OWNERS
from webapp.kernel.language import localised
from webapp.web.i18n import language
from webapp.web.markdown import Html


@dataclass(frozen=True, slots=True)
class Group:
    """Points that belong together."""

    id: str
    heading: str
    points: list[Point]


@dataclass(frozen=True, slots=True)
class ReadyMadePlan:
    """A ready-made plan."""

    slug: str
    title: str
    short: str
    lead: Html
    groups: list[Group]
    upkeep: Upkeep

    @staticmethod
    def of(slug: str) -> ReadyMadePlan | None:
        """Make the page of a ready-made plan, or None where there is none."""
        written = library().plan(slug)
        if written is None:
            return None
        return ReadyMadePlan(
            slug=slug,
            title=localised(written["title"], language()),
            short=localised(written["short"], language()),
            lead=reading.html(localised(written["lead"], language()), language()),
            groups=[
                Group(
                    f"del-{number}", localised(group["heading"], language()), [_point(one) for one in group["points"]]
                )
                for number, group in enumerate(written["groups"], start=1)
            ],
            upkeep=Upkeep(
                owner=str(OWNERS[written["owner"]]),
                reviewed=date.fromisoformat(written["reviewed"]),
                review_by=date.fromisoformat(written["review_by"]),
                contributors=tuple(written.get("contributors", ())),
                is_own=False,
            ),
        )


def _point(written: Mapping[str, Any]) -> Point:
    found = [
        page for kind in ("entry", "service") if kind in written
        if (page := library().page(kind, written[kind], language()))
    ]  # fmt: skip
    text = reading.filled(localised(written["text"], language()), language())
    return Point(text, reading.link(found[0]) if found else None)


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The page of one's own plan; what is in it only the browser knows."""

    plans: list[Link]
    fault: str = ""

    @staticmethod
    def of(fault: str = "") -> PlanPage:
        """Make the page, with what was wrong with what was asked for, if anything was."""
        return PlanPage(reading.ready_made_plans(), fault)
