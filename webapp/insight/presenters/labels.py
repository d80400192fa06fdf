"""What topics, series and categories are called, in the reader's language."""

from __future__ import annotations

from flask_babel import gettext

from webapp.content.current import library
from webapp.insight.domain.topics import Topic
from webapp.kernel.language import localised
from webapp.referrals.forms import TOPIC_WORDS
from webapp.referrals.presenters.words import origin_words
from webapp.selfchecks.domain.questionnaire import SelfCheck, read
from webapp.selfchecks.presenters.common import words
from webapp.web.i18n import language
from webapp.web.i18n import lazy_gettext as _

TOPICS = {
    Topic.PAGES: (_("What is read"), _("How often each page was opened.")),
    Topic.SEARCH: (_("Searches"), _("How many searches found something, and what many looked for in vain.")),
    Topic.CHECKS: (_("Self-checks"), _("What first results said, and where people stopped.")),
    Topic.REFERRALS: (
        _("Referrals"),
        _("By which door, about what, how long until the answer, and where people stopped."),
    ),
    Topic.AGREEMENTS: (_("Agreements"), _("How many were started, compared, signed and ended.")),
    Topic.EXPECTATIONS: (
        _("Which expectations differ"),
        _("How often the answers met when a comparison was opened, and of whom more was expected where they did not."),
    ),
    Topic.FEEDBACK: (_("Did they find the answer?"), _("What readers answered at the foot of each page.")),
}  # fmt: skip
"""Topic → its name, and what it tells."""
SERIES = {
    (Topic.PAGES, "entry"): _("Entries of the ABC"),
    (Topic.PAGES, "service"): _("Services"),
    (Topic.PAGES, "task"): _("Who does what"),
    (Topic.PAGES, "aid"): _("Aids and technology"),
    (Topic.PAGES, "offer"): _("Offers"),
    (Topic.PAGES, "selfcheck"): _("Self-checks, their first page"),
    (Topic.PAGES, "page"): _("Other pages"),
    (Topic.SEARCH, "search"): _("Searches"),
    (Topic.REFERRALS, "door"): _("By which door"),
    (Topic.REFERRALS, "about"): _("What they were about"),
    (Topic.REFERRALS, "within"): _("How long until the first answer"),
    (Topic.REFERRALS, "stopped"): _("Began to write, and did not send"),
    (Topic.AGREEMENTS, "steps"): _("What happened"),
    (Topic.EXPECTATIONS, "tasks"): _("What the comparisons said"),
}
_CATEGORIES = {
    (Topic.SEARCH, "hit"): _("Found something"),
    (Topic.SEARCH, "no hit"): _("Found nothing"),
    (Topic.REFERRALS, "call"): _("Asked to be rung"),
    (Topic.REFERRALS, "message"): _("Wrote to us"),
    (Topic.REFERRALS, "1"): _("The same day or the next"),
    (Topic.REFERRALS, "3"): _("Within 3 days"),
    (Topic.REFERRALS, "7"): _("Within a week"),
    (Topic.REFERRALS, "14"): _("Within two weeks"),
    (Topic.REFERRALS, "30"): _("Within 30 days"),
    (Topic.REFERRALS, "longer"): _("Later than 30 days"),
    (Topic.REFERRALS, "for"): _("Stopped after saying for whom it is"),
    (Topic.REFERRALS, "om"): _("Stopped after saying what it is about"),
    (Topic.REFERRALS, "fortell"): _("Stopped after telling"),
    (Topic.REFERRALS, "kontakt"): _("Stopped before sending"),
    (Topic.FEEDBACK, "yes"): _("Found the answer"),
    (Topic.FEEDBACK, "no"): _("Did not find it"),
    (Topic.AGREEMENTS, "started"): _("Agreements started"),
    (Topic.AGREEMENTS, "answered"): _("People who finished their answers"),
    (Topic.AGREEMENTS, "compared"): _("Comparisons opened"),
    (Topic.AGREEMENTS, "signed"): _("Signatures"),
    (Topic.AGREEMENTS, "in force"): _("Agreements that came into force"),
    (Topic.AGREEMENTS, "ended"): _("Agreements ended"),
    (Topic.AGREEMENTS, "withdrawn"): _("Agreements withdrawn before signing"),
}
OUTCOMES = {
    "agreed": _("agreed"),
    "municipality": _("more expected of the municipality"),
    "family": _("more expected of the family"),
    "resident": _("more expected of the resident"),
    "other": _("seen differently in another way"),
    "nobody": _("nobody has it"),
}
_PAGES = {
    "guide.home": _("Front page"),
    "guide.index": _("A–Å"),
    "guide.numbers": _("Emergency numbers"),
    "guide.glossary": _("Glossary"),
    "guide.choose": _("Hand-out"),
    "guide.foreigns": _("Other languages"),
    "guide.foreign": _("Other languages: one language"),
    "guide.offline": _("Without net"),
    "services.services": _("Services: the list"),
    "services.staircase": _("The staircase"),
    "services.tasks": _("Who does what: the list"),
    "services.aids": _("Aids: the list"),
    "services.offers": _("Offers: the list"),
    "services.places": _("Meeting places"),
    "selfchecks.all_checks": _("Self-checks: the list"),
    "planner.plan": _("My plan"),
    "feedback.suggest": _("Suggest a page"),
    "feedback.changes": _("You said, we changed"),
    "agreements.about": _("The agreement: what it is"),
    "agreements.example": _("The agreement: an example"),
    "insight.published_goals": _("Goals and measures"),
}


