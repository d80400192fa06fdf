"""What the published content says about the tasks of an agreement: names, the municipality's line, the asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy.orm import Session

from webapp.agreements import lists
from webapp.agreements.actions.people import NewTask
from webapp.agreements.domain.asks import Ask
from webapp.agreements.domain.starting import MOST_ON_A_PAGE, STARTER, Theme, page_of
from webapp.agreements.models import AgreementRow, TaskRow
from webapp.content.current import library
from webapp.content.domain.library import Page
from webapp.services.domain.who_does_what import Line, Stance
from webapp.web.i18n import language


def task_page(key: str) -> Page | None:
    """Answer the catalogue's page of a task; None for an own one, and for one that is no longer there."""
    return library().page("task", key, language())


def title_of(task: TaskRow) -> str:
    """Answer what a task is called: by the catalogue, or by those who added it."""
    page = task_page(task.key)
    return task.title or (page.title if page else task.key)


def line_of(page: Page) -> Line:
    """Answer the municipality's line on a task of the catalogue."""
    return Line(Stance(page.fields["stance"]), bool(page.get("needs_decision")))


def stances(tasks: Iterable[TaskRow]) -> dict[str, Line]:
    """Answer the municipality's line on each task that the catalogue has."""
    return {task.key: line_of(page) for task in tasks if (page := task_page(task.key))}


def starter(theme: Theme) -> list[NewTask]:
    """Answer the tasks that an agreement of a theme begins with, at most twelve."""
    by_number = {page.get("number"): page for page in library().pages("task", language())}
    return [new_task(by_number[number]) for number in STARTER[theme] if number in by_number]


def new_task(page: Page) -> NewTask:
    """Answer a task of the catalogue as it is added to an agreement."""
    return NewTask(page.slug, str(page.fields["area"]), is_critical=bool(page.get("critical")))


def area_pages(tasks: Sequence[TaskRow]) -> list[list[TaskRow]]:
    """Answer the tasks as they are answered: an area a page, or several where there are many tasks in it."""
    numbers = sorted({page_of(task.area) for task in tasks})
    areas = [[task for task in tasks if page_of(task.area) == number] for number in numbers]
    return [area[at : at + MOST_ON_A_PAGE] for area in areas for at in range(0, len(area), MOST_ON_A_PAGE)]


def service_of(key: str) -> Page | None:
    """Answer the municipal service that a task hangs on: the first that is no signpost to somebody else's.

    A task that the municipality normally does not do hangs on none: what is there instead asks for nothing here.
    """
    page = task_page(key)
    if page is None or line_of(page).is_no:
        return None
    found = library().named("service", page.listed("services"), language())
    return next((service for service in found if not service.get("signpost")), None)


def leaning_on(session: Session, municipality: str, service: str, *, today: date) -> list[AgreementRow]:
    """Answer the agreements in force that hold a task which hangs on a service: those to look at when it changes."""
    tasks = [page.slug for page in library().pages("task", language()) if service in page.listed("services")]
    return lists.leaning_on(session, municipality, tasks, today=today)


def asks(keys: Collection[str]) -> tuple[Ask, ...]:
    """Answer what the services behind some tasks ask of the people themselves, each ask once."""
    services = {service.slug: service for key in sorted(keys) if (service := service_of(key))}
    return tuple(
        Ask(slug, str(ask["slug"]), str(ask["who"]))
        for slug, service in services.items()
        for ask in service.listed("asks")
    )


def ask_words(ask: Ask) -> tuple[str, str]:
    """Answer an ask in words, and the title of the service that asks."""
    service = library().page("service", ask.service, language())
    if service is None:
        return ask.slug, ask.service
    words = {str(found["slug"]): str(found["text"]) for found in service.listed("asks")}
    return words.get(ask.slug, ask.slug), service.title
