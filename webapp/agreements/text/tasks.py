"""Who expects what, who does what, and what the municipality normally does not do: sections 5 to 7."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask_babel import gettext

from webapp.agreements.catalogue import ask_words, task_page, title_of
from webapp.agreements.domain.asks import ASK_ANSWERS, AskFinding
from webapp.agreements.domain.commitments import Commitment, Way, lacks_reserve
from webapp.agreements.domain.comparison import derived_part
from webapp.agreements.domain.expectations import OwnPart
from webapp.agreements.domain.parties import MUNICIPALITY
from webapp.agreements.models import TaskRow
from webapp.agreements.text.blocks import Block, if_any, listed, said, table
from webapp.agreements.text.people import how_answered
from webapp.agreements.text.told import Told
from webapp.agreements.words import ASK_ANSWER_WORDS, FREQUENCIES, OWN_PARTS
from webapp.content import reading
from webapp.content.current import library
from webapp.services.domain.who_does_what import Stance
from webapp.web.i18n import language, write_date


def expectations(told: Told) -> Iterator[Block]:
    """Say what is expected of the municipality and of the people, and what they still see differently."""
    yield said(how_answered(told))
    yield if_any(
        table(
            [
                gettext("What you expect of the municipality"),
                gettext("Who expects it"),
                gettext("The municipality says"),
            ],
            [
                [title_of(task), told.names(asking), _municipality(told, task)]
                for task in told.whole.tasks
                if (asking := _asking_municipality(told, task.key))
            ],
        ),
        gettext("Nobody expects anything of the municipality here."),
    )
    yield if_any(
        table([gettext("Service"), gettext("What it asks of you"), gettext("What you answer")], _asked(told)),
        gettext("No service asks anything of you here."),
    )
    if told.open_tasks:
        yield said(gettext("This stays open between you:"))
        yield listed(_open(told, task) for task in told.open_tasks)


def _asked(told: Told) -> list[list[str]]:
    """Answer what each service asks, the asks that were answered alike in one line."""
    lines: dict[tuple[str, str], list[str]] = {}
    for one in told.asks:
        if one.answers:
            words, service = ask_words(one.ask)
            lines.setdefault((service, _who_says(told, one)), []).append(words)
    return [[service, "; ".join(words), said_] for (service, said_), words in lines.items()]


def _who_says(told: Told, one: AskFinding) -> str:
    parts = (
        (ASK_ANSWER_WORDS[part], [who for who, given in one.answers if given is part]) for part in ASK_ANSWERS
    )  # fmt: skip
    return "; ".join(f"{words}: {told.names(who)}" for words, who in parts if who)


def _asking_municipality(told: Told, task: str) -> list[str]:
    return [
        party for (party, about), said_ in told.whole.expectations.items()
        if about == task and party != MUNICIPALITY and said_.is_relevant and MUNICIPALITY in said_.expected
    ]  # fmt: skip


def _municipality(told: Told, task: TaskRow) -> str:
    """Answer the municipality's own word; until a caseworker has said one, what is usual, and named as that."""
    answer = told.whole.answers.get((MUNICIPALITY, task.key))
    if answer is not None and answer.expectation.own_part is not None:
        return f"{OWN_PARTS[answer.expectation.own_part]}. {answer.note}".strip(" .")
    part = derived_part(told.stances.get(task.key))
    if part is None:
        return str(gettext("not said"))
    usual = gettext("normally not") if part is OwnPart.CANNOT else str(OWN_PARTS[part])
    return str(gettext("%(part)s (this is how it usually is)", part=usual))


def _open(told: Told, task: TaskRow) -> str:
    views = [_view(told, party, task.key) for party in (*(one.id for one in told.people), MUNICIPALITY)]
    held = told.settled.get(task.key)
    return f"{title_of(task)}. {' '.join(view for view in views if view)} {_taken_up(told, held)}".strip()


