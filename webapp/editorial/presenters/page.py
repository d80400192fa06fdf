"""One page in the editorial office: where its draft stands, what would change, what is wrong, what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from webapp.content.domain.kind import COMMON
from webapp.content.domain.pages import PageKey, PagePart
from webapp.content.domain.standing import OF_KIND
from webapp.content.words import OWNERS
from webapp.editorial.current import ALWAYS_OWN, CHANGES, NEVER_OWN, of_page, page_address, part_word, public_address
from webapp.editorial.domain.differences import Piece, differences
from webapp.editorial.domain.places import Place
from webapp.editorial.domain.workflow import State
from webapp.editorial.domain.written import Fault
from webapp.editorial.models import DraftPartRow, DraftRow, LinkRow
from webapp.editorial.presenters.common import People, kind_name, part_name, state_name, title_of
from webapp.editorial.presenters.controls import told
from webapp.editorial.presenters.faults import finding_in_words, part_of_finding, place_of_finding, what_is_wrong
from webapp.editorial.presenters.feedback import Hearing, hearing_lines, line
from webapp.editorial.presenters.feedback import Line as FeedbackLine
from webapp.editorial.queries.plans import PREFIX, PartPlan, Plan, fields_for
from webapp.editorial.words import label
from webapp.feedback.domain import ASKED
from webapp.feedback.models import HearingRow, ItemRow
from webapp.kernel.permission import Permission
from webapp.web.access import caller
from webapp.web.i18n import language, write_date, write_time
from webapp.web.i18n import lazy_gettext as _

MESSAGES = {
    "sendt": _("Sent. Somebody else looks at it now."),
    "godkjent": _("Approved. It can be published now."),
    "tilbake": _("Sent back, with what you wrote."),
    "publisert": _("Published. Readers see it now."),
    "planlagt": _("It will be published at the time you chose."),
    "avbrutt": _("It will not be published at its time. It waits here as it is."),
    "til-godkjenning": _(
        "Kept as a draft. Somebody else must look at it before readers get it: send it to be approved."
    ),
    "forkastet": _("The draft is thrown away. Readers see what they saw before."),
    "lukket": _("Nobody can comment on it any more by that link."),
    "trukket": _("The links lead nowhere any more."),
    "ingenting": _("There is no draft, so nothing was done."),
    "gjennomgatt": _("Good. The page is marked as gone through, and waits here to be published."),
    "beholdt": _("Your text stands. You are told again when the shared text changes next."),
    "stemmer": _("Good. The text is marked as up to date."),
}
PROBLEMS = {
    "not-right": _("It could not be published at its time: something has to be mended first."),
    "nothing": _("It was not published at its time: it says the same as what readers see."),
}


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of the page, and where it stands."""

    name: str
    state: str
    edit: str
    look: str
    is_missing: bool
    is_outdated: bool
    confirm: str
    """The language that can be said to be up to date; empty where there is nothing to say."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A field that would say something else."""

    part: str
    name: str
    pieces: tuple[Piece, ...]
    is_watched: bool


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that must be mended first, and where."""

    words: str
    where: str
    href: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to the draft, for somebody without an account."""

    made: str
    until: str


@dataclass(frozen=True, slots=True)
class DraftView:
    """The draft of a page, and what the caller can do with it."""

    state: str
    words: str
    who: str
    when: str
    revision: int
    comment: str
    publish_at: str
    approved_by: str
    sent_by: str
    changes: tuple[Changed, ...]
    wrong: tuple[Wrong, ...]
    conflicts: tuple[str, ...]
    leaning: int
    leaning_href: str
    is_approval_needed: bool
    why_approval: tuple[str, ...]
    can_send: bool
    can_approve: bool
    is_own: bool
    can_return: bool
    can_publish: bool
    can_cancel: bool
    can_edit: bool
    links: tuple[Link, ...]
    hearings: tuple[Hearing, ...]
    """For whom it is open for comment."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page in the editorial office."""

    title: str
    kind: str
    address: str
    is_shared: bool
    others: str
    """Where the same page is written on for others: the shared text, or one's own."""
    has_shared: bool
    is_standing: bool
    has_own: bool
    trial: str
    """Where a self-check is tried out; empty for any other kind."""
    public: str
    parts: tuple[PartLine, ...]
    draft: DraftView | None
    owner: str
    review: str
    is_past_review: bool
    can_review: bool
    conflicts: int
    message: str
    today: str
    new_link: str
    link_until: str
    """The last day of the new link, where it opens the draft for comment."""
    may_edit: bool
    said: tuple[FeedbackLine, ...]
    """What readers have said of it, and nobody has dealt with."""
    said_address: str
    tell_address: str
    """Where to tell of a change of the page; empty for who may not, and for what is no page."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a page of the office is made of, as the view found it."""

    place: Place
    stored: Mapping[PageKey, PagePart]
    sequences: Mapping[PageKey, int]
    row: DraftRow | None
    parts: Mapping[str, DraftPartRow]
    plan: Plan | None
    links: Sequence[LinkRow]
    conflicts: int
    hearings: Sequence[HearingRow]
    said: Sequence[ItemRow]
    at: datetime


