"""The page of a result: what the answers say, the picture of a score, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.content import reading
from webapp.content.current import library
from webapp.content.urgent import Urgent
from webapp.selfchecks.domain.questionnaire import Advice, SelfCheck
from webapp.selfchecks.domain.scoring import Result
from webapp.selfchecks.presenters.common import LEVELS, FlagBox, html, words
from webapp.web.i18n import language
from webapp.web.markdown import Html

KINDS = {"entries": "entry", "services": "service", "tasks": "task", "aids": "aid", "offers": "offer"}


@dataclass(frozen=True, slots=True)
class Part:
    """One band in the picture of a score, from 0 to 100 of its width."""

    name: str
    start: float
    width: float
    is_here: bool


@dataclass(frozen=True, slots=True)
class ScorePicture:
    """Where a score lies among the bands: a picture, and the same in words."""

    number: str
    most: str
    at: float
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class AdviceCard:
    """One piece of advice with its links."""

    text: Html
    links: list[reading.Link]


@dataclass(frozen=True, slots=True)
class AdviceGroup:
    """Advice of one level."""

    heading: str
    cards: list[AdviceCard]


@dataclass(frozen=True, slots=True)
class BandText:
    """What a score says."""

    name: str
    text: Html
    picture: ScorePicture | None


@dataclass(frozen=True, slots=True)
class ResultPage:
    """What the answers say and what they do not say, and what to do."""

    slug: str
    title: str
    flags: list[FlagBox | Urgent]
    bands: list[BandText]
    first: list[AdviceCard]
    groups: list[AdviceGroup]
    says_not: Html
    skipped: int
    fault: str = ""
    """Why an earlier result that was brought cannot be laid beside this one."""

    @classmethod
    def of(cls, fields: Mapping[str, Any], check: SelfCheck, found: Result, now: Urgent | None = None) -> ResultPage:
        """Answer the page of a result."""
        return cls(
            slug=check.slug,
            title=words(fields["title"]),
            flags=[*([now] if now else []), *(FlagBox.of(flag) for flag in found.flags)],
            bands=[
                BandText(words(b.name), html(words(b.text)), picture_of(check, found, b.score)) for b in found.bands
            ],
            first=[card(advice) for advice in found.advice if advice.is_first],
            groups=_groups([advice for advice in found.advice if not advice.is_first]),
            says_not=html(words(fields["says_not"])),
            skipped=sum(1 for number in found.scores.values() if number is None),
        )


def _groups(advice: Sequence[Advice]) -> list[AdviceGroup]:
    found = []
    for level, heading in LEVELS.items():
        cards = [card(one) for one in advice if one.level == level]
        if cards:
            found.append(AdviceGroup(str(heading), cards))
    return found


def card(advice: Advice) -> AdviceCard:
    """Answer a piece of advice with links to pages, and to other self-checks as far as they are open.

    Of several that are called the same, an entry and a service, the first stands for both: it leads on to the other.
    """
    named = [(kind, advice.links.get(name, ())) for name, kind in KINDS.items()]
    pages = [page for kind, slugs in named for page in library().named(kind, slugs, language())]
    checks = reading.selfchecks_to(advice.links.get("selfchecks", ()))
    links: dict[str, reading.Link] = {}
    for link in [*reading.links_to(pages), *checks]:
        links.setdefault(link.title, link)
    return AdviceCard(html(words(advice.text)), list(links.values()))


def picture_of(check: SelfCheck, found: Result, score_id: str) -> ScorePicture | None:
    """Answer the picture of a score; None where it has no number or no bands."""
    number = found.scores.get(score_id)
    bands = [band for band in check.bands if band.score == score_id and (band.when is None or band in found.bands)]
    if number is None or not bands:
        return None
    least, most = min(band.least for band in bands), max(band.most for band in bands)
    span = max(1, most - least)
    parts = [
        Part(
            words(band.name), 100 * (band.least - least) / span, max(1.0, 100 * (band.most - band.least) / span),
            band in found.bands,
        )
        for band in bands
    ]  # fmt: skip
    return ScorePicture(f"{number:g}", f"{most}", 100 * (number - least) / span, parts)