def _view(told: Told, party: str, task: str) -> str:
    answer = told.whole.answers.get((party, task))
    if answer is None:
        return ""
    expected = answer.expectation
    if not expected.is_relevant:
        words = gettext("not needed")
    else:
        words = told.names(expected.expected) or gettext("does not know")
        words += f" ({answer.note})" if answer.note else ""
    return f"{told.name(party)}: {words}."


def _taken_up(told: Told, held: Commitment | None) -> str:
    if held is None or not held.taken_up_by:
        return str(gettext("Nobody has said yet that they take it up."))
    day = write_date(held.taken_up_on) if held.taken_up_on else gettext("at the next look")
    words: str = gettext("%(name)s takes it up: %(day)s.", name=told.name(held.taken_up_by), day=day)
    return words + (
        " " + gettext("The municipality is asked to lead the talk.") if held.is_municipality_to_lead else ""
    )


def gaps(told: Told) -> list[str]:
    """Answer what safety hangs on and nobody has, or nobody has in reserve: it stands first, and stops nothing."""
    return [
        title_of(task) for task in told.whole.tasks
        if lacks_reserve(told.settled.get(task.key), is_critical=task.is_critical)
    ]  # fmt: skip


def who_does_what(told: Told) -> Iterator[Block]:
    """Say who does what."""
    yield if_any(lines_table(told, told.settled), gettext("Nothing is settled yet."))
    dropped = [
        title_of(task) for task in told.whole.tasks
        if (held := told.settled.get(task.key)) is not None and held.way is Way.DROP
    ]  # fmt: skip
    if dropped:
        yield said(gettext("Not needed:") + " " + ", ".join(dropped) + ".")
    yield said(
        gettext("What the municipality has decided stands in its decisions, which go before this. Nobody has asked "
                "those who are named here and are not in the agreement.")
    )  # fmt: skip


def lines_table(told: Told, lines: Mapping[str, Commitment]) -> Block:
    """Answer settled lines as a table, in the order of the tasks."""
    head = [gettext("Task"), gettext("Who"), gettext("Reserve"), gettext("How often"), gettext("From"), gettext("Note")]
    return table(head, [
        [title_of(task), *line_words(told, lines[task.key])]
        for task in told.whole.tasks
        if task.key in lines and lines[task.key].way in {Way.WHO, Way.APPLY}
    ])  # fmt: skip


def line_words(told: Told, held: Commitment) -> list[str]:
    """Answer one settled line in words: who, reserve, how often, from when, note."""
    return [
        who_words(held, told.names(held.responsible)) or "–",
        told.names(held.reserve) or "–",
        str(FREQUENCIES[held.how_often]) if held.how_often else "–",
        write_date(held.starts_on) if held.starts_on else "–",
        held.note or "–",
    ]


def who_words(held: Commitment, who: str) -> str:
    """Answer who does it, where `who` is written already: of what is applied for, that it is, and who until then."""
    if held.way is not Way.APPLY:
        return who
    apply = gettext("you apply to the municipality")
    return str(gettext("%(apply)s; until then %(who)s", apply=apply, who=who) if who else apply)


def not_done(told: Told) -> Iterator[Block]:
    """Say what the municipality normally does not do, and what there is instead."""
    pages = [
        page for task in told.whole.tasks
        if (line := told.stances.get(task.key)) and line.stance is Stance.NOT_NORMALLY and (page := task_page(task.key))
    ]  # fmt: skip
    yield if_any(
        listed(
            gettext(
                "%(task)s. %(why)s Instead: %(instead)s",
                task=page.title,
                why=reading.plain(page, "why"),
                instead=reading.plain(page, "instead"),
            )
            for page in pages
        ),
        gettext("There is nothing here that the municipality normally does not do."),
    )
    contact = library().municipality.contact("allocation_office", language())
    yield said(
        gettext("Do you need it all the same? You may always apply, and you may complain of the answer. Ring %(name)s, "
                "%(telephone)s.", name=contact.name, telephone=contact.telephone)
    )  # fmt: skip