def part_lines(found: Found) -> tuple[PartLine, ...]:
    """Answer the parts of a page, with what is missing and what is older than the bokmål text."""
    return tuple(_part_line(found, code) for code in found.place.languages)


def is_outdated(place: Place, code: str, sequences: Mapping[PageKey, int]) -> bool:
    """Tell whether a text is older than the one in bokmål."""
    if code in {COMMON, "nb"} or place.key(code) not in sequences:
        return False
    return sequences.get(place.key("nb"), 0) > sequences[place.key(code)]


def _part_line(found: Found, code: str) -> PartLine:
    place, address = found.place, page_address(found.place)
    is_there, is_drafted = place.key(code) in found.stored, code in found.parts
    is_standing = place.kind in OF_KIND
    is_shown_here = bool(found.row) or is_standing or place.kind == "image"
    over = is_standing or (
        not place.is_shared and any(place.shared_key(one) in found.stored for one in place.languages)
    )
    is_old = is_outdated(place, code, found.sequences) and is_there
    if is_drafted:
        state = _("Being changed")
    elif is_old:
        state = _("Older than the text in bokmål")
    elif is_there:
        state = _("Published")
    elif is_standing:
        state = _("In the words of the site")
    else:
        state = _("Nothing of our own; the shared text is shown") if over else _("Missing")
    shown = "nb" if code == COMMON else code
    look = f"{address}/vis/{shown}" if is_shown_here else public_address(place.kind, place.slug, shown)
    is_missing = not is_there and not is_drafted and not over
    return PartLine(
        part_name(code), str(state), f"{address}/{part_word(code)}", "" if is_missing else look, is_missing, is_old,
        code if is_old and not is_drafted else "",
    )  # fmt: skip


def page_of(found: Found, people: People, *, message: str = "", new_link: str = "", link_until: str = "") -> Page:
    """Make the page."""
    place = found.place
    other = Place(caller().municipality if place.is_shared else None, place.kind, place.slug)
    facts = {
        **_fields(found, place.shared_key(COMMON)), **_fields(found, place.key(COMMON)),
    }  # fmt: skip
    review, today = str(facts.get("review_by", "")), found.at.date().isoformat()
    can_have_other = place.kind not in NEVER_OWN | ALWAYS_OWN
    return Page(
        title=title_of(place),
        kind=kind_name(place),
        address=page_address(place),
        is_shared=place.is_shared,
        others=page_address(other) if can_have_other and (place.is_shared or _has(found, shared=True)) else "",
        has_shared=_has(found, shared=True),
        is_standing=place.kind in OF_KIND,
        has_own=_has(found, shared=False),
        trial=f"{page_address(place)}/prov" if place.kind == "selfcheck" else "",
        public=public_address(place.kind, place.slug, language()),
        parts=part_lines(found),
        draft=_draft_view(found, people) if found.row and found.plan else None,
        owner=_owner(facts),
        review=write_date(review) if review else "",
        is_past_review=bool(review) and review < today,
        can_review=bool(review) and caller().may(Permission.EDIT_CONTENT),
        conflicts=found.conflicts,
        message=message,
        today=today,
        new_link=new_link,
        link_until=link_until,
        may_edit=caller().may(Permission.EDIT_CONTENT),
        said=tuple(line(row) for row in found.said),
        said_address=of_page(place.kind, place.slug),
        tell_address=_tell_address(place),
    )


def _tell_address(place: Place) -> str:
    if place.kind not in ASKED or not caller().may(Permission.PUBLISH_CONTENT):
        return ""
    return f"{CHANGES}/ny?{urlencode({'side': f'{place.kind}/{place.slug}'})}"


def _owner(facts: Mapping[str, object]) -> str:
    return str(OWNERS.get(str(facts.get("owner", "")), ""))


def _fields(found: Found, key: PageKey) -> Mapping[str, object]:
    return found.stored[key].fields if key in found.stored else {}


def _has(found: Found, *, shared: bool) -> bool:
    return any((key.municipality is None) is shared for key in found.stored)