def topic_words(topic: Topic) -> str:
    """Answer what a topic is called."""
    return str(TOPICS[topic][0])


def series_words(topic: Topic, series: str) -> str:
    """Answer what a series is called."""
    if topic is Topic.CHECKS:
        return _title("selfcheck", series)
    if topic is Topic.FEEDBACK:
        kind, _sep, slug = series.partition(" ")
        return _title(kind, slug)
    return str(SERIES.get((topic, series), series))


def category_words(topic: Topic, series: str, category: str) -> str:
    """Answer what a category is called; what is no longer there is called by its slug."""
    if (topic, category) in _CATEGORIES:
        return str(_CATEGORIES[topic, category])
    if topic is Topic.PAGES:
        return _page_words(category) if series == "page" else _title(series, category)
    if topic is Topic.CHECKS:
        return _check_words(series, category)
    if topic is Topic.EXPECTATIONS:
        return f"{task_words(category)}: {outcome_words(category)}"
    if category in TOPIC_WORDS:
        return str(TOPIC_WORDS[category])
    return origin_words(category) or category


def task_words(category: str) -> str:
    """Answer which task a category of the comparisons is about."""
    slug = category.rpartition(" ")[0]
    return str(gettext("The families' own tasks")) if slug == "own" else _title("task", slug)


def outcome_words(category: str) -> str:
    """Answer what a category of the comparisons says about its task."""
    outcome = category.rpartition(" ")[2]
    return str(OUTCOMES.get(outcome, outcome))


def _title(kind: str, slug: str) -> str:
    if kind == "selfcheck":
        found = library().selfcheck(slug)
        return localised(found["title"], language()) if found else slug
    page = library().page(kind, slug, language())
    return page.title if page else slug


def _page_words(word: str) -> str:
    endpoint, _sep, slug = word.partition(" ")
    if slug:
        return _title("page", slug)
    return str(_PAGES.get(endpoint, endpoint))


def _check(slug: str) -> SelfCheck | None:
    found = library().selfcheck(slug)
    return read(slug, dict(found)) if found else None


def _check_words(slug: str, category: str) -> str:
    kind, _sep, rest = category.partition(" ")
    check = _check(slug)
    if kind == "stopped":
        question = check.by_id.get(rest) if check else None
        return str(gettext("Stopped at: %(question)s", question=words(question.text) if question else rest))
    named = {band.id: words(band.name) for band in check.bands} if check else {}
    bands = ", ".join(named.get(one, one) for one in rest.split("+") if one)
    return str(gettext("Result: %(bands)s", bands=bands) if bands else gettext("Came to the result"))