def _draft_view(found: Found, people: People) -> DraftView:
    row, plan, who = found.row, found.plan, caller()
    assert row is not None
    assert plan is not None
    state, is_own = State(row.state), f"{who.municipality}/{who.id}" in row.authors
    may_publish, may_edit = who.may(Permission.PUBLISH_CONTENT), who.may(Permission.EDIT_CONTENT)
    is_ready = plan.is_right and bool(plan.changed)
    is_free = state is State.APPROVED or (state is State.DRAFT and not plan.is_approval_needed)
    last = max(found.parts.values(), key=lambda part: part.changed_at, default=None)
    return DraftView(
        state=row.state,
        words=state_name(row.state),
        who=people.name(last.changed_by) if last else "",
        when=write_time(row.changed_at),
        revision=row.revision,
        comment=str(PROBLEMS.get(row.comment, row.comment)),
        publish_at=write_time(row.publish_at) if row.publish_at else "",
        approved_by=people.name(row.approved_by),
        sent_by=people.name(row.sent_by),
        changes=tuple(change for part in plan.changed for change in changes(plan.place, part, found.stored)),
        wrong=tuple(_wrong(plan)),
        conflicts=tuple(
            f"{part_name(part.key.language)}: {_field_name(plan, part, found.stored, name)}"
            for part in plan.parts for name in part.conflicts
        ),
        leaning=plan.leaning,
        leaning_href=f"/saker/avtaler/tjeneste/{plan.place.slug}"
        if plan.place.kind == "service" and who.may(Permission.WORK_AGREEMENTS) else "",
        is_approval_needed=plan.is_approval_needed,
        why_approval=tuple(_why(plan, found.stored)),
        can_send=may_edit and state is State.DRAFT and is_ready and plan.is_approval_needed,
        can_approve=who.may(Permission.APPROVE_CONTENT) and state is State.REVIEW and not is_own,
        is_own=is_own,
        can_return=who.may(Permission.APPROVE_CONTENT) and state in {State.REVIEW, State.APPROVED},
        can_publish=may_publish and is_ready and is_free,
        can_cancel=may_publish and state is State.SCHEDULED,
        can_edit=may_edit,
        links=tuple(Link(people.name(link.made_by), write_time(link.expires_at)) for link in found.links),
        hearings=hearing_lines(found.hearings),
    )  # fmt: skip


def _field_name(plan: Plan, part: PartPlan, stored: Mapping[PageKey, PagePart], name: str) -> str:
    fields = fields_for(plan.place, part.key.language, stored)
    return label(name, plan.place.kind, next(one for one in fields if one.name == name).type)


def changes(place: Place, part: PartPlan, stored: Mapping[PageKey, PagePart]) -> list[Changed]:
    """Answer what would be another text, field by field, word by word."""
    fields, changed = fields_for(place, part.key.language, stored), set(part.changed)
    before, watched = part.before or {}, set(part.watched)
    return [
        Changed(
            part_name(part.key.language), label(one.name, place.kind, one.type),
            tuple(differences(told(before.get(one.name), one.type), told(part.after.get(one.name), one.type))),
            one.name in watched,
        )
        for one in fields if one.name in changed
    ]  # fmt: skip


def _wrong(plan: Plan) -> list[Wrong]:
    address = page_address(plan.place)
    faults = [
        Wrong(_named(plan, fault), part_name(part.key.language), _spot(address, part.key.language, fault.at))
        for part in plan.parts for fault in part.faults
    ]  # fmt: skip
    across = [] if faults else [
        Wrong(
            finding_in_words(one), part_name(part_of_finding(one)),
            _spot(address, part_of_finding(one), place_of_finding(one)),
        )
        for one in plan.findings
    ]  # fmt: skip
    return list(dict.fromkeys([*faults, *across]))


def _named(plan: Plan, fault: Fault) -> str:
    names = fault.at.split(".")
    inside = names[-2] if len(names) > 2 and not names[-2].isdecimal() else plan.place.kind
    said = what_is_wrong(fault.type, is_missing=fault.is_missing, message=fault.message)
    name = label(next((one for one in reversed(names) if not one.isdecimal()), ""), inside, fault.type)
    return f"{name}: {said}"


def _spot(address: str, code: str, at: str) -> str:
    return f"{address}/{part_word(code)}#{'skjema' if at == PREFIX else at.replace('.', '-')}"


def _why(plan: Plan, stored: Mapping[PageKey, PagePart]) -> list[str]:
    if not plan.is_approval_needed:
        return []
    reasons = [str(_("All municipalities on this site share the text."))] if plan.place.is_shared else []
    reasons += [str(_("The municipality wants everything to be looked at by two."))] if plan.is_wanted else []
    names = [_field_name(plan, part, stored, name) for part in plan.parts for name in part.watched]
    if names:
        listed = ", ".join(dict.fromkeys(names))
        reasons.append(str(_("Two people always look at this: %(fields)s.", fields=listed)))
    return reasons
